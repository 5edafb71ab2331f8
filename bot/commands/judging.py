"""Judges the rows of a file of watchlists: what each would do here, or what is wrong with it.

It changes nothing, and no wrong row spoils another.
"""

import asyncio
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.commands.desk import Desk, may_change
from bot.commands.invocation import Invocation
from bot.commands.lists import clean_list_name, still_reads, using
from bot.commands.payload import said as as_said
from bot.commands.preview import COMES_OUT, comes_out, read_query
from bot.commands.watch import as_values, clean_name, settled
from bot.commands.watchfile import Row, Sheet, stranger, text_of, values_of
from bot.commands.wording import differences, manner, short_query
from bot.errors import CommandError, SendError
from bot.message import Line, Literal, plain
from bot.model import Destination, Watchlist
from bot.store.revisions import name_key

MOST_PLACES = 50
"""Each place is looked up in its chat; a file may name no more different ones."""


class Verdict(StrEnum):
    """What a row of a file amounts to."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "the same"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Judged:
    """A row of one of the tables `lists` and `watchlists`, or a wrong one of another.

    `payload` is what is saved of a good one, `error` says what is wrong. `moved` are its channels
    that this workspace does not have, so that the channel of the import takes their place. `query`
    and `settings` say what a good one would make, or make otherwise.
    """

    table: str
    row: Row
    verdict: Verdict
    payload: Mapping[str, str] = field(default_factory=dict)
    error: CommandError | None = None
    moved: tuple[str, ...] = ()
    query: Line = ()
    settings: Line = ()

    @property
    def name(self) -> str:
        """What it calls itself, short enough to be shown."""
        name = self.row.get("name")
        return " ".join(name.split())[:80] if isinstance(name, str) and name.strip() else "no name"


class Judge:
    """Judges for one workspace, as somebody who asks in one place."""

    def __init__(self, desk: Desk, invocation: Invocation, texts: Mapping[str, str]) -> None:
        """`texts` are the workspace's lists."""
        if invocation.channel is None:
            raise CommandError(
                "Import it in a channel: what alerts to places that are not here alerts there then."
            )
        self.here: Destination = invocation.channel
        self._desk = desk
        self._invocation = invocation
        self._before = dict(texts)
        self._texts = dict(texts)
        self._ours: dict[str, bool] = {str(self.here): True}

    async def all_of(self, sheet: Sheet) -> list[Judged]:
        """Every row of a sheet, lists first."""
        judged = await self._lists(sheet.lists)
        seen: set[str] = set()
        for row in sheet.watchlists:
            judged.append(await self._watchlist(row, seen))
            await asyncio.sleep(0)  # hundreds of queries are read here, and others wait
        return judged + [_wrong(table, row, stranger(table)) for table, row in sheet.strangers]

    async def _lists(self, rows: tuple[Row, ...]) -> list[Judged]:
        """Lists may name each other, so they are judged together: with all that are good."""
        judged = [_named(row) for row in rows]
        for number, each in enumerate(judged):
            if each.error is None and each.payload["name"] in {
                other.payload.get("name") for other in judged[:number]
            }:
                judged[number] = _wrong("lists", each.row, CommandError("It stands there twice."))
        again = True
        while again:
            good = [each for each in judged if each.error is None]
            self._texts = self._before | {
                each.payload["name"]: each.payload["query"] for each in good
            }
            found = [await self._list(each) if each.error is None else each for each in judged]
            again = sum(each.error is None for each in found) < len(good)
            judged = found
        return judged

    async def _list(self, each: Judged) -> Judged:
        name, query = each.payload["name"], each.payload["query"]
        await asyncio.sleep(0)
        try:
            read_query(query, self._texts)
            read_query(f"@{name}", self._texts)
            if name not in self._before:
                verdict = Verdict.NEW
            elif self._before[name] == query:
                verdict = Verdict.SAME
            else:
                verdict = Verdict.CHANGED
                for user, text in await using(self._desk, self._invocation, name):
                    still_reads(user, text, self._texts)
        except CommandError as error:
            return _wrong("lists", each.row, error)
        said = query_changed(self._before.get(name, query), query)
        return Judged("lists", each.row, verdict, each.payload, query=said)

    async def _watchlist(self, row: Row, seen: set[str]) -> Judged:
        try:
            values = values_of(row)
            name = typeable(values["name"])
            if name_key(name) in seen:
                raise CommandError("It stands there twice.")
            seen.add(name_key(name))
            read_query(values["query"], self._texts)
            known = await self._known(name)
            if known is None:
                return await self._new(row, values, name)
            return await self._changed(row, values, name, known)
        except CommandError as error:
            return _wrong("watchlists", row, error)

    async def _known(self, name: str) -> Watchlist | None:
        """The watchlist of that name that is there already. CommandError where it is not seen."""
        known = await self._desk.known(self._invocation, name)
        watchlists = self._desk.store.watchlists
        if known is None and await watchlists.find(self._invocation.workspace, name):
            raise CommandError("The name is taken here. Choose another one.")
        return known

    async def _new(self, row: Row, values: Mapping[str, str], name: str) -> Judged:
        payload, moved = await self._settled(values, name, ())
        payload |= {"paused": values.get("paused", "")}
        said = as_said(payload)
        parts = (
            str(said["severity"]),
            f"alerts to {payload['destinations'].replace(' ', ', ')}",
            manner(said["cadence"], said["min_sources"]),
            *(["paused"] if payload["paused"] else []),
        )
        return Judged(
            "watchlists",
            row,
            Verdict.NEW,
            payload,
            moved=moved,
            query=(short_query(payload["query"]),),
            settings=plain(" · ".join(parts)),
        )

    async def _changed(
        self, row: Row, values: Mapping[str, str], name: str, known: Watchlist
    ) -> Judged:
        """What a row would change of the watchlist of its name; what it does not say stays."""
        stands = as_values(known) | {"paused": "" if known.enabled else "yes"}
        wanted = {**stands, **values}
        payload, moved = await self._settled(wanted, name, known.destinations)
        payload |= {"watch": known.name, "revision": str(known.revision)}
        payload |= {"paused": wanted["paused"]}
        after = replace(known, name=name, **as_said(payload))
        if wanted["paused"] != stands["paused"]:
            after = replace(after, enabled=not known.enabled, paused_until=None)
        if after != known and not may_change(self._invocation.actor, known):
            raise CommandError(f"Only a manager or {known.created_by} may change it.")
        before = replace(known, query=after.query)
        settings = differences(before, after) if before != after else ()
        if await comes_out(self._desk, known, after.destinations):
            settings = (*settings, Literal(f" · Mind: {COMES_OUT}"))
        return Judged(
            "watchlists",
            row,
            Verdict.SAME if after == known else Verdict.CHANGED,
            payload,
            moved=moved,
            query=query_changed(known.query, after.query),
            settings=settings,
        )

    async def _settled(
        self, values: Mapping[str, str], name: str, trusted: Collection[Destination]
    ) -> tuple[dict[str, str], tuple[str, ...]]:
        """What is kept of these values, and the channels among them that are not ours.

        Ours takes their place if no other is left. A `trusted` one was looked up before.
        """
        payload = settled(values, name, str(self.here), self._invocation.actor.platform)
        places = payload["destinations"].split()
        stand = {str(each) for each in trusted}
        kept = [place for place in places if place in stand or await self._is_ours(place)]
        moved = tuple(place for place in places if place not in kept)
        payload["destinations"] = " ".join(dict.fromkeys(kept or [str(self.here)]))
        return payload, moved

    async def _is_ours(self, place: str) -> bool:
        if place not in self._ours:
            if len(self._ours) > MOST_PLACES:
                raise CommandError(f"The file names more than {MOST_PLACES} channels.")
            try:
                owner = await self._desk.owner(Destination.parse(place))
            except SendError:
                owner = None
            self._ours[place] = owner == self._invocation.workspace
        return self._ours[place]


def query_changed(was: str, now: str) -> Line:
    """A query, and what it was if that differs: `A → B`."""
    if was == now:
        return (short_query(now),)
    return (short_query(was), Literal(" → "), short_query(now))


def typeable(text: str) -> str:
    """A name as it is kept.

    Raises:
        CommandError: nobody could type it, or it is too long.
    """
    name = clean_name(text)
    if not name.isprintable() or '"' in name:
        raise CommandError("Its name cannot be typed: leave out double quotes and hidden signs.")
    return name


def _named(row: Row) -> Judged:
    try:
        name = clean_list_name(text_of(row, "name"))
        query = text_of(row, "query").strip()
        if unknown := sorted(set(map(str, row)) - {"name", "query"}):
            raise CommandError(f"There is no key '{unknown[0][:40]}'. It knows name and query.")
    except CommandError as error:
        return _wrong("lists", row, error)
    return Judged("lists", row, Verdict.NEW, {"name": name, "query": query, "list": "yes"})


def _wrong(table: str, row: Row, error: CommandError) -> Judged:
    return Judged(table, row, Verdict.WRONG, error=error)


def remark(error: CommandError) -> str:
    """What is wrong, in lines: the caret below the place, and what to write instead."""
    return "\n".join(_lines(error))


def _lines(error: CommandError) -> Iterator[str]:
    yield error.message
    if error.caret:
        yield from error.caret.split("\n")
    if error.remedy:
        yield " ".join(error.remedy)
