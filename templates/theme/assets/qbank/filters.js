/**
 * The filter model: columns and a state go in; rows, and exact counts of every choice, come out. It knows no page.
 *
 * Choices of one facet mean "one of them", facets together mean "all of them". Company, round, age and source are
 * looked at a sighting at a time: "at Google, onsite, in the last year" wants one report that says all three.
 * A facet's own counts leave its own choices out, so that they say what another choice would give.
 */

import { FACETS } from "./address.js";

/** @import {Facet, Sort, State} from "./address.js" */
/** @import {Columns, Ragged, Term} from "./columns.js" */

/** @typedef {Record<Facet, readonly Term[]>} Choices  What can be chosen, by facet. */
/** @typedef {Partial<Record<Facet, Uint8Array>>} Selection  By facet: 1 at each number that is allowed. */

/**
 * @typedef {object} Outcome
 * @property {Uint32Array} rows  the rows that match, sorted
 * @property {Record<Facet, Uint32Array>} counts  how many rows each choice would give
 */

/**
 * @typedef {object} Options
 * @property {Selection} [preset]  what the page itself stands for
 * @property {Uint32Array | null} [found]  the rows that have the words, best first; null: no words
 * @property {Uint8Array} [status]  by row: 0 to do, 1 again, 2 done
 * @property {number} month  the present month, counted from January 1970
 * @property {Sort | ""} [sort]  empty: the best match first, or a company's newest reports, or by topic
 */

/**
 * @typedef {object} Asked  What is asked of a sighting.
 * @property {Uint8Array} [company]
 * @property {Uint8Array} [round]
 * @property {Uint8Array} [sourced]
 * @property {number} oldest  the month, or 0
 */

/** @typedef {{row: Int32Array, sourced: Uint8Array}} Reports  The row of each sighting; whether a row has one with a source. */
/** @typedef {{rows: Uint16Array, sightings: Uint16Array}} Opened  By row and by sighting: the constraints whose choices count it. */

/** The facets as people read them. @type {Record<Facet, string>} */
export const NAMES = {
  company: "Company", topic: "Topic", tag: "Tag", difficulty: "Difficulty", role: "Role", round: "Round", seen: "Last reported",
  sourced: "Source", completeness: "Answer", status: "My status",
};

const DIFFICULTIES = fixed(["easy", "Easy"], ["medium", "Medium"], ["hard", "Hard"]);
const AGES = fixed(["3m", "3 months"], ["6m", "6 months"], ["12m", "12 months"], ["24m", "2 years"]);
const MONTHS = [3, 6, 12, 24];
const SOURCED = fixed(["yes", "With a source"], ["no", "No source"]);
const COMPLETENESS = fixed(["stub", "Stub"], ["good", "Good"], ["complete", "Complete"]);
const STATUSES = fixed(["todo", "To do"], ["again", "Again"], ["done", "Done"]);

const BIT = /** @type {Record<Facet | "q", number>} */ (
  Object.fromEntries([...FACETS, "q"].map((facet, number) => [facet, 1 << number]))
);
const ALL = 0xffff;
/** More bits than one, so that a row never counts. */
const NEVER = 0xc000;

/**
 * @param {Columns} columns
 * @returns {Choices}
 */
export function choicesOf(columns) {
  return {
    company: columns.companies,
    topic: columns.topics,
    tag: columns.tags,
    difficulty: DIFFICULTIES,
    role: columns.roles,
    round: columns.rounds,
    seen: AGES,
    sourced: SOURCED,
    completeness: COMPLETENESS,
    status: STATUSES,
  };
}

/**
 * What a state's words mean in this bank; ids that it does not have are handed back, to be said.
 * @param {Choices} choices
 * @param {State} state
 * @returns {{selection: Selection, unknown: [Facet, string][]}}
 */
export function select(choices, state) {
  /** @type {Selection} */
  const selection = {};
  /** @type {[Facet, string][]} */
  const unknown = [];
  for (const facet of FACETS) {
    const terms = choices[facet];
    for (const id of state.chosen[facet] ?? []) {
      const number = terms.findIndex((term) => term.id === id);
      if (number < 0) unknown.push([facet, id]);
      else (selection[facet] ??= new Uint8Array(terms.length))[number] = 1;
    }
    const allowed = selection[facet];
    // Parents stand before or after their units; a chain is short.
    if (allowed) terms.forEach((_, number) => (allowed[number] ||= lineage(terms, number).some((up) => allowed[up]) ? 1 : 0));
  }
  return { selection, unknown };
}

/**
 * The rows that match, and what every other choice would give. Each constraint and each facet is a walk of its own over
 * one column: an engine makes such short loops fast after some thousand turns, and one that does all only after seconds.
 * @param {Columns} columns
 * @param {Selection} selection
 * @param {Options} options
 * @returns {Outcome}
 */
export function match(columns, selection, options) {
  const { preset = {}, found = null, month } = options;
  const status = options.status ?? new Uint8Array(columns.count);
  const fails = failing(columns, selection, status);
  if (found) but(fails, marked(columns.count, found), BIT.q);
  if (Object.keys(preset).length) but(fails, within(columns, preset, options), NEVER);
  // A page of one company or round asks that of the sighting too, unless the visitor asks for another one.
  const asked = {
    company: selection.company ?? preset.company,
    round: selection.round ?? preset.round,
    sourced: selection.sourced ?? preset.sourced,
    oldest: oldestMonth(selection.seen ?? preset.seen, month),
  };
  const reports = reportsOf(columns);
  const opened = opening(fails, missing(columns, reports, asked, fails), columns, reports, asked);
  const counts = emptyCounts(choicesOf(columns));
  count(counts.topic, opened.rows, BIT.topic, columns.topic, parentsOf(columns.topics));
  count(counts.difficulty, opened.rows, BIT.difficulty, columns.difficulty);
  count(counts.completeness, opened.rows, BIT.completeness, columns.completeness);
  count(counts.status, opened.rows, BIT.status, status);
  countEach(counts.tag, opened.rows, BIT.tag, columns.tag);
  countEach(counts.role, opened.rows, BIT.role, columns.role);
  countOnce(counts.company, opened.sightings, BIT.company, columns.company, reports.row, parentsOf(columns.companies));
  countOnce(counts.round, opened.sightings, BIT.round, columns.round, reports.row, parentsOf(columns.rounds));
  countReports(counts, opened, columns, reports, month);
  const rows = matching(opened.rows);
  return { rows: sorted(columns, rows, options.sort || (found ? "" : preset.company ? "newest" : "topic"), { company: asked.company, found }), counts };
}

/**
 * By row, a bit for each constraint on the question itself that it fails.
 * @param {Columns} columns
 * @param {Selection} selection
 * @param {Uint8Array} status
 */
function failing(columns, { topic, difficulty, completeness, status: statuses, tag, role }, status) {
  const fails = new Uint16Array(columns.count);
  if (topic) fail(fails, topic, columns.topic, BIT.topic);
  if (difficulty) fail(fails, difficulty, columns.difficulty, BIT.difficulty);
  if (completeness) fail(fails, completeness, columns.completeness, BIT.completeness);
  if (statuses) fail(fails, statuses, status, BIT.status);
  if (tag) failEach(fails, tag, columns.tag, BIT.tag);
  if (role) failEach(fails, role, columns.role, BIT.role);
  return fails;
}

/**
 * By sighting, a bit for each constraint that it or its question fails.
 * @param {Columns} columns
 * @param {Reports} reports
 * @param {Asked} asked
 * @param {Uint16Array} fails
 */
function missing(columns, { row, sourced }, asked, fails) {
  const misses = new Uint16Array(row.length);
  for (let at = 0; at < row.length; at++) misses[at] = fails[row[at]];
  if (asked.company) fail(misses, asked.company, columns.company, BIT.company);
  if (asked.round) fail(misses, asked.round, columns.round, BIT.round);
  const { oldest, sourced: wanted } = asked;
  if (oldest) for (let at = 0; at < row.length; at++) if (columns.source[at] < 0 || columns.seen[at] < oldest) misses[at] |= BIT.seen;
  if (wanted) for (let at = 0; at < row.length; at++) if (!((wanted[0] && columns.source[at] >= 0) || (wanted[1] && !sourced[row[at]]))) misses[at] |= BIT.sourced;
  return misses;
}

/**
 * The constraints that are open by sighting, in the place of what it misses, and by row: all where all hold, one where
 * only that one fails, whose other choices then count this row.
 * @param {Uint16Array} fails
 * @param {Uint16Array} misses
 * @param {Columns} columns
 * @param {Reports} reports
 * @param {Asked} asked
 * @returns {Opened}
 */
function opening(fails, misses, columns, { row }, asked) {
  const rows = new Uint16Array(columns.count);
  // A question that nobody reports lacks only what is asked for.
  const without = (asked.company ? BIT.company : 0) | (asked.round ? BIT.round : 0) | (asked.oldest ? BIT.seen : 0) | (asked.sourced && !asked.sourced[1] ? BIT.sourced : 0);
  const { start } = columns.sightings;
  for (let at = 0; at < rows.length; at++) if (start[at] === start[at + 1]) rows[at] = free(fails[at] | without);
  for (let at = 0; at < misses.length; at++) rows[row[at]] |= misses[at] = free(misses[at]);
  return { rows, sightings: misses };
}

/** @param {Uint16Array} open */
function matching(open) {
  const rows = new Uint32Array(open.length);
  let size = 0;
  for (let row = 0; row < open.length; row++) if (open[row] === ALL) rows[size++] = row;
  return rows.slice(0, size);
}

/** @param {number} misses */
function free(misses) {
  return misses === 0 ? ALL : misses & (misses - 1) ? 0 : misses;
}

/**
 * @param {Uint16Array} fails
 * @param {Uint8Array} allowed
 * @param {Uint8Array | Int32Array} column  a number for each of `fails`, -1 where it has none
 * @param {number} bit
 */
function fail(fails, allowed, column, bit) {
  for (let at = 0; at < fails.length; at++) if (column[at] < 0 || !allowed[column[at]]) fails[at] |= bit;
}

/**
 * @param {Uint16Array} fails
 * @param {Uint8Array} allowed
 * @param {Ragged} ragged
 * @param {number} bit
 */
function failEach(fails, allowed, { start, of }, bit) {
  for (let row = 0; row < fails.length; row++) {
    let at = start[row];
    while (at < start[row + 1] && !allowed[of[at]]) at++;
    if (at === start[row + 1]) fails[row] |= bit;
  }
}

/**
 * @param {Uint16Array} fails
 * @param {Uint8Array} marks  of the rows that do not fail
 * @param {number} bits
 */
function but(fails, marks, bits) {
  for (let row = 0; row < fails.length; row++) if (!marks[row]) fails[row] |= bits;
}

/**
 * @param {Uint32Array} counts
 * @param {Uint16Array} open
 * @param {number} bit
 * @param {Uint8Array | Int32Array} column
 * @param {Int32Array} [parents]  a term counts for what includes it, too
 */
function count(counts, open, bit, column, parents) {
  for (let row = 0; row < open.length; row++) {
    if (open[row] & bit) for (let term = column[row]; term >= 0; term = parents ? parents[term] : -1) counts[term]++;
  }
}

/**
 * @param {Uint32Array} counts
 * @param {Uint16Array} open
 * @param {number} bit
 * @param {Ragged} ragged
 */
function countEach(counts, open, bit, { start, of }) {
  for (let row = 0; row < open.length; row++) {
    if (open[row] & bit) for (let at = start[row]; at < start[row + 1]; at++) counts[of[at]]++;
  }
}

/**
 * Of a row's sightings, each term counts once, and what includes it.
 * @param {Uint32Array} counts
 * @param {Uint16Array} open  by sighting
 * @param {number} bit
 * @param {Int32Array} column
 * @param {Int32Array} row  of each sighting
 * @param {Int32Array} parents
 */
function countOnce(counts, open, bit, column, row, parents) {
  const last = new Int32Array(counts.length).fill(-1); // the row that was counted last
  for (let at = 0; at < open.length; at++) {
    if (open[at] & bit) {
      for (let term = column[at]; term >= 0 && last[term] !== row[at]; term = parents[term]) {
        last[term] = row[at];
        counts[term]++;
      }
    }
  }
}

/**
 * @param {Outcome["counts"]} counts
 * @param {Opened} opened
 * @param {Columns} columns
 * @param {Reports} reports
 * @param {number} month
 */
function countReports(counts, { rows, sightings }, columns, { row, sourced }, month) {
  const { source, seen } = columns;
  const newest = new Int32Array(columns.count);
  const cited = new Uint8Array(columns.count);
  for (let at = 0; at < sightings.length; at++) {
    if (source[at] < 0) continue;
    if (sightings[at] & BIT.seen && seen[at] > newest[row[at]]) newest[row[at]] = seen[at];
    if (sightings[at] & BIT.sourced) cited[row[at]] = 1;
  }
  const oldest = MONTHS.map((age) => month - age);
  for (let at = 0; at < rows.length; at++) {
    if (newest[at]) for (let age = 0; age < oldest.length; age++) if (newest[at] >= oldest[age]) counts.seen[age]++;
    counts.sourced[0] += cited[at];
    if (rows[at] & BIT.sourced && !sourced[at]) counts.sourced[1]++;
  }
}

/** @type {WeakMap<Columns, Reports>} */
const known = new WeakMap();

/** @param {Columns} columns @returns {Reports} */
function reportsOf(columns) {
  let reports = known.get(columns);
  if (!reports) {
    const { start } = columns.sightings;
    const row = new Int32Array(columns.company.length);
    const sourced = new Uint8Array(columns.count);
    for (let each = 0; each < columns.count; each++) row.fill(each, start[each], start[each + 1]);
    for (let at = 0; at < row.length; at++) if (columns.source[at] >= 0) sourced[row[at]] = 1;
    known.set(columns, (reports = { row, sourced }));
  }
  return reports;
}

/** @param {readonly Term[]} terms */
function parentsOf(terms) {
  return Int32Array.from(terms, ({ parent }) => parent);
}

/**
 * The rows in another order; equal ones stay by topic and from easy to hard.
 * @param {Columns} columns
 * @param {Uint32Array} rows
 * @param {Sort | ""} sort  empty: the best match first
 * @param {{company: Uint8Array | undefined, found: Uint32Array | null}} by  whose reports count, if not all do
 */
function sorted(columns, rows, sort, by) {
  if (sort === "topic") return rows;
  /** @type {(row: number) => number} */
  let key;
  if (sort === "reports" || sort === "newest") {
    const { reports, newest } = tally(columns, by.company);
    key = sort === "reports" ? (row) => -reports[row] : (row) => -2 * newest[row] - Math.min(reports[row], 1);
  } else if (sort === "difficulty") key = (row) => columns.difficulty[row];
  else if (sort === "hardest") key = (row) => -columns.difficulty[row];
  else {
    const rank = sort === "title" ? titleRank(columns) : ranks(columns.count, by.found ?? rows);
    key = (row) => rank[row];
  }
  // One number a row, so that the engine sorts numbers and asks no function.
  const keys = Float64Array.from(rows, (row) => key(row) * columns.count + row).sort();
  return Uint32Array.from(keys, (value) => ((value % columns.count) + columns.count) % columns.count);
}

/**
 * How many sourced reports each row has at a company, and the newest one's month.
 * @param {Columns} columns
 * @param {Uint8Array | undefined} company
 */
function tally(columns, company) {
  const { row } = reportsOf(columns);
  const reports = new Uint16Array(columns.count);
  const newest = new Int32Array(columns.count);
  for (let at = 0; at < row.length; at++) {
    if (columns.source[at] < 0 || (company && !company[columns.company[at]])) continue;
    reports[row[at]]++;
    if (columns.seen[at] > newest[row[at]]) newest[row[at]] = columns.seen[at];
  }
  return { reports, newest };
}

/** @type {WeakMap<Columns, Uint32Array>} */
const titleRanks = new WeakMap();

/** @param {Columns} columns */
function titleRank(columns) {
  let rank = titleRanks.get(columns);
  if (!rank) {
    const { compare } = new Intl.Collator("en", { numeric: true });
    const order = Uint32Array.from(columns.ids, (_, row) => row).sort((a, b) => compare(columns.titles[a], columns.titles[b]) || a - b);
    titleRanks.set(columns, (rank = ranks(columns.count, order)));
  }
  return rank;
}

/**
 * @param {number} count
 * @param {Uint32Array} order
 */
function ranks(count, order) {
  const rank = new Uint32Array(count);
  order.forEach((row, place) => (rank[row] = place));
  return rank;
}

/**
 * Which rows a page stands for.
 * @param {Columns} columns
 * @param {Selection} preset
 * @param {Options} options
 */
function within(columns, preset, options) {
  return marked(columns.count, match(columns, preset, { month: options.month, status: options.status }).rows);
}

/**
 * @param {number} count
 * @param {Uint32Array} rows
 */
function marked(count, rows) {
  const marks = new Uint8Array(count);
  for (const row of rows) marks[row] = 1;
  return marks;
}

/**
 * @param {Uint8Array | undefined} seen
 * @param {number} month
 */
function oldestMonth(seen, month) {
  return seen ? month - Math.max(...MONTHS.filter((_, number) => seen[number])) : 0;
}

/**
 * A term's number and those of the terms that include it.
 * @param {readonly Term[]} terms
 * @param {number} number
 */
export function lineage(terms, number) {
  /** @type {number[]} */
  const chain = [];
  for (let at = number; at >= 0 && !chain.includes(at); at = terms[at].parent) chain.push(at);
  return chain;
}

/** @param {Choices} choices */
function emptyCounts(choices) {
  return /** @type {Outcome["counts"]} */ (
    Object.fromEntries(FACETS.map((facet) => [facet, new Uint32Array(choices[facet].length)]))
  );
}

/**
 * @param {...[string, string]} terms
 * @returns {readonly Term[]}
 */
function fixed(...terms) {
  return terms.map(([id, name]) => ({ id, name, aliases: [], parent: -1 }));
}
