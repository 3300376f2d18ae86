"""The pages are valid HTML, as the Nu HTML checker sees it: one Java process over all pages of three sites."""

import pytest
from tools import html


def test_pages_are_valid_html(everything, everything_flat, our_site):
    if lacking := html.missing():
        pytest.skip(lacking)
    found = html.messages(*(built.folder for built in (everything, everything_flat, our_site)))
    faults = html.faults(found)
    assert not faults, "\n".join(faults)
    # That Material's own faults are there says that the checker has read the pages.
    assert len(found) > len(everything.pages)
