"""source: asks for a host, and for every name that the source of an article has."""

import pytest

import rules

DOCUMENT = rules.Document(
    "Kursk", "", source="www.reuters.com", names=("Reuters", "Wire - World News")
)


@pytest.mark.parametrize(
    "name",
    ["reuters.com", "www.reuters.com", "reuters", '"Reuters"', '"wire world news"',
     '"Wire – World News"'],
)  # fmt: skip
def test_an_article_is_found_by_its_host_and_by_every_name_of_its_source(name: str) -> None:
    query = rules.parse(f"Kursk AND source:{name}")

    assert rules.match(query, DOCUMENT) is not None


@pytest.mark.parametrize("name", ["notreuters.com", "com.reuters", '"Wire"', '"World News"'])
def test_a_part_of_a_name_or_another_host_is_not_the_source(name: str) -> None:
    assert rules.match(rules.parse(f"source:{name}"), DOCUMENT) is None


def test_the_evidence_shows_the_name_that_was_met() -> None:
    found = rules.match(rules.parse('source:"Reuters"'), DOCUMENT)

    assert found is not None
    (evidence,) = found.evidence
    assert (evidence.field, evidence.start, evidence.end) == (rules.Field.SOURCE, 0, 7)


def test_names_are_the_same_whatever_their_capitals_and_signs() -> None:
    assert rules.same_name("AP News - Top Stories", "ap news top stories")
    assert not rules.same_name("AP", "AP News")
    assert not rules.same_name("—", "…")
