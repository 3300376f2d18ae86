/**
 * The search dialog: a field, and below it what it finds as one types.
 *
 * `search` finds questions by their titles, companies, topics, tags and roles by name, and, as a group of its own, texts
 * of the questions; `palette` finds the same without the texts, and what can be done on this page.
 * The pattern is the combobox with a list box of the ARIA Authoring Practices: the focus stays in the field.
 */

import { COMMANDS } from "./commands.js";
import { STATUSES, statusOf } from "./progress.js";
import { at, closeOutside, h, levelSign, questions, style } from "./site.js";

/** @import {Columns} from "./columns.js" */
/** @import {Kind, Near, TitleSearch} from "./search.js" */

/** @typedef {"search" | "palette"} Mode */

const MOST = { search: 8, palette: 6 };
const MOST_TERMS = 4;
const PAUSE = 180;
const KINDS = /** @type {const} */ ({ company: "Company", topic: "Topic", tag: "Tag", role: "Role" });
const FOLDERS = { company: "companies", topic: "topics", tag: "tags", role: "roles" };

/** @type {SearchDialog | undefined} */
let dialog;

/** @param {Mode} mode */
export async function open(mode) {
  await style("find.css");
  dialog ??= new SearchDialog();
  dialog.open(mode);
}

class SearchDialog {
  constructor() {
    /** @type {Mode} */
    this.mode = "search";
    /** @type {TitleSearch | undefined} */
    this.search = undefined;
    /** @type {Near | undefined} */
    this.near = undefined;
    /** Why there is no index. @type {string | undefined} */
    this.failure = undefined;
    /** @type {HTMLAnchorElement[]} */
    this.options = [];
    this.active = -1;
    this.abort = new AbortController();
    this.input = h("input", {
      class: "qb-dialog__input",
      type: "text",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": "qb-results",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "go",
      // Also while a word is composed: to keyboards of phones that is every word until it ends.
      oninput: () => this.show(),
      onkeydown: (event) => this.pressed(event),
    });
    this.title = h("div", { id: "qb-results-title" });
    this.list = h("div", { id: "qb-results", role: "listbox", class: "qb-results", hidden: true });
    this.text = h("div", { role: "group", "aria-labelledby": "qb-group-text", hidden: true });
    this.note = h("p", { role: "status", class: "qb-dialog__note" });
    this.answers = h("input", { type: "checkbox", onchange: () => this.showTexts() });
    this.check = h("label", { class: "qb-check" }, this.answers, "also inside answers");
    const close = h("button", { type: "button", class: "qb-close", "aria-label": "Close", onclick: () => this.element.close() }, "✕");
    this.element = h(
      "dialog",
      { class: "qb-dialog qb-search", onclick: (event) => this.clicked(event), onclose: () => this.abort.abort() },
      h("div", { class: "qb-dialog__head" }, this.input, close),
      this.note,
      this.list,
      h("div", { class: "qb-dialog__foot" }, this.check, h("span", { class: "qb-dialog__keys" }, h("kbd", {}, "↓"), " ", h("kbd", {}, "↑"), " choose ", h("kbd", {}, "Enter"), " open ", h("kbd", {}, "Esc"), " close")),
    );
    document.body.append(this.element);
  }

  /** @param {Mode} mode */
  open(mode) {
    this.mode = mode;
    const name = mode === "search" ? "Search questions, companies and topics" : "Search everything, and what can be done";
    this.element.setAttribute("aria-label", name);
    this.input.setAttribute("aria-label", name);
    this.list.setAttribute("aria-label", "Results");
    this.input.placeholder = mode === "search" ? "Title, company, topic or method" : "Question, company, topic or action";
    this.check.hidden = mode !== "search";
    if (!this.element.open) this.element.showModal();
    this.input.focus();
    this.input.select();
    this.show();
    if (!this.search) this.load();
  }

  async load() {
    try {
      this.failure = undefined;
      // Not imported above, so that the dialog is there while these come.
      const [{ TitleSearch }, { columns }] = await Promise.all([import("./search.js"), import("./columns.js")]);
      this.search = new TitleSearch(await columns());
    } catch (error) {
      this.failure = navigator.onLine ? (error instanceof Error ? error.message : String(error)) : "You are offline";
    }
    this.show();
  }

  /** What is said while there is no index. */
  sayWhatIsMissing() {
    if (!this.failure) this.note.textContent = "Loading the index…";
    else {
      this.note.replaceChildren(
        `The search could not be loaded: ${this.failure}. `,
        h("a", { href: at("questions/") }, "All questions as a table"),
        " ",
        h("button", { type: "button", class: "qb-link", onclick: () => this.open(this.mode) }, "Try again"),
      );
    }
  }

  /** Show what the field asks for, as far as it can be known at once. */
  show() {
    const query = this.input.value;
    const words = query.trim();
    if (!this.search) this.sayWhatIsMissing();
    /** @type {HTMLElement[]} */
    const groups = [];
    const actions = this.mode === "palette" ? this.actions(words) : [];
    if (words && this.search) {
      const found = this.search.find(query, this.near);
      const stems = this.search.stems(words);
      if (!found.complete && !this.near) this.findNear();
      const rows = [...found.rows.slice(0, MOST[this.mode])].map((row) => this.question(row, stems));
      if (found.rows.length > rows.length) rows.push(this.all(words, found.rows.length));
      const terms = found.terms.filter(({ kind, number }) => this.search?.rowsOf(kind, number).length).slice(0, MOST_TERMS);
      const named = group("terms", "Companies, topics, tags and roles", terms.map(({ kind, number }) => this.term(kind, number, stems)));
      const titled = group("questions", "Questions", rows);
      // A name typed in full is what is wanted; else it is more likely a question.
      groups.push(...((terms[0]?.score ?? 0) >= 0.8 ? [named, titled] : [titled, named]));
      groups.splice(words.length > 1 && actions.length && !found.complete ? 0 : 2, 0, group("actions", "Actions", actions));
      this.note.textContent = found.rows.length || terms.length || actions.length ? `${questions(found.rows.length)}.` : `No title, company, topic or tag fits “${words}”.`;
    } else {
      groups.push(group("actions", "Actions", actions));
      if (this.search) this.note.textContent = words || this.mode === "palette" ? "" : "Results appear as you type. One letter wrong does not matter.";
    }
    this.list.replaceChildren(...groups.filter((element) => element.childElementCount > 1), this.text);
    this.showTexts();
    this.renumber(true);
  }

  /** The words of the questions, and of the answers when asked: a moment after the last letter. */
  async showTexts() {
    this.abort.abort();
    const { signal } = (this.abort = new AbortController());
    const query = this.input.value.trim();
    this.fill([]);
    if (this.mode !== "search" || query.length < 3) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (signal.aborted) return;
    try {
      const { search } = await import("./fulltext.js");
      const results = await search(query, { inAnswers: this.answers.checked, signal });
      if (signal.aborted) return;
      if (results) this.fill(results.map(({ title, url, excerpt, inAnswer }) => option(url, h("span", { class: "qb-option__title" }, title, inAnswer && h("span", { class: "qb-mark" }, "in the answer")), excerptOf(excerpt))));
      else this.check.hidden = true;
      if (results?.length) this.note.append(` ${results.length} in the text.`);
    } catch (error) {
      if (!signal.aborted) this.fill([h("p", { class: "qb-dialog__note" }, "The texts cannot be searched at the moment.")]);
    }
  }

  /** @param {HTMLElement[]} results */
  fill(results) {
    this.text.replaceChildren(h("div", { class: "qb-results__head", id: "qb-group-text", role: "presentation" }, this.answers.checked ? "In the text, answers included" : "In the text"), ...results);
    this.text.hidden = !results.length;
    this.renumber(false);
  }

  async findNear() {
    const search = this.search;
    if (!search || this.gettingNear) return;
    this.gettingNear = true;
    try {
      const [{ nearWords }, { default: MiniSearch }] = await Promise.all([import("./near.js"), import("./vendor/minisearch.js")]);
      this.near = await nearWords(MiniSearch, search.vocabulary());
      if (this.element.open) this.show();
    } finally {
      this.gettingNear = false;
    }
  }

  /** @param {number} row @param {string[]} stems */
  question(row, stems) {
    const { search } = this;
    if (!search) throw new Error("There is no index yet");
    const { ids, titles, difficulty, topic, topics } = search.columns;
    const mark = statusOf(ids[row]);
    return option(
      at(`questions/${ids[row]}/`),
      h("span", { class: "qb-option__title" }, ...highlighted(titles[row], stems)),
      h("span", { class: "qb-option__meta" }, levelSign(difficulty[row]), h("span", {}, topics[topic[row]].name), reported(search.columns, row), mark !== "todo" && h("span", { class: "qb-mark" }, STATUSES[mark])),
    );
  }

  /** @param {Kind} kind @param {number} number @param {string[]} stems */
  term(kind, number, stems) {
    const search = /** @type {TitleSearch} */ (this.search);
    const { companies, topics, tags, roles } = search.columns;
    const term = { company: companies, topic: topics, tag: tags, role: roles }[kind][number];
    return option(
      at(`${FOLDERS[kind]}/${term.id}/`),
      h("span", { class: "qb-option__title" }, ...highlighted(term.name, stems), term.aliases.length > 0 && h("span", { class: "qb-option__alias" }, ` ${term.aliases.join(", ")}`)),
      h("span", { class: "qb-option__meta" }, KINDS[kind], h("span", {}, questions(search.rowsOf(kind, number).length))),
    );
  }

  /** @param {string} words @param {number} count */
  all(words, count) {
    return option(`${at("questions/")}?q=${encodeURIComponent(words)}`, h("span", { class: "qb-option__title" }, `All ${questions(count)} in the table, to filter and sort`));
  }

  /** @param {string} words */
  actions(words) {
    const asked = words.toLowerCase().split(/\s+/);
    return COMMANDS.filter(({ name, chord, can }) => !chord && (can?.() ?? true) && asked.every((word) => ` ${name.toLowerCase()}`.includes(` ${word}`))).map(({ name, keys, run }) => {
      const made = option("", h("span", { class: "qb-option__title" }, name), keys.length > 0 && h("span", { class: "qb-option__meta" }, ...keys.map((key) => h("kbd", {}, key))));
      made.removeAttribute("href");
      made.classList.add("qb-option--action");
      made.addEventListener("click", () => {
        this.element.close();
        run();
      });
      return made;
    });
  }

  /** @param {boolean} first  whether the first result becomes the chosen one; otherwise it stays the one that was */
  renumber(first) {
    const before = this.options[this.active];
    this.options = [.../** @type {NodeListOf<HTMLAnchorElement>} */ (this.list.querySelectorAll("[role=option]"))];
    this.options.forEach((element, number) => (element.id = `qb-option-${number}`));
    this.list.hidden = !this.options.length && this.text.hidden;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.choose(first ? 0 : Math.max(0, this.options.indexOf(before)));
  }

  /** @param {number} number */
  choose(number) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = this.options.length ? (number + this.options.length) % this.options.length : -1;
    for (const element of this.options) element.setAttribute("aria-selected", String(element === this.options[this.active]));
    const chosen = this.options[this.active];
    if (chosen) {
      this.input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    } else this.input.removeAttribute("aria-activedescendant");
  }

  /** The dialog does not cover what was chosen, which may be a place on this page. @param {MouseEvent} event */
  clicked(event) {
    const { target, ctrlKey, metaKey, shiftKey } = event;
    if (target instanceof Element && target.closest("a[href]") && !ctrlKey && !metaKey && !shiftKey) this.element.close();
    closeOutside(event);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing || event.altKey) return;
    if (event.key === "ArrowDown") this.choose(this.active + 1);
    else if (event.key === "ArrowUp") this.choose(this.active - 1);
    else if (event.key === "Enter") {
      const { ctrlKey, metaKey, shiftKey } = event;
      this.options[this.active]?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
    } else return;
    event.preventDefault();
  }
}

/**
 * @param {string} name
 * @param {string} title
 * @param {HTMLElement[]} options
 */
function group(name, title, options) {
  const id = `qb-group-${name}`;
  return h("div", { role: "group", "aria-labelledby": id }, h("div", { class: "qb-results__head", id, role: "presentation" }, title), ...options);
}

/**
 * @param {string} href
 * @param {...(Node | string | null | undefined | false)} children
 */
function option(href, ...children) {
  return h("a", { role: "option", class: "qb-option", href, tabindex: -1, "aria-selected": "false" }, ...children);
}

/** @param {Columns} columns @param {number} row */
function reported(columns, row) {
  const names = new Set();
  for (let sighting = columns.sightings.start[row]; sighting < columns.sightings.start[row + 1]; sighting++) {
    if (columns.source[sighting] >= 0) names.add(columns.companies[columns.company[sighting]].name);
  }
  const shown = [...names];
  return shown.length > 0 && h("span", {}, shown.slice(0, 3).join(", ") + (shown.length > 3 ? ` +${shown.length - 3}` : ""));
}

/**
 * The text with the words marked that begin with one of the stems.
 * @param {string} text
 * @param {string[]} stems
 * @returns {(Node | string)[]}
 */
function highlighted(text, stems) {
  return text.split(/([\p{L}\p{N}]+)/u).map((part, place) => (place % 2 && stems.some((stem) => part.toLowerCase().startsWith(stem)) ? h("mark", {}, part) : part));
}

/** @param {import("./fulltext.js").Piece[]} excerpt */
function excerptOf(excerpt) {
  return h("span", { class: "qb-option__excerpt" }, ...excerpt.map(({ text, marked }) => (marked ? h("mark", {}, text) : text)));
}
