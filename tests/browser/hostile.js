// What is wrong with a page that holds hostile texts: whatever acts, reaches out, or is not where it belongs.
() => {
  const faults = [];
  const say = (what, element) => faults.push(`${what}: ${element.outerHTML?.slice(0, 120)}`);
  const article = document.querySelector("article .qb-page");
  if (!article) return ["the page has no article"];
  document.querySelectorAll("details").forEach(details => (details.open = true));
  const bodies = [...article.querySelectorAll(".qb-prompt, .qb-reveal__body, .qb-details__body")];
  for (const element of bodies.flatMap(body => [...body.querySelectorAll("*")])) {
    const name = element.localName;
    if (/^(script|style|iframe|frame|object|embed|form|button|select|textarea|svg|img|image|video|audio|link|meta|base|template|dialog|marquee|canvas)$/.test(name)) say("element", element);
    if (name.includes("-")) say("custom element", element);
    for (const { name: key } of element.attributes) if (/^(on|style$|src|for$|name$|action|target|xlink|data-md|formaction)/.test(key)) say(key, element);
    if (name === "input" && !(element.type === "checkbox" && element.disabled)) say("input", element);
    if (name === "a" && element.href && !["http:", "https:", "mailto:"].includes(element.protocol)) say("scheme", element);
    if (name === "a" && element.host && element.host !== location.host && !element.rel.includes("noopener")) say("rel", element);
    if (element.id && !element.id.includes("--") && !element.closest("[id$=__drawer]") && !/^__code/.test(element.id)) say("id", element);
    if (["fixed", "sticky"].includes(getComputedStyle(element).position)) say("position", element);
  }
  for (const body of bodies) if (getComputedStyle(body).overflowX !== "clip") say("not clipped", body);
  // Material numbers blocks of code by the heading above them, and two below one heading alike.
  const ids = [...document.querySelectorAll("[id]:not([id^=__code])")].map(element => element.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length) faults.push(`ids twice: ${twice.slice(0, 5)}`);
  const outline = [...article.children].map(child => child.className.split(" ")[0] || child.localName);
  if (outline.at(-1) !== "qb-origin") faults.push(`the page ends with ${outline.at(-1)}`);
  if (document.querySelectorAll("h1").length !== 1) faults.push("more or less than one h1");
  if (article.closest("main") === null || !document.querySelector("main ~ footer, .md-footer")) faults.push("the frame is gone");
  for (const key of ["alert", "fetch", "open"]) if (typeof window[key] !== "function") faults.push(`window.${key} is clobbered`);
  for (const key of ["body", "head", "forms", "getElementById", "location", "cookie"]) if (document[key] instanceof HTMLElement && !["body", "head"].includes(key)) faults.push(`document.${key} is clobbered`);
  const header = document.querySelector(".md-header");
  header.scrollIntoView();
  const box = header.getBoundingClientRect();
  if (!header.contains(document.elementFromPoint(box.left + 30, box.top + box.height / 2))) faults.push("the header is covered");
  return faults;
}
