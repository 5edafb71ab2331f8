"""Looks at what a deed showed, posted and changed: is any of it another team's?

A word counts as leaked only for those who never typed it themselves; names may be guessed.
"""

import hashlib
import io
import sqlite3
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any

from bot.message import Message
from bot.model import Destination
from bot.store.schema import metadata
from tests.tenants.world import Team, World

Viewer = tuple[str, bool]
"""A team's name, and whether somebody of it sits in its private channel."""


class Leak(AssertionError):
    """Somebody saw or changed what is another's."""


class Watch:
    """What each viewer typed so far, and how the rows of each team stood after the last deed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._typed: dict[str, set[str]] = defaultdict(set)
        self._typed_at: dict[str, set[str]] = defaultdict(set)
        self._database = sqlite3.connect(world.database)
        self._read_messages = {platform: len(chat.posted) for platform, chat in world.chats.items()}
        self._version = 0
        self._rows = self._all_rows()
        self._hosts = self._all_hosts()

    def typed(self, team: Team, values: Mapping[str, str], who: str) -> None:
        """Remember what somebody typed, and who that was.

        Their team may see these words from now on, and whoever sits where they sit. Who somebody
        is stays known to those who sat with them: one who sent a team away is named to it.
        """
        text = " ".join([*values.values(), who]).casefold()
        host, words = self.host(team), {word for word in self._words() if word in text}
        self._typed[team.name] |= words
        self._typed_at[host.name] |= words
        for other in self._world.teams:
            if self.host(other) is host:
                self._typed[other.name] |= {word for word in words if word in who}

    def host(self, team: Team) -> Team:
        """The team at whose workspace these people sit: their own, or one that they joined."""
        return self._hosts[team.name]

    def seen(self, team: Team, place: Destination | None, shown: Any, deed: str) -> None:
        """Whatever somebody is shown at a place. Raises Leak."""
        text = in_words(shown).casefold()
        for word in self._hidden_from(team, place):
            if word in text:
                raise Leak(f"{team.name} at {place} saw “{word}” by {deed}: {text[:3000]}")

    def posted(self, deed: str) -> None:
        """Every message that went out since the last look. Raises Leak."""
        for platform, chat in self._world.chats.items():
            new = chat.posted[self._read_messages[platform] :]
            self._read_messages[platform] = len(chat.posted)
            for place, message in new:
                self._message(place, message, deed)

    def _message(self, place: Destination, message: Message, deed: str) -> None:
        for team in self._world.teams:
            if place in team.places:
                self.seen(team, place, message, f"a message after {deed}")
                return
        raise Leak(f"A message went to {place}, which is nobody's: {message}")

    def changed(self, team: Team, place: Destination | None, deed: str) -> None:
        """The rows of others after a deed of one team. Raises Leak."""
        (version,) = self._database.execute("pragma data_version").fetchone()
        if version == self._version:
            return
        self._version, was, self._rows = version, self._rows, self._all_rows()
        were, self._hosts = self._hosts, self._all_hosts()
        theirs = {(each.name, False) for each in (team, were[team.name], self.host(team))}
        if place == team.room:
            theirs.add((team.name, True))
        for moved in (
            each.name for each in self._world.teams if were[each.name] != self.host(each)
        ):
            if moved != team.name and were[moved] != were[team.name]:
                raise Leak(f"{team.name} at {place} moved {moved} by {deed}")
            theirs |= {(moved, False), (moved, True)}  # it gets back what was stopped
        for owner, rows in self._rows.items():
            if owner not in theirs and rows != was[owner]:
                raise Leak(f"{team.name} at {place} changed rows of {owner} by {deed}")

    def look_anew(self) -> None:
        """After what may change everybody's rows, such as news."""
        (self._version,) = self._database.execute("pragma data_version").fetchone()
        self._rows = self._all_rows()

    def close(self) -> None:
        self._database.close()

    def _words(self) -> Iterable[str]:
        for team in self._world.teams:
            yield from team.secrets | team.hush | {*team.names, *team.room_names}

    def _hidden_from(self, team: Team, place: Destination | None) -> set[str]:
        hidden: set[str] = set()
        host = self.host(team)
        for other in self._world.teams:
            if other is not team or place != team.room:
                hidden |= {*other.hush, *other.room_names}
            if other is not team and other is not host:
                hidden |= {*other.secrets, *other.names}
        return hidden - self._typed[team.name] - self._typed_at[host.name]

    def _all_hosts(self) -> dict[str, Team]:
        """Where each team sits now."""
        of = {team.workspace: team for team in self._world.teams}
        sits = dict(
            self._database.execute("select external_id, workspace_id from seats").fetchall()
        )
        return {team.name: of[sits[team.number]] for team in self._world.teams}

    def _all_rows(self) -> dict[Viewer, str]:
        """A digest of what belongs to each team, and of what its private channel watches."""
        found: dict[Viewer, str] = {}
        for team in self._world.teams:
            told = hashlib.sha256()
            for table in metadata.sorted_tables:
                if "workspace_id" in table.c:
                    told.update(self._digest(table.name, "workspace_id = ?", team.workspace))
            its = "watchlist_id in (select id from watchlists where workspace_id = {})"
            told.update(self._digest("watchlist_revisions", its.format("?"), team.workspace))
            found[team.name, False] = told.hexdigest()
            # Others may have a watchlist of the same name: names may be guessed.
            named = f"name = ? and {its.format(team.workspace)}"
            in_room = self._digest("watchlist_revisions", named, team.room_names[0])
            alive = (
                f"id in (select watchlist_id from watchlist_revisions where {named})"  # noqa: S608
                " and removed_at is null"
            )
            in_room += self._digest("watchlists", alive, team.room_names[0])
            in_room += self._digest("mutes", "destination = ?", str(team.room))
            there = "delivery_id in (select id from deliveries where destination = ?)"
            in_room += self._digest("votes", there, str(team.room))
            found[team.name, True] = hashlib.sha256(in_room).hexdigest()
        return found

    def _digest(self, table: str, where: str, value: object) -> bytes:
        # The table's name is our own schema's.
        statement = f"select * from {table} where {where} order by 1, 2"  # noqa: S608
        rows = self._database.execute(statement, [value]).fetchall()
        return hashlib.sha256(repr(rows).encode()).digest()


def in_words(shown: Any) -> str:
    """All words of what is shown, those in files among them."""
    file = getattr(getattr(shown, "message", None), "file", None)
    if file is None:
        return repr(shown)
    data: bytes = file.data
    if not data.startswith(b"PK"):
        return repr(shown) + data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return repr(shown) + "".join(parts.read(name).decode() for name in parts.namelist())


def numbers(database: str) -> dict[str, list[str]]:
    """Every number that a button may carry, whoever it belongs to."""
    asked = {
        "deliveries": "select id from deliveries",
        "mutes": "select id from mutes",
        "drafts": "select id from drafts order by rowid",  # their names are random
        "stories": "select distinct story_id from placements",
        "watchlists": "select id from watchlists",
        "rulings": "select id from rulings",
    }
    with closing(sqlite3.connect(database)) as connection:
        return {
            name: [str(row[0]) for row in connection.execute(each)] for name, each in asked.items()
        }
