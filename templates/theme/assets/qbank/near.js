/** Words near a mistyped one: MiniSearch over the distinct words of the bank. */

/** @import {Near} from "./search.js" */

/** The slice of time, in milliseconds, after which the page gets its turn while the index is being made. */
const SLICE = 12;

/**
 * @param {typeof import("./vendor/minisearch.js").default} MiniSearch
 * @param {readonly string[]} vocabulary
 * @returns {Promise<Near>}
 */
export async function nearWords(MiniSearch, vocabulary) {
  const index = new MiniSearch({
    idField: "number",
    fields: ["word"],
    tokenize: (word) => [word],
    processTerm: (word) => word,
  });
  let end = performance.now() + SLICE;
  for (let number = 0; number < vocabulary.length; number++) {
    const word = vocabulary[number];
    // Numbers and short words have no near ones: "case 12" is not "case 13".
    if (word.length > 2 && !/\d/.test(word)) index.add({ number, word });
    if (number % 256 === 0 && performance.now() > end) {
      await new Promise((resolve) => setTimeout(resolve));
      end = performance.now() + SLICE;
    }
  }
  return (word) => {
    if (word.length < 3 || /\d/.test(word)) return [];
    const distance = word.length > 7 ? 2 : 1;
    return index
      .search(word, { fuzzy: distance, prefix: false })
      .slice(0, 40)
      .map(({ id }) => [vocabulary[id], weightOf(word, vocabulary[id])]);
  };
}

/**
 * From 0.65 for a word of the same length or a lost letter, down with every letter of difference.
 * @param {string} typed
 * @param {string} known
 */
function weightOf(typed, known) {
  let same = 0;
  while (same < typed.length && typed[same] === known[same]) same++;
  let tail = 0;
  while (tail < Math.min(typed.length, known.length) - same && typed.at(-1 - tail) === known.at(-1 - tail)) tail++;
  const changed = Math.max(typed.length, known.length) - same - tail;
  return changed <= 1 ? 0.65 : changed === 2 ? 0.5 : 0.35;
}
