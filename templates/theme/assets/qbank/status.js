/** The control on a question's page that says whether it is still to do. */

import { STATUSES, onChange, setStatus, statusOf } from "./progress.js";
import { h, style } from "./site.js";

/** @import {Status} from "./progress.js" */

/** @param {HTMLElement} control */
export function start(control) {
  const id = control.dataset.qbStatus ?? "";
  const message = h("span", { role: "status", class: "qb-status__message" });
  const radios = Object.keys(STATUSES).map((value) => h("input", { type: "radio", name: "qb-status", value }));
  const show = () => radios.forEach((radio) => (radio.checked = radio.value === statusOf(id)));
  control.addEventListener("change", (event) => {
    const radio = /** @type {HTMLInputElement} */ (event.target);
    const status = /** @type {Status} */ (radio.value);
    const kept = setStatus(id, status);
    const unseen = document.activeElement !== radio; // chosen by a key from elsewhere
    message.textContent = !kept ? "Your browser does not let this site keep it: it is forgotten when the page closes." : unseen ? `My status: ${STATUSES[status]}` : "";
  });
  control.addEventListener("focusin", () => style("find.css"), { once: true }); // which shows where the focus is
  const labels = radios.map((radio) => h("label", {}, radio, STATUSES[/** @type {Status} */ (radio.value)]));
  control.append(h("legend", {}, "My status"), ...labels, message);
  onChange(show);
  show();
  control.hidden = false;
}
