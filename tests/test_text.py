"""A question's Markdown becomes fragments once, and is remembered by what went in."""

from tests.builders import question

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
