/**
 * Whether the wanted question comes first: query sets made from a bank, as the people who search would make them.
 *
 * `node tests/client/rankings.js FOLDER [sample]` prints the table for the `index.json` in the folder.
 */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { decode } from "../../templates/theme/assets/qbank/columns.js";
import { nearWords } from "../../templates/theme/assets/qbank/near.js";
import { TitleSearch } from "../../templates/theme/assets/qbank/search.js";
import MiniSearch from "../../templates/theme/assets/qbank/vendor/minisearch.js";
import { allWords, words } from "../../templates/theme/assets/qbank/words.js";
import { chance } from "./banks.js";

/** The share of first places that each set has to reach. */
export const WANTED = { exact: 0.99, "letter lost": 0.95, "plural or singular": 0.95, alias: 0.95, "alias and word": 0.95 };

/**
 * The query sets: each query with a test of the row that comes first.
 * @returns {Record<string, {query: string, wanted: (row: number) => boolean}[]>}
 */
export function queries(columns, search, sample = Infinity) {
  const next = chance(11);
  const rows = [...columns.titles.keys()].sort(() => next() - 0.5).slice(0, sample);
  /** @type {Record<string, {query: string, wanted: (row: number) => boolean}[]>} */
  const sets = Object.fromEntries(Object.keys(WANTED).map((name) => [name, []]));
  const same = (row) => (other) => columns.titles[other] === columns.titles[row];
  for (const row of rows) {
    const title = columns.titles[row];
    sets.exact.push({ query: title, wanted: same(row) });
    const at = longWord(title, next);
    if (at) {
      const lost = at.from + Math.floor(next() * (at.to - at.from));
      sets["letter lost"].push({ query: title.slice(0, lost) + title.slice(lost + 1), wanted: same(row) });
    }
    const other = otherNumber(title, next);
    if (other) sets["plural or singular"].push({ query: other, wanted: same(row) });
  }
  for (const [alias, its] of rowsByAlias(columns, search)) {
    sets.alias.push({ query: alias, wanted: (row) => its.has(row) });
    for (const row of [...its].slice(0, 5)) {
      const word = rarestWord(columns, search, row);
      if (!word) continue;
      const rivals = [...its].filter((other) => allWords(columns.titles[other]).includes(words(word)[0]));
      sets["alias and word"].push({ query: `${alias} ${word}`, wanted: (found) => rivals.includes(found) });
    }
  }
  return sets;
}

/** @returns {{share: number, missed: string[]}} */
export function score(columns, search, near, set) {
  const missed = set.filter(({ query, wanted }) => {
    const { rows } = search.find(query, near);
    return !rows.length || !wanted(rows[0]);
  });
  const say = ({ query }) => `${query} -> ${columns.titles[search.find(query, near).rows[0]] ?? "nothing"}`;
  return { share: 1 - missed.length / Math.max(set.length, 1), missed: missed.map(say) };
}

export async function searchIn(index) {
  const columns = decode(index);
  const search = new TitleSearch(columns);
  return { columns, search, near: await nearWords(MiniSearch, search.vocabulary()) };
}

/** The questions that an alias means: MLE is a role and a method. */
function rowsByAlias(columns, search) {
  /** @type {Map<string, Set<number>>} */
  const found = new Map();
  const terms = { company: columns.companies, topic: columns.topics, tag: columns.tags, role: columns.roles };
  for (const { kind, number } of search.named) {
    const rows = search.rowsOf(kind, number);
    for (const alias of rows.length ? terms[kind][number].aliases : []) {
      const key = alias.toLowerCase();
      found.set(key, new Set([...(found.get(key) ?? []), ...rows]));
    }
  }
  return found;
}

/** Where a word of at least five letters stands in a title. */
function longWord(title, next) {
  const found = [...title.matchAll(/\p{L}{5,}/gu)];
  const word = found[Math.floor(next() * found.length)];
  return word && { from: word.index, to: word.index + word[0].length };
}

/** The title with one noun-like word in its other number: `trees` for `tree` and back. */
function otherNumber(title, next) {
  const found = [...title.matchAll(/\p{L}{4,}/gu)].filter(([word]) => !/(?:ss|us|is)$/.test(word));
  const word = found[Math.floor(next() * found.length)];
  if (!word) return "";
  const other = word[0].endsWith("ies") ? word[0].slice(0, -3) + "y" : word[0].endsWith("s") ? word[0].slice(0, -1) : plural(word[0]);
  return title.slice(0, word.index) + other + title.slice(word.index + word[0].length);
}

function plural(word) {
  if (/[^aeiou]y$/.test(word)) return word.slice(0, -1) + "ies";
  return word + (/(?:s|x|ch|sh)$/.test(word) ? "es" : "s");
}

/** The word of a title that the fewest titles have. */
function rarestWord(columns, search, row) {
  const found = (columns.titles[row].match(/\p{L}{4,}/gu) ?? []).filter((word) => words(word).length === 1);
  const many = (word) => search.titles.rowsOf(search.titles.numbers.get(words(word)[0])).length;
  return found.sort((a, b) => many(a) - many(b))[0];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, sample = "Infinity"] = process.argv.slice(2);
  const index = JSON.parse(await readFile(`${folder}/index.json`, "utf8"));
  let start = performance.now();
  const { columns, search, near } = await searchIn(index);
  console.log(`${columns.count} questions, ready in ${Math.round(performance.now() - start)} ms`);
  for (const [name, set] of Object.entries(queries(columns, search, Number(sample)))) {
    start = performance.now();
    const { share, missed } = score(columns, search, near, set);
    const each = (performance.now() - start) / Math.max(set.length, 1);
    console.log(`${name}: ${(100 * share).toFixed(1)} % of ${set.length} first, ${each.toFixed(1)} ms each`);
    for (const miss of missed.slice(0, 6)) console.log(`    ${miss}`);
  }
}
