/**
 * What the visitor has done, kept in this browser only: `{"<id>": {"status": "done", "at": "2026-11-25"}}`.
 *
 * A question that is not listed is still to do. What other parts of the site may keep beside `status` stays.
 */

import { remember, remembered } from "./site.js";

export const KEY = "qbank.progress.v1";

/** @typedef {"todo" | "again" | "done"} Status */
/** @type {Readonly<Record<Status, string>>} */
export const STATUSES = { todo: "To do", again: "Again", done: "Done" };

/** @typedef {Record<string, {status: Status, at: string, [more: string]: unknown}>} Progress */

const changes = new EventTarget();
/** What could not be kept, for the time that this page is open. @type {Progress | null} */
let unkept = null;

/** All that is known. @returns {Progress} */
export function progress() {
  if (unkept) return unkept;
  try {
    const known = JSON.parse(remembered(KEY) ?? "{}");
    return known && typeof known === "object" && !Array.isArray(known) ? known : {};
  } catch {
    return {};
  }
}

/**
 * @param {string} id
 * @returns {Status}
 */
export function statusOf(id) {
  const known = progress();
  const status = Object.hasOwn(known, id) ? known[id]?.status : "todo";
  return status === "again" || status === "done" ? status : "todo";
}

/**
 * Sets the status and tells all who listen; false when the browser does not keep it beyond this page.
 * @param {string} id
 * @param {Status} status
 */
export function setStatus(id, status) {
  const known = { ...progress() };
  if (status === "todo") delete known[id];
  else {
    const now = new Date();
    const at = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
    known[id] = { ...known[id], status, at };
  }
  const kept = remember(KEY, JSON.stringify(known));
  unkept = kept ? null : known;
  changes.dispatchEvent(new Event("change"));
  return kept;
}

/**
 * Calls back when a status changes, here or in another tab.
 * @param {() => void} listener
 */
export function onChange(listener) {
  changes.addEventListener("change", listener);
}

addEventListener("storage", ({ key }) => {
  // A key of null: everything was cleared.
  if (key === KEY || key === null) changes.dispatchEvent(new Event("change"));
});
