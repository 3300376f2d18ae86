"""The setting `csp` and the file `_headers`, on built sites."""

import re

META = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


def test_every_page_has_one_policy_and_the_header_allows_what_they_allow(everything):
    header = (everything.folder / "_headers").read_text("utf-8")
    for path in everything.folder.rglob("*.html"):
        (found,) = META.findall(path.read_text("utf-8"))
        assert set(re.findall(r"'sha256-[^']+'", found)) <= set(re.findall(r"'sha256-[^']+'", header)), path
        assert "unsafe-inline" not in found


def test_a_script_of_the_owners_that_names_its_page_is_allowed_on_it_and_nothing_else_is(project):
    bank = project("small")
    bank.replace("mkdocs.yml", "search, ", "")  # so that pages have frames
    bank.write("templates/theme/partials/footer.html", '<script>const title = "{{ page.title }}"</script>\n')
    files = bank.built()
    pages = {name: text.decode() for name, text in files.items() if name.endswith(".html")}
    allowed = set(re.findall(r"'sha256-[^']+'", files["_headers"].decode()))
    assert len(pages) > 2
    assert allowed == set().union(
        *(re.findall(r"'sha256-[^']+'", page[: page.index("</head>")]) for page in pages.values())
    )


def test_sources_that_the_owner_adds_are_on_every_page(project):
    bank = project("small")
    bank.replace("mkdocs.yml", "qbank]", "{qbank: {csp: {img-src: [https://images.example]}}}]")
    bank.write("docs/_headers", "/*\n  X-Mine: yes\n")
    files = bank.built()
    assert b"img-src 'self' data: https://images.example;" in files["404.html"]
    assert files["_headers"] == b"/*\n  X-Mine: yes\n", "the owner's own file stays"


def test_the_owner_can_leave_the_policy_out(project):
    bank = project("small")
    bank.replace("mkdocs.yml", "qbank]", "{qbank: {csp: false}}]")
    files = bank.built()
    assert "_headers" not in files
    assert not any(b"Content-Security-Policy" in text for name, text in files.items() if name.endswith(".html"))


def test_a_wrong_setting_is_named_before_anything_is_built(project):
    bank = project("small")
    bank.replace("mkdocs.yml", "qbank]", "{qbank: {csp: {script: [https://a.example]}}}]")
    done = bank.qbank("build")
    assert done.returncode == 2
    assert "`csp` has no directive `script`" in done.stderr
    assert not bank.site.exists()
