/** The filter model against a plain one that says the same in a few slow lines. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, FACETS, SORTS, parse } from "../../templates/theme/assets/qbank/address.js";
import { decode } from "../../templates/theme/assets/qbank/columns.js";
import { choicesOf, match, select } from "../../templates/theme/assets/qbank/filters.js";
import { MONTH, bank, chance } from "./banks.js";

const LEVELS = ["easy", "medium", "hard"];
const COMPLETENESS = ["stub", "good", "complete"];
const STATUSES = ["todo", "again", "done"];
const AGES = { "3m": 3, "6m": 6, "12m": 12, "24m": 24 };
const PARENTS = { "google-deepmind": "google", whatsapp: "meta" };

const company = (id) => (id ? [id, PARENTS[id]] : []);
const topic = (id) => id.split("/").map((_, at, parts) => parts.slice(0, at + 1).join("/"));

/** Whether one question matches: the sentence of the manual, taken literally. */
function holds(question, chosen, status, found, preset) {
  const oneOf = (facet, has) => !chosen[facet] || chosen[facet].some((id) => has.includes(id));
  const sourced = question.sightings.some((sighting) => sighting.source);
  const here = { ...preset, ...chosen };
  const reports = question.sightings.length ? question.sightings : [null];
  return (
    oneOf("topic", topic(question.topic)) &&
    oneOf("tag", question.tags) &&
    oneOf("difficulty", [LEVELS[question.difficulty]]) &&
    oneOf("completeness", [COMPLETENESS[question.completeness]]) &&
    oneOf("role", question.roles) &&
    oneOf("status", [STATUSES[status]]) &&
    (!found || found.includes(question.row)) &&
    reports.some(
      (report) =>
        (!here.company || (report && here.company.some((id) => company(report.company).includes(id)))) &&
        (!here.round || (report && here.round.includes(report.round))) &&
        (!here.seen || (report?.source && here.seen.some((age) => report.seen >= MONTH - AGES[age]))) &&
        (!here.sourced || (here.sourced.includes("yes") && report?.source) || (here.sourced.includes("no") && !sourced)),
    )
  );
}

function state(next, choices, most = 3) {
  const chosen = {};
  for (const facet of FACETS) {
    if (next() < most / FACETS.length) {
      const ids = choices[facet].map(({ id }) => id);
      chosen[facet] = ids.filter(() => next() < 0.4);
      if (!chosen[facet].length) chosen[facet] = [ids[Math.floor(next() * ids.length)]];
    }
  }
  return { ...EMPTY, chosen };
}

for (let seed = 1; seed <= 12; seed++) {
  test(`rows and counts are those of the plain model, bank ${seed}`, () => {
    const next = chance(seed * 7919);
    const { index, questions } = bank(seed, 60);
    questions.forEach((question, row) => (question.row = row));
    const columns = decode(index);
    const choices = choicesOf(columns);
    const status = Uint8Array.from(questions, () => Math.floor(next() * 3));
    for (let turn = 0; turn < 8; turn++) {
      const { chosen } = state(next, choices);
      const preset = turn % 3 ? {} : { company: ["google"] };
      const found = turn % 4 ? null : Uint32Array.from(questions.keys()).filter(() => next() < 0.6);
      const wanted = (other) =>
        questions.filter((question, row) => {
          const inside = holds(question, preset, status[row], null, {});
          return inside && holds(question, other, status[row], found && [...found], preset);
        });
      const { selection, unknown } = select(choices, { ...EMPTY, chosen });
      assert.deepEqual(unknown, []);
      const options = { preset: select(choices, { ...EMPTY, chosen: preset }).selection, found, status, month: MONTH };
      const outcome = match(columns, selection, { ...options, sort: "topic" });
      assert.deepEqual([...outcome.rows], wanted(chosen).map(({ row }) => row), JSON.stringify({ chosen, preset }));
      for (const facet of FACETS) {
        const counts = choices[facet].map(({ id }) => wanted({ ...chosen, [facet]: [id] }).length);
        assert.deepEqual([...outcome.counts[facet]], counts, `${facet} of ${JSON.stringify({ chosen, preset })}`);
      }
    }
  });
}

test("every order has the same rows, and its key never goes back", () => {
  const { index, questions } = bank(5, 200);
  const columns = decode(index);
  const found = Uint32Array.from({ length: 200 }, (_, row) => 199 - row);
  const reports = (row) => questions[row].sightings.filter(({ source }) => source);
  const keys = {
    topic: (row) => row,
    reports: (row) => -reports(row).length,
    newest: (row) => -2 * Math.max(0, ...reports(row).map(({ seen }) => seen)) - Math.min(1, reports(row).length),
    difficulty: (row) => questions[row].difficulty,
    hardest: (row) => -questions[row].difficulty,
    "": (row) => 199 - row,
  };
  for (const sort of [...SORTS, ""]) {
    const rows = [...match(columns, {}, { month: MONTH, sort, found }).rows];
    assert.deepEqual([...rows].sort((a, b) => a - b), [...questions.keys()], sort);
    for (let at = 1; at < rows.length; at++) {
      const [before, after] = [rows[at - 1], rows[at]];
      if (sort === "title") assert.ok(columns.titles[before].localeCompare(columns.titles[after], "en", { numeric: true }) <= 0);
      else assert.ok(keys[sort](before) < keys[sort](after) || (keys[sort](before) === keys[sort](after) && before < after), sort);
    }
  }
});

test("on a company's page the reports that sort are that company's", () => {
  const { index, questions } = bank(9, 100);
  const columns = decode(index);
  const choices = choicesOf(columns);
  const preset = select(choices, parse("company=meta")).selection;
  const { rows } = match(columns, {}, { preset, month: MONTH, sort: "newest" });
  const newest = [...rows].map((row) =>
    Math.max(0, ...questions[row].sightings.filter((s) => s.source && company(s.company).includes("meta")).map((s) => s.seen)),
  );
  assert.ok(rows.length > 20);
  assert.deepEqual(newest, [...newest].sort((a, b) => b - a));
});

test("ids that the bank does not have are handed back and constrain nothing", () => {
  const choices = choicesOf(decode(bank(1, 10).index));
  const { selection, unknown } = select(choices, parse("company=nobody,google&tag=no-such&difficulty=impossible"));
  assert.deepEqual(unknown, [["company", "nobody"], ["tag", "no-such"], ["difficulty", "impossible"]]);
  assert.deepEqual(Object.keys(selection), ["company"]);
});

test("an index of another version is refused", () => {
  assert.throws(() => decode({ ...bank(1, 3).index, version: 2 }), /version 2/);
});
