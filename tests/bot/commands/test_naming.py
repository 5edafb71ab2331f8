"""Commands under another name: they are read, and shown in answers, with their prefix."""

from datetime import UTC, datetime

import pytest

from bot.chat.discord import tree
from bot.commands import naming
from bot.commands.command import Commands
from bot.commands.invocation import Reply
from bot.config import defaults
from bot.errors import CommandError
from bot.message import Answer, Bullets, Code, Extract, Form, Paragraph, Quote, Table, plain
from bot.model import Destination, Platform
from tests.servers.discord_limits import check_commands
from tests.stage import HandClock, stage

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def named(sqlite_url):
    settings = defaults(database={"url": sqlite_url}, web={"bind": ""}, chat={"prefix": "wf-"})
    async with stage(settings, HandClock(NOW)) as made:
        yield made


def said(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


async def test_both_names_are_understood_and_the_answers_have_the_one_that_is_typed(named):
    for line in ("/wf-watch list", "/watch list"):
        shown = said(await named.ask(line))
        assert "/wf-watch add kursk" in shown
        assert "/watch add" not in shown
    assert "/wf-intel" in said(await named.ask("/wf-intel help"))


async def test_what_cannot_be_read_is_answered_with_the_prefix(named):
    with pytest.raises(CommandError) as refused:
        named.bot.commands.read("/wf-watch lost")
    assert refused.value.message.startswith("/wf-watch has no")
    assert refused.value.suggestion.startswith("/wf-watch ")
    assert "Try:" in await named.type("/wf-nothing")


async def test_a_forms_example_has_it_and_a_refusal_too(named):
    form = (await named.ask("/wf-watch add kursk")).message
    assert isinstance(form, Form)
    assert form.usage.startswith("/wf-watch add")
    assert "/wf-watch list" in said(await named.ask("/watch show nothing"))


def test_discord_is_given_the_names_and_reads_them():
    built = tree.build(Commands.table, Commands.message_actions, "wf-")
    check_commands(built)
    assert [each["name"] for each in built if each["type"] == 1] == [
        f"wf-{family}" for family in naming.FAMILIES
    ]
    assert tree.read({"name": "wf-watch", "options": [{"type": 1, "name": "list"}]}, "wf-")[0] == (
        "watch list"
    )


def test_the_families_are_those_of_the_table():
    assert set(naming.FAMILIES) == {spec.name.split()[0] for spec in Commands.table}


def test_what_a_source_wrote_stays_as_it_is():
    quoted = Extract(Quote("Type /watch now"), None, "A", None, ())
    reply = naming.prefixed(Reply(Answer("x", (quoted,))), "wf-")
    assert isinstance(reply.message, Answer)
    assert reply.message.blocks == (quoted,)
    kept = "https://example.org/watch and /watchful and a/watch"
    assert naming.text(kept, "wf-") == kept


async def test_what_the_bot_says_unasked_has_the_prefix_too(named):
    said = Answer("12 alerts at once", (Paragraph(plain("/intel search finds them.")),))
    place = Destination.parse("console")
    await named.bot.store.outbox.post(named.bot.home.id, place, said, "key", NOW)
    await named.tick(NOW)
    assert "/wf-intel search finds them." in named.screen


NEWS, DESK = Destination.parse("slack:C12"), Destination.parse("discord:123456789012345678")


def about_channels() -> Reply:
    line = plain(f"Alerts go to {NEWS}, {DESK}; made by ann (discord:223456789012345678).")
    typed = Code(f"/watch edit kursk --channel {DESK}")
    cells = Table(("where",), ((plain(str(DESK)),),))
    return Reply(Answer(f"It goes to {DESK}", (Paragraph(line), Bullets((line,)), cells, typed)))


def test_a_chat_reads_the_names_of_another_chats_channels_but_types_their_numbers():
    reply = about_channels()
    assert DESK in naming.channels_elsewhere(reply, Platform.SLACK)
    assert naming.channels_elsewhere(reply, Platform.DISCORD) == {NEWS}
    assert naming.channels_elsewhere(reply, Platform.CONSOLE) == frozenset()
    shown = said(naming.with_channels(reply, {DESK: "news desk"}))
    assert shown.count("#news desk on Discord") == 4
    assert f"Alerts go to {NEWS}, #news" in shown
    assert "ann (discord:223456789012345678)" in shown
    assert shown.count(str(DESK)) == 1
    assert f"--channel {DESK}" in shown


def test_a_channel_without_a_name_keeps_its_number():
    assert naming.with_channels(about_channels(), {}) == about_channels()
