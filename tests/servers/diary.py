"""Hears what a chat tells of its channels and teams, and remembers it in order."""

from datetime import datetime

from bot.model import Destination, Platform


class Diary:
    """`heard` has what happened, to whom, and why."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str]] = []

    async def lose(
        self, destination: Destination, why: str, now: datetime, *, for_good: bool = False
    ) -> None:
        """A channel is lost."""
        self.heard.append(("gone" if for_good else "lost", str(destination), why))

    async def find(self, destination: Destination, now: datetime) -> None:
        """A channel is back."""
        self.heard.append(("back", str(destination), ""))

    async def lose_team(self, platform: Platform, team: str, why: str, now: datetime) -> None:
        """A team or guild is lost."""
        self.heard.append(("team lost", team, why))

    async def find_team(self, platform: Platform, team: str) -> None:
        """A team or guild is there, or changed."""
        self.heard.append(("team", team, ""))
