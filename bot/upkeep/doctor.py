"""Looks at an installation and says what is well, what is worth a look, and what is broken.

It changes nothing: it migrates no database and sends no message. Of secrets it sees shapes only.
"""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from bot.config import Settings
from bot.errors import StoreError
from bot.store.address import URL, parse
from bot.store.alone import is_taken
from bot.store.checkup import Facts, facts_of

SAFE_SQLITE = (3, 51, 3)  # https://sqlite.org/wal.html#walresetbug
FULL = 0.9
LEAST_FREE = 200 * 1024 * 1024
SHAPES = {
    "SLACK_BOT_TOKEN": re.compile(r"xoxb-[\w-]{10,}"),
    "SLACK_APP_TOKEN": re.compile(r"xapp-[\w-]{10,}"),
    "DISCORD_BOT_TOKEN": re.compile(r"[\w-]{18,}\.[\w-]{4,}\.[\w-]{20,}"),
}


class Verdict(StrEnum):
    """How a part stands."""

    WELL = "well"
    LOOK = "worth a look"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of an installation. `said` has the remedy where one is needed."""

    part: str
    verdict: Verdict
    said: str


async def examine(settings: Settings, now: datetime) -> tuple[Finding, ...]:
    """Look at everything, in the order in which it is mended."""
    return (
        Finding("configuration", Verdict.WELL, "It has no mistakes."),
        *await _database(settings, now),
        *_disk(settings),
        *_tokens(settings),
        *await _worker(settings),
    )


async def _database(settings: Settings, now: datetime) -> tuple[Finding, ...]:
    place = parse(settings.database.url)
    if _is_missing(place):
        said = f"{place.database} is not there yet; the first start makes it."
        return (Finding("database", Verdict.LOOK, said),)
    try:
        facts = await facts_of(settings.database.url)
    except StoreError as error:
        return (Finding("database", Verdict.BROKEN, str(error)),)
    return (_soundness(facts), _schema(facts), _clock(facts, now), *_old_sqlite(place.drivername))


def _is_missing(place: URL) -> bool:
    return place.get_backend_name() == "sqlite" and not Path(str(place.database)).exists()


def _soundness(facts: Facts) -> Finding:
    if facts.damage:
        said = f"{facts.damage} Stop Watchfloor and restore a backup: watchfloor restore FILE"
        return Finding("database", Verdict.BROKEN, said)
    if facts.given_up:
        were = "1 message was" if facts.given_up == 1 else f"{facts.given_up} messages were"
        said = f"Sound. {were} given up; /intel status says why."
        return Finding("database", Verdict.LOOK, said)
    wait = "1 message waits" if facts.waiting == 1 else f"{facts.waiting} messages wait"
    return Finding("database", Verdict.WELL, f"Sound. {wait} to be sent.")


def _schema(facts: Facts) -> Finding:
    if facts.schema == facts.newest:
        return Finding("schema", Verdict.WELL, f"{facts.schema}, the newest.")
    if facts.schema_is_older:
        said = f"{facts.schema}; the next start brings it to {facts.newest}."
        return Finding("schema", Verdict.LOOK, said)
    said = f"{facts.schema} is newer than this program ({facts.newest}). Install the newer one."
    return Finding("schema", Verdict.BROKEN, said)


def _clock(facts: Facts, now: datetime) -> Finding:
    apart = abs(facts.now - now)
    if apart > timedelta(seconds=60):
        said = f"The database's clock is {apart.total_seconds():.0f} s from this machine's. Set it."
        return Finding("clock", Verdict.BROKEN, said)
    if facts.newest_article is not None and facts.newest_article > now + timedelta(minutes=1):
        said = "Articles were stored later than now: the clock went back. Set it by NTP."
        return Finding("clock", Verdict.BROKEN, said)
    return Finding("clock", Verdict.WELL, f"{now:%Y-%m-%d %H:%M} UTC.")


def _old_sqlite(driver: str) -> Iterator[Finding]:
    if driver.startswith("sqlite") and sqlite3.sqlite_version_info < SAFE_SQLITE:
        yield Finding(
            "SQLite",
            Verdict.WELL,
            f"{sqlite3.sqlite_version}: older than 3.51.3, so one process alone moves its log.",
        )


def _disk(settings: Settings) -> Iterator[Finding]:
    place = parse(settings.database.url)
    if place.get_backend_name() != "sqlite":
        return
    folder = Path(str(place.database)).absolute().parent
    try:
        disk = shutil.disk_usage(folder)
    except OSError as error:
        yield Finding("disk", Verdict.BROKEN, f"{folder}: {error.strerror}. Make the folder.")
        return
    free = f"{disk.free / 1024**3:.1f} GiB free at {folder}"
    if disk.free < LEAST_FREE:
        yield Finding("disk", Verdict.BROKEN, f"Only {free}. Make room.")
    elif disk.used > FULL * disk.total:
        yield Finding("disk", Verdict.LOOK, f"{free}; more than nine tenths are used.")
    else:
        yield Finding("disk", Verdict.WELL, f"{free}.")


def _tokens(settings: Settings) -> Iterator[Finding]:
    slack, discord = settings.slack, settings.discord
    tokens = {
        "SLACK_BOT_TOKEN": slack.bot_token if slack.enabled else None,
        "SLACK_APP_TOKEN": slack.app_token if slack.enabled else None,
        "DISCORD_BOT_TOKEN": discord.bot_token if discord.enabled else None,
    }
    for name, token in tokens.items():
        if token is None:
            continue
        if SHAPES[name].fullmatch(token.get_secret_value()):
            yield Finding(name, Verdict.WELL, "It has the shape of one.")
        else:
            said = "It does not look like one. Copy it anew; docs/slack.md and docs/discord.md."
            yield Finding(name, Verdict.LOOK, said)


async def _worker(settings: Settings) -> tuple[Finding, ...]:
    """Whether a worker runs here, by its health page and, on SQLite, by its lock."""
    try:
        runs = is_taken(settings.database.url)
    except StoreError as error:
        return (Finding("worker", Verdict.BROKEN, str(error)),)
    address = settings.web.address
    if address is None or not address[1]:
        said = "The health page is off." + (" A worker runs." if runs else "")
        return (Finding("worker", Verdict.LOOK, said),)
    status = await _ask(address)
    where = f"http://{settings.web.bind}/readyz"
    if status == 200:
        return (Finding("worker", Verdict.WELL, "It runs and is ready."),)
    if status is None and not runs:
        said = f"None answers at {where}. Start it: watchfloor run"
        return (Finding("worker", Verdict.LOOK, said),)
    if status is None:
        said = f"A worker runs, but {where} does not answer. Is the port taken by another program?"
        return (Finding("worker", Verdict.BROKEN, said),)
    said = f"{where} answers {status}: it says what is not ready."
    return (Finding("worker", Verdict.BROKEN, said),)


async def _ask(address: tuple[str, int]) -> int | None:
    """The status of the readiness page, or None where nobody answers as HTTP."""
    try:
        async with asyncio.timeout(3):
            reader, writer = await asyncio.open_connection(*address)
            try:
                writer.write(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
                line = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None
    words = line.split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else None
