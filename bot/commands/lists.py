"""/watch list-add and its kin: queries with a name, for watchlists to use as `@name`."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import rules
from bot.commands import watchfile
from bot.commands.announcing import tell
from bot.commands.desk import Desk, nearest
from bot.commands.invocation import Invocation, Reply
from bot.commands.preview import read_query
from bot.errors import CommandError
from bot.message import (
    Answer,
    Block,
    Button,
    Code,
    File,
    Literal,
    Paragraph,
    Style,
    Table,
    Tone,
    many,
    plain,
)
from bot.model import Destination, Watchlist, WorkspaceId

LONGEST_LINE = 1_500
"""Discord shows at most 1,800 characters of a line to copy, and a prefix may come before it."""
NAME = re.compile(r"[a-z0-9_-]{1,40}")


async def add(desk: Desk, invocation: Invocation) -> Reply:
    """Preview a new list."""
    name = clean_list_name(invocation.values["name"], invocation.values["query"])
    if name in await desk.store.lists.texts(invocation.workspace):
        raise CommandError(
            f"There is a list @{name} already.", suggestion=f"/watch list-edit {name}"
        )
    return await _preview(desk, invocation, name)


async def edit(desk: Desk, invocation: Invocation) -> Reply:
    """Preview another query for a list."""
    name = await _known(desk, invocation.workspace, invocation.values["name"])
    return await _preview(desk, invocation, name)


async def _preview(desk: Desk, invocation: Invocation, name: str) -> Reply:
    """Show how a list was read and who uses it; refused if it would break one of them."""
    payload = {"name": name, "query": invocation.values["query"].strip()}
    texts = dict(await desk.store.lists.texts(invocation.workspace))
    was = texts.get(name)
    texts[name] = payload["query"]
    query = read_query(payload["query"], texts)
    read_query(f"@{name}", texts)
    users = await using(desk, invocation, name)
    for watchlist, text in users:
        still_reads(watchlist, text, texts)
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), "watch list-add", payload, invocation.at
    )
    blocks: list[Block] = [Paragraph(plain("I read it as")), Code(str(query))]
    if was is not None:
        blocks += [Paragraph(plain("It was")), Code(was)]
    said = f"Used by {_named(users)}." if users else f"Watchlists use it as @{name}."
    return Reply(
        Answer(
            f"List @{name}",
            (*blocks, Paragraph(plain(said))),
            (
                Button("Save", "draft:save", draft, style=Style.PRIMARY),
                Button("Cancel", "draft:drop", draft),
            ),
        )
    )


def still_reads(watchlist: str, text: str, texts: Mapping[str, str]) -> None:
    """Raises CommandError where a query cannot be read with these lists."""
    try:
        rules.parse(text, lists=texts)
    except rules.QueryError as error:
        raise CommandError(
            f"With this list “{watchlist}” could not be read: {error.message}"
        ) from error


async def remove(desk: Desk, invocation: Invocation) -> Reply:
    """Ask whether a list shall really go; one that is in use stays."""
    name = await _known(desk, invocation.workspace, invocation.values["name"])
    if users := await using(desk, invocation, name):
        raise CommandError(
            f"@{name} is used by {_named(users)}. Change those first.",
            suggestion="" if users[0][0] == _UNSEEN else f"/watch edit {users[0][0]}",
        )
    draft = await desk.store.drafts.keep(
        invocation.workspace,
        str(invocation.actor),
        "watch list-remove",
        {"name": name},
        invocation.at,
    )
    texts = await desk.store.lists.texts(invocation.workspace)
    return Reply(
        Answer(
            f"Remove the list @{name}?",
            (Code(texts[name]),),
            (
                Button("Remove", "draft:save", draft, style=Style.DANGER),
                Button("Cancel", "draft:drop", draft),
            ),
            tone=Tone.WARNING,
        )
    )


async def show_all(desk: Desk, invocation: Invocation) -> Reply:
    """Every list, and which watchlists use it."""
    found = await desk.store.lists.of(invocation.workspace)
    if not found:
        first = "/watch list-add gulf Bahrain OR Kuwait OR Qatar"
        return Reply(Answer("No lists yet", (Paragraph(plain("Make the first one:")), Code(first))))
    rows = []
    for each in found:
        users = await using(desk, invocation, each.name)
        rows.append(
            (
                (Literal(f"@{each.name}", bold=True),),
                (Literal(each.query, code=True),),
                plain(_named(users) or "nobody yet"),
            )
        )
    many = "1 list" if len(rows) == 1 else f"{len(rows)} lists"
    return Reply(Answer(many, (Table(("name", "query", "used by"), tuple(rows)),)))


async def save(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """Keep what a preview showed."""
    name, query = payload["name"], payload["query"]
    before = await desk.store.lists.texts(invocation.workspace)
    read_query(f"@{name}", {**before, name: query})
    await desk.store.lists.put(
        invocation.workspace, name, query, by=str(invocation.actor), at=invocation.at
    )
    said = Answer(f"Saved. @{name} can be used.", tone=Tone.GOOD)
    if before.get(name) == query:
        return Reply(said, replaces=True)
    lines = {}
    for place, names in (await _used_at(desk, invocation, name)).items():
        rest = f" and {many(len(names) - 1, 'other watchlist')}" if len(names) > 1 else ""
        use = "uses" if len(names) == 1 else "use"
        who = invocation.actor.name
        lines[place] = Answer(f"{who} changed the list @{name}, which “{names[0]}”{rest} {use}.")
    public = await tell(desk, invocation, lines, f"list {name}")
    return Reply(said, replaces=True, public=public)


async def reached_by(desk: Desk, workspace: WorkspaceId, names: Collection[str]) -> list[Watchlist]:
    """The watchlists whose meaning these lists are part of, be it by way of other lists."""
    if not names:
        return []
    texts = await desk.store.lists.texts(workspace)
    ways: set[str] = set()
    more = set(names)
    while more:
        ways |= more
        naming = _naming(ways)
        more = {name for name, text in texts.items() if name not in ways and naming.search(text)}
    found = await desk.store.watchlists.of(workspace)
    return [each for each in found if naming.search(each.query)]


async def _used_at(
    desk: Desk, invocation: Invocation, name: str
) -> Mapping[Destination, list[str]]:
    """The names of the watchlists that use a list, by the channels where they alert."""
    names: dict[Destination, list[str]] = {}
    for watchlist in await reached_by(desk, invocation.workspace, [name]):
        for place in watchlist.destinations:
            names.setdefault(place, []).append(watchlist.name)
    return names


async def end(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """End a list, unless somebody began to use it since it was asked."""
    name = payload["name"]
    if users := await using(desk, invocation, name):
        raise CommandError(f"@{name} is used by {_named(users)} by now. It stays.")
    texts = await desk.store.lists.texts(invocation.workspace)
    await desk.store.lists.remove(
        invocation.workspace, name, by=str(invocation.actor), at=invocation.at
    )
    said = Answer(f"Removed. @{name} is gone.", tone=Tone.GOOD)
    if name in texts:
        said = _with_way_back(said, name, texts[name], invocation.at)
    return Reply(said, replaces=True)


def line_again(name: str, query: str) -> str:
    """What makes a list, typed in one line."""
    return " ".join(f"/watch list-add {name} {query}".split())


def _with_way_back(said: Answer, name: str, query: str, at: datetime) -> Answer:
    """The same with the line that makes a list again, or with a file where a chat would cut it."""
    line = line_again(name, query)
    if len(line) <= LONGEST_LINE:
        return replace(said, blocks=(Paragraph(plain("This makes it again:")), Code(line)))
    sheet = watchfile.Sheet(({"name": name, "query": query},), ())
    data = watchfile.write(sheet, watchfile.FORMATS[0], at)
    how = "The file makes it again, with /watch import."
    return replace(
        said,
        blocks=(Paragraph(plain(how)),),
        file=File(f"list-{name}.{watchfile.FORMATS[0]}", data, f"the list @{name}"),
    )


async def using(desk: Desk, invocation: Invocation, name: str) -> list[tuple[str, str]]:
    """The watchlists and lists that cannot be read without this list: their names and queries.

    A watchlist that is not seen from here has no name here; such ones come last.
    """
    workspace, sight = invocation.workspace, await desk.sight(invocation)
    texts = {k: v for k, v in (await desk.store.lists.texts(workspace)).items() if k != name}
    watchlists = await desk.store.watchlists.of(workspace)
    seen = {each.name: each.query for each in watchlists if sight.shows(each.destinations)}
    users = [*seen.items(), *((f"@{other}", text) for other, text in texts.items())]
    users += [(_UNSEEN, each.query) for each in watchlists if each.name not in seen]
    return [(user, text) for user, text in users if _lacks(text, name, texts)]


def _named(users: Sequence[tuple[str, str]]) -> str:
    return ", ".join(dict.fromkeys(user for user, _ in users))


_UNSEEN = "a watchlist of a private channel"


def _lacks(text: str, name: str, texts: Mapping[str, str]) -> bool:
    """Whether a query names the list itself. One that reaches it by another list is not counted."""
    if not _mentions(text, name):
        return False
    try:
        rules.parse(text, lists=texts)
    except rules.QueryError:
        return True
    return False


def _mentions(text: str, name: str) -> bool:
    """Whether this list seems to be named; words within quotes may look like it, too."""
    return _naming([name]).search(text) is not None


def _naming(names: Iterable[str]) -> re.Pattern[str]:
    """Where a query names one of these lists."""
    any_of = "|".join(map(re.escape, names))
    return re.compile(rf"(?:@|\blist:)(?:{any_of})(?![a-z0-9_-])", re.IGNORECASE)


def reached(queries: Sequence[str], texts: Mapping[str, str]) -> set[str]:
    """The lists that these queries name, and those that these lists name in their turn."""
    found: set[str] = set()
    unread = list(queries)
    while unread:
        text = unread.pop()
        named = {name for name in texts.keys() - found if _mentions(text, name)}
        found |= named
        unread += [texts[name] for name in named]
    return found


async def _known(desk: Desk, workspace: WorkspaceId, text: str) -> str:
    name = text.lstrip("@").lower()
    texts = await desk.store.lists.texts(workspace)
    if name in texts:
        return name
    raise CommandError(
        f"There is no list @{name}.", suggestion=nearest(name, list(texts)) or "/watch lists"
    )


def clean_list_name(text: str, query: str = "") -> str:
    """A list's name as it is kept: lower case. `query` is what it shall stand for, if known.

    Raises:
        CommandError: it has other characters than queries can name.
    """
    name = text.lstrip("@").lower()
    if not NAME.fullmatch(name):
        meant = re.sub("[^a-z0-9_]+", "-", name).strip("-")[:40]
        raise CommandError(
            f"'{text}' cannot be a list's name. Use a-z, 0-9, - and _, at most 40 of them.",
            suggestion=line_again(meant, query) if NAME.fullmatch(meant) and query else "",
            example="/watch list-add gulf Bahrain OR Kuwait OR Qatar",
        )
    return name
