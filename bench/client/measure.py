"""Our search and Material's on the same pages, in a browser: `python bench/client/measure.py FOLDER N [ROUNDS [SECONDS]]`.

`FOLDER` has the two sites of `sites.py`. Each run is a browser that was just started; in each round both sites have
their turn, and none begins after so many seconds. The time runs from the moment a page is loaded, when a visitor's
whole query is typed at once, until the first result is painted. Material's search begins to load with the page, so a
part of its time is not counted on a slow link; its bytes are all of its index and its worker. Ours are all that is
loaded after the page, full text included where it is asked for.
"""

from __future__ import annotations

import math
import re
import statistics
import sys
import time
from pathlib import Path

import yaml
from chromium import Memory, machine, opened
from host import Host, served

ASK = """async ([site, query, result]) => {
  const painted = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
  const find = selector => document.querySelector(selector);
  const start = performance.now();
  let field;
  if (site === "ours") {
    while (!find("button[data-qb-search]")) await painted();
    find("button[data-qb-search]").click();
    while (!(field = find(".qb-search[open] .qb-dialog__input"))) await painted();
    field.value = query;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  } else {
    find("#__search").click();
    field = find("[data-md-component=search-query]");
    field.focus();
    field.value = query;
    field.dispatchEvent(new KeyboardEvent("keyup", { key: "a", bubbles: true }));
  }
  while (!find(result)) await painted();
  await painted();
  return { time: performance.now() - start, text: find(result).innerText };
}"""
SEARCH = ("index.json", "pagefind", "dialog", "find.css", "columns.js", "table.js", "/search")
"""What paths of the search and the filters have in them, ours and Material's."""
RESULTS = {
    ("ours", "title"): ".qb-search[open] [role=option]",
    ("ours", "text"): "[aria-labelledby=qb-group-text]:not([hidden]) [role=option]",
    ("plain", "title"): ".md-search-result__item",
    ("plain", "text"): ".md-search-result__item",
}
CHOOSE = """async () => {
  const painted = () => new Promise(resolve => requestAnimationFrame(() => setTimeout(resolve)));
  const pick = selector => document.querySelector(selector);
  while (!pick(".qb-tools:not([hidden])")) await painted();
  pick(".qb-tools__filter").click();
  while (!pick(".qb-panel:not([hidden]) .qb-choice__count")?.textContent) await painted();
  await new Promise(resolve => setTimeout(resolve, 500));
  const times = [];
  for (const facet of ["company", "difficulty", "tag", "topic", "role"]) {
    for (let turn = 0; turn < 2; turn++) { // chosen, and no longer
      const input = pick(`input[name=qb-${facet}]`);
      const before = pick(".qb-active__count")?.textContent;
      const start = performance.now();
      input.click();
      await painted();
      times.push(performance.now() - start);
      if (pick(".qb-active__count")?.textContent === before) throw new Error(`no other count after ${facet}`);
      await new Promise(resolve => setTimeout(resolve, 300));
    }
  }
  return { times, nodes: document.querySelectorAll("*").length };
}"""


def main(folder: Path, count: int, rounds: int = 5, seconds: float = math.inf) -> None:
    """Print the table."""
    title, text = _queries(folder / "ours", count // 3)
    found: dict[tuple[str, str], list[float]] = {}

    def note(site: str, **figures: float) -> None:
        for name, value in figures.items():
            found.setdefault((site, name), []).append(value)

    with served(folder / "ours" / "site") as ours, served(folder / "plain" / "site") as plain:
        hosts = {"ours": ours, "plain": plain}
        start = time.monotonic()
        done = 0
        while done < rounds and time.monotonic() - start < seconds:
            for site, host in hosts.items():
                note(site, unused=_unused(site, host))
                for kind, query in (("title", title), ("text", text)):
                    for slow in (False, True) if kind == "title" else (False,):
                        size, alone, spent, first = _ask(site, host, kind, query, slow=slow)
                        figures = {f"{kind} bytes": size, f"{kind} alone": alone}
                        note(site, **figures, **{f"{kind} {'slow' if slow else 'local'}": spent})
                        print(
                            f"  {site} {kind} {'slow' if slow else 'local'}: {spent:,.0f} ms, {first!r}",
                            file=sys.stderr,
                        )
            times, nodes = _choices(ours)
            note("ours", choice=statistics.median(times), first=times[0], slowest=max(times), nodes=nodes)
            done += 1
        _report(count, done, found)
        for site, host in hosts.items():
            heap, process = _memory(site, host, title)
            print(
                f"Memory that a search adds, {site}: heaps and buffers {heap:.1f} MB, process {process:.1f} MB",
                flush=True,
            )


def _queries(bank: Path, number: int) -> tuple[str, str]:
    """A question's title, and two words of its prompt that its title does not have."""
    question = yaml.safe_load((next(bank.glob(f"questions/*/question-{number:06}.yml"))).read_text("utf-8"))
    words = [
        word for word in re.findall(r"[a-z]{6,}", question["prompt"].lower()) if word not in question["title"].lower()
    ]
    return question["title"], " ".join(words[:2])


def _unused(site: str, host: Host) -> float:
    """Bytes for the search while nobody searches, on a page that is left alone until it has asked for nothing for two seconds."""
    with opened() as (_, page, _session):
        since = len(host.sent)
        page.goto(host.address, wait_until="load")
        known = -1
        while known < host.asked or not host.quiet:
            known = host.asked
            page.wait_for_timeout(2000)
        return sum(size for path, size in host.sent[since:] if any(name in path for name in SEARCH))


def _ask(site: str, host: Host, kind: str, query: str, *, slow: bool) -> tuple[int, int, float, str]:
    """Bytes, those of them that no search for titles fetches, milliseconds, and what was found first."""
    with opened(slow=slow) as (_, page, _session):
        since = len(host.sent)
        page.goto(host.address, wait_until="load")
        if site == "ours":
            since = len(host.sent)
        answer = page.evaluate(ASK, [site, query, RESULTS[site, kind]])
        size = host.bytes_of(since=since, only="" if site == "ours" else "/search")
        # Ours finds titles too while one types, as it does without full text; Material's has one index of everything.
        alone = host.bytes_of(since=since, only="pagefind/") if site == "ours" else size
        return size, alone, answer["time"], answer["text"].split("\n")[0][:60]


def _memory(site: str, host: Host, query: str) -> tuple[float, float]:
    """What a search adds to a page that has none: heaps, and the process."""
    figures = []
    for searched in (False, True):
        with opened() as (browser, page, session):
            memory = Memory(browser, page, session)
            if site == "plain" and not searched:
                page.route("**/search*", lambda route: route.abort())
            page.goto(host.address, wait_until="load")
            if searched:
                page.evaluate(ASK, [site, query, RESULTS[site, "title"]])
            page.wait_for_timeout(2000)
            figures.append((memory.heap(), memory.process()))
    (heap, process), (more_heap, more_process) = figures
    return more_heap - heap, more_process - process


def _choices(host: Host) -> tuple[list[float], int]:
    """Milliseconds from a click on a filter's choice to the painted counts and rows, for some choices; the page's nodes."""
    with opened() as (_, page, _session):
        page.goto(f"{host.address}questions/", wait_until="load")
        found = page.evaluate(CHOOSE)
        return found["times"], found["nodes"]


def _report(count: int, rounds: int, found: dict[tuple[str, str], list[float]]) -> None:
    rows = (
        ("bytes while nobody searches", "unused", ""),
        ("title search, bytes", "title bytes", ""),
        ("title search, local, ms", "title local", ""),
        ("title search, slow link, ms", "title slow", ""),
        ("full text, bytes", "text alone", ""),
        ("full text, bytes, with the titles that are found beside it", "text bytes", ""),
        ("full text, local, ms", "text local", ""),
    )
    print(f"### {count:,} questions, {rounds} rounds\n\n{machine()}\n")
    print("| median | ours | Material's | ours is |\n|---|---:|---:|---:|")
    for label, name, form in rows:
        ours, plain = (statistics.median(found[site, name]) for site in ("ours", "plain"))
        share = f"1/{plain / ours:.0f}" if ours > 0 else "0"
        form = form or ".0"
        print(f"| {label} | {ours:,{form}f} | {plain:,{form}f} | {share} |")
    names = ("choice", "first", "slowest", "nodes")
    choice, first, slowest, nodes = (statistics.median(found["ours", name]) for name in names)
    print(
        f"| a filter's choice, to paint, ms (the first; the slowest of ten) | {choice:.0f} ({first:.0f}; {slowest:.0f}) | | |"
    )
    print(f"| DOM nodes of the list with its filters open | {nodes:,.0f} | | |\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), *map(int, sys.argv[3:5]))
