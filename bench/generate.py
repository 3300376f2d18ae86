"""A bank of any size, the same on every machine: `python bench/generate.py FOLDER N`.

Each question has 3 to 5 KB of Markdown (prose, a table, code with its output, math, lists), sightings at some of 60
companies and some of 80 tags. Words are drawn by Zipf's law, so that a few stand everywhere and most are rare, as in
text that people write; `qbank check` finds nothing wrong with any of it.
"""

from __future__ import annotations

import keyword
import random
import shutil
import sys
from itertools import accumulate
from pathlib import Path

COMPANIES, TAGS, WORDS = 60, 80, 6_000
TOPICS = ("foundations", "evaluation", "linear-models", "trees", "neural-networks", "time-series", "ranking", "serving")
ROLES = ("data-scientist", "machine-learning-engineer", "research-scientist", "data-engineer")
ROUNDS = ("phone-screen", "onsite", "take-home")
SOURCES = ("collection-one", "collection-two", "report")
_ONSETS = "b c d f g h j k l m n p r s t v w z br cl dr fl gr pl pr sc sh sl sp st th tr".split()
_VOWELS = "a e i o u ai ea ee oa ou".split()
_CODAS = "b d g k l m n p r t nd nt rk rm st".split()
_COMMON = "the of a to and in is that for it as with on by at from this which when not more than each one".split()
_SETTINGS = "title: A generated bank\ndescription: Questions that nobody asks.\nlicence: CC0\n"


def write(folder: Path, count: int) -> None:
    """Write a bank of so many questions into the folder, in place of what its `questions/` held."""
    questions = folder / "questions"
    shutil.rmtree(questions, ignore_errors=True)
    questions.mkdir(parents=True)
    (questions / "bank.yml").write_text(_SETTINGS, encoding="utf-8")
    text = _Text()
    used: dict[str, set[str]] = {kind: set() for kind in ("companies", "topics", "roles", "rounds", "sources", "tags")}
    for number in range(count):
        topic = TOPICS[number % len(TOPICS)]
        used["topics"].add(topic)
        target = questions / topic / f"question-{number:06}.yml"
        target.parent.mkdir(exist_ok=True)
        target.write_text(text.question(number, count, used), encoding="utf-8")
    for kind, ids in used.items():
        extra = "  kind: collection\n" if kind == "sources" else ""
        entries = (f"- id: {id}\n  name: {id.replace('-', ' ').capitalize()}\n{extra}" for id in sorted(ids))
        (questions / f"{kind}.yml").write_text("".join(entries), encoding="utf-8")


class _Text:
    """What questions are made of; every question has its own seed, so that it does not depend on how many there are."""

    def __init__(self) -> None:
        chance = random.Random("words")
        made: dict[str, None] = {}
        while len(made) < WORDS:
            syllables = (
                chance.choice(_ONSETS) + chance.choice(_VOWELS) + chance.choice(("", chance.choice(_CODAS)))
                for _ in range(chance.choice((1, 2, 2, 3)))
            )
            word = "".join(syllables)
            if not keyword.iskeyword(word):  # some name the functions
                made[word] = None
        self.words = list(made)
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(WORDS)))
        self.tags = [f"{self.words[100 + 2 * index]}-{self.words[101 + 2 * index]}" for index in range(TAGS)]
        self.companies = [f"{self.words[400 + index]}-works" for index in range(COMPANIES)]

    def question(self, number: int, count: int, used: dict[str, set[str]]) -> str:
        chance = random.Random(f"question {number}")
        subject = " ".join(chance.sample(self.words, 2))
        tags = chance.sample(self.tags, 3)
        roles = chance.sample(ROLES, 2)
        sightings = []
        for company in chance.sample(self.companies, 2):
            source, round, seen = chance.choice(SOURCES), chance.choice(ROUNDS), f"2025-{chance.randint(1, 12):02}"
            for kind, id in (("companies", company), ("sources", source), ("rounds", round)):
                used[kind].add(id)
            sightings.append(f"  - company: {company}\n    source: {source}\n    seen: {seen}\n    round: {round}\n")
        used["tags"].update(tags)
        used["roles"].update(roles)
        related = sorted({f"question-{chance.randrange(count):06}" for _ in range(2)} - {f"question-{number:06}"})

        def sentence(length: int) -> str:
            rare = chance.choices(self.words, cum_weights=self.weights, k=length)
            drawn = (chance.choice(_COMMON) if index % 3 == 1 else word for index, word in enumerate(rare))
            return " ".join(drawn).capitalize() + "."

        def paragraph(sentences: int) -> str:
            return "\n".join(sentence(chance.randint(9, 16)) for _ in range(sentences))

        def items(key: str, many: int, indent: str = "") -> str:
            return f"{indent}{key}:\n" + "".join(
                f"{indent}  - {sentence(chance.randint(6, 10))}\n" for _ in range(many)
            )

        first, second = chance.randint(2, 90), chance.randint(2, 90)
        name = chance.choice(self.words)
        rows = "\n".join(
            f"| {chance.choice(self.words)} | ${chance.randint(1, 9)}\\,n$ | {chance.random():.3f} |" for _ in range(4)
        )
        answer = f"""\
**{subject.capitalize()}.** {paragraph(5)}

$$
\\mathrm{{{name}}}(x) = \\frac{{1}}{{n}} \\sum_{{i=1}}^{{n}} \\left(x_i - {first}\\right)^2 + \\lambda \\lVert w \\rVert_{{{second}}}
$$

{paragraph(3)} With $\\alpha_{{{first}}} \\le {second}$ {sentence(5)[:-1].lower()}, see [the other](question:{(related or [f"question-{number:06}"])[0]}).

### {chance.choice(self.words).capitalize()} and {name}

- {sentence(9)}
- {sentence(8)}
- {sentence(10)} Call it `{name}`.

| {name} | cost | value |
|---|---|---|
{rows}

```python
def {name}(values, scale={first}):
    total = 0
    for value in values:
        # {sentence(6)}
        total += value * scale
    return total / max(len(values), 1)


print({name}([1, 2, {second}]))
```

```output
{(3 + second) * first / 3}
```

{paragraph(4)}
"""
        prompt = f"{paragraph(2)}\n\nWhat would you do about {subject}, and why?\n"
        return "".join(
            (
                f"title: How do {subject} and {chance.choice(self.words)} differ in case {number}?\n",
                f"overview: {sentence(9)}\n",
                f"prompt: |\n{_indented(prompt)}",
                f"difficulty: {chance.choice(('easy', 'medium', 'hard'))}\n",
                f"tags: [{', '.join(tags)}]\n",
                f"roles: [{', '.join(roles)}]\n",
                "companies:\n" + "".join(sightings),
                f"short_answer: |\n{_indented(paragraph(3))}",
                f"answer: |\n{_indented(answer)}",
                items("expectations", 4),
                items("key_topics", 3),
                items("approach", 3),
                items("mistakes", 3),
                "interviewer:\n" + items("tests", 2, "  ") + items("strong_signals", 2, "  "),
                f"follow_ups:\n  - question: {sentence(8)}\n    answer: |\n{_indented(paragraph(2), '      ')}",
                f"references:\n  - title: A paper on {subject}\n    url: https://example.org/papers/{number}\n",
                f"related: [{', '.join(related)}]\n" if related else "",
            )
        )


def _indented(text: str, by: str = "  ") -> str:
    return "".join(f"{by}{line}\n" if line else "\n" for line in text.rstrip("\n").split("\n"))


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
