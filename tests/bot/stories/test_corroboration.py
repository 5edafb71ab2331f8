"""Independent sources are counted; copies and one publisher's feeds count once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import ArticleId
from bot.stories.corroboration import (
    Report,
    corroboration,
    home,
    registered,
    sites,
    state_of,
)

NOW = datetime(2024, 10, 29, 14, 2, tzinfo=UTC)


def report(number: int, host: str | None, *copies: int, outlet: str = "") -> Report:
    return Report(
        ArticleId(number), outlet or (host or "?").upper(), host,
        NOW + timedelta(minutes=number), tuple(map(ArticleId, copies)),
    )  # fmt: skip


def test_copies_are_outlets_but_no_sources() -> None:
    found = corroboration(
        [
            report(0, "reuters.com"),
            report(1, "a.com", 0),
            report(2, "b.org", 1),
            report(3, "ap.org"),
        ]
    )

    assert (found.independent, found.outlets) == (2, 4)
    assert str(found) == "2 independent sources, 4 outlets, first seen 14:02 by REUTERS.COM"
    assert found.sources[0].outlets == ("REUTERS.COM", "A.COM", "B.ORG")


def test_several_feeds_of_one_publisher_count_once() -> None:
    found = corroboration([report(0, "feeds.bbci.co.uk"), report(1, "www.bbc.com")])

    assert str(found) == "1 independent source, 1 outlet, first seen 14:02 by FEEDS.BBCI.CO.UK"


def test_a_publisher_without_an_address_is_known_by_its_name() -> None:
    found = corroboration([report(0, None, outlet="Radio X"), report(1, None, outlet="radio x ")])

    assert (found.independent, found.outlets) == (1, 1)


def test_a_publishers_own_feed_is_one_source_wherever_it_links_to() -> None:
    gamma = [
        replace(report(number, host, outlet="Gamma"), home="gamma.example")
        for number, host in enumerate(["gamma.example", None, "gamma-tv.example", "youtube.com"])
    ]

    assert str(corroboration(gamma)).startswith("1 independent source, 1 outlet")
    assert corroboration([*gamma, report(9, "gamma.example")]).independent == 1
    assert corroboration([*gamma, report(9, "reuters.com")]).independent == 2


def test_state_media_are_labelled_where_their_feed_links_elsewhere() -> None:
    found = corroboration([replace(report(0, "t.me", outlet="RT"), home="rt.com")])

    assert [source.state for source in found.sources] == ["Russia"]


@pytest.mark.parametrize(
    ("hosts", "whose"),
    [
        (["www.gamma.example", "live.gamma.example", "youtube.com"], "gamma.example"),
        (["feeds.bbci.co.uk", "www.bbc.com", "youtube.com"], "bbc.co.uk"),
        (["gamma-tv.example", "gamma.example"], "gamma.example"),
        (["kyivpost.com", "kyivpost.ua"], "kyivpost.ua"),
        (["reuters.com", "bbc.com"], None),
        (["reuters.com", "bbc.com", "reuters.com", "dw.com"], None),
        (["time.com", "timesofindia.com"], None),
        ([None, "127.0.0.1", "localhost"], None),
    ],
)
def test_a_feed_is_the_publishers_to_whom_most_of_its_links_lead(
    hosts: list[str | None], whose: str | None
) -> None:
    assert home(sites(hosts)) == whose


def test_state_media_are_labelled_unless_a_free_outlet_stands_with_them() -> None:
    found = corroboration([report(0, "tass.com"), report(1, "apnews.com"), report(2, "rt.com")])

    assert [source.state for source in found.sources] == ["Russia", None, "Russia"]
    mixed = corroboration([report(0, "tass.com"), report(1, "apnews.com", 0)])
    assert [source.state for source in mixed.sources] == [None]


@pytest.mark.parametrize(
    ("host", "domain"),
    [("edition.cnn.com", "cnn.com"), ("www.japantimes.co.jp", "japantimes.co.jp"),
     ("WWW.Guardian.co.uk.", "theguardian.com"), ("localhost", "localhost")],
)  # fmt: skip
def test_hosts_have_a_registered_domain(host: str, domain: str) -> None:
    assert registered(host) == domain


def test_an_unknown_host_is_nobodys_state_media() -> None:
    assert (state_of("example.org"), state_of(None)) == (None, None)
    assert state_of("english.news.cn") == "China"


def test_a_story_without_articles_has_no_sources() -> None:
    with pytest.raises(ValueError, match="without an article"):
        corroboration([])


reports = st.lists(
    st.tuples(st.sampled_from(["a.com", "b.com", "c.com", None]), st.sets(st.integers(0, 5))),
    min_size=1,
    max_size=6,
).map(lambda rows: [report(n, host, *copies) for n, (host, copies) in enumerate(rows)])


@given(reports, st.randoms(use_true_random=False))
def test_the_order_of_the_reports_does_not_matter(given_: list[Report], dice) -> None:
    shuffled = list(given_)
    dice.shuffle(shuffled)

    assert corroboration(shuffled) == corroboration(given_)


@given(reports)
def test_there_are_never_more_sources_than_outlets(given_: list[Report]) -> None:
    found = corroboration(given_)

    assert 1 <= found.independent <= found.outlets
