/** Words as search compares them: without case, accents and plurals; and which texts have which words. */

/** Letters and digits, with the signs that tell C, C++ and C# apart. */
const WORD = /[\p{L}\p{N}]+(?:\+\+|#)?/gu;
/** Parts that people also write as one: k-means and kmeans, A/B and AB. */
const JOINED = /[\p{L}\p{N}]+(?:[-/'’][\p{L}\p{N}]+)+/gu;

/**
 * @param {string} text
 * @returns {string[]}
 */
export function words(text) {
  return (plain(text).match(WORD) ?? []).map(singular);
}

/**
 * The words of a text, and what its joined words are as one.
 * @param {string} text
 * @returns {string[]}
 */
export function allWords(text) {
  return written(text).map(singular);
}

/** @param {string} text */
function written(text) {
  const bare = plain(text);
  const found = bare.match(WORD) ?? [];
  return /[-/'’]/.test(bare) ? [...found, ...(bare.match(JOINED) ?? []).map((word) => word.replace(/[-/'’]/g, ""))] : found;
}

/** @param {string} text */
function plain(text) {
  const lower = text.toLowerCase();
  return /[^\0-\x7f]/.test(lower) ? lower.normalize("NFKD").replace(/\p{M}/gu, "") : lower;
}

/**
 * The singular of an English plural, by its ending; other words stay as they are.
 * @param {string} word
 */
export function singular(word) {
  if (word.length < 4 || !word.endsWith("s") || /(?:ss|us|is)$/.test(word)) return word;
  if (/[^aeiou]ies$/.test(word)) return word.slice(0, -3) + "y";
  if (/(?:[sx]|ch|sh|zz)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

/** Which texts have which words. */
export class Lexicon {
  /** @param {readonly string[]} texts */
  constructor(texts) {
    /** @type {Map<string, number>} */
    this.numbers = new Map();
    /** As written, so that the singular of a word is looked for once. @type {Map<string, number>} */
    const known = new Map();
    /** @type {number[]} */
    const flat = [];
    const ends = new Uint32Array(texts.length);
    texts.forEach((text, row) => {
      for (const word of written(text)) {
        let number = known.get(word);
        if (number === undefined) {
          const one = singular(word);
          number = this.numbers.get(one) ?? this.numbers.size;
          this.numbers.set(one, number);
          known.set(word, number);
        }
        flat.push(number);
      }
      ends[row] = flat.length;
    });
    /** @type {readonly string[]} */
    this.words = [...this.numbers.keys()];
    // Where the rows of each word stand in `rows`; a counting sort.
    this.start = new Uint32Array(this.words.length + 1);
    for (const number of flat) this.start[number + 1]++;
    for (let number = 0; number < this.words.length; number++) this.start[number + 1] += this.start[number];
    this.rows = new Uint32Array(flat.length);
    const next = this.start.slice();
    for (let row = 0, at = 0; row < texts.length; row++) for (; at < ends[row]; at++) this.rows[next[flat[at]]++] = row;
  }

  /**
   * The rows whose text has the word.
   * @param {number} number
   */
  rowsOf(number) {
    return this.rows.subarray(this.start[number], this.start[number + 1]);
  }
}
