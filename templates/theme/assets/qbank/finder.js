/**
 * The toolbar of a list of questions. The table stays as the build made it until something is asked for; only then are
 * the index and the rest of the filters fetched.
 */

import { format, parse } from "./address.js";
import { STATUSES, onChange, statusOf } from "./progress.js";
import { at, h, json, style } from "./site.js";

/** @import {State} from "./address.js" */
/** @import {Table} from "./table.js" */

const DELAY = 120;

/** @param {HTMLElement} finder */
export function start(finder) {
  new Finder(finder);
}

/** @template {HTMLElement} T @param {HTMLElement} within @param {string} selector */
function part(within, selector) {
  return /** @type {T} */ (within.querySelector(selector));
}

export class Finder {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.preset = element.dataset.preset ?? "";
    this.tools = part(element, ".qb-tools");
    /** @type {HTMLInputElement} */
    this.words = part(element, ".qb-tools__words");
    /** @type {HTMLButtonElement} */
    this.filter = part(element, ".qb-tools__filter");
    /** @type {HTMLSelectElement} */
    this.sort = part(element, ".qb-tools__sort");
    this.message = h("p", { class: "qb-finder__message", role: "status" });
    this.tools.after(this.message);
    /** @type {State} */
    this.state = parse(location.search);
    /** @type {Promise<Table> | undefined} */
    this.table = undefined;
    /** The words are part of one step in the history as long as they are typed. */
    this.typed = false;

    this.tools.addEventListener("focusin", () => style("find.css"), { once: true }); // which shows where the focus is
    this.filter.addEventListener("click", () => this.use((table) => table.togglePanel()));
    this.sort.addEventListener("change", () => this.change({ ...this.state, sort: /** @type {State["sort"]} */ (this.sort.value), page: 1 }));
    part(element, ".qb-tools__random").addEventListener("click", () => this.use((table) => table.random()));
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let waiting;
    const search = () => {
      clearTimeout(waiting);
      waiting = undefined;
      this.change({ ...this.state, q: this.words.value.trim(), page: 1 }, { typed: true });
    };
    this.words.addEventListener("focus", () => this.use(() => undefined));
    // Also while a word is composed: to keyboards of phones that is every word until it ends.
    this.words.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(search, DELAY);
    });
    this.words.addEventListener("change", () => {
      if (waiting) search();
      this.typed = false;
    });
    part(element, "form").addEventListener("submit", (event) => event.preventDefault());
    addEventListener("popstate", () => {
      if (!element.isConnected) return; // another page has taken the place of this one's
      clearTimeout(waiting);
      waiting = undefined;
      this.state = parse(location.search);
      this.typed = false;
      this.words.value = this.state.q; // also of a field that has the focus
      this.showState();
      this.use((table) => table.show(this.state));
    });
    onChange(() => this.mark());
    this.mark();
    this.showState();
    this.tools.hidden = false;
    if (format(this.state)) this.use((table) => table.show(this.state));
  }

  /**
   * Another state: the address says it, and the table shows it.
   * @param {State} state
   * @param {{typed?: boolean, focus?: boolean}} [how]
   */
  change(state, { typed = false, focus = false } = {}) {
    this.state = state;
    const address = location.pathname + format(state) + location.hash;
    history[typed && this.typed ? "replaceState" : "pushState"](null, "", address);
    this.typed = typed;
    this.showState();
    return this.use((table) => table.show(state, { focus }));
  }

  showState() {
    if (document.activeElement !== this.words) this.words.value = this.state.q;
    this.sort.value = this.state.sort;
  }

  /**
   * Have the table do something as soon as it can.
   * @param {(table: Table) => void} action
   */
  async use(action) {
    if (!this.table) {
      this.message.textContent = "Loading the filters…";
      this.element.setAttribute("aria-busy", "true");
      this.table = this.takeOver();
      this.table.catch(() => (this.table = undefined));
    }
    try {
      const table = await this.table;
      action(table);
    } catch (error) {
      this.fail(error, action);
    } finally {
      this.element.removeAttribute("aria-busy");
    }
  }

  async takeOver() {
    // At once, whatever needs what: a slow link takes as long for one answer as for ten.
    json("index.json").catch(() => undefined);
    for (const name of ["filters", "panel", "rows", "search", "words"]) import(`./${name}.js`).catch(() => undefined);
    const [{ Table }, { columns }] = await Promise.all([import("./table.js"), import("./columns.js"), style("find.css")]);
    const table = new Table(this, await columns());
    this.message.textContent = "";
    return table;
  }

  /**
   * @param {unknown} error
   * @param {(table: Table) => void} action
   */
  fail(error, action) {
    const reason = navigator.onLine ? (error instanceof Error ? error.message : String(error)) : "You are offline";
    const again = () => {
      this.filter.focus(); // the button is gone with the message
      this.use(action);
    };
    this.message.replaceChildren(
      `The filters could not be loaded: ${reason}. The table below is as it was; `,
      h("a", { href: at("questions/") }, "all questions"),
      " are there without filters. ",
      h("button", { type: "button", class: "qb-link", onclick: again }, "Try again"),
    );
  }

  /** Rows say what the visitor has done. */
  mark() {
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (this.element.querySelectorAll("tr[data-id]"))) {
      const status = statusOf(row.dataset.id ?? "");
      row.querySelector(".qb-mark")?.remove();
      if (status !== "todo") row.querySelector("th a")?.after(" ", h("span", { class: "qb-mark" }, STATUSES[status]));
    }
  }
}
