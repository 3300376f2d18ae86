/**
 * The bank's index as typed columns: one request, made when search or a filter is first used, shared by both.
 *
 * A question is a row number from here on; its terms (companies, topics, tags, ...) are numbers too.
 */

import { json } from "./site.js";

/**
 * @typedef {object} Term  A company, topic, tag, role, round or source.
 * @property {string} id
 * @property {string} name
 * @property {readonly string[]} aliases
 * @property {number} parent  the number of the term that includes this one, or -1
 */

/**
 * @typedef {object} Ragged  Several numbers a row: those of row `r` are `of[start[r]]` to `of[start[r + 1] - 1]`.
 * @property {Uint32Array} start
 * @property {Int32Array} of
 */

/**
 * @typedef {object} Columns
 * @property {string} state  differs where the questions do
 * @property {number} count
 * @property {readonly Term[]} companies
 * @property {readonly Term[]} topics
 * @property {readonly Term[]} tags
 * @property {readonly Term[]} roles
 * @property {readonly Term[]} rounds
 * @property {readonly Term[]} sources
 * @property {readonly string[]} ids
 * @property {readonly string[]} titles
 * @property {Uint8Array} difficulty
 * @property {Uint8Array} completeness
 * @property {Int32Array} topic
 * @property {Ragged} tag
 * @property {Ragged} role
 * @property {Ragged} sightings  `of` numbers the sightings from 0 on, for the columns below
 * @property {Int32Array} company
 * @property {Int32Array} source  -1: the sighting has none, and is not counted as a report
 * @property {Int32Array} seen  months since January 1970, the earliest that the date can mean; 0: not said
 * @property {Int32Array} precise  0: the date is only a year, 1: its month is known
 * @property {Int32Array} sightingRole  -1: not said
 * @property {Int32Array} round  -1: not said
 */

/** @typedef {Record<string, any>} Index  The file; `src/qbank/columns.py` says what stands in it. */

/** @type {Promise<Columns> | undefined} */
let decoded;

/** The columns of this site; after a request that failed, the next call makes another. */
export function columns() {
  decoded ??= json("index.json").then(decode);
  decoded.catch(() => (decoded = undefined));
  return decoded;
}

/**
 * The overview of every row: they are long, and only rows on the screen need them. None when they cannot be had, or are
 * of another build of the site than the columns.
 * @param {Columns} columns
 * @returns {Promise<readonly string[]>}
 */
export async function overviews({ state }) {
  const file = await json("overviews.json").catch(() => null);
  return file?.state === state ? file?.overviews : [];
}

/**
 * The file's contents as columns.
 * @param {Index} index
 * @returns {Columns}
 */
export function decode(index) {
  if (index?.version !== 1) throw new Error(`The index has version ${index?.version ?? "none"}; this page knows version 1`);
  const topics = terms(index.topics);
  const topicOf = new Map(topics.map((topic, number) => [topic.id, number]));
  const seen = numbers(index.sighting_seen);
  return {
    state: index.state,
    count: index.ids.length,
    companies: terms(index.companies),
    topics: topics.map((topic) => ({ ...topic, parent: topicOf.get(topic.id.replace(/\/?[^/]*$/, "")) ?? -1 })),
    tags: terms(index.tags),
    roles: terms(index.roles),
    rounds: terms(index.rounds),
    sources: terms(index.sources),
    ids: index.ids,
    titles: index.titles,
    difficulty: Uint8Array.from(numbers(index.difficulty)),
    completeness: Uint8Array.from(numbers(index.completeness)),
    topic: numbers(index.topic),
    tag: ragged(numbers(index.tag_counts), numbers(index.tag)),
    role: ragged(numbers(index.role_counts), numbers(index.role)),
    sightings: ragged(numbers(index.sighting_counts), new Int32Array(0)),
    company: numbers(index.sighting_company),
    source: lessOne(numbers(index.sighting_source)),
    seen: seen.map((ago) => (ago ? index.newest - ago + 1 : 0)),
    precise: numbers(index.sighting_precision),
    sightingRole: lessOne(numbers(index.sighting_role)),
    round: lessOne(numbers(index.sighting_round)),
  };
}

/**
 * A column of numbers is a string with one character each, from code 35 on; 92, which JSON escapes, is left out.
 * @param {string} column
 */
function numbers(column) {
  const found = new Int32Array(column.length);
  for (let at = 0; at < column.length; at++) {
    const code = column.charCodeAt(at) - 35;
    found[at] = code > 57 ? code - 1 : code;
  }
  return found;
}

/** @param {Int32Array} column  0: not said, else one more than the number */
function lessOne(column) {
  return column.map((number) => number - 1);
}

/**
 * @param {[string, string, string[]?, number?][]} rows
 * @returns {Term[]}
 */
function terms(rows) {
  return rows.map(([id, name, aliases = [], parent = -1]) => ({ id, name, aliases, parent }));
}

/**
 * @param {Int32Array} counts
 * @param {Int32Array} of
 * @returns {Ragged}
 */
function ragged(counts, of) {
  const start = new Uint32Array(counts.length + 1);
  counts.forEach((count, row) => (start[row + 1] = start[row] + count));
  return { start, of };
}
