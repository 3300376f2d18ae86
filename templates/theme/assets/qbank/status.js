/** The control on a question's page that says whether it is still to do. */

import { onChange, setStatus, statusOf } from "./progress.js";
import { h } from "./site.js";

/** @import {Status} from "./progress.js" */

/** @param {HTMLElement} control */
export function start(control) {
  const id = control.dataset.id ?? "";
  const message = h("span", { role: "status", class: "qb-status__message" });
  const radios = /** @type {NodeListOf<HTMLInputElement>} */ (control.querySelectorAll("input"));
  const show = () => radios.forEach((radio) => (radio.checked = radio.value === statusOf(id)));
  control.addEventListener("change", (event) => {
    const kept = setStatus(id, /** @type {Status} */ (/** @type {HTMLInputElement} */ (event.target).value));
    message.textContent = kept ? "" : "Your browser does not let this site keep it: it is forgotten when the page closes.";
  });
  control.append(message);
  onChange(show);
  show();
  control.hidden = false;
}
