"""Mutes: /watch mute and unmute, and the Mute story button with its choices and its Undo.

A story may be muted by everyone. A source and a term silence more than one event for a whole
channel, so they are for managers. What a mute silences is decided where articles are judged.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import rules
from bot.alerts.mute import names_source
from bot.commands.calling import host_of, meant
from bot.commands.desk import Desk, nearest, quoted
from bot.commands.invocation import Invocation, Reply
from bot.commands.story import find, head
from bot.errors import CommandError, NotAllowed
from bot.message import Answer, Bullets, Button, Code, Line, Literal, Paragraph, Tone, When, plain
from bot.model import Actor, DeliveryId, Destination, Platform
from bot.store.deliveries import Delivery
from bot.store.mutes import By
from bot.stories.corroboration import registered
from bot.stories.handled import Mute, Muted

END = "end"
PERIODS: Mapping[str, timedelta | None] = {
    "1h": timedelta(hours=1),
    "8h": timedelta(hours=8),
    "24h": timedelta(hours=24),
    END: None,
}
CHOICES = tuple(PERIODS)
USUAL = "24h"
PROLONG, UNMUTE = "mute:for", "mute:undo"
_LABELS = {"1h": "1 h", "8h": "8 h", "24h": "24 h", END: "Until it ends"}
_LONGEST_TARGET = 200


async def pressed(desk: Desk, invocation: Invocation) -> Delivery:
    """The card whose button was pressed.

    Raises:
        CommandError: this workspace has no such card.
    """
    text = invocation.values.get("value", "")
    if text.isascii() and text.isdigit():
        number = DeliveryId(int(text[:18]))
        found = await desk.store.outbox.find_sent(invocation.workspace, number)
        if found is not None and (await desk.sight(invocation)).sees(found.destination):
            return found
    raise CommandError("That alert is not known here.")


def by(invocation: Invocation) -> By:
    """Who asks, for the card and for the audit."""
    return By(invocation.actor.name, str(invocation.actor))


async def mute_story(desk: Desk, invocation: Invocation) -> Reply:
    """Mute the story of a card for a day where the card stands, and offer other lengths."""
    card = await pressed(desk, invocation)
    story = await desk.store.mutes.story_of(card)
    if story is None:
        raise CommandError(
            "This alert belongs to no story; a source or a word can be muted.",
            suggestion="/watch mute football --for 8h",
        )
    return await _made(desk, invocation, card.destination, Muted.STORY, str(story), USUAL)


async def mute(desk: Desk, invocation: Invocation) -> Reply:
    """Mute a story, a source or a term where it is asked for; without one, show what is muted."""
    target = invocation.values.get("target", "").strip()
    if not target:
        return await _current(desk, invocation)
    period = (invocation.values.get("for") or USUAL).lower()
    kind, name = await _target(desk, invocation, target)
    _allow(invocation.actor, kind)
    if kind is not Muted.STORY and period == END:
        raise CommandError(
            f"A {kind} has no end of its own, as a story has.",
            suggestion=f"/watch mute {quoted(target)} --for 24h",
        )
    made = await _made(desk, invocation, _here(invocation), kind, name, period)
    namesake = None if kind is Muted.STORY else await desk.known(invocation, target)
    return made if namesake is None else _with_pause(made, namesake.name)


def _with_pause(made: Reply, name: str) -> Reply:
    """The answer to a mute of what is a watchlist's name, too, with how to silence that."""
    assert isinstance(made.message, Answer)  # noqa: S101 -- a mute is answered in words
    how = (Paragraph(plain(f"To silence the watchlist “{name}”:")), Code(_pause(name)))
    return replace(made, message=replace(made.message, blocks=(*made.message.blocks, *how)))


def _pause(name: str) -> str:
    return f"/watch pause {quoted(name)}"


async def unmute(desk: Desk, invocation: Invocation) -> Reply:
    """Let something be heard again where it is asked for; without a target, show what is muted."""
    target = invocation.values.get("target", "").strip().lstrip("#").casefold()
    if not target:
        return await _current(desk, invocation)
    held = await _held_here(desk, invocation)
    for each in held:
        if target in {each.target.casefold(), f"{each.kind}:{each.target}".casefold()}:
            return await _lifted(desk, invocation, each)
    names = [each.target for each in held]
    raise CommandError(
        f"'{target}' is not muted here.",
        suggestion=f"/watch unmute {nearest(target, names)}".strip(),
    )


async def prolong(desk: Desk, invocation: Invocation) -> Reply:
    """Give a mute another length, counted from now: what the buttons below its answer do."""
    number, _, period = invocation.values.get("value", "").partition(":")
    held = await _numbered(desk, invocation, number)
    if held is None or period not in PERIODS or (period == END and held.kind is not Muted.STORY):
        raise CommandError("This mute is over, or not known here.", suggestion="/watch unmute")
    _allow(invocation.actor, held.kind)
    until = _until(invocation, period)
    changed = await desk.store.mutes.prolong(
        invocation.workspace, held.id, until, by=by(invocation), at=invocation.at
    )
    if changed is None:
        raise CommandError("This mute ended in the meantime.", suggestion="/watch unmute")
    return Reply(_answer(changed, period), replaces=True)


async def undo(desk: Desk, invocation: Invocation) -> Reply:
    """End a mute by its Undo button."""
    held = await _numbered(desk, invocation, invocation.values.get("value", ""))
    if held is None:
        raise CommandError("This mute is over, or not known here.", suggestion="/watch unmute")
    return await _lifted(desk, invocation, held)


async def lift_from(desk: Desk, invocation: Invocation, card: Delivery) -> bool:
    """End the mute of a card's story where the card stands. False if it is not muted."""
    story = await desk.store.mutes.story_of(card)
    for each in await desk.store.mutes.holding(invocation.at, invocation.workspace):
        same = each.kind is Muted.STORY and each.target == str(story)
        if same and each.destination == card.destination:
            ended = await desk.store.mutes.unmute(
                invocation.workspace, each.id, by=by(invocation), at=invocation.at
            )
            return ended is not None
    return False


async def _target(desk: Desk, invocation: Invocation, text: str) -> tuple[Muted, str]:
    """What somebody means: a story's number or link, a feed's name or host, or a term."""
    if len(text) > _LONGEST_TARGET:
        raise CommandError(f"That is longer than {_LONGEST_TARGET} characters.")
    kind, _, name = text.partition(":")
    if text.lstrip("#").isdecimal() or kind.lower() in {"http", "https"}:
        story, _ = await find(desk, invocation, text)
        return Muted.STORY, str(story)
    if kind.lower() in {"source", "term"} and name.strip():
        text = name.strip()
        if kind.lower() == "source":
            return Muted.SOURCE, text
    elif source := await _source(desk, invocation, text):
        return Muted.SOURCE, source
    await _see_that_it_is_long_enough(desk, invocation, text)
    try:
        return Muted.TERM, str(rules.parse(text))
    except rules.QueryError as error:
        repair = error.suggestion if any(map(str.isalnum, text)) else None
        typed = f"/watch mute {quoted(repair)}" if repair and '"' not in repair else ""
        example = f"/watch mute {quoted(_EXAMPLE_TERM)}"
        raise CommandError(error.message, suggestion=typed, example=example) from None


async def _see_that_it_is_long_enough(desk: Desk, invocation: Invocation, text: str) -> None:
    """Raises CommandError where a term is one letter or digit; one Chinese sign may be a word."""
    sign = text.strip('"“” ')
    if len(sign) != 1 or not (sign.isdigit() or sign.lower() != sign.upper()):
        return
    known = await desk.known(invocation, sign)
    raise CommandError(
        f"A single letter or digit, such as '{sign}', is no term to mute. Type a whole word"
        + (", or silence the watchlist of that name." if known else "."),
        suggestion=_pause(known.name) if known else f"/watch mute {quoted(_EXAMPLE_TERM)}",
    )


async def _source(desk: Desk, invocation: Invocation, text: str) -> str | None:
    """The source that a text names, as a mute knows it: a feed, or a publisher of late articles.

    A feed's articles are seldom on the host of its address, so that one stands for its name.
    """
    feeds = meant(await desk.store.feeds.of(invocation.workspace), text)
    of_host = [each for each in feeds if text.casefold() == host_of(each)]
    if of_host and all(each.home != registered(text) for each in feeds):
        if len(of_host) == 1:
            return of_host[0].name
        raise CommandError(
            f"{len(of_host)} feeds are read from {text}. Mute one by its name.",
            suggestion=f"/watch mute {quoted(of_host[0].name)}",
        )
    if feeds:
        return text
    known = await desk.store.articles.sources(invocation.workspace)
    return text if any(names_source(text, (name,), host) for name, host in known) else None


def _allow(actor: Actor, kind: Muted) -> None:
    if kind is not Muted.STORY and not actor.manager:
        raise NotAllowed(
            f"To mute a {kind} for a whole channel is for managers; a story everyone may mute."
        )


def _here(invocation: Invocation) -> Destination:
    if invocation.channel is None:
        raise CommandError("A mute holds for a channel: ask for it in the one that you mean.")
    return invocation.channel


async def _made(
    desk: Desk,
    invocation: Invocation,
    destination: Destination,
    kind: Muted,
    target: str,
    period: str,
) -> Reply:
    made = await desk.store.mutes.mute(
        invocation.workspace,
        destination,
        kind,
        target,
        until=_until(invocation, period),
        by=by(invocation),
        at=invocation.at,
    )
    said = _announced(invocation, made, f"muted the {kind} “{target}” here")
    return Reply(_answer(made, period), public=said)


async def _lifted(desk: Desk, invocation: Invocation, held: Mute) -> Reply:
    _allow(invocation.actor, held.kind)
    ended = await desk.store.mutes.unmute(
        invocation.workspace, held.id, by=by(invocation), at=invocation.at
    )
    if ended is None:
        raise CommandError("This mute ended in the meantime.", suggestion="/watch unmute")
    said = _announced(invocation, held, f"unmuted the {held.kind} “{held.target}” here")
    title = f"The {_named(held)} is heard again here, from now on."
    return Reply(Answer(title, tone=Tone.GOOD), replaces=True, public=said)


def _until(invocation: Invocation, period: str) -> datetime | None:
    length = PERIODS[period]
    return None if length is None else invocation.at + length


def _answer(made: Mute, period: str) -> Answer:
    until: Line = (Literal("until the story ends."),)
    if made.until is not None:
        until = (Literal("until "), When(made.until), Literal("."))
    offered = tuple(
        Button(label, PROLONG, f"{made.id}:{key}")
        for key, label in _LABELS.items()
        if key != period and (key != END or made.kind is Muted.STORY)
    )
    told = f"Nothing of {'it' if made.kind is Muted.STORY else 'this'} is posted at "
    return Answer(
        f"The {_named(made)} is muted here.",
        (Paragraph((Literal(f"{told}{made.destination} "), *until)),),
        (*offered, Button("Undo", UNMUTE, str(made.id))),
        tone=Tone.GOOD,
    )


def _named(mute: Mute) -> str:
    return f"story {mute.target}" if mute.kind is Muted.STORY else f"{mute.kind} “{mute.target}”"


def _announced(invocation: Invocation, mute: Mute, deed: str) -> Answer | None:
    """A public line where a whole channel hears less, or more; a story's card says so itself."""
    quiet = mute.kind is Muted.STORY or invocation.channel != mute.destination
    if quiet or mute.destination.platform is Platform.CONSOLE:
        return None
    return Answer(f"{invocation.actor.name} {deed}.")


async def _numbered(desk: Desk, invocation: Invocation, number: str) -> Mute | None:
    sight = await desk.sight(invocation)
    held = await desk.store.mutes.holding(invocation.at, invocation.workspace)
    seen = (each for each in held if sight.sees(each.destination))
    return next((each for each in seen if str(each.id) == number), None)


async def _held_here(desk: Desk, invocation: Invocation) -> list[Mute]:
    here = _here(invocation)
    held = await desk.store.mutes.holding(invocation.at, invocation.workspace)
    return [each for each in held if each.destination == here]


async def _current(desk: Desk, invocation: Invocation) -> Reply:
    held = await _held_here(desk, invocation)
    if not held:
        hint = plain("A card's button mutes its story; or type:")
        return Reply(Answer("Nothing is muted here", (Paragraph(hint), Code(_EXAMPLE))))
    lines: list[Line] = []
    for each in held:
        name = Literal(_named(each), bold=True)
        headline = await _headline(desk, invocation, each)
        lines.append((name, Literal(f"{headline} · "), *each.line))
    how = (Bullets(tuple(lines)), Code(f"/watch unmute {quoted(held[0].target)}"))
    return Reply(Answer(f"{len(held)} muted here", how))


async def _headline(desk: Desk, invocation: Invocation, mute: Mute) -> str:
    """What a muted story is about; nothing of one whose articles are not kept any more."""
    if mute.kind is not Muted.STORY:
        return ""
    try:
        _, members = await find(desk, invocation, mute.target)
    except CommandError:
        return ""
    return f" ({head(members[0].article)})"


_EXAMPLE = "/watch mute 12 --for 8h"
_EXAMPLE_TERM = "North Korea"
