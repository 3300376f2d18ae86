"""A question's Markdown becomes fragments once, and is remembered by what went in."""

from tests.builders import question

from qbank import highlight
from qbank.text import fragments_of

FIELDS = {"follow_ups": [{"question": "*Why?*", "answer": "So."}], "mistakes": ["One.", "Two."]}


class Memory:
    """A store that counts how often it is asked to keep something."""

    def __init__(self):
        self.kept = {}

    def get(self, key):
        return self.kept.get(key)

    def put(self, key, value):
        self.kept[key] = value


def test_every_markdown_field_is_a_fragment_under_its_path():
    found = fragments_of(question(**FIELDS))
    assert list(found) == [
        ("prompt",),
        ("answer",),
        ("mistakes", 0),
        ("mistakes", 1),
        ("follow_ups", 0, "question"),
        ("follow_ups", 0, "answer"),
    ]
    assert found[("follow_ups", 0, "question")].html == "<em>Why?</em>"
    assert found[("answer",)].html.startswith("<p>")


def test_what_was_remembered_is_what_would_be_made():
    store = Memory()
    first = fragments_of(question(**FIELDS), store)
    assert fragments_of(question(**FIELDS), store) == first == fragments_of(question(**FIELDS))
    assert len(store.kept) == 1


def test_other_text_is_not_taken_for_what_is_remembered():
    store = Memory()
    fragments_of(question(answer="One."), store)
    assert "Two." in fragments_of(question(answer="Two."), store)[("answer",)].html
    assert len(store.kept) == 2


def test_text_that_moved_to_another_field_is_not_taken_for_what_is_remembered():
    store = Memory()
    fragments_of(question(example="Words."), store)
    found = fragments_of(question(story="Words."), store)
    assert ("story",) in found
    assert ("example",) not in found


def test_what_a_store_gives_back_incomplete_is_made_anew():
    store = Memory()
    whole = fragments_of(question(**FIELDS), store)
    (key,) = store.kept
    store.kept[key] = {"prompt": "<p>old</p>"}
    assert fragments_of(question(**FIELDS), store) == whole


def test_ids_of_two_fields_of_one_question_never_meet():
    text = "## Same\n\nx[^1]\n\n[^1]: note"
    found = fragments_of(question(prompt=text, answer=text, story=text))
    ids = [part.split('"')[0] for fragment in found.values() for part in fragment.html.split(' id="')[1:]]
    assert ids
    assert len(ids) == len(set(ids))


CODE = '```python\nif 1 < 2 and "&amp;":\n    print("</code></pre></div>")\n```\n\n```sql\nselect 1\n```\n\n```text\n2 < 3\n```\n'


def test_code_that_has_not_changed_keeps_the_colours_that_it_had(monkeypatch):
    before = "".join(fragment.html for fragment in fragments_of(question(answer=CODE)).values())
    edited = question(answer=f"Now with words.\n\n{CODE}", example=CODE)
    wanted = fragments_of(edited)
    asked = []
    monkeypatch.setattr(highlight, "_lexer", asked.append)
    assert fragments_of(edited, before=f"<html><body>{before}</body>") == wanted
    assert asked == []


def test_code_that_has_changed_gets_colours_of_its_own():
    before = "".join(fragment.html for fragment in fragments_of(question(answer=CODE)).values())
    for edited in (CODE.replace("1 < 2", "2 < 1"), CODE.replace("python", "ruby"), CODE.replace("select", "insert")):
        assert fragments_of(question(answer=edited), before=before) == fragments_of(question(answer=edited))
