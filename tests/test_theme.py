"""What every visitor loads of ours stays small."""

import gzip

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
