"""What every visitor loads of ours stays small."""

import gzip
import re

import pytest

from qbank.project import template_folders

ASSETS = template_folders()[0] / "theme" / "assets" / "qbank"


def transferred(name):
    """The bytes of a stylesheet as a host sends it, without its comments and the indentation."""
    text = re.sub(r"/\*.*?\*/", "", (ASSETS / name).read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"^[ \t]+|\n(?=\n)", "", text, flags=re.MULTILINE)
    return len(gzip.compress(text.encode(), 9, mtime=0))


@pytest.mark.parametrize("kind", ["question", "lists", "home"])
def test_the_style_of_a_page_is_at_most_4_kb(kind):
    assert transferred("qbank.css") + transferred(f"{kind}.css") <= 4_096
