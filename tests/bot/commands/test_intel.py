"""Look-ups answer from the stored articles, and say what they were taken from."""

from collections.abc import AsyncIterator

import pytest

from bot.chat.discord import render
from bot.commands.command import Commands
from bot.commands.intel import help_for
from bot.commands.invocation import Invocation
from bot.commands.naming import FAMILIES
from bot.message import Answer
from bot.model import Actor, Platform
from tests.stage import Stage, staged


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with staged("north-korea-kursk", sqlite_url) as made:
        await made.play(made.scenario)
        yield made


async def test_status_says_that_news_flows(stage):
    shown = await stage.type("/intel status")
    assert "2 of 2 feeds answer" in shown
    assert "5 articles held" in shown
    assert "3 messages sent, 0 waiting" in shown


async def test_why_shows_the_query_and_the_words_that_met_it(stage):
    shown = await stage.type("why 1")
    assert "Why this alert" in shown
    assert "Kursk" in shown
    assert "the article matches the watchlist" in shown


async def test_the_words_around_what_was_found_are_whole_and_stand_as_they_stood(stage):
    shown = " ".join((await stage.type("why 1")).split())
    assert "border region of Kursk, where Ukrainian forces" in shown
    assert "North Korea (exact, title): Why North Korea is sending soldiers" in shown
    for broken in ("both …", "… o Russia", "… eployed", "Kursk ,"):
        assert broken not in shown


async def test_a_command_at_the_console_needs_no_slash(stage):
    assert "1 watchlist" in await stage.type("watch list")


async def test_why_of_an_alert_that_is_not_ours_tells_nothing(stage):
    for number in ("99", "x", "-1", "9" * 30):
        assert "not known here" in await stage.type(f"why {number}")


async def test_help_names_every_command(stage):
    shown = await stage.type("/intel help")
    assert all(f"/{spec.name}" in shown for spec in stage.bot.commands.table)


def test_help_shows_commands_as_each_platform_writes_them():
    table = Commands.table
    on_discord, typed = (
        str(help_for(table, place)) for place in (Platform.DISCORD, Platform.SLACK)
    )
    assert "/watch add name: kursk query: North Korea AND Kursk" in on_discord
    assert "/intel trend days: 30 query: Taiwan AND drills" in on_discord
    assert "/intel trend --days 30 Taiwan AND drills" in typed
    assert "--" not in on_discord


@pytest.mark.parametrize("topic", ["", *FAMILIES])
async def test_help_is_never_cut_and_shows_examples_of_one_family_on_discord(stage, topic):
    actor = Actor(Platform.DISCORD, "1", "ann", manager=True)
    asked = Invocation(
        "intel help", {"topic": topic}, actor, stage.bot.home.id, stage.clock.now, None
    )
    said = (await stage.bot.commands.answer(asked)).message
    assert isinstance(said, Answer)
    shown = str(render.message(said))
    assert "lines more" not in shown
    assert "A run of words is one phrase" in shown
    specs = [
        each for each in stage.bot.commands.table if each.name.startswith(f"{topic} ".lstrip())
    ]
    assert all(f"/{spec.name}" in shown for spec in specs)
    assert ("name: kursk query:" in shown) == (topic == "watch")


async def test_watchfloor_status_says_how_the_bot_does(stage):
    shown = await stage.type("/watchfloor status")
    assert "The bot is well" in shown
    assert "console: ready" in shown
    assert "3 messages sent, 0 waiting to be sent" in shown


async def test_half_typed_commands_get_a_useful_answer(stage):
    assert "/watch add" in await stage.type("/watch")
    assert "/intel search" in await stage.type("/intel serach Iran")
    assert "There is no command" in await stage.type("hello there")


async def test_suggestions_offer_the_names_that_fit_what_is_typed(stage):
    suggest = stage.bot.commands.suggest
    home = stage.bot.home.id
    assert await suggest("watch show", "watch", "kurs", home) == ("North Korea AND Kursk",)
    assert await suggest("watch show", "watch", "zzz", home) == ()
    assert len(await suggest("feeds remove", "feed", "", home)) == 2


async def test_an_answer_is_never_an_exception(stage):
    reply = await stage.invoke("no:such", {"value": "1"})
    assert isinstance(reply.message, Answer)
