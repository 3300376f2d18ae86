"""The policy of a page: which scripts it allows, what an owner may add, and where it stands."""

import base64
import hashlib
import re

import pytest

from qbank.policy import Inline, Policies, inline_of, policy, sources

ALERT = "alert(1)"


def sha(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def directives(text: str) -> dict[str, list[str]]:
    return {name: rest for name, *rest in (part.split() for part in text.split("; "))}


def test_a_script_of_a_template_is_allowed_and_the_same_in_a_text_is_not():
    policies = Policies({})
    template = policies.mark("<!doctype html><head><title>x</title></head><script>theirs()</script>TEXT")
    page = policies.page(template.replace("TEXT", f"<script>{ALERT}</script>"))
    assert sha("theirs()") in page
    assert sha(ALERT) not in page
    assert page.endswith(f"<script>theirs()</script><script>{ALERT}</script>"), "no mark is left"


def test_a_text_cannot_pass_for_a_template():
    other = Policies({}).mark(f"<script>{ALERT}</script>")
    assert sha(ALERT) not in Policies({}).page(f"<head></head>{other}")


def test_scripts_of_a_page_that_the_owner_wrote_are_allowed_there_only():
    policies = Policies({})
    written = f'<p style="color: red">a</p><script>{ALERT}</script>'
    page = policies.page(f"<head></head>{written}", written)
    assert sha(ALERT) in page
    assert f"style-src-attr 'unsafe-hashes' {sha('color: red')}" in page
    assert sha(ALERT) not in policies.page("<head></head>")
    assert sha(ALERT) in policies.headers()


def test_the_policy_comes_first_but_after_the_encoding():
    page = Policies({}).page('<!doctype html><html><head>\n<meta charset="utf-8"><title>x</title></head><header>')
    assert re.search(r'<head>\n<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" [^>]*><title>', page)


def test_what_is_allowed_without_any_setting():
    assert directives(policy(Inline(), {})) == {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "frame-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
    }
    assert "frame-ancestors 'none'" in Policies({}).headers()


def test_what_an_owner_adds_comes_to_what_is_there():
    setting = {"script-src": ["https://a.example"], "frame-src": ["https://b.example"], "connect-src": ["*.c.example"]}
    found = directives(policy(inline_of("<script>a</script>"), sources(setting)))
    assert found["script-src"] == ["'self'", "'wasm-unsafe-eval'", "https://a.example", sha("a")]
    assert found["frame-src"] == ["https://b.example"]
    assert found["connect-src"] == ["'self'", "*.c.example"]


def test_a_hash_does_not_switch_off_what_the_owner_allows():
    inline = inline_of('<script>a</script><style>b</style><p style="c">')
    found = policy(inline, sources({name: ["'unsafe-inline'"] for name in ("script-src", "style-src")}))
    assert "sha256" not in found


def test_data_and_files_need_no_hash():
    assert inline_of('<script type="application/json">{}</script><script src="a.js"></script>') == Inline()


@pytest.mark.parametrize(
    "setting",
    [
        "yes",
        {"script": ["https://a.example"]},
        {"script-src": "https://a.example"},
        {"script-src": []},
        {"script-src": ["https://a.example; object-src *"]},
        {"script-src": ['"><script>']},
        {"script-src": ["https://a.example, *"]},
        {"script-src": ["'none'"]},
        {"script-src": [1]},
    ],
)
def test_a_setting_that_is_no_list_of_sources_is_refused(setting):
    with pytest.raises(ValueError, match="`csp`"):
        sources(setting)


def test_no_policy_when_the_owner_wants_none():
    assert sources(False) is None
    assert sources(True) == {}
