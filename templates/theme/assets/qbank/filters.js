/**
 * The filter model: columns and a state go in; rows, and exact counts of every choice, come out. It knows no page.
 *
 * Choices of one facet mean "one of them", facets together mean "all of them". Company, round, age and source are
 * looked at a sighting at a time: "at Google, onsite, in the last year" wants one report that says all three.
 * A facet's own counts leave its own choices out, so that they say what another choice would give.
 */

import { FACETS } from "./address.js";

/** @import {Facet, Sort, State} from "./address.js" */
/** @import {Columns, Term} from "./columns.js" */

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
export const STATUSES = fixed(["todo", "To do"], ["again", "Again"], ["done", "Done"]);

const BIT = /** @type {Record<Facet | "q", number>} */ (
  Object.fromEntries([...FACETS, "q"].map((facet, number) => [facet, 1 << number]))
);
const ALL = -1;

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
 * The rows that match, and what every other choice would give, in one walk over the bank.
 * @param {Columns} columns
 * @param {Selection} selection
 * @param {Options} options
 * @returns {Outcome}
 */
export function match(columns, selection, options) {
  const { preset = {}, found = null, month } = options;
  const status = options.status ?? new Uint8Array(columns.count);
  const base = Object.keys(preset).length ? within(columns, preset, options) : null;
  const has = found && marked(columns.count, found);
  const counts = emptyCounts(choicesOf(columns));
  // A page of one company or round asks that of the sighting too, unless the visitor asks for another one.
  const company = selection.company ?? preset.company;
  const round = selection.round ?? preset.round;
  const { topic, tag, difficulty, completeness, role } = selection;
  const oldest = oldestMonth(selection.seen ?? preset.seen, month);
  const sourced = selection.sourced ?? preset.sourced;
  const ages = MONTHS.map((age) => month - age);
  const chains = { company: chainsOf(columns.companies), topic: chainsOf(columns.topics) };
  const stamps = { company: stampsFor(columns.companies), round: stampsFor(columns.rounds) };
  const { start } = columns.sightings;
  const reports = new Uint16Array(columns.count);
  const newest = new Int32Array(columns.count);
  const rows = new Uint32Array(columns.count);
  let size = 0;

  for (let row = 0; row < columns.count; row++) {
    if (base && !base[row]) continue;
    let fails = 0;
    if (topic && !topic[columns.topic[row]]) fails |= BIT.topic;
    if (tag && !any(tag, columns.tag, row)) fails |= BIT.tag;
    if (difficulty && !difficulty[columns.difficulty[row]]) fails |= BIT.difficulty;
    if (completeness && !completeness[columns.completeness[row]]) fails |= BIT.completeness;
    if (selection.status && !selection.status[status[row]]) fails |= BIT.status;
    if (has && !has[row]) fails |= BIT.q;
    if (role && !any(role, columns.role, row)) fails |= BIT.role;
    const first = start[row];
    const end = start[row + 1];
    let isSourced = false;
    for (let at = first; at < end; at++) isSourced ||= columns.source[at] >= 0;

    /** The constraints that can be open for this row: all when it matches, one when only that one fails. */
    let open = 0;
    let age = 0;
    let kinds = 0;
    // A question that nobody reports is looked at once too: what it lacks are only the things that are asked for.
    for (let at = first; at < Math.max(end, first + 1); at++) {
      const real = at < end;
      const counted = real && columns.source[at] >= 0;
      const atCompany = !company || (real && company[columns.company[at]] === 1);
      if (counted && atCompany) {
        reports[row]++;
        newest[row] = Math.max(newest[row], columns.seen[at]);
      }
      let misses = fails;
      if (!atCompany) misses |= BIT.company;
      if (round && !(real && columns.round[at] >= 0 && round[columns.round[at]])) misses |= BIT.round;
      if (oldest && !(counted && columns.seen[at] >= oldest)) misses |= BIT.seen;
      if (sourced && !((sourced[0] && counted) || (sourced[1] && !isSourced))) misses |= BIT.sourced;
      // All but one constraint hold: the choices of that one are counted here.
      const free = misses === 0 ? ALL : misses & (misses - 1) ? 0 : misses;
      if (!free) continue;
      open |= free;
      if (real && free & BIT.company) add(counts.company, chains.company[columns.company[at]], stamps.company, row);
      if (real && free & BIT.round && columns.round[at] >= 0) addOne(counts.round, columns.round[at], stamps.round, row);
      if (counted && free & BIT.seen) age = Math.max(age, columns.seen[at]);
      if (free & BIT.sourced) kinds |= (counted ? 1 : 0) | (isSourced ? 0 : 2);
    }
    if (!open) continue;
    if (open === ALL) rows[size++] = row;
    if (open & BIT.topic) add(counts.topic, chains.topic[columns.topic[row]]);
    if (open & BIT.tag) each(columns.tag, row, counts.tag);
    if (open & BIT.role) each(columns.role, row, counts.role);
    if (open & BIT.difficulty) counts.difficulty[columns.difficulty[row]]++;
    if (open & BIT.completeness) counts.completeness[columns.completeness[row]]++;
    if (open & BIT.status) counts.status[status[row]]++;
    if (age) for (let at = 0; at < ages.length; at++) if (age >= ages[at]) counts.seen[at]++;
    if (kinds & 1) counts.sourced[0]++;
    if (kinds & 2) counts.sourced[1]++;
  }
  const matching = rows.slice(0, size);
  return { rows: sorted(columns, matching, options.sort || (found ? "" : preset.company ? "newest" : "topic"), { reports, newest, found }), counts };
}

/**
 * The rows in another order; equal ones stay by topic and from easy to hard.
 * @param {Columns} columns
 * @param {Uint32Array} rows
 * @param {Sort | ""} sort  empty: the best match first
 * @param {{reports: Uint16Array, newest: Int32Array, found: Uint32Array | null}} by
 */
function sorted(columns, rows, sort, by) {
  if (sort === "topic") return rows;
  /** @type {(row: number) => number} */
  let key;
  if (sort === "reports") key = (row) => -by.reports[row];
  else if (sort === "newest") key = (row) => -2 * by.newest[row] - Math.min(by.reports[row], 1);
  else if (sort === "difficulty") key = (row) => columns.difficulty[row];
  else if (sort === "hardest") key = (row) => -columns.difficulty[row];
  else {
    const rank = sort === "title" ? titleRank(columns) : ranks(columns.count, by.found ?? rows);
    key = (row) => rank[row];
  }
  // One number a row, so that the engine sorts numbers and asks no function.
  const keys = Float64Array.from(rows, (row) => key(row) * columns.count + row).sort();
  return Uint32Array.from(keys, (value) => ((value % columns.count) + columns.count) % columns.count);
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
 * @param {Uint8Array} allowed
 * @param {import("./columns.js").Ragged} ragged
 * @param {number} row
 */
function any(allowed, ragged, row) {
  for (let at = ragged.start[row]; at < ragged.start[row + 1]; at++) if (allowed[ragged.of[at]]) return true;
  return false;
}

/**
 * @param {import("./columns.js").Ragged} ragged
 * @param {number} row
 * @param {Uint32Array} counts
 */
function each(ragged, row, counts) {
  for (let at = ragged.start[row]; at < ragged.start[row + 1]; at++) counts[ragged.of[at]]++;
}

/**
 * @param {Uint32Array} counts
 * @param {readonly number[]} numbers
 * @param {Int32Array} [stamps]  by number: the row that was counted last, so that no row counts twice
 * @param {number} [row]
 */
function add(counts, numbers, stamps, row = 0) {
  for (const number of numbers) {
    if (stamps) addOne(counts, number, stamps, row);
    else counts[number]++;
  }
}

/**
 * @param {Uint32Array} counts
 * @param {number} number
 * @param {Int32Array} stamps
 * @param {number} row
 */
function addOne(counts, number, stamps, row) {
  if (stamps[number] !== row) {
    stamps[number] = row;
    counts[number]++;
  }
}

/** @param {readonly unknown[]} terms */
function stampsFor(terms) {
  return new Int32Array(terms.length).fill(-1);
}

/** @param {readonly Term[]} terms */
function chainsOf(terms) {
  return terms.map((_, number) => lineage(terms, number));
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
