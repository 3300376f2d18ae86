"""How often full text finds a question by two words of its prompt: `python bench/client/prompts.py SITE BANK [MOST]`.

Words have at least five letters. Two are drawn by chance, and for comparison the two that the fewest prompts have are
taken, as one remembers what is peculiar to a question. Found is what is among the first five. Where more than five
prompts have both words, no order of them finds each: the last column is what the best one finds on average.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from pathlib import Path

import yaml
from chromium import machine, opened
from host import served

FIRST = 5
FIND = """async ([queries, limit]) => {
  const { search } = await import(new URL("assets/qbank/fulltext.js", document.baseURI));
  const found = [];
  for (const query of queries) found.push((await search(query, { limit })).map(({ id }) => id));
  return found;
}"""


def main(site: Path, bank: Path, most: int) -> None:
    """Print the shares."""
    words = _words(bank)
    common = Counter(word for prompt in words.values() for word in prompt)
    chance = random.Random(5)
    chosen = sorted(words) if len(words) <= most else sorted(chance.sample(sorted(words), most))
    kinds = {
        "by chance": {id: chance.sample(words[id], 2) for id in chosen},
        "least common": {id: sorted(words[id], key=lambda word: (common[word], word))[:2] for id in chosen},
    }
    with served(site) as host, opened() as (_, page, _session):
        page.goto(host.address)
        for kind, queries in kinds.items():
            found = page.evaluate(FIND, [[" ".join(pair) for pair in queries.values()], FIRST])
            hits = [id in ids for id, ids in zip(queries, found, strict=True)]
            best = [
                min(1, FIRST / sum(set(pair) <= set(prompt) for prompt in words.values())) for pair in queries.values()
            ]
            shares = " | ".join(f"{sum(share) / len(share):.1%}" for share in (hits, best))
            print(f"| {len(words):,} | {kind} | {len(hits)} | {shares} |", flush=True)
            for (id, pair), hit, ids in zip(queries.items(), hits, found, strict=True):
                if not hit:
                    print(f"  {id}: {' '.join(pair)} → {', '.join(ids) or 'nothing'}", file=sys.stderr)


def _words(bank: Path) -> dict[str, list[str]]:
    found = {}
    for file in sorted(bank.glob("questions/**/*.yml")):
        question = yaml.safe_load(file.read_text("utf-8"))
        if isinstance(question, dict) and "prompt" in question:
            prompt = re.sub(r"(?s)```.*?```|\$[^$]*\$|`[^`]*`|\]\([^)]*\)", " ", question["prompt"])
            words = sorted(set(re.findall(r"[a-z]{5,}", prompt.lower())))
            if len(words) > 1 and question.get("status", "published") == "published":
                found[file.stem] = words
    return found


if __name__ == "__main__":
    print(f"{machine()}\n\n| questions | words | asked | among the first five | at best |\n|---:|---|---:|---:|---:|")
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 300)
