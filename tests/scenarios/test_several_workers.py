"""Two processes on one PostgreSQL: what one changes, the other goes by within a second."""

import asyncio
import os
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.crashes.books import Books
from tests.crashes.workers import Worker
from tests.crashes.world import FEEDS, world

ROOT = Path(__file__).parents[2]
SECOND = timedelta(seconds=1)
JUDGED = (
    "select d.revision, d.told, a.first_seen_at, r.changed_at from decisions d"
    " join articles a on a.id = d.article_id"
    " join watchlist_revisions r on r.watchlist_id = d.watchlist_id and r.revision = 2"
)


async def carried_out(config: Path, environment: dict[str, str], line: str) -> str:
    """What a process of its own says to a command that it carries out."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "command", line, "--config", str(config), "--yes"),
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    return (await process.communicate())[0].decode()


@pytest.mark.timeout(240)
async def test_an_edited_watchlist_is_gone_by_within_a_second(tmp_path, postgres_url):
    async with world(seed=9) as around:
        config = around.configure(tmp_path / "config.toml", postgres_url, lease_seconds=10)
        # The configuration's watchlists name channels; this one is the console's, made by hand.
        text = config.read_text("utf-8").partition("[[watchlists]]")[0]
        config.write_text(text.replace("[console]\nenabled = false\n", ""), "utf-8")
        worker, books = Worker(0, config, around.environment, tmp_path / "log"), Books(postgres_url)
        add, edit = "/watch add desk nothing of the kind", "/watch edit desk Item AND Kursk"
        try:
            assert "Saved." in await carried_out(config, around.environment, add)
            await worker.start()
            while not await books.read_every_feed():  # noqa: ASYNC110 - nobody tells us
                await asyncio.sleep(0.2)
            around.publish(FEEDS)
            editing = asyncio.create_task(carried_out(config, around.environment, edit))
            while not editing.done():
                around.publish(1)
                await asyncio.sleep(0.5)
            assert "Saved." in editing.result()
            for _ in range(6):
                around.publish(1)
                await asyncio.sleep(0.5)
            judged = await _all_judged(books, len(around.published))
        finally:
            await worker.kill()
    late = [
        seen for revision, _, seen, changed in judged if revision == 1 and seen > changed + SECOND
    ]
    assert late == []
    assert sum(revision == 2 and told for revision, told, *_ in judged) >= 6


async def _all_judged(books: Books, published: int) -> list[tuple]:
    done = "select count(*) from articles where state = 'processed'"
    while (await books.ask(done))[0] < (published,):  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.2)
    return await books.ask(JUDGED)
