/**
 * What Material's pages say in scripts of their own, once for all pages, which then need none: what a visitor has chosen,
 * kept under the names that Material's script uses, and the colours, which must be there before anything is drawn.
 */
(() => {
  const PARTS = ["media", "scheme", "primary", "accent"];
  const { dataset, src } = /** @type {HTMLScriptElement} */ (document.currentScript);
  const scope = dataset.scope ? new URL(dataset.scope, location.href) : new URL("../../", src);
  const kept = {
    __md_scope: scope,
    /** @param {string} text */
    __md_hash: (text) => [...text].reduce((hash, sign) => (hash << 5) - hash + sign.charCodeAt(0), 0),
    /** @param {string} name */
    __md_get: (name, storage = localStorage, { pathname } = scope) => JSON.parse(storage.getItem(`${pathname}.${name}`) ?? "null"),
    /**
     * @param {string} name
     * @param {unknown} value
     */
    __md_set: (name, value, storage = localStorage, { pathname } = scope) => {
      try {
        storage.setItem(`${pathname}.${name}`, JSON.stringify(value));
      } catch {
        // A browser that keeps nothing asks again on the next page.
      }
    },
    qbColours: () => {
      const choices = [...document.querySelectorAll("input[data-md-color-media]")];
      /** @param {(media: string) => boolean} fits */
      const first = (fits) => {
        const choice = choices.find((input) => fits(input.getAttribute("data-md-color-media") ?? ""));
        return choice && Object.fromEntries(PARTS.map((part) => [part, choice.getAttribute(`data-md-color-${part}`)]));
      };
      // On a first visit Material's script chooses the same, but only after the page has been seen.
      let colours = kept.__md_get("__palette")?.color ?? first((media) => matchMedia(media).matches);
      if (colours?.media === "(prefers-color-scheme)") {
        const system = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
        colours = first((media) => media === `(prefers-color-scheme: ${system})`) ?? colours;
      }
      for (const part in colours) document.body.setAttribute(`data-md-color-${part}`, colours[part]);
    },
  };
  Object.assign(window, kept);
})();
