"""/watch: make, change, look at and end watchlists."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import rules
from bot.commands.desk import Desk, may_change, quoted
from bot.commands.invocation import Invocation, Reply
from bot.commands.pages import List
from bot.commands.preview import measure, preview_or_mend, query_of, samples
from bot.commands.searching import hours_back
from bot.commands.wording import manner, state
from bot.errors import CommandError, NotAllowed
from bot.insight.archive import look
from bot.message import (
    Answer,
    Block,
    Bullets,
    Button,
    Code,
    Field,
    FieldKind,
    Form,
    Line,
    Literal,
    Paragraph,
    Style,
    Table,
    Tone,
    When,
    plain,
)
from bot.model import MOST_SOURCES, Cadence, Destination, Platform, Severity, Watchlist

NAME_LONGEST = 80
FORMS_SHOWN = 6
WEEK = 168  # hours
SEVERITIES = tuple(str(severity) for severity in Severity)
CADENCES = tuple(str(cadence) for cadence in Cadence)
CHANGEABLE = ("query", "severity", "channel", "delivery", "min-sources")


async def add(desk: Desk, invocation: Invocation) -> Reply:
    """Preview a new watchlist; without a query, ask for it in a form."""
    values = invocation.values
    if not values.get("query"):
        start = {"query": _from_library(values.get("name", "")), **values}
        form = watch_form("New watchlist", "watch:form", "", start, here(invocation))
        if start["query"]:
            form = replace(form, usage=f"/watch add {quoted(start['name'])} {start['query']}")
        return Reply(form)
    name = clean_name(values.get("name", ""))
    await see_that_name_is_free(desk, invocation, name)
    payload = settled(values, name, here(invocation), invocation.actor.platform)
    return await preview_or_mend(desk, invocation, "watch add", payload)


async def see_that_name_is_free(desk: Desk, invocation: Invocation, name: str) -> None:
    """Raises CommandError where a watchlist has that name, be it seen from here or not."""
    if await desk.known(invocation, name):
        kept = invocation.values.get("query", "").strip()
        raise CommandError(
            f"There is a watchlist '{name}' already.",
            suggestion=f"/watch edit {quoted(name)} {kept}".rstrip(),
        )
    if await desk.store.watchlists.find(invocation.workspace, name):
        raise CommandError(f"The name '{name}' is taken here. Choose another one.")


def _from_library(name: str) -> str:
    """The query of a watchlist of the library, as something to begin with; or nothing."""
    by_name = {entry.name: entry.query for entry in rules.library()}
    return by_name.get(name.lower(), "")


async def library(_desk: Desk, _invocation: Invocation) -> Reply:
    """The watchlists that ship with the bot, to begin from."""
    rows = tuple(
        ((Literal(entry.name, bold=True),), plain(entry.note)) for entry in rules.library()
    )
    return Reply(
        Answer(
            f"{len(rows)} watchlists to begin from",
            (Table(("name", "watches for"), rows), Code("/watch add dprk-launch")),
        )
    )


async def edit(desk: Desk, invocation: Invocation) -> Reply:
    """Preview a change of a watchlist; without one, ask in a form that is filled in."""
    values = invocation.values
    watchlist = await changeable(desk, invocation, invocation.values["watch"])
    now = as_values(watchlist)
    changes = {key: values[key] for key in CHANGEABLE if values.get(key)}
    if not changes:
        title = f"Edit {watchlist.name}"
        form = watch_form(title, "watch:form", str(watchlist.id), now, now["channel"])
        line = f"/watch edit {quoted(watchlist.name)} {' '.join(watchlist.query.split())}"
        return Reply(replace(form, usage=line))
    payload = settled({**now, **changes}, watchlist.name, "", invocation.actor.platform)
    payload |= {"watch": watchlist.name, "revision": str(watchlist.revision)}
    return await preview_or_mend(desk, invocation, "watch edit", payload, watchlist)


WATCHLISTS = List("/watch list", "watch:more", ("name", "query", "alerts to", "severity", "state"))


async def list_(desk: Desk, invocation: Invocation) -> Reply:
    """Every watchlist that is seen from here, one row each."""
    watchlists = await desk.watchlists(invocation)
    if not watchlists:
        return Reply(
            Answer(
                "No watchlists yet",
                (
                    Paragraph(plain("Make the first one:")),
                    Code("/watch add kursk North Korea AND Kursk"),
                ),
            )
        )
    rows = tuple(
        (
            (Literal(watchlist.name, bold=True),),
            (Literal(watchlist.query, code=True),),
            plain(", ".join(map(str, watchlist.destinations))),
            plain(str(watchlist.severity)),
            state(watchlist),
        )
        for watchlist in watchlists
    )
    many = "1 watchlist" if len(rows) == 1 else f"{len(rows)} watchlists"
    return WATCHLISTS.page(many, rows, invocation)


async def show(desk: Desk, invocation: Invocation) -> Reply:
    """One watchlist: its query, what each term really searches for, its last alerts."""
    watchlist = await desk.watchlist(invocation, invocation.values["watch"])
    query = await query_of(desk, invocation.workspace, watchlist.query)
    blocks: list[Block] = [
        Code(str(query)),
        Paragraph(
            (
                *state(watchlist),
                Literal(
                    f" · {watchlist.severity} · alerts to "
                    f"{', '.join(map(str, watchlist.destinations))} · "
                    f"{manner(watchlist.cadence, watchlist.min_sources)}"
                    f" · revision {watchlist.revision}"
                    f" · made by {watchlist.created_by} · changed "
                ),
                When(watchlist.changed_at),
            )
        ),
        Bullets(tuple(_explained(explanation) for explanation in rules.explain(query))),
    ]
    if said := str(await desk.store.votes.tally(watchlist)):
        blocks.append(Paragraph(plain(said)))
    return Reply(Answer(f"Watchlist “{watchlist.name}”", tuple(blocks)))


def _explained(explanation: rules.Explanation) -> Line:
    """`Kursk: Kursk; as plural Kursks; not inside South Sudan`."""
    ways: dict[str, list[str]] = {}
    for variant in explanation.variants:
        ways.setdefault(str(variant.how), []).append(variant.text)
    parts = [
        ", ".join(texts[:FORMS_SHOWN]) + (" …" if len(texts) > FORMS_SHOWN else "")
        if how == "exact"
        else f"as {how} {', '.join(texts[:FORMS_SHOWN])}"
        + (f" and {len(texts) - FORMS_SHOWN} more" if len(texts) > FORMS_SHOWN else "")
        for how, texts in ways.items()
    ]
    if explanation.excluded:
        parts.append(f"not inside {', '.join(explanation.excluded[:FORMS_SHOWN])}")
    return (Literal(explanation.term, bold=True), Literal(f": {'; '.join(parts)}"))


async def test(desk: Desk, invocation: Invocation) -> Reply:
    """Run a watchlist, or a query that is none yet, over the last hours of the archive."""
    named = invocation.values["query"]
    known = await desk.known(invocation, named.strip("\"“”'"))
    text = known.query if known else named
    query = await query_of(desk, invocation.workspace, text)
    hours = hours_back(invocation.values) or WEEK
    since = invocation.at - timedelta(hours=hours)
    looked = await look(desk.store, invocation.workspace, query, since=since)
    line: Line = (Literal(f"{looked.matched} matched "), *measure(looked))
    blocks: list[Block] = [Code(str(query)), Paragraph(line)]
    blocks += samples(looked)
    return Reply(Answer(f"Test of “{known.name}”" if known else "Test of a query", tuple(blocks)))


async def remove(desk: Desk, invocation: Invocation) -> Reply:
    """Ask whether a watchlist shall really go."""
    watchlist = await changeable(desk, invocation, invocation.values["watch"])
    draft = await desk.store.drafts.keep(
        invocation.workspace,
        str(invocation.actor),
        "watch remove",
        {"watch": watchlist.name},
        invocation.at,
    )
    return Reply(
        Answer(
            f"Remove the watchlist “{watchlist.name}”?",
            (Code(watchlist.query), Paragraph(plain("It can be brought back for a week."))),
            (
                Button("Remove", "draft:save", draft, style=Style.DANGER),
                Button("Cancel", "draft:drop", draft),
            ),
            tone=Tone.WARNING,
        )
    )


async def changeable(desk: Desk, invocation: Invocation, name: str) -> Watchlist:
    """The watchlist of that name, if this person may change it.

    Raises:
        CommandError: there is none of that name.
        NotAllowed: it is somebody else's and the person is no manager.
    """
    watchlist = await desk.watchlist(invocation, name)
    if not may_change(invocation.actor, watchlist):
        raise NotAllowed(
            f"Only a manager or {watchlist.created_by} may change “{watchlist.name}”.",
            suggestion=f"/watch show {quoted(watchlist.name)}",
        )
    return watchlist


def watch_form(
    title: str, action: str, value: str, values: Mapping[str, str], channel: str
) -> Form:
    """The questions that make a watchlist; `value` is its id when it exists already.

    A form has five questions at most, so how many sources it waits for goes along unasked.
    """
    value = f"{value.partition(':')[0]}:{values.get('min-sources', '')}".rstrip(":")
    return Form(
        title,
        action,
        (
            Field("name", "Name", value=values.get("name", ""), longest=NAME_LONGEST),
            Field(
                "query",
                "Query",
                FieldKind.LONG_TEXT,
                values.get("query", ""),
                hint="North Korea AND (Kursk OR Belgorod)",
            ),
            Field(
                "severity",
                "Severity",
                FieldKind.CHOICE,
                values.get("severity", SEVERITIES[1]),
                choices=tuple((name, name) for name in SEVERITIES),
            ),
            Field(
                "channel",
                "Alerts go to",
                FieldKind.PLACES,
                values.get("channel") or channel,
                longest=200,
            ),
            Field(
                "delivery",
                "Delivery",
                FieldKind.CHOICE,
                values.get("delivery") or CADENCES[0],
                choices=tuple((name, name) for name in CADENCES),
            ),
        ),
        value=value,
        usage="/watch add NAME [--severity notable] [--channel CHANNEL] [--delivery hourly]"
        " [--min-sources 2] QUERY",
    )


def settled(
    values: Mapping[str, str], name: str, otherwise: str, platform: Platform
) -> dict[str, str]:
    """What a draft of a watchlist keeps: every value filled in and readable.

    `otherwise` is where it alerts if the values do not say; `platform` is the one whose way of
    writing channels they may use.

    Raises:
        CommandError: a severity, delivery or channel that is none, or too many sources.
    """
    severity = (values.get("severity") or Severity.NOTABLE).lower()
    if severity not in SEVERITIES:
        raise CommandError(f"'{severity}' is no severity. It is one of {', '.join(SEVERITIES)}.")
    cadence = (values.get("delivery") or Cadence.INSTANT).lower()
    if cadence not in CADENCES:
        raise CommandError(f"'{cadence}' is no delivery. It is one of {', '.join(CADENCES)}.")
    places = _places(values.get("channel") or otherwise)
    if not places:
        raise CommandError(
            "This conversation gets no alerts. Say in which channels they shall appear.",
            suggestion=f"/watch add {quoted(name)} --channel CHANNEL {values['query'].strip()}",
        )
    destinations = " ".join(str(_destination(place, platform)) for place in places)
    return {
        "name": name,
        "query": values["query"].strip(),
        "severity": severity,
        "destinations": destinations,
        "delivery": cadence,
        "min-sources": str(_sources(values.get("min-sources") or "1")),
    }


def _sources(text: str) -> int:
    least = int(text) if text.isdecimal() else 0
    if not 1 <= least <= MOST_SOURCES:
        raise CommandError(
            f"A watchlist waits for 1 to {MOST_SOURCES} independent sources, not '{text}'.",
            suggestion=f"--min-sources {MOST_SOURCES}" if least else "",
            example="--min-sources 2",
        )
    return least


def _places(text: str) -> list[str]:
    return text.replace(",", " ").split()


def see_that_places_are_named(text: str) -> None:
    """Raises CommandError where one of these places cannot be one; whose they are is not asked."""
    for place in _places(text):
        if not place.startswith("<#"):
            _destination(place, Platform.CONSOLE)


def _destination(text: str, platform: Platform) -> Destination:
    """`slack:C1`, or a channel as the platform writes it: `<#C1|news>`, `<#123>`."""
    if text.startswith("<#") and text.endswith(">"):
        text = f"{platform}:{text[2:-1].partition('|')[0]}"
    try:
        return Destination.parse(text)
    except ValueError as error:
        raise CommandError(str(error)) from None


def as_values(watchlist: Watchlist) -> dict[str, str]:
    """A watchlist as the values of a form."""
    return {
        "name": watchlist.name,
        "query": watchlist.query,
        "severity": str(watchlist.severity),
        "channel": " ".join(map(str, watchlist.destinations)),
        "delivery": str(watchlist.cadence),
        "min-sources": str(watchlist.min_sources),
    }


def clean_name(text: str) -> str:
    """A watchlist's name as it is kept.

    Raises:
        CommandError: it is empty or too long.
    """
    name = " ".join(text.split())
    if not name:
        raise CommandError(
            "A watchlist needs a name.", example="/watch add kursk North Korea AND Kursk"
        )
    if len(name) > NAME_LONGEST:
        raise CommandError(f"That name has {len(name)} characters; {NAME_LONGEST} is the most.")
    return name


def here(invocation: Invocation) -> str:
    """Where alerts go if nothing else is said; a conversation with the bot alone gets none."""
    if invocation.channel is None and invocation.actor.platform is not Platform.CONSOLE:
        return ""
    return str(invocation.channel or Destination(Platform.CONSOLE))
