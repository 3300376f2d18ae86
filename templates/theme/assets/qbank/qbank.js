/** What every page of the site runs: the search in its header, the keys, and what the page itself asks for. */

import { COMMANDS, listen, prepare } from "./commands.js";
import { h } from "./site.js";

function buttons() {
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-qb-search]"))) {
    // A link to the table for those without this script; with it, what it is: a button that opens a dialog.
    // A finger or a button of a mouse takes a tenth of a second to go up again, and only then is it a click.
    const button = h("button", { type: "button", class: link.className, "aria-haspopup": "dialog", "aria-keyshortcuts": "/", onpointerdown: prepare, onclick: () => COMMANDS[0].run() }, ...link.childNodes);
    Object.assign(button.dataset, link.dataset);
    link.replaceWith(button);
  }
}
buttons();
listen();

/** What this page has that a script makes more of. */
function page() {
  buttons();
  const status = /** @type {HTMLElement | null} */ (document.querySelector("[data-qb-status][hidden]"));
  if (status) import("./status.js").then(({ start }) => start(status));
  const finder = /** @type {HTMLElement | null} */ (document.querySelector("[data-qb-finder]"));
  if (finder) import("./finder.js").then(({ start }) => start(finder));
}

// With its `navigation.instant`, Material puts the next page into this one, and says so here.
/** @type {{subscribe(then: () => void): void} | undefined} */
const pages = Reflect.get(window, "document$");
if (pages) pages.subscribe(page);
else page();
