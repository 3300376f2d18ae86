/**
 * Full text: what Pagefind finds in prompts and, when asked, in answers. Nothing is loaded before the first search.
 *
 * Pagefind is WebAssembly: a Content-Security-Policy has to allow `script-src 'self' 'wasm-unsafe-eval'`, nothing else.
 */

/** A piece of an excerpt; `marked` where it is what was searched for.
 * @typedef {{ text: string, marked: boolean }} Piece */

/** A question, or with an empty `id` a hand-written page, whose prompt or answer has the words.
 * @typedef {{ id: string, title: string, url: string, inAnswer: boolean, excerpt: Piece[] }} Passage */

/** What is used of Pagefind.
 * @typedef {{ raw_url: string, excerpt: string, meta: { title: string } }} Data
 * @typedef {{ data: () => Promise<Data>, score: number }} Result
 * @typedef {{
 *   mergeIndex: (path: string, options: object) => Promise<void>,
 *   search: (query: string, options: object) => Promise<{ results: Result[] }>,
 * }} Pagefind */

const SITE = new URL("../../", import.meta.url);
const INDEX = new URL("pagefind/", SITE).pathname;

/** @type {Promise<Pagefind | null> | undefined} */
let prompts;
/** @type {Promise<void> | undefined} */
let answers;

/**
 * The best passages, best first; null where the site was built without full text.
 *
 * @param {string} query
 * @param {{ inAnswers?: boolean, limit?: number, signal?: AbortSignal }} [options]
 * @returns {Promise<Passage[] | null>}
 */
export async function search(query, { inAnswers = false, limit = 6, signal } = {}) {
  prompts ??= load();
  const pagefind = await prompts;
  if (!pagefind) return null;
  if (inAnswers) await (answers ??= pagefind.mergeIndex(`${INDEX}answers/`, { mergeFilter: { part: "answer" } }));
  signal?.throwIfAborted();
  const parts = inAnswers ? ["prompt", "answer"] : ["prompt"];
  const found = await Promise.all(parts.map(part => passages(pagefind, query, part, limit)));
  signal?.throwIfAborted();
  const best = found.flat().sort((one, other) => other.score - one.score);
  // A question may be there twice, by its prompt and by its answer.
  const seen = new Set();
  const once = best.filter(({ passage: { id, url } }) => !seen.has(id || url) && seen.add(id || url));
  return once.slice(0, limit).map(({ passage }) => passage);
}

/** @param {Pagefind} pagefind @param {string} query @param {string} part @param {number} limit */
async function passages(pagefind, query, part, limit) {
  const { results } = await pagefind.search(query, { filters: { part } });
  const found = results.slice(0, limit).map(async ({ data, score }) => ({ passage: passage(await data()), score }));
  return (await Promise.all(found)).filter(({ passage }) => akin(passage, query));
}

/** @returns {Promise<Pagefind | null>} */
async function load() {
  const { createInstance } = await import(`${INDEX}pagefind.js`);
  if (!createInstance) return null;
  return createInstance({ basePath: INDEX, mergeFilter: { part: "prompt" }, noWorker: true, excerptLength: 24 });
}

/** @param {Data} data @returns {Passage} */
function passage({ raw_url, excerpt, meta }) {
  return {
    id: raw_url.match(/^questions\/([^/]+)\//)?.[1] ?? "",
    title: meta.title,
    url: new URL(raw_url, SITE).href,
    inAnswer: raw_url.endsWith("#answer"),
    excerpt: excerpt.split(/<\/?mark>/).flatMap((text, at) => (text ? [{ text: plain(text), marked: at % 2 === 1 }] : [])),
  };
}

/**
 * Whether what is marked has to do with the query: for a word that is nowhere, Pagefind takes the longest beginning of
 * it that is somewhere, which may be one letter.
 *
 * @param {Passage} passage @param {string} query
 */
function akin({ title, excerpt }, query) {
  const wanted = words(query).map(word => word.slice(0, Math.max(3, Math.ceil(word.length / 2))));
  const found = [...words(title), ...excerpt.flatMap(piece => (piece.marked ? words(piece.text) : []))];
  return found.some(word => wanted.some(begin => word.startsWith(begin)));
}

/** @param {string} text @returns {string[]} */
function words(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Pagefind escapes these two characters and no other. @param {string} html */
function plain(html) {
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
}
