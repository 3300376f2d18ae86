"""Addresses are distinct where ids are, and a relative link leads to its target from everywhere."""

from urllib.parse import urljoin

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders import bank, laws, planned, question, renderer

from qbank.facts import question_address
from qbank.values import KEBAB, TOPIC_PATH

kebab = st.lists(st.text("abcxyz019", min_size=1, max_size=4), min_size=1, max_size=3).map("-".join)
topics = st.lists(kebab, min_size=1, max_size=4).map("/".join)
addresses = st.one_of(
    st.just(""),
    st.sampled_from(["questions/", "companies/", "topics/", "tags/"]),
    kebab.map(question_address),
    kebab.map("tags/{}/".format),
    topics.map("topics/{}/".format),
)
fragments = st.one_of(st.just(""), kebab.map("#{}".format))
BASE = "https://example.org/a/bank/"
WITH_FOLDERS, WITH_FILES = renderer(), renderer(directory_urls=False)


@laws
@given(kebab, topics)
def test_what_these_tests_generate_is_what_files_may_be_named(id, topic):
    assert KEBAB.fullmatch(id)
    assert TOPIC_PATH.fullmatch(topic)


@laws
@given(addresses, addresses, fragments)
def test_a_relative_link_leads_to_its_target(start, target, fragment):
    link = WITH_FOLDERS.relative(target + fragment, start)
    assert urljoin(BASE + start, link) == BASE + target + fragment
    file = WITH_FILES.relative(target + fragment, start)
    assert urljoin(f"{BASE}{start}index.html", file) == f"{BASE}{target}index.html{fragment}"


@laws
@given(kebab, kebab)
def test_distinct_ids_have_distinct_addresses(one, other):
    assert (question_address(one) == question_address(other)) == (one == other)


@settings(laws, max_examples=50)
@given(st.lists(kebab, min_size=1, max_size=4, unique=True), st.lists(kebab, min_size=1, max_size=8, unique=True))
def test_no_two_pages_of_a_bank_share_an_address(ids, tags):
    own = bank(*(question(id, tags=tags) for id in ids))
    found = [page.address for page in planned(own).pages]
    assert len(found) == len(set(found))
    assert {question_address(id) for id in ids} <= set(found)
    assert {f"tags/{own.tags.resolve(tag)}/" for tag in tags} <= set(found)
