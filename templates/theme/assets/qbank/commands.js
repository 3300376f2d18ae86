/** What the visitor can have done by a key or by its name, and the keys. */

import { at, json, remember, remembered, style } from "./site.js";

/**
 * @typedef {object} Command
 * @property {string} name
 * @property {readonly string[]} keys  single keys, which can be turned off
 * @property {string} [chord]  how the key with a modifier is called
 * @property {() => boolean} [can]  whether there is anything to do on this page
 * @property {() => void} run
 */

const OFF = "qbank.keys.v1";
const MAC = /Mac|iPhone|iPad/.test(navigator.platform);
export const CHORD = MAC ? "⌘K" : "Ctrl+K";

/** @param {string} selector */
const one = (selector) => /** @type {HTMLElement | null} */ (document.querySelector(selector));
const neighbour = (/** @type {"next" | "prev"} */ rel) => one(`article a[rel="${rel}"]`);
const answer = () => /** @type {HTMLDetailsElement | null} */ (one("details#answer"));
const scheme = () => one("label[for^=__palette]:not([hidden])");
const radio = (/** @type {string} */ value) => one(`.qb-status input[value="${value}"]`);
const go = (/** @type {string} */ address) => () => void (location.href = at(address));

/** @param {"search" | "palette"} mode */
const dialog = (mode) => () => {
  prepare();
  return import("./dialog.js").then(({ open }) => open(mode), missing);
};

/** Said by Material, where it says that code was copied. @param {string} text */
const say = (text) => Reflect.get(window, "alert$")?.next(text);

function missing() {
  say(navigator.onLine ? "This could not be loaded. Try again." : "This could not be loaded: you are offline.");
}

/** The control may be out of sight. @param {string} status */
const mark = (status) => () => {
  radio(status)?.click();
  say(`My status: ${radio(status)?.parentElement?.textContent}`);
};

/** All that a search needs, asked for at once: a slow link takes as long for one answer as for ten. */
export function prepare() {
  style("find.css");
  for (const name of ["dialog", "progress", "search", "columns", "words"]) import(`./${name}.js`).catch(() => undefined); // said where it is used
  json("index.json").catch(() => undefined);
}

/** @type {readonly Command[]} */
export const COMMANDS = [
  { name: "Search questions", keys: ["/"], run: dialog("search") },
  { name: "Search everything, and what can be done", keys: [], chord: CHORD, run: dialog("palette") },
  { name: "Next", keys: ["n", "j"], can: () => !!neighbour("next"), run: () => neighbour("next")?.click() },
  { name: "Previous", keys: ["p", "k"], can: () => !!neighbour("prev"), run: () => neighbour("prev")?.click() },
  { name: "Reveal or close the answer", keys: ["r"], can: () => !!answer(), run: reveal },
  { name: "Mark as done", keys: ["d"], can: () => !!radio("done"), run: mark("done") },
  { name: "Mark as to be done again", keys: ["g"], can: () => !!radio("again"), run: mark("again") },
  { name: "Mark as to do", keys: [], can: () => !!radio("todo"), run: mark("todo") },
  { name: "Filters", keys: ["f"], can: () => !!one("[data-qb-finder]"), run: () => one(".qb-tools__filter")?.click() },
  { name: "Random question", keys: [], run: random },
  { name: "Light, dark or as the system has it", keys: [], can: () => !!scheme(), run: () => scheme()?.click() },
  { name: "All questions", keys: [], run: go("questions/") },
  { name: "Companies", keys: [], run: go("companies/") },
  { name: "Topics", keys: [], run: go("topics/") },
  { name: "Tags", keys: [], run: go("tags/") },
  { name: "Keys and help", keys: ["?"], run: () => import("./help.js").then(({ open }) => open(), missing) },
];

export function singleKeys() {
  return remembered(OFF) !== "off";
}

/** @param {boolean} on */
export function setSingleKeys(on) {
  return remember(OFF, on ? "on" : "off");
}

/** Keys do what they stand for: never while somebody types, and none that is part of another chord. */
export function listen() {
  // Before Material's own keys, which know no way of being turned off.
  addEventListener("keydown", pressed, { capture: true });
}

/** @param {KeyboardEvent} event */
function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const chord = event.key.toLowerCase() === "k" && !event.altKey && !event.shiftKey && (MAC ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey);
  if (chord) return take(event, COMMANDS.find((command) => command.chord));
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || one("dialog[open]")) return;
  if (event.key.length !== 1 || event.key === " ") return;
  if (!singleKeys()) return event.stopImmediatePropagation();
  const command = COMMANDS.find(({ keys }) => keys.includes(event.key));
  if (!command) return;
  if (command.can?.() ?? true) take(event, command);
  else event.stopImmediatePropagation();
}

/**
 * @param {KeyboardEvent} event
 * @param {Command} [command]
 */
function take(event, command) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!event.repeat) command?.run(); // a key that is held is one
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  // A dialog that was closed a moment ago may have the focus still.
  if (!(target instanceof HTMLElement) || target.closest("dialog:not([open])")) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target instanceof HTMLInputElement && !/^(?:button|checkbox|radio|submit|reset)$/.test(target.type);
}

function reveal() {
  const details = answer();
  if (!details) return;
  details.open = !details.open;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (details.open) details.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  details.querySelector("summary")?.focus({ preventScroll: true });
}

async function random() {
  const { columns } = await import("./columns.js");
  try {
    const { ids } = await columns();
    location.href = at(`questions/${ids[Math.floor(Math.random() * ids.length)]}/`);
  } catch {
    location.href = at("questions/");
  }
}
