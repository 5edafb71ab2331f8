"""Under which names an item is known again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.identity import fold, identity_of, names_of

LINK = "https://www.example.org/news/kursk?id=7"
TITLE = "North Korean troops seen in Kursk"


def certain(guid: str = "", link: str | None = None) -> set[str]:
    return set(names_of(guid, link, "", "").certain)


@pytest.mark.parametrize(
    "link",
    [
        "http://example.org/news/kursk?id=7",
        "https://www.example.org/news/kursk/?id=7",
        "https://example.org:443/news/kursk?id=7",
        "https://www.example.org/news/kursk?id=7&ref=rss",
        "https://www.example.org/news/kursk?partner=rss&id=7&emc=rss",
        "https://www.example.org/news/kursk?id=7#0",
        "https://www.example.org/news/kursk?CMP=Share&id=7",
    ],
)
def test_an_address_is_known_however_it_is_written(link: str) -> None:
    assert certain(link=LINK) & certain(link=link)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.example.org/news/kursk?id=8",
        "https://www.example.org/news/kursk",
        "https://www.example.org/news/kursk?id=7#post-3112",
        "https://example.org:8443/news/kursk?id=7",
        "https://www.example.net/news/kursk?id=7",
    ],
)
def test_another_page_is_another_page(link: str) -> None:
    assert not certain(link=LINK) & certain(link=link)


def test_a_guid_that_is_the_address_is_known_by_it() -> None:
    assert certain("http://www.example.org/news/kursk?id=7#1") & certain(link=LINK)


@pytest.mark.parametrize("guid", ["", "1", "42", "999", "null", "None", "x"])
def test_a_guid_that_only_counts_or_says_nothing_is_none(guid: str) -> None:
    assert certain(guid) == set()


@pytest.mark.parametrize("guid", ["1000", "ab", "tag:example.org,2024:7"])
def test_other_guids_name_an_item(guid: str) -> None:
    assert certain(guid) == {identity_of(guid)}


def test_the_front_page_of_a_site_names_nothing() -> None:
    assert certain(link="https://example.org/") == set()


def test_a_title_is_known_whatever_its_case_punctuation_and_blanks() -> None:
    one = names_of("", None, TITLE, "a").title
    assert one == names_of("", None, f"  {TITLE.upper()} – ", "b").title
    assert one != names_of("", None, f"{TITLE} again", "a").title


def test_a_short_title_needs_the_text_to_name_an_item() -> None:
    assert names_of("", None, "Update", "Troops at the border.").title is not None
    assert (
        names_of("", None, "Update", "Troops at the border.").title
        != names_of("", None, "Update", "Talks have ended.").title
    )
    assert names_of("", None, "Update", "").title is None


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text(), st.text(), st.text())
def test_anything_at_all_can_be_named(guid: str, link: str, title: str, body: str) -> None:
    names = names_of(guid, f"https://example.org/{link}", title, body)
    assert all(len(name) == 64 for name in names.certain)
