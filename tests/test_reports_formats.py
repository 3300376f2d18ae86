"""Formats for machines: whole reports as golden files, positions in each format's unit, and text that stays text."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from pyromark import Options, html
from tests.builders import golden

from qbank import reports
from qbank.diagnostics import Diagnostic, Edit, Finding, Severity
from qbank.programs import WRONG_OUTPUT
from qbank.reports.fingerprints import fingerprints
from qbank.rules import Rule
from qbank.source import Place, Source, Span

PATH = "questions/evaluation/roc-auc.yml"
TEXT = "# 𝒳 日本\ntitle: Rates: ROC 😀 @octocat\ndifficulty: hrad\nanswer: |\n  One | two `x` <img src=x>.\n"
RULES = {
    code: Rule(code=code, name=name, severity=severity, docstring=f"What `{name}` is.\n\nBad: x\nGood: y")
    for code, name, severity in (
        ("QB012", "unquoted-colon", Severity.ERROR),
        ("QB104", "not-a-choice", Severity.ERROR),
        ("QB214", "template-text", Severity.WARNING),
    )
}


def place(blamed, text=TEXT, path=PATH):
    start = text.index(blamed)
    return Place(Source(path, text), Span(start, start + len(blamed)))


def diagnostic(blamed="hrad", *, code="QB104", text=TEXT, path=PATH, new=None, safe=True, **options):
    at = place(blamed, text, path)
    rule = RULES[code]
    edit = None if new is None else Edit(span=at.span, text=new, safe=safe)
    values = {"message": f"`{blamed}` is not a difficulty", "help": "Did you mean `hard`?", **options}
    return Diagnostic(code=code, rule=rule.name, severity=rule.severity, at=at, edit=edit, **values)


FOUND = (
    diagnostic(
        "Rates: ROC 😀 @octocat",
        code="QB012",
        new='"Rates: ROC 😀 @octocat"',
        message="a colon in `Rates: ROC 😀 @octocat` starts another value",
        help="Put it in quotes.",
    ),
    diagnostic(
        new="hard", safe=False, related=((place("x", "x\n", "questions/b c/é.yml"), "as `@team` has it | there"),)
    ),
    diagnostic("One | two `x` <img src=x>.", code="QB214", message="see [here](http://evil.example), #12 or `a|b`"),
    Diagnostic(
        code="QB214",
        rule="template-text",
        severity=Severity.WARNING,
        message="the file starts with a byte-order mark",
        at=Place(Source(PATH, TEXT)),
        edit=Edit(span=Span(0, 0), text=""),
    ),
)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("full.txt", reports.full),
        ("full-coloured-narrow.txt", lambda found: reports.full(found, colour=True, width=40)),
        ("concise.txt", reports.lines),
        ("plain.txt", reports.plain),
        ("report.json", lambda found: reports.json_document(found, rules=RULES)),
        ("report.jsonl", reports.json_lines),
        ("github.txt", lambda found: reports.github(found, prefix="bank/")),
        ("gitlab.json", reports.gitlab),
        ("report.sarif", lambda found: reports.sarif(found, rules=RULES)),
        ("rdjson.json", reports.rdjson),
        ("junit.xml", reports.junit),
        ("markdown.md", reports.markdown),
        ("statistics.txt", reports.statistics),
    ],
)
def test_a_report_looks_as_it_did(name, write):
    report = write(FOUND)
    golden(f"reports/{name}", re.sub(r'("(?:semanticV|v)ersion": )"[\d.]+\w*"', r'\1"0"', report) + "\n")


@pytest.mark.parametrize("name", reports.FORMATS)
def test_every_format_has_something_to_say_of_a_clean_bank_or_nothing(name):
    report = reports.FORMATS[name](())
    if name in ("plain", "jsonl", "github"):
        assert report == ""
    elif name in ("json", "gitlab", "sarif", "rdjson"):
        json.loads(report)
    elif name == "junit":
        assert [case.get("name") for case in ElementTree.fromstring(report).iter("testcase")] == ["no problems found"]
    else:
        assert "no problems found" in report.lower()


@pytest.mark.parametrize("name", reports.FORMATS)
def test_a_report_does_not_depend_on_anything_but_its_diagnostics(name):
    assert reports.FORMATS[name](FOUND) == reports.FORMATS[name](tuple(FOUND))


# --- positions ---------------------------------------------------------------------------------------------------


def test_our_json_counts_code_points():
    (found,) = json.loads(reports.json_document([diagnostic("@octocat")]))["diagnostics"]
    assert (found["start"], found["end"]) == ({"line": 2, "column": 21}, {"line": 2, "column": 29})


def test_rdjson_counts_bytes():
    (found,) = json.loads(reports.rdjson([diagnostic("@octocat", new="x")]))["diagnostics"]
    expected = {"start": {"line": 2, "column": 24}, "end": {"line": 2, "column": 32}}
    assert found["location"]["range"] == found["suggestions"][0]["range"] == expected


def test_sarif_says_that_it_counts_code_points():
    run = json.loads(reports.sarif([diagnostic("@octocat", new="x")]))["runs"][0]
    assert run["columnKind"] == "unicodeCodePoints"
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 21, "endLine": 2, "endColumn": 29}
    (change,) = run["results"][0]["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [{"deletedRegion": region, "insertedContent": {"text": "x"}}]


def test_a_path_in_sarif_is_a_uri():
    run = json.loads(reports.sarif([diagnostic(path="questions/b c/é#\udcff.yml")]))["runs"][0]
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "questions/b%20c/%C3%A9%23%FF.yml"


@pytest.mark.parametrize("write", [reports.sarif, reports.rdjson, reports.json_document])
def test_a_fix_that_changes_no_text_is_no_replacement(write):
    report = json.loads(write([FOUND[-1]]))
    assert not re.search(r'"(insertedContent|suggestions)"', json.dumps(report))
    if write is reports.json_document:
        assert report["diagnostics"][0]["fix"] == {"safe": True, "edits": []}


def test_sarif_is_what_its_published_schema_allows():
    model = pytest.importorskip("pydantic_sarif.model", reason="the models that pydantic-sarif made of the schema")
    for found in ((), FOUND):
        model.StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate_json(reports.sarif(found))


def test_rdjson_has_the_fields_of_its_messages():
    allowed = {
        "": {"source", "severity", "diagnostics"},
        "diagnostics": {
            *("message", "location", "severity", "source", "code"),
            *("suggestions", "original_output", "images"),
        },
        "location": {"path", "range"},
        "range": {"start", "end"},
        "start": {"line", "column"},
        "end": {"line", "column"},
        "code": {"value", "url"},
        "source": {"name", "url"},
        "suggestions": {"range", "text"},
    }

    def check(value, name=""):
        if isinstance(value, dict):
            assert value.keys() <= allowed[name], name
            for key, inner in value.items():
                check(inner, key)
        elif isinstance(value, list):
            for inner in value:
                check(inner, name)

    report = json.loads(reports.rdjson(FOUND))
    check(report)
    assert {found["severity"] for found in report["diagnostics"]} == {"ERROR", "WARNING"}


def test_gitlab_gets_the_fields_that_it_reads():
    for found in json.loads(reports.gitlab(FOUND)):
        assert found.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert found["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert found["location"]["lines"]["begin"] >= 1
        assert not found["location"]["path"].startswith(("/", "./"))


def test_junit_counts_what_it_lists_and_only_errors_fail():
    report = ElementTree.fromstring(reports.junit(FOUND))
    for element in (report, *report.iter("testsuite")):
        assert int(element.get("tests")) == len(list(element.iter("testcase")))
        assert int(element.get("failures")) == len(list(element.iter("failure")))
    assert [case.find("failure") is not None for case in report.iter("testcase")] == [True, True, False, False]
    assert all(case.get("name") and case.get("classname") for case in report.iter("testcase"))


# --- fingerprints ------------------------------------------------------------------------------------------------


def test_a_fingerprint_stays_when_lines_move():
    (before,) = fingerprints([diagnostic()])
    (after,) = fingerprints(
        [diagnostic(text="# one\n# more\n" + TEXT.replace("hrad", "hrad"), message="said otherwise")]
    )
    assert before == after


def test_a_fingerprint_is_unlike_those_of_other_problems():
    found = [
        diagnostic(),
        diagnostic(),
        diagnostic(path="questions/a/b.yml"),
        diagnostic(code="QB214"),
        diagnostic(text="difficulty: hrad # other\n"),
    ]
    assert len(set(fingerprints(found))) == len(found)


def test_gitlab_and_sarif_use_the_fingerprints():
    expected = fingerprints(FOUND)
    assert [found["fingerprint"] for found in json.loads(reports.gitlab(FOUND))] == expected
    results = json.loads(reports.sarif(FOUND))["runs"][0]["results"]
    assert [result["partialFingerprints"]["primaryLocationLineHash"] for result in results] == expected


# --- annotations -------------------------------------------------------------------------------------------------


def test_github_gets_ten_errors_and_ten_warnings_and_the_number_of_the_rest():
    found = [diagnostic()] * 13 + [diagnostic(code="QB214")] * 11
    lines = reports.github(found).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"]
    assert lines[-1].endswith("::3 more errors and 1 more warning, listed in the log and in the summary")
    assert "::notice" not in reports.github(found[3:-1])


def test_an_annotation_spans_columns_only_on_one_line():
    assert ",col=13,title=QB104 not-a-choice,endColumn=17::" in reports.github([diagnostic()])
    several = reports.github([diagnostic("hrad\nanswer")])
    assert "line=3,endLine=4" in several
    assert "endColumn" not in several


# --- text of strangers -------------------------------------------------------------------------------------------

HOSTILE = (
    "x\n::error::forged",
    "::error file=x::forged",
    "%0A::error::forged",
    "a,line=1::forged",
    "##[error]forged ##vso[task.complete]",
    "\x1b[31mred\x07\x9b2J",
    "@octocat @org/team GH-12 #34 org/repo#5",
    "<img src=x onerror=alert(1)> <script>alert(1)</script> &lt;b&gt;",
    "[click](https://evil.example) ![x](https://evil.example/x.png) <https://evil.example>",
    "https://evil.example www.evil.example a@evil.example",
    "`@octocat` ``x`` ` `unclosed",
    "a | b || c \\| d",
    "*b* **b** _i_ ~~s~~ $x^2$ # h",
    "]]> </failure> <!-- \x00\ufffe\ud800",
    "quote \" apostrophe ' end",
    "\u202efdp \u2066x \u200b",
)


def hostile(text):
    """Every text that strangers can write, and a path, which they can write too."""
    line = re.sub(r"[\n\ud800]", " ", text)
    other = place("x", "x", f"questions/{text}.yml")
    found = diagnostic(
        "blamed",
        text=f"k: {line} blamed\n",
        path=f"questions/{text}.yml",
        new=line,
        message=f"`{text}` and {text} here",
        help=f"Not `{text}`.",
        related=((other, f"as `{text}` has it"),),
    )
    return (found, found)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", reports.FORMATS)
def test_no_text_forges_an_annotation_or_a_terminal_escape(name, text):
    report = reports.FORMATS[name](hostile(text))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e\u2066\ufffe\ud800-\udfff]", report)
    assert not re.search(r"##\w*\[", report)
    if name == "github":
        assert len(report.splitlines()) == 2
        for line in report.splitlines():
            properties, data = re.fullmatch(r"::error ((?:(?!::).)*)::(.*)", line).groups()
            assert [part.partition("=")[0] for part in properties.split(",")][:2] == ["file", "line"]
            assert len(properties.split(",")) <= 6
            assert data.count("%0A") == 1
    else:
        assert not re.search(r"(?m)^\s*::", report)


@pytest.mark.parametrize("text", HOSTILE)
def test_json_keeps_every_text_as_it_is(text):
    one, other = hostile(text)
    assert json.loads(reports.json_document((one,)))["diagnostics"][0]["message"] == one.message
    values = [json.loads(line) for line in reports.json_lines((one, other)).splitlines()]
    assert [value["path"] for value in values] == [one.at.path] * 2
    assert values[0]["fix"]["edits"][0]["text"] == one.edit.text
    run = json.loads(reports.sarif((one,)))["runs"][0]["results"][0]
    assert run["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == one.edit.text
    assert json.loads(reports.rdjson((one,)))["diagnostics"][0]["suggestions"][0]["text"] == one.edit.text


@pytest.mark.parametrize("text", HOSTILE)
def test_xml_holds_every_text(text):
    report = ElementTree.fromstring(reports.junit(hostile(text)))
    assert [element.tag for element in report.iter()] == ["testsuites", "testsuite", *["testcase", "failure"] * 2]
    assert report.find(".//failure").get("message") == reports.visible(hostile(text)[0].message)


def rendered(markdown):
    """The HTML of GitHub's dialect, without the text in code, where mentions and references are not looked for."""
    page = html(markdown, options=Options.ENABLE_TABLES | Options.ENABLE_STRIKETHROUGH | Options.ENABLE_MATH)
    return re.sub(r"(?s)<code([^>]*)>.*?</code>", r"<code\1></code>", page)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_every_text_and_obeys_none(text):
    found = hostile(text)
    messages = [entry["message"] for entry in json.loads(reports.rdjson(found))["diagnostics"]]
    for markdown in (reports.markdown(found), *messages):
        page = rendered(markdown)
        elements = set(re.findall(r"<(\w+)", page))
        assert elements <= {"h3", "p", "strong", "pre", "code"}, page
        assert not re.search(r"@\w|#\d|(?i:https?:|www\.|gh-)", page), page
    page = rendered(reports.markdown(found))
    assert re.findall(r"<(h3|strong|pre)>", page) == ["h3", *["strong", "pre", "pre"] * 2]
    assert re.findall('<pre><code class="(.*?)"', page) == ["language-text", "language-sh"] * 2


@pytest.mark.parametrize("text", HOSTILE)
def test_the_command_that_a_summary_offers_has_no_words_of_strangers(text):
    commands = re.findall(r"```sh\n(.*)\n", reports.markdown(hostile(text)))
    assert commands == ["qbank check --fix --select QB104"] * 2


def test_a_fix_of_what_code_prints_comes_with_the_command_that_runs_it():
    edit = Edit(span=Span(0, 1), text="2")
    found = WRONG_OUTPUT.diagnose(Finding("the code prints something else", place("hrad"), edit=edit))
    assert f"\nqbank check --run --fix --select QB220 {PATH}\n" in reports.markdown([found])


def test_lines_of_a_file_do_not_close_the_fence_that_they_stand_in():
    report = reports.fenced(["````", " ~~~", "```", "</details>"], "text")
    assert html(report).count("<pre>") == 1
    assert report.splitlines()[0] == "`````text"


def test_markdown_is_cut_before_github_refuses_it():
    report = reports.markdown([diagnostic()] * 5_000)
    assert len(report.encode()) < 200_000
    assert report.endswith("And 4,900 more problems, listed in the log.")


def test_a_link_in_a_sarif_message_is_only_text():
    run = json.loads(reports.sarif([diagnostic(message="see [here](http://evil.example)")]))["runs"][0]
    assert run["results"][0]["message"]["text"].startswith(r"see \[here\](http://evil.example).")


# --- statistics --------------------------------------------------------------------------------------------------


def test_statistics_list_the_most_frequent_rule_first_and_mark_the_fixable():
    found = (
        [diagnostic()] * 12 + [diagnostic(code="QB012", new="x")] * 2 + [diagnostic(code="QB214", new="x", safe=False)]
    )
    assert reports.statistics(found).splitlines() == [
        "12  QB104  error         not-a-choice",
        " 2  QB012  error    [*]  unquoted-colon",
        " 1  QB214  warning  [?]  template-text",
        "",
        "[*] can be fixed with `qbank check --fix`",
        "[?] can be fixed with `--fix --unsafe-fixes`",
        "14 errors, 1 warning in 1 file",
    ]
