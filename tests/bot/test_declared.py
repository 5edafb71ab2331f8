"""Bringing the configuration's entries into the store, also from several processes at once."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import declared
from bot.config import FeedEntry, ListEntry, WatchlistEntry, defaults
from bot.model import Cadence, FullText
from bot.store.store import Store

SETTINGS = defaults(
    feeds=tuple(FeedEntry(url=f"https://news.example/{n}", name=str(n)) for n in range(5)),
    lists=(ListEntry(name="gulf", query="Qatar OR Kuwait"),),
    watchlists=tuple(WatchlistEntry(name=f"w{n}", query="North Korea") for n in range(5)),
)


@pytest.mark.parametrize("processes", [2, 4])
async def test_processes_that_start_together_apply_the_file_once(database_url, processes):
    async with AsyncExitStack() as stack:
        stores = []
        for _ in range(processes):
            store = await Store.open(database_url)
            stack.push_async_callback(store.close)
            stores.append(store)
        home = await stores[0].workspaces.home()
        now = datetime.now(UTC)
        await asyncio.gather(*(declared.apply(store, home.id, SETTINGS, now) for store in stores))
        watchlists = await stores[0].watchlists.all_enabled()
        assert sorted(each.name for each in watchlists) == [f"w{n}" for n in range(5)]
        assert {each.revision for each in watchlists} == {1}
        assert len(await stores[0].feeds.of(home.id)) == 5
        assert await declared.apply(stores[0], home.id, SETTINGS, now) == 0


async def test_delivery_and_sources_are_applied_and_what_chat_made_of_them_is_told(sqlite_url):
    store = await Store.open(sqlite_url)
    try:
        home, now = await store.workspaces.home(), datetime.now(UTC)
        entry = WatchlistEntry(name="calm", query="Kursk", min_sources=2, delivery=Cadence.DAILY)
        settings = defaults(watchlists=(entry,))
        await declared.apply(store, home.id, settings, now)
        (watchlist,) = await store.watchlists.of(home.id)
        assert (watchlist.min_sources, watchlist.cadence) == (2, Cadence.DAILY)
        assert await declared.drift(store, home.id, settings) == ()
        await store.watchlists.revise(
            home.id, watchlist.id, min_sources=5, cadence=Cadence.HOURLY, by="ann", at=now
        )
        drifted = " ".join(await declared.drift(store, home.id, settings))
        assert "it waits for 5 independent sources" in drifted
        assert "its delivery is hourly" in drifted
    finally:
        await store.close()


async def test_what_chat_made_of_a_declared_feed_is_told(sqlite_url):
    store = await Store.open(sqlite_url)
    try:
        home, now = await store.workspaces.home(), datetime.now(UTC)
        entries = [
            FeedEntry(url=f"https://news.example/{name}", full_text=choice)
            for name, choice in (("a", None), ("b", FullText.NEVER), ("c", None), ("d", None))
        ]
        settings = defaults(feeds=tuple(entries))
        await declared.apply(store, home.id, settings, now)
        assert await declared.drift(store, home.id, settings) == ()
        a, b, c, d = sorted(await store.feeds.of(home.id), key=lambda one: one.url)
        place: dict[str, Any] = {"by": "ann", "at": now}
        await store.feeds.choose_full_text(home.id, a.id, FullText.ALWAYS, **place)
        await store.feeds.choose_full_text(home.id, b.id, None, **place)
        await store.feeds.unsubscribe(home.id, c.id, **place)
        await store.feeds.pause(home.id, d.id, **place)
        assert await declared.drift(store, home.id, settings) == (
            "The feed https://news.example/a was changed in chat: its full text is always.",
            "The feed https://news.example/b was changed in chat: its full text is as usual.",
            "The feed https://news.example/c was removed in chat; it stays removed.",
            "The feed https://news.example/d is paused.",
        )
    finally:
        await store.close()
