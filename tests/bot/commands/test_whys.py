"""Asking what became of an article: who was told, who was not and why, and what it lacked."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.feeds.identity import identity_of
from bot.model import Entry
from tests.stage import Stage, staged


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with staged("north-korea-kursk", sqlite_url) as made:
        await made.play(made.scenario)
        yield made


@pytest.fixture
async def links(stage: Stage) -> dict[str, str]:
    """The addresses of the articles by the number of their file."""
    held = await stage.bot.store.articles.newest(stage.bot.home.id, limit=10)
    urls = [article.url or "" for article in held]
    return {url.rpartition("/")[2][:3]: url for url in urls}


async def _execute(stage, statement, **values):
    async def work(connection):
        await connection.execute(text(statement), values)

    await stage.bot.store.database.write(work)


async def test_it_says_who_was_told_where_and_by_which_words(stage, links):
    shown = await stage.type(f"/intel why {links['002']}")
    assert "Biden Slams" in shown
    assert "revision 1: told, the article matches the watchlist, 29 Oct 2024" in shown
    assert "matched North Korea, Kursk" in shown
    assert "in Russia’s Kursk Oblast" in shown
    assert "sent to console, 29 Oct 2024" in shown


async def test_what_no_place_could_be_given_is_not_called_told(stage, links):
    await _execute(stage, "update deliveries set state = 'dead', error = 'no such channel'")
    shown = await stage.type(f"/intel why {links['002']}")
    assert "revision 1: not delivered, the article matches the watchlist" in shown
    assert "failed to console: no such channel" in shown


async def test_it_says_what_one_thing_an_article_lacked(stage, links):
    shown = await stage.type(f"/intel why {links['001']}")
    assert "It matched no watchlist" in shown
    assert "“North Korea AND Kursk” lacks one thing: Kursk" in shown


async def test_the_watchlists_that_are_far_off_are_named_only(stage, links):
    await stage.type("/watch add seas Hormuz AND tanker")
    await stage.type("save")
    shown = await stage.type(f"/intel why {links['001']}")
    assert "Did not match: seas." in shown


async def test_a_watchlist_made_since_would_match_today(stage, links):
    await stage.type("/watch add allies NATO OR Rutte")
    await stage.type("save")
    shown = await stage.type(f"/intel why {links['002']}")
    assert "Would match today" in shown
    assert "“allies”: it was made or changed after the article came; matched" in shown


@pytest.mark.parametrize("way", ["{}?utm_source=x&fbclid=3", "<{}|the article>", "{}#top", "{} "])
async def test_a_link_is_known_however_people_got_it(stage, links, way):
    assert "Biden Slams" in await stage.type(f"/intel why {way.format(links['002'])}")


async def test_the_address_that_a_feed_gave_as_its_name_will_do(stage):
    (article,) = await stage.bot.store.articles.newest(stage.bot.home.id, limit=1)
    given = "https://news.example/as-a-guid"
    assert "No feed showed" in await stage.type(f"/intel why {given}")
    await _execute(
        stage,
        "insert into names (feed_id, name, article_id, seen_at) values (:feed, :name, :id, :at)",
        feed=article.feed,
        name=identity_of(given),
        id=article.id,
        at="2024-11-01 00:00:00.000000",
    )
    assert "lacks one thing" in await stage.type(f"/intel why {given}")


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("pending", "waits to be sent to console, next at "),
        ("held", "waits for a digest, or for quiet hours to end, to console "),
        ("dead", "failed to console: the platform said no"),
        ("uncertain", "is being sent to console; whether it arrived is looked at"),
        ("obsolete", "called off to console: the platform said no"),
        ("joined", "sent within another message to console"),
    ],
)
async def test_it_says_where_each_message_stands(stage, links, state, said):
    await _execute(
        stage, "update deliveries set state = :state, error = 'the platform said no'", state=state
    )
    assert said in await stage.type(f"/intel why {links['002']}")


async def test_a_match_that_was_kept_quiet_says_why_and_by_whom(stage, links):
    await _execute(
        stage,
        "update decisions set told = false, reason = 'it is muted where it would be told',"
        " detail = 'story 3 is muted here by ann until 1 Nov 2024 00:00 UTC'",
    )
    shown = await stage.type(f"/intel why {links['002']}")
    assert "kept quiet, it is muted where it would be told" in shown
    assert "muted here by ann until 1 Nov 2024" in shown


async def test_what_people_said_of_an_alert_is_told(stage, links):
    await stage.type("not relevant 2")
    shown = await stage.type(f"/intel why {links['002']}")
    assert "called not relevant by " in shown


async def test_a_number_is_an_alert(stage):
    assert "Why this alert" in await stage.type("/intel why 1")


async def test_an_address_never_seen_is_answered_with_what_to_do(stage):
    shown = await stage.type("/intel why https://www.nowhere.example/x")
    assert "No feed showed an article with this address" in shown
    assert "/feeds add https://nowhere.example" in shown
    assert "/intel why https://nowhere.example" in await stage.type("/intel why nowhere.example")


async def test_of_another_team_nothing_is_told(stage):
    store, now = stage.bot.store, stage.clock()
    other = await store.workspaces.found("another team")
    url = "http://feeds.example/theirs"
    await store.feeds.subscribe(other.id, url, "Theirs", by="x", at=now)
    claimed = await store.feeds.claim_due(now, limit=9, lease=timedelta(minutes=1))
    entry = Entry("1", "Zebrawood", "Kursk", "https://news.example/secret")
    await store.feeds.record_poll(
        next(each for each in claimed if each.url == url),
        at=now,
        next_poll_at=now,
        validators=None,
        entries=[entry],
        error=None,
        baseline=False,
    )
    shown = await stage.type("/intel why https://news.example/secret")
    assert "No feed showed an article with this address" in shown
    assert "Zebrawood" not in shown
    assert "Zebrawood" not in await stage.type("/intel search Kursk")
