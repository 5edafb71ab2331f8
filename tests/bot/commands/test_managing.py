"""Who may manage is chosen for each chat, by those who run it, and is audited."""

import pytest

from bot.commands.invocation import Invocation, Reply
from bot.config import Managers, WhoManages
from bot.message import Answer, Code, Tone
from bot.model import Actor, Destination, Platform
from tests.stage import Stage

PLACES = {
    Platform.SLACK: Destination(Platform.SLACK, "C1"),
    Platform.DISCORD: Destination(Platform.DISCORD, "1"),
    Platform.CONSOLE: Destination(Platform.CONSOLE),
}


async def ask(stage: Stage, platform: Platform, line: str, *, admin: bool = True) -> Reply:
    name, values = stage.bot.commands.read(line)
    actor = Actor(platform, "1", "ann", True, admin)
    asked = Invocation(
        name, values, actor, stage.bot.home.id, stage.clock.now, PLACES[platform], seat="T1"
    )
    return await stage.bot.commands.answer(asked)


def said(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


def lines(reply: Reply) -> list[str]:
    """The lines that an answer proposes to type."""
    assert isinstance(reply.message, Answer)
    return [each.text for each in reply.message.blocks if isinstance(each, Code)]


@pytest.mark.parametrize(
    ("platform", "line", "chosen"),
    [
        (Platform.SLACK, "anyone", WhoManages(Managers.ANYONE)),
        (Platform.SLACK, "group --group S0123456789", WhoManages(Managers.GROUP, "S0123456789")),
        (
            Platform.SLACK,
            "group --group <!subteam^S0123456789|@desk>",
            WhoManages(Managers.GROUP, "S0123456789"),
        ),
        (
            Platform.DISCORD,
            "group --group <@&47114>",
            WhoManages(Managers.GROUP, "47114"),
        ),
        (Platform.CONSOLE, "admins --chat discord", WhoManages(Managers.ADMINS)),
    ],
)
async def test_what_was_chosen_is_kept_and_shown(made, platform, line, chosen):
    saved = await ask(made, platform, f"/watchfloor managers {line}")
    assert "Saved." in said(saved)
    chat = Platform.DISCORD if platform is Platform.CONSOLE else platform
    assert await made.bot.store.managing.of(made.bot.home.id, chat) == chosen
    shown = await ask(made, platform, f"/watchfloor managers --chat {chat}")
    assert f"{chosen} may manage" in said(shown)
    assert "chosen here" in said(shown)
    (row,) = await made.bot.store.audit.of(made.bot.home.id, 1)
    assert (row.action, row.subject) == ("chose managers", str(chat))
    assert (saved.public is not None) == (platform is chat)


@pytest.mark.parametrize("who", list(Managers))
async def test_what_is_shown_offers_each_other_choice_and_not_the_one_that_holds(made, who):
    group = " --group S0123456789" if who is Managers.GROUP else ""
    await ask(made, Platform.SLACK, f"/watchfloor managers {who}{group}")
    shown = await ask(made, Platform.SLACK, "/watchfloor managers")
    offered = [line.split()[2] for line in lines(shown)]
    assert offered == [each for each in Managers if each is not who]


async def test_what_is_offered_for_another_chat_can_be_typed_as_it_stands(made):
    for line in lines(await ask(made, Platform.CONSOLE, "/watchfloor managers --chat slack")):
        assert "Saved. In Slack" in said(await ask(made, Platform.CONSOLE, line))


async def test_what_nobody_chose_is_as_the_configuration_says(made):
    assert "as the configuration says" in said(
        await ask(made, Platform.SLACK, "/watchfloor managers")
    )


@pytest.mark.parametrize(
    ("platform", "line", "why"),
    [
        (Platform.SLACK, "group", "Name the user group"),
        (Platform.SLACK, "group --group 123456", "Name the user group"),
        (Platform.DISCORD, "group --group S0123456789", "Name the role"),
        (Platform.SLACK, "admins --group S0123456789", "takes no group"),
        (Platform.SLACK, "--group S0123456789", "Say that it is a group"),
        (Platform.CONSOLE, "anyone", "runs the bot"),
    ],
)
async def test_what_makes_no_sense_is_refused_with_what_to_type(made, platform, line, why):
    refused = await ask(made, platform, f"/watchfloor managers {line}")
    assert isinstance(refused.message, Answer)
    assert refused.message.tone is Tone.FAULT
    assert why in said(refused)
    assert await made.bot.store.managing.of(made.bot.home.id, Platform.SLACK) is None


async def test_a_manager_who_runs_nothing_chooses_nothing(made):
    refused = await ask(made, Platform.SLACK, "/watchfloor managers anyone", admin=False)
    assert "for the admins" in said(refused)
