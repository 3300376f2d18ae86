/**
 * The filters: a group for each facet, each choice with how many questions it gives.
 *
 * A bank may have hundreds of companies and tags. Only the choices that are shown stand in the document: all of them
 * would be most of its nodes, and be laid out anew with every choice.
 */

import { EMPTY, FACETS, toggled, withFacet } from "./address.js";
import { NAMES, lineage, match } from "./filters.js";
import { h, questions, thousands } from "./site.js";

/** @import {Facet, State} from "./address.js" */
/** @import {Outcome} from "./filters.js" */
/** @import {Table} from "./table.js" */

const SHOWN = 7;
const MOST = 80;
const OPEN = new Set(["company", "topic", "difficulty", "seen", "status"]);

/** @typedef {{element: HTMLElement, input: HTMLInputElement, count: HTMLElement, shown: number}} Choice */
/**
 * @typedef {object} Group
 * @property {Facet} facet
 * @property {number[]} numbers  what can be chosen, in the order in which it is shown
 * @property {Uint32Array} counts  by number: how many questions each choice gives
 * @property {readonly string[]} given  the ids of those that are on
 * @property {Map<number, Choice>} choices  those that were shown, by number
 * @property {HTMLDetailsElement} element
 * @property {HTMLElement} list
 * @property {HTMLElement} nothing  said of words that no choice has
 * @property {HTMLElement} chosen  how many are on
 * @property {HTMLButtonElement | null} more
 * @property {HTMLInputElement | null} find
 * @property {boolean} all
 */

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
      { class: "qb-dialog qb-sheet md-typeset", "aria-labelledby": title.id, onclose: () => this.element.parentElement === this.body && table.place(false) },
      h("div", { class: "qb-dialog__head" }, title, close), this.body, h("div", { class: "qb-dialog__foot" }, clear, this.done),
    );
    table.main.before(this.element);
    table.finder.filter.setAttribute("aria-controls", "qb-panel");
    table.finder.element.append(this.sheet);
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
    const rest = facet === "seen" && h("label", { class: "qb-choice" }, h("input", { type: "radio", name: `qb-${facet}`, value: "", checked: true, onchange: () => this.table.finder.change(withFacet(this.table.finder.state, facet, [])) }), "At any time");
    const chosen = h("span", { class: "qb-facet__chosen" });
    const long = numbers.length > SHOWN + 1;
    const find = long ? h("input", { type: "text", class: "qb-facet__find", "aria-label": `Find in ${NAMES[facet].toLowerCase()}`, placeholder: `Find among ${numbers.length}…`, hidden: true, autocomplete: "off", spellcheck: "false", oninput: () => this.showChoices(group) }) : null;
    const more = long ? h("button", { type: "button", class: "qb-link", "aria-expanded": "false", onclick: () => this.toggleAll(group) }) : null;
    const list = h("div");
    const nothing = h("div", { role: "status" });
    const element = h(
      "details",
      { class: "qb-facet", open: OPEN.has(facet) },
      h("summary", {}, NAMES[facet], chosen),
      h("fieldset", {}, h("legend", { class: "qb-hidden" }, NAMES[facet]), find, rest, list, nothing, more),
    );
    /** @type {Group} */
    const group = { facet, numbers, counts, given: [], choices: new Map(), element, list, nothing, chosen, more, find, all: false };
    return group;
  }

  /** The choice of a number, made when it is shown first. @param {Group} group @param {number} number */
  choice({ facet, choices }, number) {
    let choice = choices.get(number);
    if (!choice) {
      const terms = this.table.choices[facet];
      const { id, name } = terms[number];
      const single = facet === "seen";
      const change = () => {
        const { state } = this.table.finder;
        this.table.finder.change(single ? withFacet(state, facet, [id]) : toggled(state, facet, id));
      };
      const input = h("input", { type: single ? "radio" : "checkbox", name: `qb-${facet}`, value: id, onchange: change });
      const count = h("span", { class: "qb-choice__count" });
      const depth = facet === "topic" ? lineage(terms, number).length - 1 : 0;
      choice = { input, count, shown: -1, element: h("label", { class: `qb-choice${depth ? " qb-choice--deep" : ""}` }, input, name, count) };
      choices.set(number, choice);
    }
    return choice;
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

  /**
   * Some choices of a long group, those that are on among them; or all, or those of a name. What does not change is not
   * touched, and a choice that has the focus stays.
   * @param {Group} group
   */
  showChoices(group) {
    const { facet, numbers, choices, list, more, find, all } = group;
    const asked = find?.value.trim().toLowerCase() ?? "";
    const terms = this.table.choices[facet];
    const wanted = numbers.filter((number) => {
      const { name, aliases } = terms[number];
      return !asked || [name, ...aliases].some((text) => text.toLowerCase().includes(asked));
    });
    const first = new Set(wanted.slice(0, !more ? wanted.length : all ? MOST : SHOWN));
    const shown = numbers.filter((number) => first.has(number) || group.given.includes(terms[number].id) || choices.get(number)?.input === document.activeElement);
    for (const [number, { element }] of choices) if (!shown.includes(number)) element.remove();
    shown.forEach((number, place) => {
      const choice = this.choice(group, number);
      const found = group.counts[number];
      choice.input.checked = group.given.includes(choice.input.value);
      if (choice.shown !== found) choice.count.textContent = thousands(found);
      choice.shown = found;
      choice.element.classList.toggle("qb-choice--none", !found && !choice.input.checked);
      if (list.children[place] !== choice.element) list.insertBefore(choice.element, list.children[place]);
    });
    if (!more) return;
    group.nothing.textContent = shown.length ? "" : "Nothing has that name.";
    const text = all ? "Show fewer" : `Show all ${numbers.length}`;
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
      group.given = state.chosen[group.facet] ?? [];
      group.counts = counts[group.facet];
      this.showChoices(group);
      if (group.facet === "seen" && !group.given.length) /** @type {HTMLInputElement} */ (group.element.querySelector('input[value=""]')).checked = true;
      const on = group.numbers.filter((number) => group.given.includes(this.table.choices[group.facet][number].id)).length;
      group.chosen.textContent = on ? String(on) : "";
      active += on;
    }
    this.done.textContent = `Show ${questions(total)}`;
    this.table.finder.filter.dataset.active = active ? String(active) : "";
  }
}
