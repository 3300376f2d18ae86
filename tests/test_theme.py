"""What every visitor loads of ours stays small."""

import gzip
import re

import pytest

from qbank.assets import served
from qbank.project import template_folders

ASSETS = template_folders()[0] / "theme" / "assets" / "qbank"


def transferred(name):
    """The bytes of a stylesheet as a host sends it."""
    text = (ASSETS / name).read_text(encoding="utf-8")
    return len(gzip.compress(served(text, name).encode(), 9, mtime=0))


@pytest.mark.parametrize("kind", ["question", "lists", "home"])
def test_the_style_of_a_page_is_at_most_4_kb(kind):
    assert transferred("qbank.css") + transferred(f"{kind}.css") <= 4_096


def test_a_bank_that_sets_up_no_palette_has_our_colours():
    text = (ASSETS / "qbank.css").read_text(encoding="utf-8")
    declared = {"": set(), "scheme": set()}
    for selectors, rules in re.findall(r"([^{}]*)\{([^{}]*)\}", text):
        names = re.findall(r"(--[a-z-]+):", rules)
        if ":root" in selectors or "data-md-color-scheme" in selectors:
            declared["" if ":root" in selectors else "scheme"].update(names)
    assert {"--qb-line", "--md-footer-fg-color--light"} <= declared["scheme"]
    assert declared["scheme"] - declared[""] <= {"--md-hue", "--md-code-fg-color"}
