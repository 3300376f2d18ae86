/** The sheet that says which keys there are, and turns the single ones off. */

import { COMMANDS, setSingleKeys, singleKeys } from "./commands.js";
import { closeOutside, h, style } from "./site.js";

/** @type {HTMLDialogElement | undefined} */
let sheet;

export async function open() {
  await style("find.css");
  sheet ??= build();
  if (!sheet.open) sheet.showModal();
}

function build() {
  const box = h("input", { type: "checkbox", onchange: () => turn(box.checked) });
  box.checked = singleKeys();
  const message = h("p", { role: "status", class: "qb-small" });
  /** @param {boolean} on */
  const turn = (on) => {
    const kept = setSingleKeys(on);
    const text = on ? "Single keys are on." : "Single keys are off. Keys with Ctrl or ⌘ still work.";
    message.textContent = kept ? text : "Your browser does not let this site keep the setting.";
  };
  const rows = COMMANDS.filter(({ keys, chord }) => keys.length || chord).map(({ name, keys, chord }) => {
    const all = chord ? [chord] : keys;
    const shown = all.flatMap((key, at) => [at ? " or " : "", h("kbd", {}, key)]);
    return h("div", {}, h("dt", {}, ...shown), h("dd", {}, name));
  });
  const title = h("h2", { id: "qb-help-title" }, "Keys");
  const close = h("button", { type: "button", class: "qb-close", "aria-label": "Close", onclick: () => dialog.close() }, "✕");
  const dialog = h(
    "dialog",
    { class: "qb-dialog qb-help md-typeset", "aria-labelledby": title.id, onclick: closeOutside },
    h("div", { class: "qb-dialog__head" }, title, close),
    h("dl", { class: "qb-keys" }, ...rows),
    h("p", {}, "In the search: ", h("kbd", {}, "↓"), " ", h("kbd", {}, "↑"), " choose, ", h("kbd", {}, "Enter"), " opens, ", h("kbd", {}, "Esc"), " closes. No key acts while you type."),
    h("label", { class: "qb-check" }, box, "Single keys act"),
    message,
  );
  document.body.append(dialog);
  return dialog;
}
