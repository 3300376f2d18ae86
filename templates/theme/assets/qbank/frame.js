/**
 * What Material's pages say in scripts of their own, once for all pages, which then need none: what a visitor has chosen,
 * kept under the names that Material's script uses, and the colours, which must be there before anything is drawn.
 *
 * The control of the colours does what Material's does, but all of it before anything is drawn. That one sets them
 * again when the page is there, and a browser then finds the style of every element four times instead of once.
 */
(() => {
  const PARTS = ["media", "scheme", "primary", "accent"];
  const SYSTEM = "(prefers-color-scheme)";
  const SWITCHING = "data-md-color-switching";
  const { dataset, src } = /** @type {HTMLScriptElement} */ (document.currentScript);
  const scope = dataset.scope ? new URL(dataset.scope, location.href) : new URL("../../", src);
  const kept = {
    __md_scope: scope,
    /** @param {string} text */
    __md_hash: (text) => [...text].reduce((hash, sign) => (hash << 5) - hash + sign.charCodeAt(0), 0),
    /** @param {string} name */
    __md_get: (name, storage = /** @type {Storage | undefined} */ (undefined), { pathname } = scope) => {
      try {
        return JSON.parse((storage ?? localStorage).getItem(`${pathname}.${name}`) ?? "null");
      } catch {
        return null; // where nothing is kept, or what is no JSON
      }
    },
    /**
     * @param {string} name
     * @param {unknown} value
     */
    __md_set: (name, value, storage = /** @type {Storage | undefined} */ (undefined), { pathname } = scope) => {
      try {
        (storage ?? localStorage).setItem(`${pathname}.${name}`, JSON.stringify(value));
      } catch {
        // A browser that keeps nothing asks again on the next page.
      }
    },
    qbColours: () => {
      const inputs = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[data-md-color-media]")]);
      if (!inputs.length) return;
      const light = matchMedia("(prefers-color-scheme: light)");
      const { body } = document;
      const chosen = () => {
        const index = kept.__md_get("__palette")?.index ?? inputs.findIndex((input) => matchMedia(colours(input).media).matches);
        return Math.max(0, Math.min(Math.trunc(index) || 0, inputs.length - 1));
      };
      let shown = chosen();
      const show = () => {
        const now = colours(inputs[shown]);
        if (now.media === SYSTEM) {
          const meant = `(prefers-color-scheme: ${light.matches ? "light" : "dark"})`;
          const other = inputs.find((input) => colours(input).media === meant);
          if (other) Object.assign(now, colours(other), { media: SYSTEM });
        }
        for (const part of PARTS) body.setAttribute(`data-md-color-${part}`, now[part]);
        inputs.forEach(({ nextElementSibling: label }, at) => label instanceof HTMLLabelElement && (label.hidden = at !== shown));
        say("color-scheme", now.scheme === "slate" ? "dark" : "light"); // `tint` knows it better, and later
        return now;
      };
      /** @param {number} index */
      const change = (index) => {
        shown = index;
        body.setAttribute(SWITCHING, "");
        const now = show();
        tint();
        setTimeout(() => body.removeAttribute(SWITCHING));
        return now;
      };
      show();
      const control = /** @type {HTMLElement | null} */ (document.querySelector("[data-qb-palette]"));
      if (!control) return; // an owner's, or Material's
      light.onchange = () => change(chosen());
      control.onchange = ({ target }) => {
        const index = inputs.indexOf(/** @type {HTMLInputElement} */ (target));
        kept.__md_set("__palette", { index, color: change(index) });
      };
      control.onkeydown = (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault(); // which would send the form
        const next = inputs[(shown + 1) % inputs.length];
        next.click();
        next.focus();
      };
    },
  };
  /** @param {Element} input @returns {Record<string, string>} */
  const colours = (input) => Object.fromEntries(PARTS.map((part) => [part, input.getAttribute(`data-md-color-${part}`) ?? ""]));
  /**
   * What the page says to the browser.
   * @param {string} name
   * @param {string} content
   */
  const say = (name, content) => {
    let meta = /** @type {HTMLMetaElement | null} */ (document.querySelector(`meta[name=${name}]`));
    if (!meta) document.head.append((meta = Object.assign(document.createElement("meta"), { name })));
    if (meta.content !== content) meta.content = content;
  };
  /** What the browser draws itself has the colours of the header: its bar on a phone, scroll bars. */
  const tint = () => {
    const header = document.querySelector(".md-header");
    if (!header) return;
    const { backgroundColor, colorScheme } = getComputedStyle(header);
    say("theme-color", backgroundColor);
    say("color-scheme", colorScheme);
  };

  // What Material's script says of itself, said before any element has a style.
  document.documentElement.className = "js js-focus-visible";
  Object.assign(window, kept);

  // It measures all code once the page is there. What is closed would be laid out for that, so until then it has no boxes.
  const closed = new CSSStyleSheet();
  closed.replaceSync(":not([open]) > :is(.qb-reveal__body, .qb-details__body) { display: none }");
  document.adoptedStyleSheets.push(closed);
  addEventListener("load", () =>
    setTimeout(() => {
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== closed);
      tint();
    }),
  );
})();
