"""Feeds are found, previewed, saved, listed, paused and removed by commands."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.invocation import Reply
from bot.feeds.opml import read_opml
from bot.feeds.starter import starter_of
from bot.message import Answer, Code, Extract, Tone
from tests.servers.feeds import Answer as Served
from tests.servers.rss import rss
from tests.stage import Stage

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def said(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


def press(reply: Reply, label: str) -> tuple[str, dict[str, str]]:
    assert isinstance(reply.message, Answer)
    (button,) = [button for button in reply.message.buttons if button.label == label]
    return button.action, {"value": button.value}


async def save(stage: Stage, line: str) -> Reply:
    return await stage.invoke(*press(await stage.ask(line), "Save"))


async def read(stage: Stage) -> dict[str, tuple[str, ...]]:
    return {each.name: each.tags for each in await stage.bot.store.feeds.of(stage.bot.home.id)}


async def test_adding_shows_the_newest_three_items_and_saves_nothing_yet(made, news):
    preview = await made.ask(f"/feeds add {news}")

    shown = [block for block in preview.message.blocks if isinstance(block, Extract)]
    assert [block.headline.text for block in shown] == [
        "Item 1 hours old",
        "Item 3 hours old",
        "Item 5 hours old",
    ]
    assert "4 items now" in said(preview)
    assert await read(made) == {}


async def test_what_was_saved_is_read_under_its_name_and_tags(made, news):
    saved = await save(made, f'/feeds add --name "The News" --tags "Korea, wire" {news}')

    assert "“The News” is polled from now on" in said(saved)
    assert await read(made) == {"The News": ("korea", "wire")}


async def test_a_cancelled_feed_is_not_read(made, news):
    preview = await made.ask(f"/feeds add {news}")
    await made.invoke(*press(preview, "Cancel"))

    assert "gone" in said(await made.invoke(*press(preview, "Save")))
    assert await read(made) == {}


async def test_a_page_leads_to_its_feed_and_tells_of_the_others(made, server, news):
    names = "".join(
        f'<link rel="alternate" type="application/rss+xml" title="{title}" href="{path}">'
        for title, path in (("All", "/rss"), ("Sport", "/sport"))
    )
    url = server.tell("/", Served(f"<html><head>{names}</head></html>".encode()))

    preview = await made.ask(f"/feeds add {url}")

    assert "Example News" in preview.message.title
    assert "Found on the page" in said(preview)
    assert server.url("/sport") in said(preview)
    await made.invoke(*press(preview, "Save"))
    (subscription,) = await made.bot.store.feeds.of(made.bot.home.id)
    assert subscription.url == news


async def test_an_address_as_a_chat_wraps_it_is_understood(made, news):
    assert "Example News" in said(await made.ask(f"/feeds add <{news}|{news}>"))


async def test_an_address_without_its_beginning_is_mended_not_guessed(made):
    refused = await made.ask("/feeds add nknews.org/feed")

    assert "/feeds add https://nknews.org/feed" in said(refused)
    assert refused.message.tone is Tone.FAULT


@pytest.mark.parametrize("url", ["http://127.1/feed", "http://2130706433/", "http://0x7f000001/"])
async def test_an_odd_spelling_is_refused_with_the_guards_reason(made, url):
    refused = await made.ask(f"/feeds add {url}")

    assert "odd spelling" in said(refused)
    assert refused.message.tone is Tone.FAULT


async def test_a_feed_that_is_read_already_is_not_added_again(reading, server, news):
    asked = len(server.requests)
    again = await reading.ask(f"/feeds add {news.replace('http://', 'HTTP://')}")

    assert "already, as “Example News”" in said(again)
    assert again.message.buttons == ()
    assert len(server.requests) == asked

    url = server.tell(
        "/page", Served(b'<html><link rel=alternate type="application/rss+xml" href="/rss"></html>')
    )
    assert "already, as “Example News”" in said(await reading.ask(f"/feeds add {url}"))


async def test_adding_a_feed_again_with_other_tags_offers_to_change_them(reading, news):
    offer = await reading.ask(f"/feeds add --tags asia {news}")
    assert "Tags: korea, wire → asia" in said(offer)

    await reading.invoke(*press(offer, "Save"))

    assert await read(reading) == {"Example News": ("asia",)}
    renamed = await save(reading, f'/feeds add --name "The News" {news}')
    assert "“The News”: asia" in said(renamed)
    late = await reading.ask(f"/feeds add --tags x {news}")
    await reading.invoke(*press(await reading.ask("/feeds remove The News"), "Remove"))
    assert "removed in the meantime" in said(await reading.invoke(*press(late, "Save")))


async def test_a_feed_without_dates_is_previewed_with_a_warning(made, server):
    url = server.tell("/undated", rss("Undated", ("One", None), ("Two", None)))

    assert "2 of 2 items carry no date" in said(await made.ask(f"/feeds add {url}"))


async def test_a_list_without_feeds_says_how_to_begin(made):
    for line in ("/feeds list", "/feeds export", "/intel sources", "/intel status"):
        answer = said(await made.ask(line))
        assert "No feeds yet" in answer, line
        assert "/feeds starter" in answer, line


async def test_a_list_can_be_narrowed(reading):
    assert "1 feed" in said(await reading.ask("/feeds list korea"))
    assert "1 feed" in said(await reading.ask("/feeds list EXAMPLE"))
    assert "No feed fits 'iran'" in said(await reading.ask("/feeds list iran"))


async def test_a_feed_is_shown_with_its_health_and_its_newest_articles(reading):
    shown = said(await reading.ask("/feeds show example news"))

    assert "Tags: korea, wire." in shown
    assert "0 new in the last 7 days" in shown
    assert "Item 1 hours old" in shown


async def test_a_test_asks_the_feed_now_and_stores_nothing(reading, server, news):
    server.tell("/rss", rss("Example News", ("Breaking", NOW)))

    answer = await reading.ask("/feeds test Example News")

    assert "answers" in said(answer)
    assert "Breaking" in said(answer)
    assert (await reading.bot.store.articles.held(reading.bot.home.id)).count == 4


async def test_a_test_of_a_broken_feed_says_what_is_wrong(reading, server):
    server.tell("/rss", Served(status=404))

    answer = await reading.ask("/feeds test Example News")

    assert "cannot be read now" in said(answer)
    assert "404" in said(answer)


async def test_only_managers_may_send_us_to_an_address_that_is_not_read_here(reading, server):
    url = server.tell("/other", rss("Other", ("One", NOW)))

    assert "“Other” answers" in said(await reading.ask(f"/feeds test {url}"))
    asked = len(server.requests)
    refused = await reading.ask(f"/feeds test {url}", manager=False)
    assert "manager" in said(refused)
    assert len(server.requests) == asked
    assert "answers" in said(await reading.ask("/feeds test Example News", manager=False))


async def test_a_paused_feed_rests_until_it_is_resumed(reading, server):
    assert "is paused" in said(await reading.ask("/feeds pause Example News"))
    asked = len(server.requests)
    await reading.tick(NOW + timedelta(days=1))
    assert len(server.requests) == asked
    assert "paused since" in said(await reading.ask("/feeds list"))
    assert "paused already" in said(await reading.ask("/feeds pause Example News"))

    assert "polled again" in said(await reading.ask("/feeds resume Example News"))
    await reading.tick(NOW + timedelta(days=1))
    assert len(server.requests) > asked
    assert "not paused" in said(await reading.ask("/feeds resume Example News"))


async def test_removing_asks_first(reading):
    asked = await reading.ask("/feeds remove Example News")
    assert len(await read(reading)) == 1
    assert "polled no more" in said(await reading.invoke(*press(asked, "Remove")))
    assert await read(reading) == {}


async def test_a_name_that_two_feeds_share_is_settled_by_the_address(reading, server):
    url = server.tell("/two", rss("Example News", ("One", NOW)))
    await save(reading, f"/feeds add {url}")

    assert "2 feeds are called" in said(await reading.ask("/feeds pause Example News"))
    assert "is paused" in said(await reading.ask(f"/feeds pause {url}"))


async def test_a_name_that_nobody_has_proposes_the_nearest(reading):
    for verb in ("show", "test", "pause", "resume", "remove"):
        assert "Example News" in said(await reading.ask(f"/feeds {verb} Xample News")), verb


async def test_whoever_is_no_manager_may_look_and_not_touch(reading, news):
    for line in ("/feeds list", "/feeds show Example News", "/feeds export", "/intel sources"):
        assert "manager" not in said(await reading.ask(line, manager=False)), line
    for line in (
        f"/feeds add {news}",
        "/feeds pause Example News",
        "/feeds resume Example News",
        "/feeds remove Example News",
        "/feeds import <opml/>",
        "/feeds starter korea",
    ):
        assert "for managers" in said(await reading.ask(line, manager=False)), line


async def test_a_preview_cannot_be_saved_by_who_is_no_manager_any_more(made, news):
    preview = await made.ask(f"/feeds add {news}")
    refused = await made.invoke(*press(preview, "Save"), manager=False)

    assert "manager" in said(refused)
    assert await read(made) == {}


async def test_the_regions_of_the_starter_feeds_are_told_with_their_counts(made):
    shown = await made.type("/feeds starter")

    assert "korea" in shown
    assert "/feeds starter korea" in shown


async def test_the_starter_feeds_of_a_region_are_shown_and_saved_together(made):
    preview = await made.ask("/feeds starter Korea")
    assert "1 of them state media" in said(preview)
    assert await read(made) == {}

    await made.invoke(*press(preview, "Save"))

    feeds = await read(made)
    assert "state-media" in feeds["KCNA"]
    assert "korea" in feeds["NK News"]
    assert "read all" in said(await made.ask("/feeds starter korea"))


async def test_starter_feeds_that_are_read_already_are_left_as_they_are(made):
    url = starter_of("korea")[0].url
    await made.bot.store.feeds.subscribe(
        made.bot.home.id, url, "Mine", tags=("mine",), by="ann", at=NOW
    )

    preview = await made.ask("/feeds starter korea")
    assert "1 more you read already" in said(preview)
    await made.invoke(*press(preview, "Save"))

    assert (await read(made))["Mine"] == ("mine",)


async def test_a_region_that_is_none_proposes_one(made):
    assert "/feeds starter korea" in said(await made.ask("/feeds starter koera"))


OPML = (
    '<opml version="2.0"><body><outline text="Asia">'
    '<outline text="A" xmlUrl="https://a.example/rss"/>'
    '<outline text="B" xmlUrl="https://b.example/rss"/></outline>'
    '<outline text="Inside" xmlUrl="http://10.0.0.1/rss"/></body></opml>'
)


@pytest.mark.parametrize(
    "wrap",
    [
        str,
        lambda text: f"```{text}```",
        lambda text: text.replace("<", "&lt;").replace(">", "&gt;"),
        lambda text: text.replace('"https://a.example/rss"', '"<https://a.example/rss>"'),
        lambda text: text.replace("<outline", "\n  <outline"),
    ],
    ids=["as it is", "in a fence", "escaped", "with addresses wrapped", "over several lines"],
)
async def test_a_pasted_list_is_previewed_and_saved(made, wrap: Callable[[str], str]):
    preview = await made.ask(f"/feeds import {wrap(OPML)}")
    assert "3 feeds in the list: 2 new, 0 read already, 1 refused" in said(preview)
    assert "10.0.0.1" in said(preview)
    assert await read(made) == {}

    assert "2 feeds are polled" in said(await made.invoke(*press(preview, "Save")))
    assert await read(made) == {"A": ("asia",), "B": ("asia",)}
    assert "0 new, 2 read already" in said(await made.ask(f"/feeds import {OPML}"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://a.example/list.opml", "no OPML"),
        ("/etc/passwd", "no OPML"),
        ("<opml><body/></opml>", "names no feed"),
        ('<!DOCTYPE o [<!ENTITY a "b">]><opml>&a;</opml>', "entities"),
    ],
)
async def test_what_is_no_list_is_refused_and_no_file_is_ever_opened(made, server, text, reason):
    refused = await made.ask(f"/feeds import {text}")

    assert reason in said(refused)
    assert refused.message.tone is Tone.FAULT
    assert server.requests == []


async def test_what_was_exported_can_be_imported(reading):
    exported = await reading.ask("/feeds export")
    (code,) = [block for block in exported.message.blocks if isinstance(block, Code)]

    (listed,) = read_opml(code.text)

    assert (listed.name, listed.tags) == ("Example News", ("korea", "wire"))


async def test_feeds_are_tested_five_times_a_minute(made, news):
    await save(made, f"/feeds add --name News {news}")
    for _ in range(5):
        assert "answers" in said(await made.ask("/feeds test News"))
    refused = await made.ask("/feeds test News", who="bob")
    assert refused.message.tone is Tone.FAULT
    assert "at most 5 times a minute here. Try again in" in said(refused)
    made.clock.now += timedelta(minutes=1)
    assert "answers" in said(await made.ask("/feeds test News"))


async def test_a_feed_that_moved_for_good_shows_where_it_is_read_now(made, server):
    old = server.tell("/old", Served(status=301, headers={"Location": server.url("/new")}))
    server.tell("/new", rss("Moved News", ("x", NOW)))
    await made.bot.store.feeds.subscribe(made.bot.home.id, old, "Moved", by="ann", at=NOW)
    for hours in (0, 12, 25):
        await made.tick(NOW + timedelta(hours=hours))

    shown = said(await made.ask("/feeds show Moved"))

    assert f"text='{server.url('/new')}'" in shown or server.url("/new") in shown
    assert "where it moved for good from" in shown
    assert old in shown
