/** Where this site is, and the little that every part of the page needs: elements, styles, messages. */

const scriptFolder = new URL("./", import.meta.url);
const base = new URL("../../", scriptFolder).href;
/** `index.html` where the site's addresses end in it. @type {string | undefined} */
let suffix;

/**
 * The address of a page by what stands below the site's root: `at("questions/roc-auc/")`.
 * @param {string} address
 */
export function at(address) {
  // The way to search, which is on every page, says it.
  suffix ??= /** @type {HTMLElement | null} */ (document.querySelector("[data-qb-search]"))?.dataset.suffix ?? "";
  return base + address + suffix;
}

/** @type {Map<string, Promise<Record<string, any>>>} */
const files = new Map();

/**
 * A JSON file beside the scripts, asked for once; again after it could not be had.
 * @param {string} name
 */
export function json(name) {
  let file = files.get(name);
  if (!file) {
    file = fetch(new URL(name, scriptFolder), { cache: "no-cache" }).then((answer) => {
      if (!answer.ok) throw new Error(`${name} answers with status ${answer.status}`);
      return answer.json();
    });
    files.set(name, file);
    file.catch(() => files.delete(name));
  }
  return file;
}

/** @type {Map<string, Promise<void>>} */
const styles = new Map();

/**
 * Resolves when the style sheet is there, or cannot be had: without it everything works, if not as well.
 * @param {string} name
 * @returns {Promise<void>}
 */
export function style(name) {
  let loaded = styles.get(name);
  if (!loaded) {
    loaded = new Promise((resolve) => {
      const link = h("link", { rel: "stylesheet", href: new URL(name, scriptFolder).href });
      link.onload = link.onerror = () => resolve();
      document.head.append(link);
    });
    styles.set(name, loaded);
  }
  return loaded;
}

/**
 * An element with attributes and children; texts become text nodes, `on…` listeners, and true an empty attribute.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value != null && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

/**
 * `1,234`, as English groups digits. A browser's own way takes 30 ms when it is first asked, for the tables of all languages.
 * @param {number} count
 */
export function thousands(count) {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/**
 * `1 question`, `2 questions`.
 * @param {number} count
 */
export function questions(count) {
  return `${thousands(count)} ${count === 1 ? "question" : "questions"}`;
}

/** A click beside a dialog closes it. @param {MouseEvent} event */
export function closeOutside(event) {
  if (event.target === event.currentTarget) /** @type {HTMLDialogElement} */ (event.currentTarget).close();
}

/** A difficulty, as the pages of the build have it. @param {number} level */
export function levelSign(level) {
  const name = ["easy", "medium", "hard"][level];
  return h("span", { class: `qb-level qb-level--${name}` }, name[0].toUpperCase() + name.slice(1));
}

/** A setting of this browser; none where it keeps nothing. @param {string} key */
export function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/**
 * Whether the browser keeps it: not when it is private or full.
 * @param {string} key
 * @param {string} value
 */
export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}
