/** Banks made by chance from a seed, in the form of the index file, for tests and for nobody else. */

/**
 * Numbers between 0 and 1 that are the same for the same seed (mulberry32).
 * @param {number} seed
 */
export function chance(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A column of numbers as the index writes it. */
export function encoded(numbers) {
  return numbers.map((number) => String.fromCharCode(35 + number + (35 + number >= 92 ? 1 : 0))).join("");
}

/** November 2026. */
export const MONTH = 12 * 56 + 10;

/**
 * An index of so many questions, and the same questions as plain objects.
 * @param {number} seed
 * @param {number} count
 */
export function bank(seed, count) {
  const next = chance(seed);
  const below = (limit) => Math.floor(next() * limit);
  const some = (list, most) => [...new Set(Array.from({ length: below(most + 1) }, () => list[below(list.length)]))];
  const companies = [["google", "Google", [], -1], ["google-deepmind", "Google DeepMind", ["DeepMind"], 0], ["meta", "Meta", ["Facebook"], -1], ["whatsapp", "WhatsApp", [], 2], ["other", "Other", [], -1]];
  const topics = [["ml", "ML", []], ["ml/evaluation", "Evaluation", []], ["ml/evaluation/ranking", "Ranking", []], ["data", "Data", []]];
  const tags = ["roc", "auc", "knn", "trees", "nets"].map((id) => [id, id, []]);
  const roles = [["data-scientist", "Data scientist", ["DS"]], ["engineer", "Engineer", []]];
  const rounds = [["onsite", "Onsite", []], ["phone", "Phone", []]];
  const sources = [["a", "A"], ["b", "B"]];
  const newest = MONTH - 1;
  const ids = (list) => list.map(([id]) => id);
  const questions = Array.from({ length: count }, (_, row) => ({
    id: `question-${row}`,
    title: `Question ${below(1000)} about ${below(50)}`,
    difficulty: below(3),
    completeness: below(3),
    topic: ids(topics)[below(topics.length)],
    tags: some(ids(tags), 3),
    roles: some(ids(roles), 2),
    sightings: Array.from({ length: below(4) }, () => ({
      company: ids(companies)[below(companies.length)],
      source: next() < 0.7 ? ids(sources)[below(2)] : null,
      seen: next() < 0.8 ? newest - below(40) : 0,
      round: next() < 0.6 ? ids(rounds)[below(2)] : null,
      role: next() < 0.5 ? ids(roles)[below(2)] : null,
    })),
  }));
  const flat = questions.flatMap((question) => question.sightings);
  const place = (list, id) => ids(list).indexOf(id);
  const index = {
    version: 1, state: "test", companies, topics, tags, roles, rounds, sources, newest,
    ids: questions.map(({ id }) => id),
    titles: questions.map(({ title }) => title),
    difficulty: encoded(questions.map(({ difficulty }) => difficulty)),
    completeness: encoded(questions.map(({ completeness }) => completeness)),
    topic: encoded(questions.map(({ topic }) => place(topics, topic))),
    tag_counts: encoded(questions.map((question) => question.tags.length)),
    tag: encoded(questions.flatMap((question) => question.tags.map((tag) => place(tags, tag)))),
    role_counts: encoded(questions.map((question) => question.roles.length)),
    role: encoded(questions.flatMap((question) => question.roles.map((role) => place(roles, role)))),
    sighting_counts: encoded(questions.map(({ sightings }) => sightings.length)),
    sighting_company: encoded(flat.map(({ company }) => place(companies, company))),
    sighting_source: encoded(flat.map(({ source }) => (source ? 1 + place(sources, source) : 0))),
    sighting_seen: encoded(flat.map(({ seen }) => (seen ? 1 + newest - seen : 0))),
    sighting_precision: encoded(flat.map(({ seen }) => (seen ? 1 : 0))),
    sighting_role: encoded(flat.map(({ role }) => (role ? 1 + place(roles, role) : 0))),
    sighting_round: encoded(flat.map(({ round }) => (round ? 1 + place(rounds, round) : 0))),
  };
  return { index, questions, companies, topics };
}
