"""A file becomes a question, or all that is wrong with its shape, each at its place with what to write instead."""

import pytest
from tests.builders import fields, parsed, written

import qbank.checks  # noqa: F401 - what is wrong with characters is found by checks
from qbank.diagnostics import has_errors
from qbank.parse import parse_question, parse_settings, parse_vocabulary
from qbank.source import Source

VALID = """\
title: What is the bias of an estimator?
prompt: Say what it is.
difficulty: easy
answer: The expected error.
tags: [estimators]
"""


def findings(text, path="questions/evaluation/bias.yml"):
    """What is wrong with a question's file: code, the text that is blamed, message and help."""
    question, diagnostics = parsed(text, path)
    assert question is None or not diagnostics
    return [(found.code, found.at.text, found.message, found.help) for found in diagnostics]


def the_finding(text):
    (found,) = findings(text)
    return found


def test_five_fields_make_a_question():
    question, diagnostics = parsed(VALID)
    assert diagnostics == ()
    assert (question.title, question.tags) == ("What is the bias of an estimator?", ("estimators",))


@pytest.mark.parametrize("word", ["no", "null", "true", "3", "1e3"])
def test_text_is_read_as_written_where_the_field_declares_text(word):
    question, _ = parsed(VALID.replace("[estimators]", f"[{word}]".replace("1e3", "x1")) + f"overview: {word}\n")
    assert question.overview == word


def test_every_missing_field_is_reported_at_once_at_the_first_line():
    text = "title: What is the bias of an estimator?\n"
    found = findings(text)
    assert {message for _, _, message, _ in found} == {
        f"`{name}` is missing" for name in ("prompt", "difficulty", "answer", "tags")
    }
    assert {(code, at) for code, at, _, _ in found} == {("QB101", text.strip())}
    assert "Add `prompt`: The question as the interviewer asks it." in {help for *_, help in found}


def test_an_unknown_field_is_blamed_on_its_key_and_the_nearest_one_suggested():
    assert the_finding(VALID + "awnser: x\n") == (
        "QB102",
        "awnser",
        "`awnser` is not a known field",
        "Did you mean `answer`?",
    )


def test_an_unknown_field_inside_an_item_is_compared_with_the_fields_of_the_item():
    assert the_finding(VALID + "companies:\n  - company: google\n    sorce: x\n") == (
        "QB102",
        "sorce",
        "`sorce` in item 1 of `companies` is not a known field",
        "Did you mean `source`?",
    )
    assert the_finding(VALID + "interviewer:\n  red_flag: [x]\n")[3] == "Did you mean `red_flags`?"


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("roles: data-scientist", "`roles` must be a list, not text"),
        ("overview: [a]", "`overview` must be text, not a list"),
        ("story: {a: b}", "`story` must be text, not a mapping"),
        ("mistakes: [{a: b}]", "item 1 of `mistakes` must be text, not a mapping"),
        ("interviewer: [a]", "`interviewer` must be a mapping, not a list"),
        ("interviewer: {tests: a}", "`tests` in `interviewer` must be a list, not text"),
        ("references: [https://example.org]", "item 1 of `references` must be a mapping, not text"),
        ("adapted_from: somewhere", "`adapted_from` must be a mapping, not text"),
        ("companies: [[google]]", "item 1 of `companies` must be a mapping, not a list"),
    ],
)
def test_a_value_of_the_wrong_type_is_reported_with_the_type_that_is_due(extra, message):
    code, _, said, help = the_finding(f"{VALID}{extra}\n")
    assert (code, said) == ("QB103", message)
    assert help.startswith("Write ")


@pytest.mark.parametrize(
    ("extra", "help", "fix"),
    [
        ("roles: engineer, data-scientist", "Write `roles: [engineer, data-scientist]`.", True),
        ("roles: 'engineer; analyst'", "Write `roles: [engineer, analyst]`.", True),
        ("companies: Acme Co, Meta", "Write `companies: [Acme Co, Meta]`.", False),
        ("roles: |\n  engineer", "Write `roles: [engineer]`.", None),
        ("mistakes: One, and two", "Write each item on a line of its own below `mistakes:`, after `- `.", None),
        ("follow_ups: Why, and how", "Write each item on a line of its own below `follow_ups:`, after `- `.", None),
        ("companies:\n  company: google", "Write `- ` before the first item: `- company: …`.", None),
        ("companies:\n  google: asked", "Write each item on a line of its own below `companies:`, after `- `.", None),
        ("references: [a]", "Write its fields, one a line: `title: …`, `url: …`.", None),
        ("references:\n  - A book: its title", "Write its fields, one a line: `title: …`, `url: …`.", None),
        (
            "interviewer: [a]",
            "Write its fields, one a line: `tests: …`, `strong_signals: …`, `red_flags: …`.",
            None,
        ),
        ("related:\n  - id: roc-auc", "Write only `roc-auc`.", None),
        ("story:\n  a: b\n  c: d", "Write `story: |`, and the text below it, indented.", None),
        ("story: [a]", "Write plain text, in quotes if the brackets belong to it.", None),
    ],
)
def test_what_is_due_is_written_out(extra, help, fix):
    """`fix` says whether it is safe; None, that there is none."""
    question, (found,) = parsed(f"{VALID}{extra}\n")
    assert (question, found.code, found.help) == (None, "QB103", help)
    assert (found.edit.safe if found.edit else None) is fix


@pytest.mark.parametrize(
    ("extra", "line", "safe"),
    [
        ("mistakes:\n  - Bias: it is low\n  - Fine", "Bias: it is low", True),
        ("mistakes:\n  - bias: it is low", "bias: it is low", False),
        ("story:\n  Bias: what?", "Bias: what?", True),
        ("follow_ups:\n  - And then: why?", "And then: why?", True),
        ("companies:\n  - Acme, Inc: x", "Acme, Inc: x", True),
    ],
)
def test_text_that_a_colon_has_made_a_mapping_is_quoted(extra, line, safe):
    question, (found,) = parsed(f"{VALID}{extra}\n")
    assert (question, found.code, found.at.text) == (None, "QB012", ":")
    assert found.help == f'Quote the text: `"{line}"`.'
    assert found.edit.safe is safe
    text = found.at.source.text
    mended = text[: found.edit.span.start] + found.edit.text + text[found.edit.span.end :]
    assert mended == text.replace(line, f'"{line}"')
    assert findings(mended) == []


def test_a_required_field_that_is_empty_is_described():
    assert the_finding(VALID.replace("Say what it is.", ""))[3] == "Write one: The question as the interviewer asks it."
    assert the_finding(VALID + "story:\n")[3] == "Write a value, or leave it out."


def test_a_value_that_is_no_choice_gets_the_choices():
    assert the_finding(VALID.replace("easy", "moderate")) == (
        "QB104",
        "moderate",
        "`moderate` is not a difficulty",
        "Use one of `easy`, `medium`, `hard`.",
    )
    assert the_finding(VALID.replace("easy", "Easy"))[3] == "Did you mean `easy`?"
    assert the_finding(VALID + "status: publish\n")[3] == "Did you mean `published`?"
    assert the_finding(VALID.replace("easy", "[easy]"))[0] == "QB104"


@pytest.mark.parametrize(
    ("change", "message", "help"),
    [
        ({"title": "Bias?"}, "`title` has 5 characters, less than 8", "Write at least 8 characters."),
        ({"title": "x" * 121}, "`title` has 121 characters, more than 120", "Write at most 120 characters."),
        ({"short_answer": "Short."}, "`short_answer` has 6 characters, less than 40", "Write at least 40 characters."),
        ({"tags": list("abcdefghi")}, "`tags` has 9 items, and at most 8 are allowed", "Give at most 8."),
    ],
)
def test_a_value_that_is_too_short_or_too_long_is_measured(change, message, help):
    code, _, said, advice = the_finding(written(fields(**change)))
    assert (code, said, advice) == ("QB105", message, help)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("overview:", "`overview` is empty"),
        ("overview: ''", "`overview` is empty"),
        ("overview: '  '", "`overview` is empty"),
        ("story: |\n", "`story` is empty"),
        ("roles: []", "`roles` is empty"),
        ("interviewer: {}", "`interviewer` is empty"),
        ("mistakes: [a, '', b]", "item 2 of `mistakes` is empty"),
        ("mistakes:\n  -\n", "item 1 of `mistakes` is empty"),
        ("references:\n  - title:\n    url: https://example.org\n", "`title` in item 1 of `references` is empty"),
    ],
)
def test_a_value_that_is_empty_is_one_finding(extra, message):
    code, _, said, _ = the_finding(f"{VALID}{extra}\n")
    assert (code, said) == ("QB106", message)


def test_an_empty_list_of_tags_is_one_finding():
    assert the_finding(VALID.replace("[estimators]", "[]"))[0] == "QB106"
    assert the_finding(VALID.replace("[estimators]", ""))[:3] == ("QB106", "", "`tags` is empty")


@pytest.mark.parametrize(
    ("extra", "at", "message"),
    [
        ("related: [ROC AUC]", "ROC AUC", "`ROC AUC` is not lower-case words joined by hyphens"),
        ("companies: [{company: g, seen: May}]", "May", "`seen` in item 1 of `companies`: `May` is not a date"),
        ("overview: |\n  a\n  b\n", "|\n  a\n  b", "`overview` is more than one line"),
        ("references: [{title: a, url: b}]", "b", "`url` in item 1 of `references`: `b` is not a web address"),
    ],
)
def test_a_value_of_the_wrong_form_is_blamed_itself(extra, at, message):
    code, blamed, said, help = the_finding(f"{VALID}{extra}\n")
    assert (code, blamed) == ("QB107", at)
    assert said == message
    assert help.endswith(".")


@pytest.mark.parametrize("item", ["{answer: x}", "{id: a, question: b}", "{id: a, answer: b}"])
def test_a_follow_up_is_asked_in_words_or_is_a_question_of_the_bank(item):
    code, at, message, _ = the_finding(f"{VALID}follow_ups: [{item}]\n")
    assert (code, at) == ("QB107", item)
    assert message == "item 1 of `follow_ups` needs either `question` or `id`"


def test_a_bare_company_and_a_bare_follow_up_stand_for_their_mappings():
    question, _ = parsed(f"{VALID}companies: [google]\nfollow_ups: [And then?]\n")
    assert (question.companies[0].company, question.companies[0].source) == ("google", None)
    assert (question.follow_ups[0].question, question.follow_ups[0].id) == ("And then?", None)


def test_everything_that_is_wrong_is_reported_in_one_run():
    text = "title: Bias?\ndifficulty: hrad\ntags: [PCA, '']\nzzz: x\nstatus: draft\nstatus: draft\n"
    found = {code for code, *_ in findings(text)}
    assert found >= {"QB003", "QB101", "QB102", "QB104", "QB105", "QB106", "QB107"}


@pytest.mark.parametrize("sign", ["\x07", "\x00", "\x7f", "\ufffe", "\u202e", "\ud800"])
def test_a_sign_that_is_no_text_is_reported_where_it_is(sign):
    question, diagnostics = parsed(VALID.replace("Say what", f"Say {sign}what"))
    assert question is None
    assert [str(found.at.start) for found in diagnostics] == ["2:13"]


def test_a_misspelt_required_field_is_not_missing_as_well():
    assert [found.code for found in parsed(VALID.replace("answer:", "awnser:"))[1]] == ["QB102"]


def test_what_cannot_be_read_gives_no_question_and_its_fields_are_not_missing():
    question, diagnostics = parsed(VALID.replace("[estimators]", "[estimators"))
    assert question is None
    assert [found.code for found in diagnostics] == ["QB002"]


def test_a_file_that_uses_what_files_do_without_is_still_looked_at():
    text = VALID.replace("title: What", "title: &a What")
    assert [code for code, *_ in findings(text)] == ["QB004"]
    assert [code for code, *_ in findings(text.replace("easy", "eazy"))] == ["QB004", "QB104"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty where a question is due"),
        ("# nothing\n", "the file is empty where a question is due"),
        ("- title: a\n", "the file holds a list where a question is due"),
        ("only words\n", "the file holds only text where a question is due"),
    ],
)
def test_a_file_of_another_kind_is_said_to_be_one(text, message):
    assert [(code, said) for code, _, said, _ in findings(text)] == [("QB008", message)]


@pytest.mark.parametrize(
    ("path", "help"),
    [
        ("questions/evaluation/ROC AUC.yml", "Rename it to `roc-auc`."),
        ("questions/Evaluation/roc-auc.yml", "Rename it to `evaluation`."),
        ("questions/evaluation/roc_auc.yml", "Rename it to `roc-auc`."),
        ("questions/evaluation/roc-auc.yaml", "Rename it to `roc-auc.yml`."),
        ("questions/evaluation/é.yml", "Rename it to `a-short-name`."),
        ("questions/evaluation/a.b.yml", "Rename it to `a-b`."),
    ],
)
def test_a_file_whose_path_cannot_be_an_address_is_misplaced(path, help):
    assert [(code, said) for code, _, _, said in findings(VALID, path)] == [("QB009", help)]


def test_a_vocabulary_keeps_the_entries_that_are_right_and_reports_the_others():
    text = "- {id: google, name: Google}\n- {id: Meta, name: Meta}\n- {id: no-name}\n- {id: yes-sir, name: Sir, parnet: google}\n"
    vocabulary, diagnostics = parse_vocabulary("companies", Source("questions/companies.yml", text))
    assert [entry.id for entry in vocabulary.entries] == ["google"]
    assert [(found.code, str(found.at.start)) for found in diagnostics] == [
        *(("QB107", "2:8"), ("QB101", "3:3"), ("QB102", "4:28"))
    ]
    assert diagnostics[2].help == "Did you mean `parent`?"


def test_an_entry_of_a_vocabulary_that_is_no_mapping_is_counted():
    text = "- google\n-\n"
    _, diagnostics = parse_vocabulary("companies", Source("questions/companies.yml", text))
    assert [(found.code, found.message) for found in diagnostics] == [
        ("QB103", "entry 1 must be a mapping, not text"),
        ("QB106", "entry 2 is empty"),
    ]


def test_a_source_of_sightings_says_what_kind_it_is():
    text = "- {id: a, name: A, kind: rumour}\n"
    _, (found,) = parse_vocabulary("sources", Source("questions/sources.yml", text))
    assert (found.code, found.message) == ("QB104", "`rumour` is not a kind")
    assert "`first-hand`" in found.help


def test_a_vocabulary_that_is_no_list_is_said_to_be_none():
    vocabulary, (found,) = parse_vocabulary("companies", Source("questions/companies.yml", "google: Google\n"))
    assert vocabulary.entries == ()
    assert (found.code, found.message) == ("QB008", "the file holds a mapping where a list of companies is due")
    assert found.help == "Start it with `- id: …` and `name: …` below it."
    _, (found,) = parse_vocabulary("companies", Source("questions/companies.yml", "id: google\nname: Google\n"))
    assert (found.code, found.help) == ("QB008", "Write `- ` before the first item: `- id: …`.")


def test_the_settings_are_read_and_reported_like_a_question():
    settings, diagnostics = parse_settings(Source("questions/bank.yml", "title: 3.10\nlicence: CC0\n"))
    assert (settings.title, settings.licence) == ("3.10", "CC0")
    assert not has_errors(diagnostics)
    settings, (found,) = parse_settings(Source("questions/bank.yml", "titel: x\n"))
    assert settings is None
    assert (found.code, found.help) == ("QB102", "Did you mean `title`?")
    assert parse_settings(Source("questions/bank.yml", "- x\n"))[1][0].code == "QB008"


def test_a_key_named_like_an_attribute_of_a_model_is_an_unknown_field():
    for key in ("_origin", "model_config", "__class__", "id", "path", "topic", "located"):
        assert the_finding(f"{VALID}{key}: x\n")[:2] == ("QB102", key)


def test_the_same_text_gives_the_same_question():
    assert parse_question(Source("questions/a/b.yml", VALID)) == parse_question(Source("questions/a/b.yml", VALID))
