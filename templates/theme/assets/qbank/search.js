/**
 * Titles found by words as one types them; the best come first.
 *
 * A word of the query is covered by a title that has it, begins one of its words with it, or has a word near it; and
 * by a question's company, topic, tag or role whose name or alias it is. What covers the most of the query, weighed by
 * how rare its words are, comes first; then the exact title, the same beginning, the same order, the shorter title.
 *
 * Near words come from MiniSearch, over the distinct words of the bank and not over its titles: at 10,000 questions a
 * tenth of the work, and not needed at all until a word is typed that no title has.
 */

import { Lexicon, singular, words } from "./words.js";

/** @import {Columns, Term} from "./columns.js" */

/** @typedef {"company" | "topic" | "tag" | "role"} Kind */
/** @typedef {{kind: Kind, number: number, names: string[][]}} Named  A term with all its names, as words. */
/** @typedef {{kind: Kind, number: number, score: number}} NamedMatch */
/** @typedef {(word: string) => [word: string, weight: number][]} Near */

/**
 * @typedef {object} Found
 * @property {Uint32Array} rows  best first
 * @property {NamedMatch[]} terms  companies, topics, tags and roles of that name, best first
 * @property {boolean} complete  every word is covered in one question; otherwise near words could find more
 */

const PREFIX = 0.8;
/** What a term covers of a word, below a title that has the word; a name of several words is hardly meant otherwise. */
const TERM = 0.7;
const LONG_TERM = 0.95;
/** Of the words that rank a title, how much may be missing when no title has them all. */
const SLACK = 0.55;
/** How many of the best are compared closely. */
const CLOSE = 300;

export class TitleSearch {
  /** @param {Columns} columns */
  constructor(columns) {
    this.columns = columns;
    this.titles = new Lexicon(columns.titles);
    /** @type {Named[]} */
    this.named = [
      ...named("company", columns.companies),
      ...named("topic", columns.topics),
      ...named("tag", columns.tags),
      ...named("role", columns.roles),
    ];
    /** @type {Map<string, Uint32Array>} */
    this.rowsOfTerms = new Map();
  }

  /** The distinct words of titles and names: what a mistyped word may have been. */
  vocabulary() {
    const all = new Set(this.titles.words);
    for (const { names } of this.named) for (const name of names) for (const word of name) all.add(word);
    return [...all];
  }

  /** What a word of a title begins with where the query has it, or its plural, or only its beginning. @param {string} query */
  stems(query) {
    return query.toLowerCase().split(/[^\p{L}\p{N}+#]+/u).filter(Boolean).map(singular);
  }

  /**
   * @param {string} query
   * @param {Near} [near]  asked only when no question has all the words
   * @returns {Found}
   */
  find(query, near) {
    const asked = words(query);
    if (!asked.length) return { rows: new Uint32Array(0), terms: [], complete: true };
    const typing = !/\s$/.test(query);
    const exact = this.cover(asked, typing);
    return exact.complete || !near ? exact : this.cover(asked, typing, near);
  }

  /**
   * @param {string[]} asked
   * @param {boolean} typing  the last word may be only begun
   * @param {Near} [near]
   * @returns {Found}
   */
  cover(asked, typing, near) {
    const { count } = this.columns;
    const meant = asked.map((word, at) => this.meanings(word, typing && at === asked.length - 1, near));
    const terms = this.termsIn(meant, typing ? asked[asked.length - 1] : "");
    const score = new Float32Array(count);
    const covered = new Uint8Array(count);
    const best = new Float32Array(count);
    let most = 0;
    meant.forEach((meanings, at) => {
      /** @type {number[]} */
      const touched = [];
      /** @type {(rows: Uint32Array, weight: number) => void} */
      const mark = (rows, weight) => {
        for (const row of rows) {
          if (!best[row]) touched.push(row);
          if (best[row] < weight) best[row] = weight;
        }
      };
      for (const [word, weight] of meanings) {
        const number = this.titles.numbers.get(word);
        if (number !== undefined) mark(this.titles.rowsOf(number), weight);
      }
      for (const span of terms.spans) if (span.from <= at && at < span.to) mark(this.rowsOf(span.kind, span.number), span.weight);
      const rarity = Math.log(1 + count / Math.max(touched.length, 1));
      most += rarity;
      for (const row of touched) {
        score[row] += rarity * best[row];
        covered[row]++;
        best[row] = 0;
      }
    });
    /** @type {number[]} */
    let rows = [];
    for (let row = 0; row < count; row++) if (covered[row] === asked.length) rows.push(row);
    const complete = rows.length > 0;
    if (!complete) {
      let top = 0;
      for (const value of score) if (value > top) top = value;
      const enough = Math.max(top * SLACK, most * 0.2);
      for (let row = 0; row < count; row++) if (score[row] >= enough) rows.push(row);
    }
    return { rows: this.ranked(rows, score, asked, most), terms: terms.matches, complete };
  }

  /**
   * The known words that a typed one may stand for, with how sure that is.
   * @param {string} word
   * @param {boolean} begun
   * @param {Near} [near]
   */
  meanings(word, begun, near) {
    /** @type {Map<string, number>} */
    const found = new Map();
    if (near) for (const [other, weight] of near(word)) found.set(other, weight);
    if (begun || word.length > 3) {
      for (const other of this.titles.words) if (other.length > word.length && other.startsWith(word)) found.set(other, begun ? PREFIX : PREFIX / 2);
    }
    found.set(word, 1);
    return found;
  }

  /**
   * Where companies, topics, tags and roles are named in the query, also by the beginning of a name.
   * @param {Map<string, number>[]} meant
   * @param {string} begun  the last word, when it may be only begun
   */
  termsIn(meant, begun) {
    /** @type {{kind: Kind, number: number, from: number, to: number, weight: number}[]} */
    const spans = [];
    /** @type {NamedMatch[]} */
    const matches = [];
    const last = meant.length - 1;
    for (const { kind, number, names } of this.named) {
      let score = 0;
      for (const name of names) {
        for (let from = 0; from < meant.length; from++) {
          let weight = 1;
          let to = from;
          for (; to < meant.length && to - from < name.length && weight; to++) {
            const sure = meant[to].get(name[to - from]) ?? 0;
            weight = Math.min(weight, sure || (to === last && begun && (to > from || begun.length > 1) && name[to - from].startsWith(begun) ? PREFIX : 0));
          }
          if (!weight) continue;
          const whole = to - from === name.length;
          // A name that is only begun counts when the query ends within it.
          if (!whole && to <= last) continue;
          if (whole || weight === 1) spans.push({ kind, number, from, to, weight: weight * (whole ? (name.length > 1 ? LONG_TERM : TERM) : PREFIX * TERM) });
          const share = (to - from) / Math.max(meant.length, name.length);
          score = Math.max(score, weight * share);
        }
      }
      if (score >= 0.3) matches.push({ kind, number, score });
    }
    matches.sort((a, b) => b.score - a.score || a.number - b.number);
    return { spans, matches };
  }

  /**
   * The rows of a term: a company with its units, a topic with its sub-topics.
   * @param {Kind} kind
   * @param {number} number
   */
  rowsOf(kind, number) {
    const key = `${kind} ${number}`;
    let rows = this.rowsOfTerms.get(key);
    if (!rows) this.rowsOfTerms.set(key, (rows = rowsOfTerm(this.columns, kind, number)));
    return rows;
  }

  /**
   * @param {number[]} rows
   * @param {Float32Array} score
   * @param {string[]} asked
   * @param {number} most
   */
  ranked(rows, score, asked, most) {
    const wanted = asked.join(" ");
    /** @type {Map<number, number>} */
    const close = new Map();
    rows.sort((a, b) => score[b] - score[a] || a - b);
    for (const row of rows.slice(0, CLOSE)) {
      const title = words(this.columns.titles[row]);
      const text = title.join(" ");
      let bonus = 0.1 * Math.min(asked.length / title.length, 1);
      if (text === wanted) bonus += 1;
      else if (text.startsWith(wanted)) bonus += 0.3;
      else if (` ${text}`.includes(` ${wanted}`)) bonus += 0.2;
      else bonus += 0.1 * inOrder(title, asked);
      close.set(row, score[row] / most + bonus);
    }
    const head = [...close.keys()].sort((a, b) => (close.get(b) ?? 0) - (close.get(a) ?? 0) || a - b);
    return Uint32Array.from([...head, ...rows.slice(CLOSE)]);
  }
}

/**
 * How many of the neighbours in the query are neighbours in the title, from 0 to 1.
 * @param {string[]} title
 * @param {string[]} asked
 */
function inOrder(title, asked) {
  if (asked.length < 2) return 0;
  let pairs = 0;
  for (let at = 1; at < asked.length; at++) {
    const before = title.indexOf(asked[at - 1]);
    if (before >= 0 && title[before + 1]?.startsWith(asked[at])) pairs++;
  }
  return pairs / (asked.length - 1);
}

/**
 * @param {Kind} kind
 * @param {readonly Term[]} terms
 * @returns {Named[]}
 */
function named(kind, terms) {
  return terms.map((term, number) => {
    const names = new Map([term.name, ...term.aliases, term.id.replace(/.*\//, "")].map((name) => [words(name).join(" "), words(name)]));
    // "KNN" is also typed with a blank between letters of a joined name, and "A/B" without its stroke.
    for (const [, name] of [...names]) if (name.length > 1 && name.length < 4) names.set(name.join(""), [name.join("")]);
    names.delete("");
    return { kind, number, names: [...names.values()] };
  });
}

/**
 * @param {Columns} columns
 * @param {Kind} kind
 * @param {number} number
 */
function rowsOfTerm(columns, kind, number) {
  const { companies, topics } = columns;
  const list = kind === "company" ? companies : kind === "topic" ? topics : [];
  /** @type {(at: number) => boolean} */
  const within = (at) => {
    for (let up = at, steps = 0; up >= 0 && steps < 16; up = list[up]?.parent ?? -1, steps++) if (up === number) return true;
    return false;
  };
  /** @type {number[]} */
  const rows = [];
  for (let row = 0; row < columns.count; row++) {
    let has = false;
    if (kind === "topic") has = within(columns.topic[row]);
    else {
      const { start } = kind === "company" ? columns.sightings : kind === "tag" ? columns.tag : columns.role;
      for (let at = start[row]; at < start[row + 1] && !has; at++) {
        has = kind === "company" ? within(columns.company[at]) : kind === "tag" ? columns.tag.of[at] === number : columns.role.of[at] === number;
      }
    }
    if (has) rows.push(row);
  }
  return Uint32Array.from(rows);
}
