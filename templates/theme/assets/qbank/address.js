/** What is asked for, as it stands in an address: `?company=google&difficulty=medium&seen=12m&sort=newest`. */

/** The facets, in the order in which they are shown and written. */
export const FACETS = /** @type {const} */ ([
  "company", "topic", "tag", "difficulty", "role", "round", "seen", "sourced", "completeness", "status",
]);
export const SORTS = /** @type {const} */ (["topic", "reports", "newest", "difficulty", "hardest", "title"]);

/** @typedef {(typeof FACETS)[number]} Facet */
/** @typedef {(typeof SORTS)[number]} Sort */

/**
 * @typedef {object} State
 * @property {Partial<Record<Facet, readonly string[]>>} chosen  the ids of each facet that has any: one of them must hold
 * @property {string} q  words to find
 * @property {Sort | ""} sort  empty: by topic, or the best match first when there are words
 * @property {number} page  from 1
 */

/** @type {State} */
export const EMPTY = Object.freeze({ chosen: Object.freeze({}), q: "", sort: "", page: 1 });

/**
 * The state that an address carries; what is no facet of ours is left alone.
 * @param {string} search  with or without its question mark
 * @returns {State}
 */
export function parse(search) {
  const given = new URLSearchParams(search);
  /** @type {Partial<Record<Facet, string[]>>} */
  const chosen = {};
  for (const facet of FACETS) {
    const values = new Set(given.getAll(facet).flatMap((value) => value.split(",")).map((value) => value.trim()));
    values.delete("");
    if (values.size) chosen[facet] = [...values];
  }
  const sort = SORTS.find((name) => name === given.get("sort")) ?? "";
  const page = Math.floor(Number(given.get("page")));
  return { chosen, q: (given.get("q") ?? "").trim(), sort, page: page >= 1 && page < 1e6 ? page : 1 };
}

/**
 * The shortest address of a state, with its question mark; empty for the empty state.
 * @param {State} state
 */
export function format(state) {
  const parts = FACETS.flatMap((facet) => {
    const values = state.chosen[facet] ?? [];
    return values.length ? [`${facet}=${values.map(escape).join(",")}`] : [];
  });
  if (state.q) parts.push(`q=${escape(state.q)}`);
  if (state.sort) parts.push(`sort=${state.sort}`);
  if (state.page > 1) parts.push(`page=${state.page}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/**
 * The state with one choice added, or taken away where it is there; the list starts at its first page again.
 * @param {State} state
 * @param {Facet} facet
 * @param {string} id
 * @returns {State}
 */
export function toggled(state, facet, id) {
  const before = state.chosen[facet] ?? [];
  const values = before.includes(id) ? before.filter((value) => value !== id) : [...before, id];
  return withFacet(state, facet, values);
}

/**
 * The state with other choices in one facet.
 * @param {State} state
 * @param {Facet} facet
 * @param {readonly string[]} values
 * @returns {State}
 */
export function withFacet(state, facet, values) {
  const { [facet]: _, ...chosen } = state.chosen;
  return { ...state, chosen: values.length ? { ...chosen, [facet]: values } : chosen, page: 1 };
}

/** @param {string} value */
function escape(value) {
  return encodeURIComponent(value).replaceAll("%2F", "/").replaceAll("%20", "+");
}
