"""`watchfloor demo`: a scenario of articles through the whole bot, on the scenario's own clock.

Everything is real but the publishers: a replay serves their articles over loopback HTTP. The clock
runs fast and waits wherever the bot has not caught up, so no article is seen late.
"""

import asyncio
import io
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.app import Bot, Role, Wiring, built
from bot.chat.console.adapter import ConsoleAdapter
from bot.chat.hygiene import cut, one_line
from bot.config import FeedEntry, Settings, WatchlistEntry, defaults
from bot.feeds.replay import Replay
from bot.feeds.scenario import Scenario, read_scenario
from bot.message import AlertCard, Extract, Message, Update, many
from bot.model import Alert, Article, Decision, Destination, Published, Quiet

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
SHOW = timedelta(seconds=6)  # how long a scenario takes when nothing else is asked for
STEP = timedelta(hours=24)  # articles closer together than this may arrive in one go
CATCH_UP = timedelta(seconds=15)  # the longest wait for the bot at one step
TICK = timedelta(milliseconds=100)
NEVER = datetime.min.replace(tzinfo=UTC)


class ScenarioClock:
    """A clock that runs `speed` times as fast as real time and never past `limit`."""

    def __init__(self, start: datetime, speed: float) -> None:
        self._base = start
        self._since = time.monotonic()
        self._speed = speed
        self._limit: datetime | None = start

    def __call__(self) -> datetime:
        """Now, on the scenario's clock."""
        now = self._base + timedelta(seconds=(time.monotonic() - self._since) * self._speed)
        return now if self._limit is None else min(now, self._limit)

    async def reach(self, moment: datetime) -> None:
        """Run up to a moment, and return when it is there. A moment that has passed is there."""
        self._base, self._since = self(), time.monotonic()
        self._limit = max(moment, self._base)
        await asyncio.sleep((self._limit - self._base).total_seconds() / self._speed)

    def leap(self, moment: datetime) -> None:
        """Stand at a moment at once; a clock never goes back."""
        self._base = self._limit = max(moment, self())

    def go_on(self) -> None:
        """From here on keep real time."""
        self._base, self._since, self._speed = self(), time.monotonic(), 1.0
        self._limit = None


class Telling:
    """Keeps count of what happens and tells of it: as JSON lines, or in words between the cards."""

    def __init__(self, file_for: Callable[[str], str | None], *, as_json: bool) -> None:
        self._file_for = file_for
        self._as_json = as_json
        self._console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
        self.articles: list[Article] = []
        self.matches: list[tuple[str, str]] = []
        self.alerts = self.updates = 0
        self._told: dict[str, list[str]] = defaultdict(list)

    def matched(self, watchlist: str) -> tuple[str, ...]:
        """The files that a watchlist matched, in order of their names."""
        return tuple(sorted(file for name, file in self.matches if name == watchlist))

    def say(self, text: str, style: str = "dim") -> None:
        """A line in words; nothing where a program reads."""
        if not self._as_json:
            self._console.print(text, style=style, markup=False)

    def event(self, **row: Any) -> None:
        """A line for a program."""
        if self._as_json:
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
            sys.stdout.flush()

    def saw(self, article: Article, decisions: Sequence[Decision]) -> None:
        """An article was processed."""
        self.articles.append(article)
        file = self._file_for(article.url or "") or "?"
        for decision in decisions:
            self.matches.append((decision.watchlist.name, file))
            evidence = [
                {
                    key: getattr(finding, key)
                    for key in ("term", "field", "start", "end", "how", "text")
                }
                for finding in decision.evidence
            ]
            self.event(
                event="match",
                watchlist=decision.watchlist.name,
                article=file,
                evidence=evidence,
                told=isinstance(decision, Alert),
            )
        told = [each.watchlist.name for each in decisions if isinstance(each, Alert)]
        self._told[article.url or ""] += told
        if told:
            return
        reasons = {str(each.why) for each in decisions if isinstance(each, Quiet)}
        why = ", ".join(reasons) or "no watchlist asks for it"
        title = cut(one_line(article.title or article.body), 60)
        self.say(f"· quiet: {file} “{title}”: {why}")

    def sent(self, destination: Destination, message: Message) -> None:
        """A message was posted: a card, what is new in its story, or a list of too much."""
        if isinstance(message, Update):
            self._update(destination, message)
            return
        if isinstance(message, AlertCard):
            quoted = [quote.text for quote in message.sentences]
            self._alert(destination, message.watch, message, quoted)
            return
        for listed in (block for block in message.blocks if isinstance(block, Extract)):
            for watchlist in self._told[listed.url or ""]:
                self._alert(destination, watchlist, listed, [])

    def _update(self, destination: Destination, told: Update) -> None:
        self.updates += 1
        self.event(
            event="update",
            destination=str(destination),
            article=self._file_for(told.url or ""),
            title=told.headline.text,
            url=told.url,
            source=told.source,
            published=_iso(told.published),
            figures=[
                {"what": each.what, "before": each.before, "after": each.after}
                for each in told.figures
            ],
            summary=[quote.text for quote in told.sentences],
        )

    def _alert(
        self,
        destination: Destination,
        watchlist: str,
        told: AlertCard | Extract,
        summary: list[str],
    ) -> None:
        self.alerts += 1
        self.event(
            event="alert",
            watchlist=watchlist,
            destination=str(destination),
            article=self._file_for(told.url or ""),
            title=told.headline.text,
            url=told.url,
            source=told.source,
            published=_iso(told.published),
            summary=summary,
        )


def _iso(published: Published | None) -> str | None:
    if published is None or published.seen:
        return None
    return published.at.date().isoformat() if published.day_only else published.at.isoformat()


def find_scenario(name: str, now: datetime) -> Scenario:
    """A scenario of `seeds/` by its name, or any folder of articles.

    Raises:
        ScenarioError: there is no such folder, or it cannot be replayed.
    """
    ours = SEEDS / name
    return read_scenario(ours if ours.is_dir() else Path(name), now=now)


def watching(scenario: Scenario, queries: Sequence[str]) -> Scenario:
    """The scenario with other watchlists; then it expects nothing of its own."""
    if not queries:
        return scenario
    return replace(scenario, watchlists=tuple((q, q) for q in queries), expectations=())


async def demo(
    scenario: Scenario, *, speed: float | None, stories: bool, as_json: bool, stay: bool
) -> int:
    """Play a scenario. 0 if all came through and went as its manifest expects, 1 if not."""
    releases = [article.release_at for article in scenario.articles]
    span = max(releases) - scenario.starts_at
    clock = ScenarioClock(scenario.starts_at, speed or max(1.0, span / SHOW))
    started = time.monotonic()
    async with Replay(scenario, clock) as replay:
        telling = Telling(replay.file_for, as_json=as_json)
        with tempfile.TemporaryDirectory(prefix="watchfloor-demo-") as folder:
            settings = _settings(scenario, replay, Path(folder), stories=stories)
            wiring = Wiring(
                clock=clock,
                tick=TICK,
                out=io.StringIO() if as_json else None,
                saw=telling.saw,
                sent=telling.sent,
            )
            async with built(settings, wiring) as bot, bot.working(frozenset(Role)):
                _introduce(telling, scenario, settings)
                late = await _play(bot, clock, releases)
                seconds = time.monotonic() - started
                well = _sum_up(telling, scenario, late=late, seconds=seconds)
                if stay:
                    clock.go_on()
                    await _converse(bot, clock)
    return 0 if well else 1


def _settings(scenario: Scenario, replay: Replay, folder: Path, *, stories: bool) -> Settings:
    return defaults(
        stories={"enabled": stories},
        database={"url": f"sqlite:///{folder / 'demo.db'}"},
        web={"bind": ""},
        full_text={"read": "never"},  # the publishers' own sites are left alone
        fetch={"allow": (replay.host,)},
        feeds=tuple(FeedEntry(url=url, name=name) for url, name in replay.feeds),
        watchlists=tuple(
            WatchlistEntry(name=name, query=query) for name, query in scenario.watchlists
        ),
    )


def _introduce(telling: Telling, scenario: Scenario, settings: Settings) -> None:
    many = f"{len(scenario.articles)} articles, {len(settings.feeds)} feeds"
    telling.say(f"Watchfloor demo: {scenario.name} ({many})", style="bold")
    for entry in settings.watchlists:
        telling.say(f"watching for: {entry.query}", style="")
    telling.say("")


async def _play(bot: Bot, clock: ScenarioClock, releases: Sequence[datetime]) -> bool:
    """Let the clock run from step to step; True if the bot fell behind at one of them."""
    late = not await _caught_up(bot, clock, clock())
    for step in steps(sorted(releases)):
        await clock.reach(step)
        late = not await _caught_up(bot, clock, step) or late
    return late


def steps(releases: Sequence[datetime]) -> list[datetime]:
    """The last release of each group that may arrive in one go; `releases` are in order."""
    ends: list[datetime] = []
    start: datetime | None = None
    for release in releases:
        if start is None or release - start > STEP:
            start = release
            ends.append(release)
        ends[-1] = release
    return ends


async def _caught_up(bot: Bot, clock: ScenarioClock, moment: datetime) -> bool:
    """Wait until all feeds were read after `moment` and all was told. False: it took too long.

    A feed that seldom publishes is seldom polled, so the clock leaps to when one is due again.
    """
    deadline = time.monotonic() + CATCH_UP.total_seconds()
    while time.monotonic() < deadline:
        feeds = await bot.store.feeds.of(bot.home.id)
        unread = [each for each in feeds if (each.last_success_at or NEVER) < moment]
        if not unread and await _idle(bot):
            return True
        for feed in unread:
            clock.leap(min(feed.next_poll_at, moment + STEP))
        await asyncio.sleep(0.05)
    return False


async def _idle(bot: Bot) -> bool:
    waiting = await bot.store.articles.unprocessed(1)
    return not waiting and not await bot.store.outbox.pending()


def _sum_up(telling: Telling, scenario: Scenario, *, late: bool, seconds: float) -> bool:
    """Say what came of it; True if everything came through and matched as the scenario expects."""
    through = len(telling.articles) == len(scenario.articles) and not late
    posted = many(telling.alerts, "alert")
    if telling.updates:
        posted += f" and {many(telling.updates, 'update')} of their stories"
    telling.say(
        f"{len(telling.articles)} of {len(scenario.articles)} articles came through, "
        f"{len(telling.matches)} matched; {posted} posted, {seconds:.0f} s.",
        style="bold",
    )
    if late:
        telling.say("The bot could not keep up with the scenario's clock.", style="red")
    wrong = [
        each for each in scenario.expectations if telling.matched(each.watchlist) != each.files
    ]
    for each in wrong:
        telling.say(
            f"“{each.watchlist}” was to match {', '.join(each.files) or 'nothing'}, and matched "
            f"{', '.join(telling.matched(each.watchlist)) or 'nothing'}.",
            style="red",
        )
    if scenario.expectations and not wrong:
        telling.say("That is what the scenario expects.", style="green")
    if inferred := [each.file for each in scenario.articles if each.inferred]:
        telling.say(f"Dates read between the lines, not stated: {', '.join(inferred)}.")
    telling.event(
        event="summary",
        articles=len(telling.articles),
        matches=len(telling.matches),
        alerts=telling.alerts,
        updates=telling.updates,
        as_expected=through and not wrong,
    )
    return through and not wrong


async def _converse(bot: Bot, clock: ScenarioClock) -> None:
    """Leave the person at the prompt, with all that the demo has stored."""
    from bot.chat.console.terminal import TerminalPrompt  # late: see there

    left = asyncio.Event()
    console = ConsoleAdapter(
        commands=bot.commands,
        workspace=bot.home.id,
        clock=clock,
        prompt=TerminalPrompt(bot.commands.table),
        left=left.set,
        allow=frozenset(bot.settings.fetch.allow),
    )
    sys.stdout.write("\nYour turn: /intel search Rutte, /watch list, /intel help; exit leaves.\n")
    talking = asyncio.create_task(console.run())
    await left.wait()
    talking.cancel()
