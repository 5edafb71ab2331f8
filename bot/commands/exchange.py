"""/watch export and import: a workspace's watchlists as a file, shown before they are saved.

What a file looks like is `watchfile.py`'s affair; how it reaches us, each chat's own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from bot.commands import watchfile
from bot.commands.announcing import tell
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.commands.judging import Judge, Judged, Verdict, remark
from bot.commands.lists import reached_by
from bot.commands.payload import said as said_of
from bot.errors import NotAllowed
from bot.message import (
    Answer,
    Block,
    Button,
    Code,
    Field,
    FieldKind,
    File,
    Form,
    Literal,
    Paragraph,
    Style,
    Table,
    Tone,
    many,
    plain,
)
from bot.model import Destination, Watchlist, WatchlistId
from bot.store.watchlists import NameTaken, NoSuchWatchlist, Overtaken

KIND, TAKE = "watch import", "watch:import"
SHOWN = 10
WRONG_SHOWN = 3
FORM = Form(
    "Import watchlists",
    TAKE,
    (Field("file", "File", FieldKind.FILE, hint="what /watch export made: TOML or JSON"),),
    usage="/watch import watchlists.toml",
)


async def export(desk: Desk, invocation: Invocation) -> Reply:
    """The watchlists that are seen from here, and the lists, as a file."""
    form = (invocation.values.get("format") or watchfile.FORMATS[0]).lower()
    watchlists = await desk.watchlists(invocation)
    lists = await desk.store.lists.of(invocation.workspace)
    if not watchlists and not lists:
        return Reply(Answer("No watchlists yet", (Code("/watch add kursk Kursk"),)))
    sheet = watchfile.Sheet(
        tuple({"name": each.name, "query": each.query} for each in lists),
        tuple(map(watchfile.as_row, watchlists)),
    )
    data = watchfile.write(sheet, form, invocation.at)
    file = File(f"watchlists-{invocation.at:%Y-%m-%d}.{form}", data, "watchlists and lists")
    said = f"{many(len(watchlists), 'watchlist')} and {many(len(lists), 'list')}"
    how = "The file can be edited, and read here or elsewhere with /watch import."
    if (await desk.sight(invocation)).places is not None:
        how = f"{how} What a private channel watches is exported in it alone."
    return Reply(Answer(said, (Paragraph(plain(how)),), file=file))


async def import_(desk: Desk, invocation: Invocation) -> Reply:
    """Read a file of watchlists, say what each row would do, and offer to save that."""
    if invocation.file is None:
        return Reply(FORM)
    file = await invocation.file()
    sheet = watchfile.read(file.data)
    judge = Judge(desk, invocation, await desk.store.lists.texts(invocation.workspace))
    judged = await judge.all_of(sheet)
    title = f"“{file.name[:80]}”: {_counted(judged)}"
    good = [each for each in judged if each.verdict in {Verdict.NEW, Verdict.CHANGED}]
    wrong = [each for each in judged if each.verdict is Verdict.WRONG]
    blocks = [*_table(good), *_moved(judged, str(judge.here)), *_wrong(wrong)]
    if not good:
        return Reply(Answer(title, tuple(blocks), tone=Tone.WARNING, file=_enclosed(wrong)))
    comes = _enclosed(wrong, good[SHOWN:])
    payload = {"rows": json.dumps([each.payload for each in good], ensure_ascii=False)}
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), KIND, payload, invocation.at
    )
    buttons = (
        Button("Save", "draft:save", draft, style=Style.PRIMARY),
        Button("Cancel", "draft:drop", draft),
    )
    tone = Tone.WARNING if wrong else Tone.PLAIN
    return Reply(Answer(title, tuple(blocks), buttons, tone, file=comes))


async def take(desk: Desk, invocation: Invocation) -> Reply:
    """Take the form that a file came with."""
    if not invocation.actor.manager:
        raise NotAllowed("Only a manager may import watchlists.")
    return await import_(desk, invocation)


def _table(good: Sequence[Judged]) -> Iterator[Block]:
    rows = tuple(
        ((Literal(_called(each), bold=True),), plain(str(each.verdict)), each.settings, each.query)
        for each in good[:SHOWN]
    )
    if rows:
        yield Table(("name", "is", "settings", "query"), rows)
    if len(good) > SHOWN:
        yield Paragraph(plain(f"… and {len(good) - SHOWN} more, in the file that comes with this."))


def _called(each: Judged) -> str:
    return f"{'@' * (each.table == 'lists')}{each.name}"


def _moved(judged: Sequence[Judged], here: str) -> Iterator[Block]:
    """Say which channels are not here, and what becomes of what should alert there."""
    names = [each.name for each in judged if each.moved]
    if not names:
        return
    places = dict.fromkeys(place for each in judged for place in each.moved)
    shown = ", ".join(list(places)[:5]) + (" …" if len(places) > 5 else "")
    them = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    yield Paragraph(
        plain(
            f"Not channels of this workspace, or out of reach: {shown}. What has no other channel"
            f" alerts to {here}. This concerns {them}."
        )
    )


def _wrong(wrong: Sequence[Judged]) -> Iterator[Block]:
    for each in wrong[:WRONG_SHOWN]:
        assert each.error is not None  # noqa: S101 -- that is what makes it wrong
        yield Paragraph((Literal(each.name, bold=True), Literal(f": {each.error.message}")))
        if each.error.caret:
            yield Code(each.error.caret)
        if each.error.remedy:
            lead, line = each.error.remedy
            yield Paragraph(plain(lead))
            yield Code(line)
    if wrong:
        more = f"… and {len(wrong) - WRONG_SHOWN} more. " if len(wrong) > WRONG_SHOWN else ""
        yield Paragraph(plain(f"{more}The file that comes with this has all that is wrong in it."))


def _enclosed(wrong: Sequence[Judged], unshown: Sequence[Judged] = ()) -> File | None:
    """What comes with a preview: the wrong rows, to be mended and imported again.

    What becomes of the good ones that had no room in the answer stands above them, as remarks.
    """
    if not wrong and not unshown:
        return None
    rows = ((each.table, each.row, remark(each.error)) for each in wrong if each.error)
    told = "\n".join(
        f"{_called(each)} · {each.verdict}{''.join(f' · {said}' for said in _said(each))}"
        for each in unshown
    )
    data = watchfile.with_remarks(rows, above=told)
    if wrong:
        return File("to-mend.toml", data, "the rows that could not be taken")
    return File("preview.txt", data, "what becomes of the rows that are not shown")


def _said(each: Judged) -> Iterator[str]:
    for line in (each.settings, each.query):
        if said := "".join(piece.text for piece in line if isinstance(piece, Literal)):
            yield " ".join(said.split())


def _counted(judged: Sequence[Judged]) -> str:
    counts = [
        (sum(each.verdict is verdict for each in judged), str(verdict)) for verdict in Verdict
    ]
    return ", ".join(f"{number} {word}" for number, word in counts if number) or "nothing in it"


async def save(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """Carry out what a preview of a file showed; what was changed since stays as it is."""
    kept: list[str] = []
    concerned: list[Watchlist] = []
    rows: list[dict[str, str]] = json.loads(payload["rows"])
    for row in rows:
        if "list" in row:
            await _save_list(desk, invocation, row)
        elif saved := await _save(desk, invocation, row):
            concerned += saved
        else:
            kept.append(row["name"])
    listed = {row["name"] for row in rows if "list" in row}
    concerned += await reached_by(desk, invocation.workspace, listed)
    blocks: list[Block] = []
    if kept:
        said = f"Left as they are, for they were changed since the preview: {', '.join(kept[:10])}."
        blocks.append(Paragraph(plain(said)))
    number = len(rows) - len(kept)
    said = f"Saved {many(number, 'row')} of the file."
    lines = _lines(invocation.actor.name, concerned)
    public = await tell(desk, invocation, lines, f"import {invocation.values.get('value')}")
    tone = Tone.WARNING if kept else Tone.GOOD
    return Reply(Answer(said, tuple(blocks), tone=tone), replaces=True, public=public)


def _lines(who: str, concerned: Sequence[Watchlist]) -> Mapping[Destination, Answer]:
    """What each channel hears of an import: how many watchlists it changed there."""
    touched: dict[Destination, set[WatchlistId]] = {}
    for watchlist in concerned:
        for place in watchlist.destinations:
            touched.setdefault(place, set()).add(watchlist.id)
    said = f"{who} imported a file that changed"
    return {
        place: Answer(f"{said} {many(len(ids), 'watchlist')} of this channel.")
        for place, ids in touched.items()
    }


async def _save_list(desk: Desk, invocation: Invocation, row: Mapping[str, str]) -> None:
    await desk.store.lists.put(
        invocation.workspace, row["name"], row["query"], by=str(invocation.actor), at=invocation.at
    )


async def _save(desk: Desk, invocation: Invocation, row: Mapping[str, str]) -> Sequence[Watchlist]:
    """Make or change one watchlist: as it was and is now, or nothing if somebody was quicker."""
    watchlists, by, at = desk.store.watchlists, str(invocation.actor), invocation.at
    on = not row["paused"]
    try:
        if "watch" not in row:
            made = await watchlists.add(
                invocation.workspace, row["name"], **said_of(row), enabled=on, by=by, at=at
            )
            return (made,)
        known = await desk.known(invocation, row["watch"])
        if known is None:
            return ()
        turned = on != known.enabled  # what stays paused keeps the end of its pause
        changed = await watchlists.revise(
            invocation.workspace,
            known.id,
            name=row["name"],
            **said_of(row),
            enabled=on if turned else None,
            by=by,
            at=at,
            expected_revision=int(row["revision"]),
        )
    except (NameTaken, Overtaken, NoSuchWatchlist):
        return ()
    return (known, changed)
