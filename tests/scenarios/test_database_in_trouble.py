"""While the program works PostgreSQL itself is stopped, or the disk takes nothing more."""

import asyncio
import json
import resource
import signal
import socket
import urllib.error
import urllib.request
from contextlib import asynccontextmanager

import pytest

from tests.crashes.books import Books
from tests.crashes.drill import workers
from tests.crashes.world import FEEDS, Place, until, world
from tests.servers.postgres import running

LEASE_SECONDS = 3
AWAY_SECONDS = 5


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def answers(port):
    """What /readyz answers: its code and what it says; None where nothing answers."""

    def ask():
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.load(refusal)
        except OSError:
            return None, {}

    return await asyncio.to_thread(ask)


async def becomes(port, code, within):
    """Wait for an answer of this code; what it says."""
    async with asyncio.timeout(within):
        while True:
            found, said = await answers(port)
            if found == code:
                return said
            await asyncio.sleep(0.2)


@asynccontextmanager
async def at_work(folder, url):
    """The world, the program with all its roles in it, and the port of its health page."""
    port = free_port()
    async with world(seed=5) as around:
        config = around.configure(folder / "config.toml", url, LEASE_SECONDS)
        text = config.read_text("utf-8").replace('bind = ""', f'bind = "127.0.0.1:{port}"')
        config.write_text(text, "utf-8")
        (worker,) = workers(folder, config, around.environment, 1)
        try:
            await worker.start()
            await becomes(port, 200, within=30)
            while not await Books(url).read_every_feed():  # noqa: ASYNC110 -- nobody tells us
                await asyncio.sleep(0.2)
            yield around, worker, port
        finally:
            await worker.kill()


@pytest.mark.timeout(240)
async def test_a_stopped_postgresql_is_waited_for_and_nothing_is_lost_or_told_twice(tmp_path):
    with running() as server:
        async with at_work(tmp_path, server.create("away")) as (around, worker, port):
            for how in (signal.SIGINT, signal.SIGQUIT):
                around.publish(FEEDS)
                await asyncio.sleep(1.5)  # in the midst of work
                server.stop(how)
                await becomes(port, 503, within=5)
                around.publish(FEEDS)
                await asyncio.sleep(AWAY_SECONDS)
                server.start()
                await becomes(port, 200, within=15)
                around.publish(FEEDS)
                assert await until(lambda: not around.missing(), 60)
            await ends_well(around, worker)
            assert 1 <= worker.said(" ERROR ") <= 4  # stopped, unreachable, starting: each once


@pytest.mark.timeout(240)
async def test_a_disk_that_takes_no_more_is_waited_for_and_nothing_is_lost_or_told_twice(
    tmp_path, sqlite_url
):
    async with at_work(tmp_path, sqlite_url) as (around, worker, port):
        around.publish(FEEDS)
        assert await until(lambda: not around.missing(), 60)
        around.publish(FEEDS)
        await asyncio.sleep(1.5)  # in the midst of work
        size = (tmp_path / "watchfloor.db-wal").stat().st_size
        _, most = resource.prlimit(worker.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (size, most))
        said = await becomes(port, 503, within=5)
        assert (said["database"], set(said["chats"].values())) == (False, {"ready"})
        around.publish(FEEDS)
        await asyncio.sleep(AWAY_SECONDS)
        assert worker.said("a limit of size is reached") == worker.said(" ERROR ") == 1
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (most, most))
        await becomes(port, 200, within=15)
        around.publish(FEEDS)
        assert await until(lambda: not around.missing(), 60)
        await ends_well(around, worker)


async def ends_well(around, worker):
    """Nothing came twice, nobody was startled, and the program stops when it is told to."""
    await asyncio.sleep(LEASE_SECONDS + 2)  # whatever would come twice has come by then
    repeats = around.repeats()
    assert repeats[Place.DISCORD] == repeats[Place.SLACK] == 0
    assert worker.said("Traceback") == 0
    worker.strike(signal.SIGTERM)
    assert await worker.ended() == 0
