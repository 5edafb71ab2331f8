"""Hears of channels and teams that are lost or come back, and passes it on. Acknowledges first.

What follows for the messages that wait is the news' business.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import assert_never

from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.chat.adapter import ChannelNews
from bot.chat.replays import Replays
from bot.chat.slack.events import Body
from bot.chat.slack.happenings import ChannelBack, ChannelLost, TeamLost, happening
from bot.chat.slack.teams import Teams
from bot.errors import WatchfloorError
from bot.model import Destination, Platform

log = logging.getLogger(__name__)

_ANY = re.compile(".*", re.DOTALL)


class Watcher:
    """Takes Slack's events; each is told once, however often Slack delivers it."""

    def __init__(self, teams: Teams, news: ChannelNews, clock: Callable[[], datetime]) -> None:
        self._teams = teams
        self._news = news
        self._clock = clock
        self._replays = Replays()
        self._running: set[asyncio.Task[None]] = set()

    def listen(self, app: AsyncApp) -> None:
        """Take every event that comes to the app."""
        app.event(_ANY)(self._on_event)

    async def finish(self, seconds: float) -> None:
        """Let what was heard be passed on, for so long; then give it up."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # Bolt passes arguments by these names.
    async def _on_event(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        if self._replays.first(str(body.get("event_id") or "")):
            task = asyncio.create_task(_safely(self._tell(body)))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _tell(self, body: Body) -> None:
        team, event = str(body.get("team_id") or ""), body.get("event") or {}
        about_people = str(event.get("type", "")).startswith("member_")
        me = await self._teams.bot_user(team) if about_people else ""
        happened = happening(event, me)
        now = self._clock()
        match happened:
            case None:
                return
            case TeamLost(why):
                await self._teams.leave(team)
                await self._news.lose_team(Platform.SLACK, team, why, now)
            case ChannelLost(channel, why, for_good):
                place = Destination(Platform.SLACK, channel)
                await self._news.lose(place, why, now, for_good=for_good)
            case ChannelBack(channel):
                await self._news.find(Destination(Platform.SLACK, channel), now)
            case _ as unreachable:
                assert_never(unreachable)


async def _safely(work: Coroutine[None, None, None]) -> None:
    """The top of a task: what breaks in it is logged, and the next event is heard all the same."""
    try:
        await work
    except WatchfloorError as error:
        log.warning("What Slack told of a channel was not taken in: %s", error)
    except Exception:
        log.exception("What Slack told of a channel was not taken in.")
