"""The proposed feeds are sane data, and a look at them says which of them can be relied on."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.feeds.discover import Scout
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.feeds.links import clean_link
from bot.feeds.opml import Listed
from bot.feeds.parse import Parser
from bot.feeds.starter import EVERYWHERE, regions, starter_feeds, starter_of
from bot.feeds.tags import STATE_MEDIA, tag_of
from bot.feeds.verify import Verdict, check, verify
from tests.servers.feeds import Answer, FeedServer, break_off, hang

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KINDS = {
    "press",
    "press-in-exile",
    "broadcaster",
    "wire",
    "government",
    "international-body",
    "think-tank",
    "analysis",
    "specialist",
    "investigative",
    "defence",
    "osint",
}


def test_every_proposed_feed_may_be_asked_and_stands_once():
    guard = Guard()
    for feed in starter_feeds():
        assert str(guard.check_url(feed.url))
        assert clean_link(feed.url) == feed.url, feed.name
    assert len({feed.url for feed in starter_feeds()}) == len(starter_feeds())
    assert len({feed.name.casefold() for feed in starter_feeds()}) == len(starter_feeds())


def test_every_proposed_feed_says_who_speaks_and_about_where():
    for feed in starter_feeds():
        assert feed.kind in KINDS, feed.name
        assert feed.regions, feed.name
        assert len(feed.language) == 2, feed.name
        tags = feed.listed().tags
        assert all(tag_of(tag) == tag for tag in tags), feed.name
        assert len(set(tags)) == len(tags), feed.name


def test_no_region_hangs_on_fewer_than_three_voices():
    assert {region: count for region, count in regions().items() if count < 3} == {}


def test_a_region_has_its_feeds_and_a_place_too():
    assert {"NK News", "KCNA"} <= {feed.name for feed in starter_of("korea")}
    assert {feed.name for feed in starter_of("iran")} == {"BBC Persian", "Mehr"}
    assert starter_of(EVERYWHERE) == starter_feeds()
    assert starter_of("atlantis") == ()


def test_the_voice_of_a_state_is_tagged_as_one():
    tagged = {feed.name for feed in starter_feeds() if STATE_MEDIA in feed.listed().tags}

    assert tagged == {"KCNA", "TASS", "Ukrinform", "Mehr"}


def rss(*published: datetime | None) -> Answer:
    rows = "".join(
        f"<item><title>{number}</title>"
        + (f"<pubDate>{format_datetime(at)}</pubDate>" if at else "")
        + "</item>"
        for number, at in enumerate(published)
    )
    return Answer(f'<rss version="2.0"><channel><title>T</title>{rows}</channel></rss>'.encode())


@pytest.fixture
async def scout(server: FeedServer, fetcher: Fetcher) -> AsyncIterator[Scout]:
    async with Parser(children=1) as parser:
        yield Scout(Guard({server.host}), fetcher, parser, lambda: NOW)


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        (rss(NOW, NOW - timedelta(days=1)), Verdict.SOUND, "2 items, the newest 22 Nov 12:00 UTC"),
        (rss(NOW, NOW, None), Verdict.SOUND, "3 items"),
        (rss(None, None), Verdict.UNDATED, "2 of 2 items carry no date"),
        (rss(NOW, None), Verdict.UNDATED, "1 of 2 items carry no date"),
        (rss(NOW - timedelta(days=61)), Verdict.STALE, "nothing new since 22 Sep 2026"),
        (rss(), Verdict.EMPTY, "without a single item"),
        (Answer(b"<html></html>"), Verdict.NO_FEED, "web page"),
        (Answer(status=403), Verdict.BLOCKED, "status 403"),
        (Answer(status=429), Verdict.BLOCKED, "status 429"),
        (Answer(status=503, headers={"cf-mitigated": "challenge"}), Verdict.BLOCKED, "Cloudflare"),
        (Answer(status=404), Verdict.DEAD, "status 404"),
        (Answer(status=500), Verdict.DEAD, "status 500"),
        (break_off, Verdict.DEAD, "broke off"),
    ],
)
async def test_one_look_tells_what_a_feed_is_worth(server, scout, answer, verdict, said):
    checked = await check(Listed(server.tell("/", answer), "A"), scout, NOW)

    assert checked.verdict is verdict
    assert said in checked.detail


async def test_an_address_that_may_not_be_asked_is_dead_and_says_why(scout):
    checked = await check(Listed("http://10.0.0.1/rss", "A"), scout, NOW)

    assert checked.verdict is Verdict.DEAD
    assert "private" in checked.detail


async def test_all_are_looked_at_and_each_is_told_as_soon_as_it_is_done(server, scout):
    feeds = [Listed(server.tell(f"/{n}", rss(NOW)), str(n)) for n in range(5)]
    feeds.append(Listed(server.url("/gone"), "gone"))

    told = {each.feed.name: each.verdict async for each in verify(feeds, scout, NOW)}

    assert told == {str(n): Verdict.SOUND for n in range(5)} | {"gone": Verdict.DEAD}


async def test_whoever_has_seen_enough_leaves_no_look_behind(server, scout):
    first = Listed(server.tell("/0", rss(NOW)), "0")
    others = [Listed(server.tell(f"/{n}", hang), str(n)) for n in range(1, 5)]

    looks = verify([first, *others], scout, NOW)
    assert (await anext(looks)).feed == first
    await looks.aclose()

    assert len(server.requests) <= 2
