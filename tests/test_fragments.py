"""What a reader sees of an author's Markdown, and what a hostile author gets."""

import re
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

import material
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import escape
from pygments.token import STANDARD_TYPES
from pymdownx.highlight import Highlight

from qbank import fragments
from qbank.allowed import ATTRIBUTES
from qbank.fragments import Fragment, Problem, events, plain, problems, render
from qbank.highlight import TOKEN_CLASSES, WRITTEN_AS
from qbank.mathml import MATH_CLASSES, MATH_STYLES, tidy
from qbank.sanitise import rewritten
from qbank.writer import Writer

GOLDEN = Path(__file__).parent / "golden" / "fragments"
TEMPLATES = Path(__file__).parents[1] / "templates"
SAMPLE = (GOLDEN / "everything.md").read_text(encoding="utf-8")


def html(text: str, **options) -> str:
    return render(text, scope="answer", **options).html


def written(text: str) -> str:
    """Returns what the writer gives to the sanitiser."""
    return Writer("answer").document(fragments._MARKDOWN.events(fragments._printable(text)))


class Tree(HTMLParser):
    """Elements, attributes and text, and whether each tag closes the one that is open."""

    VOID = ("br", "hr", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.parents: list[str | None] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.parents.append(self.open[-1] if self.open else None)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


# What comes out


def test_a_fragment_passes_autoescape_and_is_falsy_when_empty():
    assert escape(Fragment("<p>x</p>")) == "<p>x</p>"
    assert render("x", scope="answer")
    assert not render(" \n\n", scope="answer")
    assert not render("[a]: https://a.b\n", scope="answer")


def test_the_golden_sample_renders_as_recorded():
    recorded = GOLDEN / "everything.html"
    assert html(SAMPLE) + "\n" == recorded.read_text(encoding="utf-8")


def test_the_sanitiser_changes_nothing_of_what_the_writer_wrote():
    assert rewritten(written(SAMPLE), scope="answer") == written(SAMPLE)


def test_emphasis_strong_strikethrough_and_code():
    assert html("*a* **b** ~~c~~ `d < e`") == "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d &lt; e</code></p>"


def test_soft_breaks_stay_and_hard_breaks_break():
    assert html("a\nb\\\nc  \nd") == "<p>a\nb<br>\nc<br>\nd</p>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one `x`", "one <code>x</code>"),
        ("- one", "<ul>\n<li>one</li>\n</ul>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("### one", '<h3 id="answer--one">one</h3>'),
        ("</p><p>", "&lt;/p&gt;&lt;p&gt;"),
    ],
)
def test_inline_drops_the_paragraph_only_of_a_single_one(text, expected):
    assert html(text, inline=True) == expected


def test_inline_keeps_the_blocks_around_display_math():
    assert html("a $$x$$", inline=True).startswith("<p>a</p>\n<div")


def test_headings_are_third_to_sixth_level_with_ids_of_their_own():
    assert re.findall(
        r'<h(\d) id="([^"]*)"', html("# A b\n## A b\n### `C++` é\n#### x\n###### ✓\n# A b 2\n# fn 1\n")
    ) == [
        ("3", "answer--a-b"),
        ("3", "answer--a-b-2"),
        ("3", "answer--c-e"),
        ("4", "answer--x"),
        ("6", "answer--section"),
        ("3", "answer--a-b-2-2"),
        ("3", "answer--section-fn-1"),
    ]


def test_a_heading_without_words_is_left_out():
    assert html("###\n\nx") == "<p>x</p>"


@pytest.mark.parametrize(("text", "expected"), [("- a\n- b", "<li>a</li>"), ("- a\n\n- b", "<li><p>a</p>\n</li>")])
def test_lists_are_tight_or_loose_as_written(text, expected):
    assert expected in html(text)


def test_numbered_lists_start_where_the_author_starts():
    assert html("3. a\n4. b").startswith('<ol start="3">')
    assert html("1. a").startswith("<ol>\n<li>a")


def test_task_lists_say_their_state_and_cannot_be_changed():
    elements = [attributes for tag, attributes in Tree(html("- [ ] a\n- [x] b")).elements if tag == "input"]
    assert elements == [
        {"type": "checkbox", "disabled": "", "aria-label": "to do"},
        {"type": "checkbox", "disabled": "", "aria-label": "done", "checked": ""},
    ]
    assert html("- [ ] a\n\n- b").count('class="task-list-item"') == 1


@pytest.mark.parametrize(
    ("kind", "name", "title"),
    [
        ("NOTE", "note", "Note"),
        ("TIP", "tip", "Tip"),
        ("IMPORTANT", "info", "Important"),
        ("WARNING", "warning", "Warning"),
        ("CAUTION", "danger", "Caution"),
    ],
)
def test_alerts_become_admonitions(kind, name, title):
    assert html(f"> [!{kind}]\n> a\n>\n> b") == (
        f'<div class="admonition {name}"><p class="admonition-title">{title}</p>\n<p>a</p>\n<p>b</p>\n</div>'
    )


def test_quotes_nest():
    assert html("> a\n>> b") == "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>"


def test_tables_have_a_class_so_that_the_theme_does_not_wrap_them_again():
    assert '<div class="md-typeset__table"><table class="qb-data">' in html("| a |\n|-|\n| b |")


def test_tables_scroll_are_aligned_by_class_and_head_their_columns():
    out = html("| a | b | c | |\n|:--|:-:|--:|--|\n| 1 | `|` | 3 | 4 |")
    assert out.startswith(
        '<div class="md-typeset__scrollwrap" tabindex="0" role="region" aria-label="Table"><div class="md-typeset__table">'
    )
    assert '<th scope="col" class="qb-left">a</th><th scope="col" class="qb-center">b</th>' in out
    assert '<th scope="col" class="qb-right">c</th><td></td></tr></thead>' in out
    assert '<td class="qb-left">1</td>' in out
    assert "style" not in out


def as_one_that_looks_like_it(span):
    name = WRITTEN_AS.get(span[1])
    return f'<span class="{name}">{span[2]}</span>' if name else span[2]


def test_code_looks_as_pymdownx_and_so_material_has_it():
    for language, code in [
        ("python", "def f(x: int) -> str:\n    return 'a' < \"b\"\n"),
        ("python", 'x = """one\n\n  two & <three>\n"""  # é\n\n\ny = $ ?\n'),
        ("python", "# one\n\n# two\n'not closed\n\\\n"),
        ("sql", "SELECT 1 -- x\n"),
        ("html", "<p\n class='a'>&amp; <!-- a\n\nb -->\n</p>\n"),
        ("bash", "cat <<EOF\n$a\n\nb\nEOF\n"),
        ("pycon", ">>> 1 +\\\n... 1\n2\n\n>>> f()\nTraceback (most recent call last):\nE\n"),
        ("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n"),
    ]:
        expected = Highlight(None, pygments_lang_class=True).highlight(code, language)
        expected = expected.replace("<code>", '<code tabindex="0">').replace("&quot;", '"').replace("&#39;", "'")
        expected = expected.replace('highlight">', 'highlight" id="answer--code-1">', 1)
        expected = re.sub('<span class="([a-z0-9]+)">(.*?)</span>', as_one_that_looks_like_it, expected)
        while expected != (joined := re.sub(r'(<span class="(\w+)">[^<]*)</span><span class="\2">', r"\1", expected)):
            expected = joined
        assert html(f"```{language}\n{code}```") == expected


def test_every_block_has_an_id_that_no_heading_has():
    """Material's button copies what stands below the nearest id."""
    out = html("# Code 1\n\n```python\n1\n```\n\n```output\n1\n```\n\n    2\n")
    assert re.findall(r' id="answer--([^"]*)"', out) == ["section-code-1", "code-1", "code-2", "code-3"]


@pytest.mark.parametrize("fence", ["```", "```nonsense", "```text", "```{.x}", '```"><script>', "    "])
def test_code_without_a_known_language_has_the_same_frame_and_no_colours(fence):
    block = "    a < b\n" if fence == "    " else f"{fence}\na < b\n```"
    assert html(block) == (
        '<div class="language-text highlight" id="answer--code-1"><pre><span></span><code tabindex="0">a &lt; b\n</code></pre></div>'
    )


def test_the_language_is_the_first_word_of_the_fence():
    assert 'class="language-python highlight"' in html('```Python title="x"\n1\n```')


def test_very_long_code_is_shown_without_colours():
    out = html("```python\n" + "x = 1\n" * 10_000 + "```")
    assert out.count("x = 1\n") == 10_000
    assert out.startswith('<div class="language-python highlight" id="answer--code-1">')


def test_languages_whose_lexers_run_away_are_shown_without_colours():
    assert 'class="language-text highlight"' in html("```fan\n" + "a" * 9_000 + "\n```")


def test_output_is_labelled_and_keeps_its_blank_lines():
    assert html("```output\n\n  1 < 2\n```") == (
        '<div class="qb-output"><p class="qb-output__label">Output</p>\n<div class="language-text highlight" id="answer--code-1"><pre><span></span>'
        '<code tabindex="0">\n  1 &lt; 2\n</code></pre></div>\n</div>'
    )


def test_footnotes_are_numbered_by_first_reference_and_link_both_ways():
    out = html("[^b]: Second *note*.\n[^a]: First, see [^b].\n[^c]: Nobody refers here.\n\nText[^a] and[^A] more.")
    assert (
        Tree(out).text.split("Text")[1].split()
        == "1 and 1 more. First, see 2 . ↩ ↩ Second note . ↩".replace("1 and 1", "1 and1")
        .replace("2 .", "2.")
        .replace("note .", "note.")
        .split()
    )
    assert 'href="#answer--fn-1" aria-label="Footnote 1">1</a></sup>' in out
    assert (
        out.count('id="answer--fnref-1"') == out.count('id="answer--fnref-1-2"') == out.count('id="answer--fn-2"') == 1
    )
    ids = {attributes["id"] for _, attributes in Tree(out).elements if "id" in attributes}
    assert ids == {a["href"][1:] for tag, a in Tree(out).elements if tag == "a"}
    assert "Nobody" not in out


def test_footnotes_that_nobody_defined_stay_text_and_circles_end():
    assert html("a[^x]") == "<p>a[^x]</p>"
    assert html("a[^x]\n\n[^x]: b[^y]\n\n[^y]: c[^x]").count("<li ") == 2


def test_no_two_fragments_and_no_template_make_the_same_id():
    text = "# a\n\n# 0 answer\n\n# answer a\n\n# fn 1\n\n# --\n\nx[^1]\n\n[^1]: y"
    ids = [
        attributes["id"]
        for scope in ("answer", "answer-a", "follow-ups", "follow-ups-0", "follow-ups-0-answer")
        for _, attributes in Tree(render(text, scope=scope).html).elements
        if "id" in attributes
    ]
    assert len(set(ids)) == len(ids) == 5 * 7
    assert all(id.count("--") == 1 for id in ids)
    for template in sorted(TEMPLATES.rglob("*.j2")):
        assert not re.search(r'id="[^"{]*--', template.read_text(encoding="utf-8")), template.name


# Raw HTML


def test_raw_html_is_text():
    assert html("A `Map<K>` is no List<String>, <b>bold</b>.") == (
        "<p>A <code>Map&lt;K&gt;</code> is no List&lt;String&gt;, &lt;b&gt;bold&lt;/b&gt;.</p>"
    )


def test_a_block_of_raw_html_is_a_paragraph_that_keeps_its_lines():
    assert html("<div>\n<b>x</b>\n</div>\n\ny") == (
        "<p>&lt;div&gt;<br>\n&lt;b&gt;x&lt;/b&gt;<br>\n&lt;/div&gt;</p>\n<p>y</p>"
    )


def test_template_text_entities_and_quotes_are_shown_as_written():
    assert html("{{ 7*7 }} {% raw %} \"a\" 'b' &lt;i&gt; &copy; {#x .y}") == (
        "<p>{{ 7*7 }} {% raw %} \"a\" 'b' &lt;i&gt; © {#x .y}</p>"
    )


@pytest.mark.parametrize("text", ["مرحبا بالعالم", "👩‍👩‍👧 e\u0301", "a\u202eb"])
def test_other_scripts_come_through_unchanged(text):
    assert html(text) == f"<p>{text}</p>"


# Links and images


@pytest.mark.parametrize("url", ["https://a.b/c?d=e&f=%20#g", "http://a.b", "HTTPS://a.b"])
def test_links_to_other_hosts_tell_them_nothing(url):
    attributes = Tree(html(f"[x]({url})")).elements[1][1]
    assert attributes == {"href": url, "rel": "noopener noreferrer nofollow"}


@pytest.mark.parametrize("url", ["../other/", "/questions/", "a%20b?c=d", "mailto:a@b.c", "?q=a:b"])
def test_relative_links_and_mail_stay(url):
    assert Tree(html(f"[x]({url})")).elements[1] == ("a", {"href": url})


def test_links_within_the_text_are_scoped_to_the_fragment():
    assert html("# Ab c\n\n[x](#ab-c)") == '<h3 id="answer--ab-c">Ab c</h3>\n<p><a href="#answer--ab-c">x</a></p>'
    assert 'href="#follow-up-2--ab-c"' in render("[x](#ab-c)", scope="follow-up-2").html


def test_links_to_questions_are_kept_for_the_page_to_resolve():
    assert html("[x](question:roc-auc)") == '<p><a class="qb-question-link" href="question:roc-auc">x</a></p>'


def test_a_link_without_words_shows_its_address():
    assert html("[](https://a.b)").endswith(">https://a.b</a></p>")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "javascript&colon;alert(1)",
        "javascript&#58;alert(1)",
        "&#106;avascript:alert(1)",
        "java&#9;script:alert(1)",
        "java&#10;script:alert(1)",
        "&#1;javascript:alert(1)",
        "&#32;javascript:alert(1)",
        "java%73cript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "data:text/html;base64,PHNjcmlwdD4=",
        "file:///etc/passwd",
        "blob:https://a.b/c",
        "ftp://a.b",
        "https:evil",
        "https:///evil",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "&#9;//evil.example",
        "question:",
        "question:A",
        "question:../x",
        "question:a--b",
        "#",
        "tel:1",
        "x:y",
    ],
)
def test_links_to_anything_else_are_dropped_to_their_text(url):
    for text in (f"[x]({url})", f"[x](<{url}>)", f"[x][r]\n\n[r]: <{url}>"):
        assert "href" not in written(text)
        assert "x" in Tree(html(text)).text


def test_addresses_that_slip_past_the_writer_are_dropped_by_the_sanitiser():
    for url in ("javascript:1", "data:x", "//evil", "/\\evil", "\\\\evil", "\t//evil", "#page-id", "java\tscript:1"):
        assert rewritten(f'<a href="{url}">x</a>', scope="answer") == "<a>x</a>"


def test_images_of_other_hosts_become_links_and_no_image_is_loaded():
    assert html("![a *b* [c](d)](https://x.y/z.png)") == (
        '<p><a class="qb-image-link" href="https://x.y/z.png" rel="noopener noreferrer nofollow">Image: a b c</a></p>'
    )
    assert html("![a](b.png)") == "<p>Image: a</p>"
    assert html("![a](data:image/svg+xml,x)") == "<p>Image: a</p>"
    assert html("[![a](https://x.y/z.png)](https://q.r)").count("<a ") == 1


# Math


def test_formulas_become_mathml_that_carries_its_source():
    assert html('$x^2 < \\text{a"b}$') == (
        '<p><math alttext="x^2 &lt; \\text{a&quot;b}"><msup><mi>x</mi><mn>2</mn></msup><mo>&lt;</mo>'
        "<mtext>a”b</mtext></math></p>"
    )


FORMULA = '<div class="qb-math" tabindex="0" role="group" aria-label="Formula">'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$$x$$", "[x]"),
        ("a $$x$$ b", "<p>a</p>[x]<p>b</p>"),
        ("a\n$$x$$\n$$y$$", "<p>a</p>[x][y]"),
        ("a **b $$x$$ c** d", "<p>a <strong>b </strong></p>[x]<p><strong> c</strong> d</p>"),
        ("**$$x$$**", "[x]"),
        ("- a $$x$$ b", "<ul><li>a [x] b</li></ul>"),
        ("> $$x$$", "<blockquote>[x]</blockquote>"),
    ],
)
def test_display_math_never_stands_in_a_paragraph(text, expected):
    short = re.sub(re.escape(FORMULA) + r"<math[^>]*><mi>(.)</mi></math></div>", r"[\1]", html(text)).replace("\n", "")
    assert short == expected


def test_display_math_in_a_heading_stays_in_its_line():
    assert "<div" not in html("### a $$x$$")


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("costs $5 and $6", []),
        ("costs \\$5-\\$6", []),
        ("costs $5-$6", ["5-"]),
        ("a$b$c", ["b"]),
        ("$ x $ and $x $", []),
        ("`$x$`", []),
        ("$a\n\nb$", []),
        ("$\\$5$", ["\\$5"]),
        ("${a$", []),
    ],
)
def test_what_counts_as_math_is_as_documented(text, formulas):
    assert [event["InlineMath"] for event, _, _ in events(text) if "InlineMath" in event] == formulas


def test_aligned_formulas_need_no_style():
    out = html("$$\\begin{cases} a & b \\\\ c & d \\end{cases} \\! \\boxed{x}$$")
    assert 'class="qb-math-left qb-math-pr0"' in out
    assert 'class="qb-math-neg3"' in out
    assert '<mrow class="qb-math-box">' in out
    assert " style=" not in out


def test_lines_over_and_under_are_borders_since_fonts_stretch_them_wrongly():
    out = html("$\\overline{\\underline{a}+\\overbrace{b}^c}_1$")
    assert '<msub><mrow class="qb-math-over"><mrow><mrow class="qb-math-under"><mi>a</mi></mrow>' in out
    assert (
        '<mover><mover accent="true"><mi>b</mi><mo>⏞</mo></mover><mi>c</mi></mover></mrow></mrow><mn>1</mn></msub>'
        in out
    )
    assert "\u0332" not in out


def test_vectors_have_an_arrow_that_stands_over_the_letter():
    assert '<mi>v</mi><mo stretchy="false" scriptlevel="1">→</mo>' in html("$\\vec v$")


def test_text_in_formulas_keeps_its_weight():
    assert "<mtext><strong>a</strong></mtext>" in html("$\\text{\\textbf{a}}$")


def test_every_class_of_formulas_has_a_style():
    rules = (TEMPLATES / "theme" / "assets" / "qbank" / "question.css").read_text(encoding="utf-8")
    assert {name for name in MATH_CLASSES if not re.search(rf"\.{name}\b(?!-)", rules)} == set()


def test_styles_that_have_no_class_are_dropped():
    assert tidy('<mrow style="color:#FF0000;position:fixed"><mi>x</mi></mrow>') == "<mrow><mi>x</mi></mrow>"
    assert len(set(MATH_STYLES.values())) == len(MATH_STYLES)


@pytest.mark.parametrize(
    "latex",
    ["a" + "\\!" * 13 + "b", "\\hspace{1000em}", "\\hspace{-11em}x", "\\raisebox{99em}{x}", "\\hskip 200pt x", "\\kern-500em x"],
)  # fmt: skip
def test_formulas_that_reach_over_what_surrounds_them_are_refused(latex):
    assert "<math" not in html(f"${latex}$")
    assert problems(f"${latex}$")


def test_formulas_may_have_the_spaces_that_they_need():
    assert html("$a" + "\\!" * 12 + "b$").count("qb-math-neg3") == 12
    assert 'voffset="1em"' in html("$\\raisebox{1em}{x}$")
    assert problems("$a \\hspace{2em} b \\kern3pt c$") == ()


def test_formulas_bring_no_ids_links_or_markup():
    out = html(
        "$$\\begin{equation} x \\label{a} \\end{equation} \\eqref{a}$$ $\\text{</mtext><script>alert(1)</script>}$"
    )
    assert "<a" not in out
    assert " id=" not in tidy('<mrow id="a" class="b"><mi>x</mi></mrow>')
    assert "<script" not in out


def test_a_failing_formula_shows_its_source():
    assert html("a $\\foo <b$") == '<p>a <code class="qb-math-error">$\\foo &lt;b$</code></p>'
    assert '<code class="qb-math-error">$$\\foo$$</code></div>' in html("$$\\foo$$")


@pytest.mark.parametrize(
    ("text", "blamed", "message"),
    [
        ("é 𝔸 $é + \\foo$", "\\foo", 'Unknown command "\\foo"'),
        ("> é\n> $$\n> é\n> = \\foo\n> $$", "\\foo", 'Unknown command "\\foo"'),
        ("- $a\n  \\foo$", "\\foo", 'Unknown command "\\foo"'),
        ("$\\begin{nope}x\\end{nope}$", "{nope}", 'Unknown environment "nope"'),
        ("a $\\sqrt$ b", "$", "Expected argument but reached end of input"),
        ("a $$$$ b", "$$$$", "The formula is empty"),
        ("a $&$ b", "&", 'Found "&", which may only appear in a table-like environment'),
        ("a\r\n$x\r\n\\foo$", "\\foo", 'Unknown command "\\foo"'),
    ],
)
def test_a_failing_formula_is_a_problem_at_the_place_to_blame(text, blamed, message):
    (problem,) = problems(text)
    assert (text[problem.start : problem.end], problem.message, problem.kind) == (blamed, message, "math")


@pytest.mark.parametrize(
    ("text", "blamed"),
    [("from $5-$6", "$5-$"), ("é $5-$10 or $x$", "$5-$"), ("$\\foo$1", "$\\foo$"), ("> $a\n> b$2", "$a\n> b$")],
)
def test_a_formula_right_before_a_digit_is_a_problem_that_says_how_to_write_a_price(text, blamed):
    (problem,) = problems(text)
    assert text[problem.start : problem.end] == blamed
    assert "write `\\$`" in problem.message


@pytest.mark.parametrize("text", ["\\$5-\\$6", "$x$ 2", "$x$-2", "$x$²", "$$x$$2", "`$5-$6`", "$5 and $6", "$x$"])
def test_formulas_and_prices_that_cannot_be_taken_for_each_other_are_no_problem(text):
    assert problems(text) == ()


def test_all_failing_formulas_are_reported_and_good_ones_are_not():
    assert problems("costs $5") == problems("$x$ `$\\foo$`") == ()
    assert problems("$\\a$ $x$ $$\\b$$") == (
        Problem("math", 1, 3, 'Unknown command "\\a"'),
        Problem("math", 11, 13, 'Unknown command "\\b"'),
    )


@pytest.mark.parametrize(
    "latex",
    [
        "x" * 2_001,
        "{" * 41 + "x" + "}" * 41,
        "\\sqrt " * 200 + "x",
        "\\newcommand{\\a}[1]{#1#1#1#1#1#1#1#1#1}\\a{\\a{\\a{" + "x" * 1_000 + "}}}",
        "\\newcommand{\\a}{\\a}\\a",
    ],
)
def test_formulas_too_large_for_a_browser_are_refused(latex):
    (problem,) = problems(f"${latex}$")
    assert re.search("more than|too deeply|too large|Too many", problem.message)
    assert "<math" not in html(f"${latex}$")


# Plain text and events


def test_plain_text_has_the_words_and_neither_code_blocks_nor_formulas():
    assert (
        plain(
            "### A *b*c\n\nd `e`\nf $x^2$ List<T>\n\n```python\nno\n```\n\n| g | h |\n|-|-|\n| [i](j) | ![k](l) |\n\n- m\n- n[^1]\n\n[^1]: o"
        )
        == "A bc d e f List<T> g h i k m n o"
    )


def test_events_cover_code_points_of_the_text():
    text = "é **😀x** `ü` $ß$"
    found = {str(event): text[start:end] for event, start, end in events(text)}
    assert found["{'Text': '😀x'}"] == "😀x"
    assert found["{'Code': 'ü'}"] == "`ü`"
    assert found["{'InlineMath': 'ß'}"] == "$ß$"


def test_the_renderer_version_names_every_converter():
    for name in ("pyromark", "math_core", "nh3", "pygments"):
        assert f"{name}-" in fragments.RENDERER_VERSION


def test_a_scope_that_is_not_kebab_case_is_refused():
    for scope in ("", "A", "a b", 'x"', "-a"):
        with pytest.raises(ValueError, match="kebab-case"):
            render("x", scope=scope)


# Hostile texts

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "a <iframe src=javascript:alert(1)>",
    "</div></section></main><h1>x",
    "</code></pre><script>alert(1)</script>",
    "```\n</code></pre></div><script>alert(1)</script>\n```",
    "```output\n</div><form action=x>\n```",
    '[a](https://x.y "\\" onclick=alert(1) x=\\"")',
    "[a](https://x.y/\"onmouseover='alert(1)')",
    '![" onerror=alert(1)](https://x.y)',
    '# <script>\n\n# " onclick=x',
    '[^"><script>]\n\n[^"><script>]: x',
    "| <b onclick=x> |\n|-|\n| </table><script> |",
    "<!-- --><style>*{display:none}</style>",
    "<a href=x>\n\n<input autofocus onfocus=alert(1)>",
    "$\\text{<img src=x onerror=alert(1)>}$",
    '$x" onclick="alert(1)$',
    '<label for="__drawer">x</label>',
    "\x00<script\x00>",
    "<scr\ud800ipt>",
    '--8<-- "/etc/passwd"',
    "{: onclick=x }",
    "<![CDATA[<script>]]><?php ?>",
    "<annotation-xml encoding='text/html'><script>",
    "```python {onclick=x}\n1\n```",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_brings_only_our_elements_and_attributes(text):
    assert_safe(text)


def assert_safe(text: str) -> None:
    out = html(text)
    for tag, attributes in Tree(out).elements:
        assert tag in ATTRIBUTES
        assert not [name for name in attributes if name.startswith("on") or name in ("style", "src", "for", "name")]
        assert attributes.get("id", "answer--").startswith("answer--")
        address = attributes.get("href") or ""
        assert re.match(r"(?i)https?://|mailto:|question:[a-z0-9-]+$|#answer--|(?![/\\]{2})[^:#]*([?#]|$)", address), (
            address
        )
    assert rewritten(out, scope="answer") == out
    assert render(text, scope="answer").html == out


SLOW = {
    "stars": "*" * 5_000,
    "brackets": "[" * 5_000,
    "image brackets": "![" * 5_000,
    "stars and words": "*a **b " * 2_000,
    "backticks": "".join("`" * n + " " for n in range(1, 100)),
    "dollars": "$" * 5_000,
    "nested lists": "\n".join("  " * depth + "- a" for depth in range(500)),
    "nested bullets": "- " * 500 + "a",
    "nested quotes": "> " * 500 + "a",
    "nested both": "> - " * 500 + "a",
    "nested emphasis": "*a " * 2_500 + "a*" * 2_500,
    "an unclosed fence": "```python\n" + "x = (1\n" * 2_000,
    "one long word": "a" * 250_000,
    "a wide table": "|a" * 1_000 + "|\n" + "|-" * 1_000 + "|\n" + "|\n" * 20_000,
    "the same heading": "# a\n\n" * 10_000,
    "a chain of footnotes": "".join(f"[^{n}]: [^{n + 1}]\n\n" for n in range(1_000)) + "[^0]",
    "one reference": "[a]: https://" + "b" * 10_000 + "\n\n" + "[a]" * 5_000,
    "angles": "<" * 5_000,
    "comments": "<!--" * 5_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_text_that_could_run_away_comes_back(name):
    out = html(SLOW[name])
    problems(SLOW[name])
    plain(SLOW[name])
    Tree(out)


def test_deep_nesting_keeps_the_text_and_loses_the_tags():
    for text in ("> " * 500 + "word", "- " * 500 + "word", "> - " * 500 + "word"):
        tree = Tree(html(text))
        assert tree.text.strip() == "word"
        assert len(tree.elements) < 100
        assert all(
            parent in ("ul", "ol") for (tag, _), parent in zip(tree.elements, tree.parents, strict=True) if tag == "li"
        )


# Properties

PIECES = st.sampled_from(
    [
        *"*_`~$[]()!>#|-:\\{}&<>\n\t\r'\" \x00\xa0\ufeff\ud800é😀a1",
        *(
            "**",
            "$$",
            "~~",
            "\n\n",
            "```\n",
            "```python\n",
            "```output\n",
            "> ",
            "> [!NOTE]\n",
            "- ",
            "1. ",
            "- [x] ",
            "# ",
        ),
        *(
            "](#a)",
            "](https://x/y)",
            "](question:a-b)",
            "](javascript:x)",
            "![",
            "[^1]",
            "[^1]: ",
            "[^A]",
            "[^a]: ",
            "[a]: b\n",
        ),
        *(
            "|-|-|\n",
            "<b>",
            "</p>",
            "<div>\n",
            "&nbsp;",
            "&#0;",
            "\\frac",
            "\\begin{align}",
            "\\end{align}",
            "\\\\",
            "x^2",
        ),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


@given(TEXTS)
@example("*" * 3 + "[^A]\n\n[^a]: x")
def test_any_text_gives_only_allowed_elements_twice_the_same_and_clean(text):
    assert_safe(text)
    assert_safe(plain(text))


LINES = st.text(st.sampled_from(" aé1.)-+=:;,'\"!?|#]^({}%/@\xa0\u2028\u0301文<&*_`[$\\~\t\n"), max_size=30)
_PIECES_OF_PROSE = (
    "a",
    "Words",
    "|",
    "é:",
    "---",
    "===",
    "# 1.",
    '"',
    "http://h.i",
    "{#a}",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\n\n\n",
)
PROSE = st.lists(st.sampled_from(_PIECES_OF_PROSE), max_size=20).map("".join)


@given(st.one_of(TEXTS, LINES, LINES.map("Words ".__add__), PROSE, PROSE.map("Words".__add__)), st.booleans())
@example("a | b: c - d! #e ] {f} (g) http://h.i +++ === --- %j% \"k\" 'l' m@n.o 1. 2)  p", True)
def test_a_line_of_words_comes_out_as_it_does_the_long_way(text, inline):
    short = html(text, inline=inline), plain(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragments, "_is_words", lambda text: False)
        patch.setattr(fragments, "_is_prose", lambda text: False)
        plain.cache_clear()
        assert short == (html(text, inline=inline), plain(text))


@pytest.mark.parametrize(
    "text",
    [
        'One.\nTwo: "a" | b.\n\n\nThree.\n',
        "One.\n",
        "One \nTwo",
        "One  \nTwo",
        "One.\nTwo ",
        "a | b\n---|---",
        "a\n===",
    ],
)
def test_paragraphs_of_words_come_out_as_they_do_the_long_way(text):
    short = html(text), html(text, inline=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragments, "_is_prose", lambda text: False)
        assert short == (html(text), html(text, inline=True))


def test_paragraphs_of_words_take_the_short_way(monkeypatch):
    monkeypatch.setattr(fragments, "_MARKDOWN", None)
    assert html("One.\nTwo.\n\nThree.\n") == "<p>One.\nTwo.</p>\n<p>Three.</p>"


def test_a_line_of_words_takes_the_short_way():
    assert fragments._is_words(
        'Ranks a random positive above a random negative - 50 % is chance (it\'s "the" baseline).'
    )
    assert not any(map(fragments._is_words, ["", "- a", "1. a", "a\nb", "a < b", "a *b*", "a\xa0b", "a ", " a", "$a$"]))


@given(TEXTS)
def test_a_fragment_leaves_its_neighbours_as_they_are(text):
    tree = Tree(f'<div id="a">{html(text)}</div><p id="b"></p>')
    assert [
        tree.parents[n] for n, (_, attributes) in enumerate(tree.elements) if attributes.get("id") in ("a", "b")
    ] == [
        None,
        None,
    ]


@given(TEXTS)
def test_places_lie_in_the_text(text):
    for _, start, end in events(text):
        assert 0 <= start <= end <= len(text)
    for problem in problems(text):
        assert 0 <= problem.start < problem.end <= len(text)


@given(TEXTS)
def test_a_problem_is_what_shows_as_one(text):
    shown = html(text)
    if "qb-math-error" in shown:
        assert problems(text)


@given(TEXTS)
def test_paragraphs_hold_no_blocks_and_links_no_links(text):
    tree = Tree(html(text))
    blocks = {"div", "p", "ul", "ol", "pre", "table", "blockquote", "section", "hr", "h3"}
    assert not [
        tag for (tag, _), parent in zip(tree.elements, tree.parents, strict=True) if parent == "p" and tag in blocks
    ]
    assert not [tag for (tag, _), parent in zip(tree.elements, tree.parents, strict=True) if parent == tag == "a"]


def test_our_own_question_renders_without_problems():
    for path in sorted((Path(__file__).parents[1] / "questions").rglob("roc-auc.yml")):
        answer = yaml.safe_load(path.read_text(encoding="utf-8"))["answer"]
        assert problems(answer) == ()
        assert rewritten(written(answer), scope="answer") == written(answer)


def test_classes_are_written_as_others_that_the_theme_gives_the_same_look():
    themes = "".join(sheet.read_text(encoding="utf-8") for sheet in (Path(material.__path__[0])).rglob("*.min.css"))
    assert set(re.findall("--md-code-hl-name-color:([^;}]*)", themes)) == {"var(--md-code-fg-color)"}
    looks = defaultdict(set)
    for selectors, rules in re.findall(r"([^{}]*)\{([^{}]*)\}", themes):
        for name in re.findall(r"\.highlight \.([a-z0-9]+)(?=,|$)", selectors):
            looks[name].add(rules)
    without = {name for name, rules in looks.items() if re.search("hl-(name|operator|punctuation)-color", str(rules))}
    assert WRITTEN_AS.keys() == looks.keys() & set(STANDARD_TYPES.values()) - without
    assert all(looks[name] == looks[one] for name, one in WRITTEN_AS.items())
    for name in TOKEN_CLASSES:
        span = f'<span class="{name}">x</span>'
        assert rewritten(span, scope="answer") == span
