/**
 * Full text: what Pagefind finds in prompts and, when asked, in answers. Nothing is loaded before the first search.
 *
 * Pagefind is WebAssembly: a Content-Security-Policy has to allow `script-src 'self' 'wasm-unsafe-eval'`, nothing else.
 */

import { json } from "./site.js";

/** A piece of an excerpt; `marked` where it is what was searched for.
 * @typedef {{ text: string, marked: boolean }} Piece */

/** A question, or with an empty `id` a hand-written page, whose prompt or answer has the words.
 * @typedef {{ id: string, title: string, url: string, inAnswer: boolean, excerpt: Piece[] }} Passage */

/** What is used of Pagefind.
 * @typedef {{ weight: number, balanced_score: number, location: number }} Found
 * @typedef {{ raw_url: string, raw_content: string, excerpt: string, meta: { title: string }, weighted_locations: Found[] }} Data
 * @typedef {{ data: () => Promise<Data>, score: number }} Result
 * @typedef {{
 *   mergeIndex: (path: string, options: object) => Promise<void>,
 *   search: (query: string, options: object) => Promise<{ results: Result[] }>,
 * }} Pagefind */

const SITE = new URL("../../", import.meta.url);
const INDEX = new URL("pagefind/", SITE).pathname;
const PARTS = "../../pagefind/parts.json";
const PROMPTS = { mergeFilter: { part: "prompt" } };
/** The number of the first index of answers; those of prompts come before it. */
const ANSWERS = 16;

/** @type {Promise<Pagefind | null> | undefined} */
let prompts;
/** @type {Promise<unknown> | undefined} */
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
  prompts.catch(forget);
  const pagefind = await prompts;
  if (!pagefind) return null;
  if (inAnswers) {
    answers ??= merge(pagefind, "answers");
    answers.catch(forget);
    await answers;
  }
  signal?.throwIfAborted();
  const { results } = await pagefind.search(query, { filters: inAnswers ? {} : PROMPTS.mergeFilter });
  const indexes = [results.filter(result => partOf(result) < ANSWERS), results.filter(result => partOf(result) >= ANSWERS)];
  const found = await Promise.all(indexes.map(results => passages(results, query, limit)));
  signal?.throwIfAborted();
  const best = found.flat().sort((one, other) => other.score - one.score);
  // A question may be there twice, by its prompt and by its answer.
  const seen = new Set();
  const once = best.filter(({ passage: { id, url } }) => !seen.has(id || url) && seen.add(id || url));
  return once.slice(0, limit).map(({ passage }) => passage);
}

/** What could not be had is asked for again by the next search, and nothing is there twice. */
function forget() {
  prompts = answers = undefined;
}

/**
 * The best passages of an index that is in parts.
 *
 * Pagefind forgives: a word that is nowhere is as good as its beginning, or is left out. It does so for each part, but
 * of the whole index that is wanted only where no part has all words. What a part has first tells what it has.
 *
 * @param {Result[]} results best first @param {string} query @param {number} limit
 */
async function passages(results, query, limit) {
  let left = results.map(({ data, score }) => ({ data, score, part: partOf({ score }) }));
  /** @type {{ data: Data, score: number, part: number }[]} */
  let found = [];
  const [seen, having] = [new Set(), new Set()];
  while (left.length && !(having.size && found.length >= limit)) {
    const next = left.splice(0, having.size ? limit - found.length : limit);
    for (const one of await Promise.all(next.map(async one => ({ ...one, data: await one.data() })))) {
      found.push(one);
      seen.add(one.part);
      if (has(one.data, query)) having.add(one.part);
    }
    left = left.filter(({ part }) => having.has(part) || !seen.has(part));
    if (having.size) found = found.filter(({ part }) => having.has(part));
  }
  return found
    .map(({ data, score }) => ({ passage: passage(data), score }))
    .filter(({ passage }) => akin(passage, query));
}

/**
 * Whether a passage has every word of the query, or one that begins with it.
 *
 * @param {Data} data @param {string} query
 */
function has({ raw_content, weighted_locations, meta }, query) {
  if (/^\s*".+"\s*$/.test(query)) return true; // what is quoted is not forgiven
  const content = raw_content.split(raw_content.includes("\u200B") ? "\u200B" : /\s+/);
  const found = weighted_locations.map(({ weight, balanced_score, location }) => ({
    words: words(content[location] ?? ""),
    // What remains of the weight's square is less the more a word's stem is longer or shorter than the query's.
    same: balanced_score > 0.85 * (24 * weight) ** 2,
  }));
  return words(query).every(word =>
    found.some(one => one.words.some(other => other.startsWith(one.same ? begin(word) : word))) ||
    words(meta.title).some(other => other.startsWith(begin(word))));
}

/** The other parts beside the first. @param {Pagefind} pagefind @param {"prompts" | "answers"} kind */
async function merge(pagefind, kind) {
  const parts = (await json(PARTS))[kind];
  await Promise.all(parts.map((/** @type {number} */ part) =>
    pagefind.mergeIndex(`${INDEX}${kind}/${part}/`, kind === "prompts"
      ? { indexWeight: weightOf(part), ...PROMPTS }
      : { indexWeight: weightOf(ANSWERS + part) })));
}

// A result does not say which of the indexes has it. But its score is multiplied by that index's weight, and has 24 bits:
// the next ones have room for the number of the index, 0 for the first, without changing what is better than what.

/** @param {number} index below 32 */
function weightOf(index) {
  return 1 + index * 2 ** -30;
}

/** @param {{ score: number }} result */
function partOf({ score }) {
  return Math.round((score / Math.fround(score) - 1) * 2 ** 30) || 0;
}

/** @returns {Promise<Pagefind | null>} */
async function load() {
  json(PARTS).catch(() => undefined); // asked for at once; said where it is used
  const { createInstance } = await import(`${INDEX}pagefind.js`);
  if (!createInstance) return null;
  /** @type {Pagefind} */
  const pagefind = await createInstance({ basePath: INDEX, ...PROMPTS, noWorker: true, excerptLength: 24 });
  await merge(pagefind, "prompts");
  return pagefind;
}

/** @param {Data} data @returns {Passage} */
function passage({ raw_url, excerpt, meta }) {
  const address = [...raw_url].reverse().join(""); // see `indexer.py`
  return {
    id: address.match(/^questions\/([^/]+)\//)?.[1] ?? "",
    title: meta.title,
    url: new URL(address, SITE).href,
    inAnswer: address.endsWith("#answer"),
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
  const wanted = words(query).map(begin);
  const found = [...words(title), ...excerpt.flatMap(piece => (piece.marked ? words(piece.text) : []))];
  return found.some(word => wanted.some(beginning => word.startsWith(beginning)));
}

/** @param {string} word */
function begin(word) {
  return word.slice(0, Math.max(3, Math.ceil(word.length / 2)));
}

/** @param {string} text @returns {string[]} */
function words(text) {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Pagefind escapes these two characters and no other. @param {string} html */
function plain(html) {
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">");
}
