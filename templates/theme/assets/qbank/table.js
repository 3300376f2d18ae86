/** The table taken over: the filter model's answers as rows, counts, chips, pages and words for what is not there. */

import { EMPTY, FACETS, format, parse, withFacet } from "./address.js";
import { overviews } from "./columns.js";
import { NAMES, choicesOf, match, select } from "./filters.js";
import { Panel } from "./panel.js";
import { progress, onChange } from "./progress.js";
import { tableRow } from "./rows.js";
import { TitleSearch } from "./search.js";
import { at, h, questions } from "./site.js";

/** @import {Facet, State} from "./address.js" */
/** @import {Columns} from "./columns.js" */
/** @import {Selection} from "./filters.js" */
/** @import {Finder} from "./finder.js" */

const SLICE = 50;
/** The height of the lowest row, in pixels: a title and an overview of one line each. */
const LEAST_HEIGHT = 60;
const WIDE = matchMedia("(min-width: 60em)");

export class Table {
  /**
   * @param {Finder} finder
   * @param {Columns} columns
   */
  constructor(finder, columns) {
    this.finder = finder;
    this.columns = columns;
    this.choices = choicesOf(columns);
    this.presetState = parse(finder.preset);
    this.preset = select(this.choices, this.presetState).selection;
    /** @type {TitleSearch | undefined} */
    this.search = undefined;
    /** @type {import("./search.js").Near | undefined} */
    this.near = undefined;
    /** By row; null when it has to be read again. @type {Uint8Array | null} */
    this.statuses = null;
    /** The words that `found` is for. */
    this.foundFor = "";
    /** @type {Uint32Array | null} */
    this.found = null;
    /** Whether the rows in the table have all that they should have, as those of the build do. */
    this.whole = true;
    /** Undefined until a row was written without. @type {readonly string[] | undefined} */
    this.overviews = undefined;
    /** @type {Uint32Array} */
    this.rows = new Uint32Array(0);
    this.turn = 0;
    const now = new Date();
    this.month = 12 * (now.getFullYear() - 1970) + now.getMonth();

    const { element } = finder;
    this.wrap = /** @type {HTMLElement} */ (element.querySelector(".qb-table-wrap"));
    this.body = /** @type {HTMLElement} */ (element.querySelector("tbody"));
    this.pages = h("nav", { class: "qb-pages", "aria-label": "Pages" });
    element.querySelector(".qb-pages")?.remove();
    this.count = h("p", { class: "qb-active__count", role: "status", tabindex: -1 });
    this.chips = h("ul", { class: "qb-active__chips", "aria-label": "Filters that are on" });
    this.none = h("div", { class: "qb-empty", hidden: true });
    this.wrap.before(h("div", { class: "qb-active" }, this.count, this.chips));
    this.main = h("div", { class: "qb-finder__main" });
    this.wrap.replaceWith(this.main);
    this.main.append(this.none, this.wrap, this.pages);
    this.panel = new Panel(this);
    WIDE.addEventListener("change", () => element.isConnected && this.place(this.panel.isOpen));
    onChange(() => {
      this.statuses = null;
      this.show(finder.state);
    });
    this.show(finder.state);
    if (WIDE.matches && Object.keys(finder.state.chosen).length) this.place(true);
  }

  /**
   * @param {State} state
   * @param {{focus?: boolean}} [how]
   */
  async show(state, { focus = false } = {}) {
    const turn = ++this.turn;
    const { selection, unknown } = select(this.choices, state);
    const found = this.find(state.q);
    const options = { preset: this.preset, found, status: this.status(), month: this.month, sort: state.sort };
    const { rows, counts } = match(this.columns, selection, options);
    this.rows = rows;
    const last = Math.max(1, Math.ceil(rows.length / SLICE));
    const page = Math.min(state.page, last);
    const slice = rows.subarray((page - 1) * SLICE, page * SLICE);
    const written = this.write(slice, turn);
    this.wrap.hidden = !rows.length;
    this.showPages(state, page, last);
    this.showActive(state, rows.length, unknown);
    this.showNone(state, selection, options);
    this.panel.update(state, counts, rows.length);
    if (focus) {
      this.count.focus({ preventScroll: true });
      this.finder.element.scrollIntoView({ block: "start" });
    }
    await written;
  }

  /**
   * The rows in the table: what can be seen at once, the rest after it is painted, and overviews when they are there.
   * @param {Uint32Array} slice
   * @param {number} turn  of the state that the rows are for; another one may come in between
   */
  async write(slice, turn) {
    const { columns, body } = this;
    const shown = [.../** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll("tr"))].map((row) => row.dataset.id);
    // Rows that are there already, perhaps from the build, stay as they are.
    if (this.whole && shown.length === slice.length && shown.every((id, place) => id === columns.ids[slice[place]])) return;
    this.whole = false;
    /** @param {Uint32Array} rows */
    const made = (rows) => [...rows].map((row) => tableRow(columns, row, this.overviews?.[row] ?? "", this.preset.company));
    const inSight = Math.max(0, Math.ceil((innerHeight - this.wrap.getBoundingClientRect().top) / LEAST_HEIGHT));
    body.replaceChildren(...made(slice.subarray(0, inSight)));
    this.finder.mark();
    if (inSight < slice.length) {
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      if (turn !== this.turn) return;
      body.append(...made(slice.subarray(inSight)));
    }
    if (!this.overviews) {
      this.overviews = await overviews(columns);
      if (turn !== this.turn) return;
      body.replaceChildren(...made(slice));
    }
    this.whole = true;
    this.finder.mark();
  }

  /** @param {string} words */
  find(words) {
    if (words !== this.foundFor) {
      this.foundFor = words;
      this.search ??= words ? new TitleSearch(this.columns) : undefined;
      const found = words && this.search ? this.search.find(words, this.near) : null;
      this.found = found && found.rows;
      if (found && !found.complete && !this.near) this.findNear(words);
    }
    return this.found;
  }

  /** @param {string} words */
  async findNear(words) {
    const [{ nearWords }, { default: MiniSearch }] = await Promise.all([import("./near.js"), import("./vendor/minisearch.js")]);
    this.near ??= await nearWords(MiniSearch, /** @type {TitleSearch} */ (this.search).vocabulary());
    if (words !== this.foundFor) return;
    this.foundFor = "";
    this.show(this.finder.state);
  }

  status() {
    if (!this.statuses) {
      const known = progress();
      const numbers = { todo: 0, again: 1, done: 2 };
      this.statuses = Uint8Array.from(this.columns.ids, (id) => (Object.hasOwn(known, id) ? (numbers[known[id]?.status] ?? 0) : 0));
    }
    return this.statuses;
  }

  /** @param {State} state @param {number} page @param {number} last */
  showPages(state, page, last) {
    this.pages.hidden = last < 2;
    /** @param {number} to @param {string} text @param {"prev" | "next"} rel */
    const link = (to, text, rel) => {
      const other = { ...state, page: to };
      const follow = (/** @type {MouseEvent} */ event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        this.finder.change(other, { focus: true });
      };
      return h("a", { rel, href: location.pathname + format(other), onclick: follow }, text);
    };
    const parts = [page > 1 && link(page - 1, "Previous", "prev"), h("span", { "aria-current": "page" }, `Page ${page} of ${last}`), page < last && link(page + 1, "Next", "next")];
    this.pages.replaceChildren(...parts.filter((part) => part !== false));
  }

  /** @param {State} state @param {number} count @param {[Facet, string][]} unknown */
  showActive(state, count, unknown) {
    const chips = FACETS.flatMap((facet) => (state.chosen[facet] ?? []).flatMap((id) => {
      const term = this.choices[facet].find((choice) => choice.id === id);
      return term ? [this.chip(`${NAMES[facet]}: ${term.name}`, () => withFacet(state, facet, (state.chosen[facet] ?? []).filter((other) => other !== id)))] : [];
    }));
    if (state.q) chips.push(this.chip(`Words: ${state.q}`, () => ({ ...state, q: "", page: 1 })));
    if (chips.length > 1) chips.push(h("li", {}, h("button", { type: "button", class: "qb-link", onclick: () => this.follow({ ...EMPTY, sort: state.sort }) }, "Clear all")));
    this.chips.replaceChildren(...chips);
    this.chips.hidden = !chips.length;
    const all = { ...state, page: 1, chosen: { ...this.presetState.chosen, ...state.chosen } };
    const wide = { ...all, chosen: Object.fromEntries(Object.entries(all.chosen).filter(([facet]) => !(facet in this.presetState.chosen) || facet in state.chosen)) };
    const here = FACETS.flatMap((facet) => (this.presetState.chosen[facet] ?? []).map((id) => this.choices[facet].find((term) => term.id === id)?.name ?? id));
    this.count.replaceChildren(h("strong", {}, questions(count)), here.length ? ` · ${here.join(", ")} ` : "");
    if (here.length) this.count.append(h("a", { href: at("questions/") + format(wide) }, "Search the whole bank"));
    if (unknown.length) {
      const words = unknown.map(([facet, id]) => `${NAMES[facet].toLowerCase()} “${id}”`).join(", ");
      this.count.append(h("span", { class: "qb-active__unknown" }, ` The address asks for what this bank does not have, which was left out: ${words}.`));
    }
  }

  /** @param {string} text @param {() => State} without */
  chip(text, without) {
    const remove = async () => {
      const buttons = [...this.chips.querySelectorAll("button")];
      const place = buttons.findIndex((button) => button === document.activeElement);
      if (text.startsWith("Words: ")) this.finder.words.value = "";
      await this.finder.change(without());
      const left = this.chips.querySelectorAll("button");
      (left[Math.min(place, left.length - 1)] ?? this.count).focus();
    };
    return h("li", {}, h("button", { type: "button", class: "qb-chip qb-chip--on", "aria-label": `Remove ${text}`, onclick: remove }, text, h("span", { "aria-hidden": "true" }, "✕")));
  }

  /**
   * What to give up, when nothing has all that is asked for.
   * @param {State} state @param {Selection} selection @param {import("./filters.js").Options} options
   */
  showNone(state, selection, options) {
    this.none.hidden = this.rows.length > 0;
    if (this.rows.length) return;
    const constraints = FACETS.flatMap((facet) => (selection[facet] ? [facet] : []));
    /** @type {(Facet | "q")[]} */
    const all = state.q ? [...constraints, "q"] : constraints;
    const ones = all.map((name) => [name]);
    // When giving up one is not enough, two may be.
    const pairs = () => all.flatMap((name, place) => all.slice(place + 1).map((other) => [name, other]));
    let ways = this.ways(ones, state, selection, options);
    if (!ways.length) ways = this.ways(pairs(), state, selection, options);
    const buttons = ways.slice(0, 5).map((way) => h("li", {}, h("button", { type: "button", class: "qb-button", onclick: () => this.follow(way.state) }, `Without ${way.text}: ${questions(way.count)}`)));
    const clear = h("button", { type: "button", class: "qb-button", onclick: () => this.follow({ ...EMPTY, sort: state.sort }) }, "Clear all filters");
    this.none.replaceChildren(
      h("p", {}, all.length > 1 ? "No question has all of this at once." : "No question is like this."),
      buttons.length ? h("ul", { class: "qb-empty__ways" }, ...buttons) : clear,
    );
  }

  /**
   * How many questions each way of giving something up would give, the most first.
   * @param {(Facet | "q")[][]} sets @param {State} state @param {Selection} selection @param {import("./filters.js").Options} options
   */
  ways(sets, state, selection, options) {
    const found = sets.map((names) => {
      const rest = Object.fromEntries(Object.entries(selection).filter(([facet]) => !names.includes(/** @type {Facet} */ (facet))));
      const count = match(this.columns, rest, names.includes("q") ? { ...options, found: null } : options).rows.length;
      let other = { ...state, page: 1 };
      for (const name of names) other = name === "q" ? { ...other, q: "" } : withFacet(other, name, []);
      return { count, state: other, text: names.map((name) => this.constraint(name, state)).join(" and ") };
    });
    return found.filter(({ count }) => count).sort((a, b) => b.count - a.count);
  }

  /** @param {Facet | "q"} name @param {State} state */
  constraint(name, state) {
    if (name === "q") return `“${state.q}”`;
    const names = this.choices[name].filter(({ id }) => state.chosen[name]?.includes(id)).map((term) => term.name);
    return `${NAMES[name]}: ${names.join(" or ")}`;
  }

  /** Another state after a button that goes away with this one. @param {State} state */
  follow(state) {
    if (!state.q) this.finder.words.value = "";
    this.finder.change(state);
    this.count.focus();
  }

  togglePanel() {
    this.place(!this.panel.isOpen);
    if (this.panel.isOpen) this.panel.focus();
    else this.finder.filter.focus(); // a key may have closed it around the focus
  }

  /** The filters beside the table on a desk, in a sheet on a phone. @param {boolean} open */
  place(open) {
    this.finder.filter.setAttribute("aria-expanded", String(open));
    this.finder.element.classList.toggle("qb-finder--open", open && WIDE.matches);
    this.panel.place(open, WIDE.matches);
  }

  random() {
    if (this.rows.length) location.href = at(`questions/${this.columns.ids[this.rows[Math.floor(Math.random() * this.rows.length)]]}/`);
  }
}
