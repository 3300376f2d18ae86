import assert from "node:assert/strict";
import { test } from "node:test";

import { EMPTY, FACETS, SORTS, format, parse, toggled, withFacet } from "../../templates/theme/assets/qbank/address.js";
import { chance } from "./banks.js";

test("what is written is read back", () => {
  const next = chance(3);
  const words = ["google", "ml/evaluation", "12m", "c-plus-plus", "häßlich & 100 % + #", "a=b"];
  for (let turn = 0; turn < 500; turn++) {
    const chosen = {};
    for (const facet of FACETS) if (next() < 0.3) chosen[facet] = [...new Set([words[Math.floor(next() * 6)], "x"])];
    const state = { chosen, q: next() < 0.5 ? "C++ & k-means, 50 %?" : "", sort: SORTS[turn % 7] ?? "", page: 1 + (turn % 3) };
    assert.deepEqual(parse(format(state)), state);
  }
});

test("the empty state has an empty address, and the address of a state is one a person can read", () => {
  assert.equal(format(EMPTY), "");
  assert.equal(format(parse("")), "");
  assert.equal(
    format(parse("?seen=12m&company=google&company=meta&topic=ml/evaluation&q=roc auc&sort=newest&page=2")),
    "?company=google,meta&topic=ml/evaluation&seen=12m&q=roc+auc&sort=newest&page=2",
  );
});

test("what means nothing is left out", () => {
  assert.deepEqual(parse("?company=&tag=,,&sort=upwards&page=-3&utm_source=x"), EMPTY);
  for (const page of ["0", "x", "1e99", "NaN", "0.5"]) assert.equal(parse(`page=${page}`).page, 1);
});

test("a choice is put in and taken out, and the list begins anew", () => {
  const state = parse("?company=google&page=3");
  const both = toggled(state, "company", "meta");
  assert.equal(format(both), "?company=google,meta");
  assert.equal(format(toggled(both, "company", "google")), "?company=meta");
  assert.equal(format(toggled(state, "company", "google")), "");
  assert.equal(format(withFacet(state, "seen", ["12m"])), "?company=google&seen=12m");
  assert.equal(format(state), "?company=google&page=3");
});
