/** Search by titles and names, on a small bank and on titles made from the words of ours. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { words } from "../../templates/theme/assets/qbank/words.js";
import { bank, encoded } from "./banks.js";
import { WANTED, queries, score, searchIn } from "./rankings.js";

const TITLES = [
  "What is overfitting?", "How do decision trees split?", "What does k-means minimise?", "Explain the naïve Bayes classifier",
  "What is A/B testing?", "Which metric fits a ranking?", "How do you write C++ that is fast?", "How do random forests vote?",
  "Explain how transformers attend", "What is overfitting, and how do regularised models avoid it?", "How are queries batched?",
];

/** An index with these titles, of which the third is tagged `knn` and asked at Meta. */
function indexOf(titles) {
  const { index } = bank(1, titles.length);
  const tags = [["nearest-neighbours", "Nearest neighbours", ["KNN", "k-NN"]], ["other", "Other", []]];
  const tag = titles.map((_, row) => (row === 2 ? 0 : 1));
  const companies = [["google", "Google", [], -1], ["meta", "Meta", ["Facebook"], -1]];
  return {
    ...index, titles, tags, companies,
    tag_counts: encoded(titles.map(() => 1)), tag: encoded(tag),
    sighting_counts: encoded(titles.map(() => 1)), sighting_company: encoded(titles.map((_, row) => (row === 2 ? 1 : 0))),
    ...Object.fromEntries(["source", "seen", "precision", "role", "round"].map((name) => [`sighting_${name}`, encoded(titles.map(() => 0))])),
  };
}

const { search, near } = await searchIn(indexOf(TITLES));
const first = (query) => TITLES[search.find(query, near).rows[0]];

for (const [query, title] of [
  ["overfitting", "What is overfitting?"],
  ["overfiting", "What is overfitting?"],
  ["regularized overfitting", "What is overfitting, and how do regularised models avoid it?"],
  ["decision tree", "How do decision trees split?"],
  ["decis", "How do decision trees split?"],
  ["kmeans", "What does k-means minimise?"],
  ["k means", "What does k-means minimise?"],
  ["naive bayes", "Explain the naïve Bayes classifier"],
  ["AB test", "What is A/B testing?"],
  ["a/b", "What is A/B testing?"],
  ["c++", "How do you write C++ that is fast?"],
  ["rankings", "Which metric fits a ranking?"],
  ["query", "How are queries batched?"],
  ["KNN", "What does k-means minimise?"],
  ["k-nn", "What does k-means minimise?"],
  ["facebook", "What does k-means minimise?"],
  ["facebok", "What does k-means minimise?"],
  ["trnsformers", "Explain how transformers attend"],
]) {
  test(`“${query}” finds “${title}” first`, () => assert.equal(first(query), title));
}

test("names are found beside titles, by their beginnings and aliases", () => {
  assert.deepEqual(search.find("faceb").terms.map(({ kind, number }) => [kind, number]), [["company", 1]]);
  assert.deepEqual(search.find("nearest n").terms.map(({ kind, number }) => [kind, number]), [["tag", 0]]);
  assert.equal(search.find("facebook").terms[0].score, 1);
});

test("nothing is found for nothing, for signs and for what is not there", () => {
  for (const query of ["", "   ", "?!", "qqqqqqq"]) assert.equal(search.find(query, near).rows.length, 0, query);
});

test("plurals become singulars, and words that only look like plurals stay", () => {
  assert.deepEqual(words("trees queries classes boxes matches losses"), ["tree", "query", "class", "box", "match", "loss"]);
  assert.deepEqual(words("analysis loss status"), ["analysis", "loss", "status"]);
});

test("the wanted question comes first among 2,000 titles", async () => {
  const stems = "gradient boosting forest kernel margin entropy posterior latent encoder decoder attention dropout momentum bandit policy reward ranking recall precision calibration drift feature imputation outlier seasonality forecast trend cluster centroid manifold".split(" ");
  const titles = Array.from({ length: 2_000 }, (_, number) => {
    const word = (step) => stems[(number * step + Math.floor(number / 30)) % stems.length];
    return `How do ${word(1)} and ${word(7)} differ for a ${word(11)} of kind ${number}?`;
  });
  const { columns, search, near } = await searchIn(indexOf(titles));
  const sets = queries(columns, search, 120);
  for (const name of ["exact", "letter lost", "plural or singular"]) {
    assert.equal(sets[name].length, 120);
    const { share, missed } = score(columns, search, near, sets[name]);
    assert.ok(share >= WANTED[name], `${name}: ${share}, ${missed.slice(0, 3)}`);
  }
});
