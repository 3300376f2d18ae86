/** The filters: a group for each facet, each choice with how many questions it gives. */

import { EMPTY, FACETS, toggled, withFacet } from "./address.js";
import { NAMES, lineage, match } from "./filters.js";
import { h, questions } from "./site.js";

/** @import {Facet, State} from "./address.js" */
/** @import {Outcome} from "./filters.js" */
/** @import {Table} from "./table.js" */

const thousands = new Intl.NumberFormat("en");
const SHOWN = 7;
const MOST = 60;
const OPEN = new Set(["company", "topic", "difficulty", "seen", "status"]);

/** @typedef {{element: HTMLElement, input: HTMLInputElement, count: HTMLElement, number: number, shown: number}} Choice */
/** @typedef {{facet: Facet, element: HTMLDetailsElement, choices: Choice[], chosen: HTMLElement, more: HTMLButtonElement | null, find: HTMLInputElement | null, all: boolean}} Group */

export class Panel {
  /** @param {Table} table */
  constructor(table) {
    this.table = table;
    this.isOpen = false;
    const { columns, preset, month } = table;
    const { counts } = match(columns, {}, { preset, month, status: table.status() });
    /** @type {Group[]} */
    this.groups = FACETS.filter((facet) => facet === "topic" || !(facet in preset)).map((facet) => this.group(facet, counts[facet])).filter((group) => group !== null);
    this.done = h("button", { type: "button", class: "qb-button qb-button--main", onclick: () => table.place(false) });
    this.element = h("div", { class: "qb-panel", role: "group", "aria-label": "Filters", id: "qb-panel", hidden: true }, ...this.groups.map(({ element }) => element));
    const close = h("button", { type: "button", class: "qb-close", "aria-label": "Close the filters", onclick: () => table.place(false) }, "✕");
    const clear = h("button", { type: "button", class: "qb-button", onclick: () => table.follow({ ...EMPTY, sort: table.finder.state.sort }) }, "Clear all");
    const title = h("h2", { id: "qb-sheet-title" }, "Filters");
    this.body = h("div", { class: "qb-sheet__body" });
    this.sheet = h(
      "dialog",
      { class: "qb-dialog qb-sheet md-typeset", "aria-labelledby": title.id, onclose: () => table.place(false) },
      h("div", { class: "qb-dialog__head" }, title, close), this.body, h("div", { class: "qb-dialog__foot" }, clear, this.done),
    );
    table.main.before(this.element);
    table.finder.filter.setAttribute("aria-controls", "qb-panel");
    document.body.append(this.sheet);
  }

  /** @param {boolean} open @param {boolean} wide */
  place(open, wide) {
    this.isOpen = open;
    this.element.hidden = !open;
    if (open && !wide) {
      this.body.append(this.element);
      if (!this.sheet.open) this.sheet.showModal();
    } else {
      if (this.sheet.open) this.sheet.close();
      if (this.element.parentElement === this.body) this.table.main.before(this.element);
    }
  }

  focus() {
    this.element.querySelector("summary")?.focus();
  }

  /**
   * @param {Facet} facet
   * @param {Uint32Array} counts  of the page's own questions: what can be chosen at all, and its order
   * @returns {Group | null}
   */
  group(facet, counts) {
    const terms = this.table.choices[facet];
    const numbers = [...terms.keys()].filter((number) => counts[number] > 0 || facet === "status");
    const fixed = !["company", "tag", "role", "round"].includes(facet);
    if (!numbers.length || (numbers.length < 2 && facet === "topic")) return null;
    if (!fixed) numbers.sort((a, b) => counts[b] - counts[a] || a - b);
    const single = facet === "seen";
    const choices = numbers.map((number) => {
      const { id, name } = terms[number];
      const change = () => {
        const { state } = this.table.finder;
        this.table.finder.change(single ? withFacet(state, facet, [id]) : toggled(state, facet, id));
      };
      const input = h("input", { type: single ? "radio" : "checkbox", name: `qb-${facet}`, value: id, onchange: change });
      const count = h("span", { class: "qb-choice__count" });
      const depth = facet === "topic" ? lineage(terms, number).length - 1 : 0;
      return { number, input, count, shown: -1, element: h("label", { class: `qb-choice${depth ? " qb-choice--deep" : ""}` }, input, h("span", { class: "qb-choice__name" }, name), count) };
    });
    const rest = single ? h("label", { class: "qb-choice" }, h("input", { type: "radio", name: `qb-${facet}`, value: "", checked: true, onchange: () => this.table.finder.change(withFacet(this.table.finder.state, facet, [])) }), h("span", { class: "qb-choice__name" }, "At any time")) : null;
    const chosen = h("span", { class: "qb-facet__chosen" });
    const long = choices.length > SHOWN + 1;
    const find = long ? h("input", { type: "text", class: "qb-facet__find", "aria-label": `Find in ${NAMES[facet].toLowerCase()}`, placeholder: "Find…", hidden: true, autocomplete: "off", spellcheck: "false", oninput: () => this.showChoices(group) }) : null;
    const more = long ? h("button", { type: "button", class: "qb-link", "aria-expanded": "false", onclick: () => this.toggleAll(group) }) : null;
    const element = h(
      "details",
      { class: "qb-facet", open: OPEN.has(facet) },
      h("summary", {}, NAMES[facet], chosen),
      h("fieldset", {}, h("legend", { class: "qb-hidden" }, NAMES[facet]), find, rest, ...choices.map((choice) => choice.element), more),
    );
    /** @type {Group} */
    const group = { facet, element, choices, chosen, more, find, all: false };
    return group;
  }

  /** @param {Group} group */
  toggleAll(group) {
    group.all = !group.all;
    if (group.find) {
      group.find.hidden = !group.all;
      group.find.value = "";
    }
    this.showChoices(group);
    if (group.all) group.find?.focus();
  }

  /** Some choices of a long group, those that are on among them; or all, or those of a name. @param {Group} group */
  showChoices({ facet, choices, more, find, all }) {
    const asked = find?.value.trim().toLowerCase() ?? "";
    let shown = 0;
    for (const { element, input, number } of choices) {
      const { name, aliases } = this.table.choices[facet][number];
      const fits = asked ? [name, ...aliases].some((text) => text.toLowerCase().includes(asked)) : all || shown < SHOWN || !more;
      const isShown = input.checked || (fits && shown < MOST);
      if (element.hidden === isShown) element.hidden = !isShown;
      if (isShown) shown++;
    }
    if (!more) return;
    const text = all ? "Show fewer" : `Show all ${choices.length}`;
    if (more.textContent !== text) more.textContent = text;
    more.setAttribute("aria-expanded", String(all));
  }

  /**
   * @param {State} state
   * @param {Outcome["counts"]} counts
   * @param {number} total
   */
  update(state, counts, total) {
    let active = 0;
    for (const group of this.groups) {
      const given = state.chosen[group.facet] ?? [];
      for (const choice of group.choices) {
        const found = counts[group.facet][choice.number];
        choice.input.checked = given.includes(choice.input.value);
        // What does not change is not touched: there may be hundreds of choices, and a page is laid out anew for each.
        if (choice.shown !== found) choice.count.textContent = thousands.format(found);
        choice.shown = found;
        choice.element.classList.toggle("qb-choice--none", !found && !choice.input.checked);
      }
      if (group.facet === "seen" && !given.length) /** @type {HTMLInputElement} */ (group.element.querySelector('input[value=""]')).checked = true;
      const on = group.choices.filter(({ input }) => input.checked).length;
      group.chosen.textContent = on ? String(on) : "";
      active += on;
      this.showChoices(group);
    }
    this.done.textContent = `Show ${questions(total)}`;
    this.table.finder.filter.dataset.active = active ? String(active) : "";
  }
}
