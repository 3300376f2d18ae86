"""What the folders of cases do not show: which words are accepted, and when one slip stays one message."""

import pytest
from tests.builders import VOCABULARIES, bank, fields, question, written

from qbank.brief import briefly
from qbank.pipeline import Files, examine
from qbank.project import ConfigurationError
from qbank.rules import RULES, run
from qbank.source import Source


def codes(*questions, **vocabularies):
    """The findings of the checks of a bank and its questions that concern references and names."""
    own = bank(*questions, **vocabularies)
    found = [*run(briefly(own)), *(found for entry in questions for found in run(entry))]
    return [diagnostic.code for diagnostic in found if diagnostic.code not in NOT_MEANT]


NOT_MEANT = {"QB216", "QB317", "QB318", "QB320", "QB321"}
"""Findings that these banks of hardly any words cannot avoid."""


def sighting(company, source="report", **more):
    return {"company": company, "source": source} | more


def test_ids_are_accepted_wherever_a_word_is_looked_up():
    own = question(
        companies=[sighting("google", role="data-scientist", round="onsite"), sighting("deepmind", "collection")],
        roles=["ml-engineer"],
        tags=["cnn", "a-word-of-ones-own"],
    )
    assert codes(own) == []


@pytest.mark.parametrize("word", ["DM", "dm", "Google DeepMind", "google deepmind"])
def test_an_alias_or_a_name_is_known_and_only_warned_about(word):
    found = codes(question(companies=[sighting(word)]))
    assert set(found) <= {"QB315"}


@pytest.mark.parametrize(
    "word", ["FAANG", "faang", "Big Tech", "big-tech", "startups", "Most tech companies", "various", "many-companies"]
)
def test_a_group_of_companies_is_no_company_and_is_reported_once(word):
    assert codes(question(companies=[sighting(word)])) == ["QB308"]


def test_a_company_that_is_listed_may_be_called_like_a_group():
    assert codes(question(companies=[sighting("startup")]), companies=[{"id": "startup", "name": "Startup"}]) == []


def test_a_question_is_referred_to_by_its_present_or_a_former_id():
    here, there = (
        question("here", related=["before"], follow_ups=[{"id": "there"}]),
        question("there", formerly=["before"]),
    )
    assert set(codes(here, there)) <= {"QB315"}


def test_every_reference_to_a_question_that_is_not_there_is_reported():
    own = question(
        related=["one"],
        follow_ups=[{"id": "two"}],
        status="retired",
        replaced_by="three",
        answer="See [four](question:four).",
    )
    assert codes(own) == ["QB307"] * 4


def test_a_question_that_names_itself_is_reported_for_each_place():
    own = question("self", related=["self"], follow_ups=[{"id": "self"}], status="retired", replaced_by="self")
    assert codes(own).count("QB204") == 3


def test_a_deeper_folder_needs_every_level_listed_and_is_reported_once():
    topics = [{"id": "ml", "name": "ML"}]
    assert codes(question("a", "ml/trees/deep"), topics=topics) == ["QB303"]
    assert codes(question("a", "ml/trees"), topics=[{"id": "ml/trees", "name": "Trees"}]) == ["QB303"]


def test_a_missing_vocabulary_is_one_message_and_not_one_for_each_word():
    many = [question(id, companies=[sighting("google"), sighting("meta")]) for id in ("a", "b", "c")]
    assert codes(*many, companies=None) == ["QB311"]


def test_all_vocabularies_may_be_missing_where_nothing_refers_to_them():
    nothing = dict.fromkeys(set(VOCABULARIES) - {"topics"})
    assert codes(question(), **nothing) == []


def test_a_unit_of_a_unit_is_reported_with_the_parent_to_name():
    chain = [{"id": id, "name": id.upper(), "parent": parent} for id, parent in (("b", "a"), ("c", "b"))]
    own = bank(companies=[{"id": "a", "name": "A"}, *chain])
    (found,) = [found for found in run(briefly(own)) if found.code == "QB310"]
    assert (found.at.text, found.help) == ('"b"', "Write `parent: a`.")


def test_a_company_is_not_its_own_parent():
    own = bank(companies=[{"id": "a", "name": "A", "parent": "a"}])
    assert "QB310" in [found.code for found in run(briefly(own))]


@pytest.mark.parametrize(
    ("entry", "other"),
    [
        ({"id": "x", "name": "Meta"}, {"id": "meta", "name": "Facebook"}),
        ({"id": "x", "name": "X"}, {"id": "y", "name": "x"}),
        ({"id": "x", "name": "X", "aliases": ["Twitter"]}, {"id": "y", "name": "Y", "aliases": ["TWITTER"]}),
        ({"id": "x", "name": "X"}, {"id": "x", "name": "Y"}),
    ],
)
def test_a_word_that_stands_for_two_entries_is_reported_at_the_second(entry, other):
    found = [found for found in run(briefly(bank(companies=[entry, other]))) if found.code == "QB309"]
    assert len(found) == 1
    assert found[0].at.span > found[0].related[0][0].span


def test_one_entry_may_have_its_id_as_its_name_and_alias():
    assert "QB309" not in codes(question(), companies=[{"id": "x", "name": "X", "aliases": ["x"]}])


def test_ids_that_were_given_up_cannot_be_taken():
    assert codes(question("a", formerly=["b"]), question("b")) == ["QB313"]
    assert codes(question("a", formerly=["c"]), question("b", formerly=["c"])) == ["QB313"]
    assert codes(question("a", formerly=["a"])) == ["QB313"]
    assert codes(question("a", formerly=["b"]), question("c", formerly=["d"])) == []


def test_formulas_in_every_field_are_looked_at():
    own = question(
        answer=r"$\foo$",
        mistakes=[r"$\foo$"],
        interviewer={"tests": [r"$\foo$"]},
        follow_ups=[{"question": r"$\foo$", "answer": r"$$\foo$$"}],
        title=r"A title is no Markdown: $\foo$",
    )
    assert codes(own).count("QB201") == 5


# --- the bank as a whole ------------------------------------------------------------------------------------------


def files(questions, **vocabularies):
    return Files(
        questions=tuple(Source(f"questions/{path}.yml", text) for path, text in questions.items()),
        vocabularies={
            kind: Source(f"questions/{kind}.yml", text if isinstance(text, str) else written(text))
            for kind, text in ({"topics": [{"id": "a", "name": "A"}]} | vocabularies).items()
        },
    )


def found(*arguments, **options):
    return [diagnostic.code for diagnostic in examine(files(*arguments, **options)).diagnostics]


def test_references_are_not_looked_at_until_every_file_can_be_read():
    broken = written(fields(related=["gone"]))
    assert found({"a/x": broken}) == ["QB307"]
    assert found({"a/x": broken, "a/y": "title: x\n"}).count("QB307") == 0


def test_a_vocabulary_that_cannot_be_read_is_not_a_missing_one():
    assert "QB303" not in found({"a/x": written(fields())}, topics="- [")
    assert "QB311" not in found({"a/x": written(fields())}, topics="- [")


def test_all_files_are_reported_in_one_run():
    examined = examine(
        files({"a/x": "title: x\n", "a/y": "tags: [", "a/z": written(fields(difficulty="no"))}, roles="x")
    )
    assert {diagnostic.at.path for diagnostic in examined.diagnostics} == {
        *("questions/a/x.yml", "questions/a/y.yml", "questions/a/z.yml", "questions/roles.yml")
    }
    assert not examined.ok


def test_the_order_of_the_files_changes_nothing():
    questions = {f"a/{id}": written(fields(title=f"The same old title {id}", related=["gone"])) for id in "xyz"}
    assert examine(files(questions)) == examine(files(dict(reversed(questions.items()))))


def test_warnings_do_not_stop_a_build():
    examined = examine(
        files({"a/x": written(fields(companies=["google"]))}, companies=[{"id": "google", "name": "Google"}])
    )
    assert "QB202" in [diagnostic.code for diagnostic in examined.diagnostics]
    assert examined.ok


def test_an_empty_bank_is_one_finding():
    assert found({}) == ["QB312", "QB320"] or found({}) == ["QB312"]


def test_no_rule_is_told_by_an_exception():
    assert not issubclass(ConfigurationError, ValueError)
    assert all(rule.severity in ("error", "warning") for rule in RULES.values())
