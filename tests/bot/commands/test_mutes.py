"""What is muted by name: a term, though a watchlist is called so, and nothing that hides all."""

import pytest

from bot.commands.invocation import Invocation, Reply
from bot.message import Answer, Code
from bot.model import Actor, Destination, Platform, Severity
from tests.stage import Stage


def lines(reply: Reply) -> list[str]:
    """The lines that an answer proposes to type."""
    assert isinstance(reply.message, Answer)
    return [each.text for each in reply.message.blocks if isinstance(each, Code)]


async def watch(stage: Stage, name: str, place: Destination) -> None:
    await stage.bot.store.watchlists.add(
        stage.bot.home.id,
        name,
        "Kursk",
        severity=Severity.NOTABLE,
        destinations=(place,),
        by="ann",
        at=stage.clock.now,
    )


async def muted(stage: Stage) -> list[str]:
    return [each.target for each in await stage.bot.store.mutes.holding(stage.clock.now)]


@pytest.mark.parametrize(
    ("name", "pause"),
    [("kursk", "/watch pause kursk"), ("Black Sea", '/watch pause "Black Sea"')],
)
async def test_who_mutes_a_term_that_is_a_watchlists_name_is_told_how_to_silence_that(
    made, name, pause
):
    await watch(made, name, Destination(Platform.CONSOLE))
    reply = await made.ask(f'/watch mute "{name.lower()}"')
    assert "To silence the watchlist" in str(reply.message)
    assert lines(reply) == [pause]
    assert await muted(made) == [name.lower()]


async def test_a_term_that_is_no_watchlists_name_is_muted_and_nothing_more_is_said(made):
    await watch(made, "kursk", Destination(Platform.CONSOLE))
    assert lines(await made.ask("/watch mute sumy")) == []


async def test_a_watchlist_of_a_private_channel_is_not_told_of_where_its_name_is_muted(made):
    asked = Invocation(
        "watch mute",
        {"target": "kursk"},
        Actor(Platform.SLACK, "U1", "ann", manager=True),
        made.bot.home.id,
        made.clock.now,
        Destination(Platform.SLACK, "C1"),
    )
    await watch(made, "kursk", Destination(Platform.SLACK, "C2"))
    assert lines(await made.bot.commands.answer(asked)) == []
    assert await muted(made) == ["kursk"]


@pytest.mark.parametrize("typed", ["a", "K", "ж", '"term:7"', "term:a"])
async def test_a_single_letter_or_digit_is_no_term(made, typed):
    reply = await made.ask(f"/watch mute {typed}")
    assert "Type a whole word." in reply.message.title
    assert lines(reply) == ['/watch mute "North Korea"']
    assert await muted(made) == []


async def test_a_single_letter_that_names_a_watchlist_is_answered_with_its_pause(made):
    await watch(made, "a", Destination(Platform.CONSOLE))
    assert lines(await made.ask("/watch mute a")) == ["/watch pause a"]
    assert await muted(made) == []


async def test_a_word_of_one_chinese_sign_can_be_muted(made):
    await made.ask("/watch mute 台")
    assert await muted(made) == ["台"]


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        (":)", '/watch mute "North Korea"'),
        ("???????", '/watch mute "North Korea"'),
        ('"(Iran OR Iraq"', '/watch mute "(Iran OR Iraq)"'),
    ],
)
async def test_what_is_no_term_is_refused_with_a_whole_line(made, typed, instead):
    (line,) = lines(await made.ask(f"/watch mute {typed}"))
    assert line == instead
    await made.ask(line)
    assert len(await muted(made)) == 1
