"""The index that scripts read: what it says of each question, and that it says it in the same bytes every time."""

import json

import pytest
from tests.builders import bank, golden, planned, question, renderer

from qbank.columns import decoded, encoded, index_files, months_since_1970
from qbank.facts import Facts, newest_first

INDEX, OVERVIEWS = "assets/qbank/index.json", "assets/qbank/overviews.json"


def sighting(company, source="report", **more):
    return {"company": company, "source": source} | more


def varied():
    """A bank in which every column has something to say, by aliases too."""
    return bank(
        question(
            "a-tree",
            "ml/trees",
            title="How does a <tree> split & when does it stop?",
            overview='Greedy, and "why" that is enough.',
            difficulty="hard",
            tags=["convnet", "trees", "a-b"],
            roles=["DS"],
            companies=[
                sighting("Facebook", seen="2024"),
                "netflix",
                sighting("DM", "collection", seen="2026-05-12", round="onsite", role="ml-engineer"),
                sighting("google", seen="2025-11", round="Phone screen"),
            ],
        ),
        question("b-bias", difficulty="easy", tags=["cnn"], companies=[{"company": "meta", "seen": "2026-06"}]),
        question(
            "c-many", companies=[sighting(name, seen="2025") for name in ("meta", "netflix", "google", "deepmind")]
        ),
        question("d-draft", status="draft", tags=["only-in-a-draft"]),
        question("e-old", status="retired", replaced_by="b-bias"),
    )


def index_of(own, *, drafts=False):
    files = index_files(Facts(own, {}, drafts=drafts))
    return json.loads(files[INDEX]), json.loads(files[OVERVIEWS])


def told(own, found):
    """What a question says, in words, with every term by its id."""
    return {
        "id": found.id,
        "title": found.title,
        "overview": found.overview or "",
        "difficulty": found.difficulty.value,
        "completeness": found.completeness.value,
        "topic": found.topic,
        "tags": [own.tags.resolve(tag) for tag in found.tags],
        "roles": list(
            dict.fromkeys(
                own.roles.resolve(role) for role in (*found.roles, *(s.role for s in found.companies if s.role))
            )
        ),
        "sightings": [
            {
                "company": own.companies.resolve(s.company),
                "source": own.sources.resolve(s.source) if s.source else None,
                "seen": s.seen[:7] if s.seen else None,
                "role": own.roles.resolve(s.role) if s.role else None,
                "round": own.rounds.resolve(s.round) if s.round else None,
            }
            for s in newest_first(found.companies)
        ],
    }


def read(index, overviews):
    """The same, read from the index as a script would."""
    numbers = {
        name: iter(decoded(value)) for name, value in index.items() if name not in ("state",) and isinstance(value, str)
    }
    names = {
        kind: [entry[0] for entry in index[kind]]
        for kind in ("companies", "topics", "tags", "roles", "rounds", "sources")
    }

    def one(name, kind):
        return names[kind][next(numbers[name])]

    def some(name, kind):
        number = next(numbers[name])
        return names[kind][number - 1] if number else None

    def seen():
        ago, exact = next(numbers["sighting_seen"]), next(numbers["sighting_precision"])
        if not ago:
            return None
        year, month = divmod(index["newest"] - ago + 1, 12)
        return f"{1970 + year}-{month + 1:02}" if exact else f"{1970 + year}"

    return [
        {
            "id": id,
            "title": title,
            "overview": overview,
            "difficulty": ("easy", "medium", "hard")[next(numbers["difficulty"])],
            "completeness": ("stub", "good", "complete")[next(numbers["completeness"])],
            "topic": one("topic", "topics"),
            "tags": [one("tag", "tags") for _ in range(next(numbers["tag_counts"]))],
            "roles": [one("role", "roles") for _ in range(next(numbers["role_counts"]))],
            "sightings": [
                {
                    "company": one("sighting_company", "companies"),
                    "source": some("sighting_source", "sources"),
                    "seen": seen(),
                    "role": some("sighting_role", "roles"),
                    "round": some("sighting_round", "rounds"),
                }
                for _ in range(next(numbers["sighting_counts"]))
            ],
        }
        for id, title, overview in zip(index["ids"], index["titles"], overviews["overviews"], strict=True)
    ]


@pytest.mark.parametrize("drafts", [False, True])
def test_the_columns_say_of_each_question_what_its_file_says(drafts):
    own = varied()
    expected = [told(own, found) for found in Facts(own, {}, drafts=drafts).live]
    assert len(expected) == 3 + drafts
    assert read(*index_of(own, drafts=drafts)) == expected


def test_terms_come_with_their_names_aliases_and_parents_and_only_those_that_are_named():
    index, _ = index_of(varied())
    assert index["companies"] == [
        ["google", "Google", [], -1],
        ["deepmind", "Google DeepMind", ["DM"], 0],
        ["meta", "Meta", ["Facebook"], -1],
        ["netflix", "Netflix", [], -1],
    ]
    assert ["cnn", "Convolutional networks", ["convnet"]] in index["tags"]
    assert ["a-b", "a b", []] in index["tags"]
    assert "only-in-a-draft" not in json.dumps(index)
    assert [id for id, _, _ in index["topics"]] == ["evaluation", "ml", "ml/trees", "ml/linear", "empty"]
    assert index["sources"] == [["collection", "A collection"], ["report", "A report"]]


def test_the_two_files_know_that_they_belong_together():
    (index, overviews), (other, _) = index_of(varied()), index_of(bank(question("a")))
    assert index["version"] == overviews["version"] == 1
    assert index["state"] == overviews["state"] != other["state"]


def test_the_order_of_the_files_does_not_matter():
    questions = varied().questions
    assert index_of(bank(*questions)) == index_of(bank(*reversed(questions)))


def test_an_empty_bank_has_an_empty_index():
    index, overviews = index_of(bank())
    assert (index["ids"], index["companies"], index["tag"], index["newest"]) == ([], [], "", 0)
    assert overviews["overviews"] == []


def test_numbers_are_characters_that_json_leaves_alone():
    numbers = [*range(300), 5_000, 55_259]
    column = encoded(numbers)
    assert decoded(column) == numbers
    assert json.dumps(column, ensure_ascii=False) == f'"{column}"'
    column.encode()


def test_a_date_counts_from_the_earliest_month_that_it_can_mean():
    assert [months_since_1970(date) for date in ("1970", "1970-12", "2026", "2026-05", "2026-05-31")] == [
        0,
        11,
        672,
        676,
        676,
    ]


def test_the_files_look_as_they_did():
    """The other reader of these files, in JavaScript, is tested on them, too."""
    own = varied()
    files = planned(own).files()
    for address, text in files.items():
        golden("columns/" + address.rpartition("/")[2], text)
    expected = [told(own, found) for found in Facts(own, {}, drafts=False).live]
    golden("columns/questions.json", json.dumps(expected, indent=1, ensure_ascii=False) + "\n")


@pytest.mark.parametrize(
    ("address", "name"), [("questions/", "rows.html"), ("companies/google/", "rows-of-google.html")]
)
def test_the_rows_look_as_they_did(address, name):
    own = varied()
    (page,) = [page for page in planned(own).pages if page.address == address]
    html = renderer(own).article(page)
    start = html.index("data-qb-finder")
    golden(f"columns/{name}", html[html.index("<tbody>", start) : html.index("</tbody>", start)] + "</tbody>\n")
