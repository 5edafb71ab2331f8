"""A second chat joins a workspace with a code, and leaves again; nobody guesses one."""

from datetime import timedelta

import pytest

from bot.commands.invocation import Invocation, Reply
from bot.message import Answer, Code, Literal, Paragraph, Tone
from bot.model import Actor, Destination, Platform, Severity
from tests.stage import Stage

GUILD = "G2"
THERE = Destination.parse("discord:42")
HIDDEN = Destination.parse("discord:66")
ELSEWHERE = Destination.parse("slack:C9")


class Guild:
    """A person in a guild of their own, with its own workspace."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.store = stage.bot.store

    async def ask(self, line: str, **who: bool | None) -> Reply:
        name, values = self.stage.bot.commands.read(line)
        return await self.invoke(name, values, **who)

    async def invoke(self, name, values, *, manager=True, admin=None) -> Reply:
        workspace = await self.store.workspaces.seat(Platform.DISCORD, GUILD)
        assert workspace
        asked = Invocation(
            name,
            values,
            Actor(Platform.DISCORD, "1", "eve", manager, admin),
            workspace.id,
            self.stage.clock.now,
            THERE,
            seat=GUILD,
        )
        return await self.stage.bot.commands.answer(asked)

    async def join(self) -> None:
        await self.press(await self.ask(f"/watchfloor link {await code(self.stage)}"), "Join")

    async def watchlist(self, name: str, *places: Destination, query: str = "Kursk") -> None:
        """One that the guild's people make at the workspace at which they sit."""
        workspace = await self.store.workspaces.seat(Platform.DISCORD, GUILD)
        assert workspace
        await self.store.watchlists.add(
            workspace.id,
            name,
            query,
            severity=Severity.NOTABLE,
            destinations=places,
            by="eve",
            at=self.stage.clock.now,
        )

    async def press(self, reply: Reply, label: str, **who: bool | None) -> Reply:
        assert isinstance(reply.message, Answer)
        (button,) = [each for each in reply.message.buttons if each.label == label]
        return await self.invoke(button.action, {"value": button.value}, **who)


@pytest.fixture
async def guild(made: Stage) -> Guild:
    store = made.bot.store
    theirs = await store.workspaces.found("discord G2")
    await store.workspaces.take_seat(theirs.id, Platform.DISCORD, GUILD)
    await store.places.note_owner(THERE, GUILD)
    await store.workspaces.take_seat(theirs.id, Platform.SLACK, "T9")
    await store.places.note_owner(ELSEWHERE, "T9")
    await store.places.note_privacy(ELSEWHERE, False, made.clock.now)
    await store.places.note_owner(HIDDEN, GUILD)
    guild = Guild(made)
    for name, places in (("here", (THERE,)), ("both", (THERE, ELSEWHERE)), ("away", (ELSEWHERE,))):
        await guild.watchlist(name, *places)
    return guild


def said(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


async def code(stage: Stage) -> str:
    reply = await stage.ask("/watchfloor link")
    assert isinstance(reply.message, Answer)
    (found,) = [each.text for each in reply.message.blocks if isinstance(each, Code)]
    return found.removeprefix("/watchfloor link ")


async def test_a_guild_joins_with_a_code_and_is_told_before_what_stays_behind(made, guild):
    was = await guild.store.workspaces.seat(Platform.DISCORD, GUILD)
    asked = await guild.ask(f"/watchfloor link {await code(made)}")
    assert "stays behind: 3 watchlists, 0 lists and 0 feeds" in said(asked)
    assert "Watchlists of these that alert here no more: 2" in said(asked)
    assert await guild.store.workspaces.seat(Platform.DISCORD, GUILD) == was
    assert "Joined" in said(await guild.press(asked, "Join"))
    assert (await guild.store.workspaces.seat(Platform.DISCORD, GUILD)).id == made.bot.home.id
    left = {each.name: each for each in await guild.store.watchlists.of(was.id)}
    assert {name: (each.enabled, each.destinations) for name, each in left.items()} == {
        "here": (False, (THERE,)),
        "both": (True, (ELSEWHERE,)),
        "away": (True, (ELSEWHERE,)),
    }
    assert "No watchlists yet" in said(await guild.ask("/watch list"))


async def test_what_private_channels_watch_is_counted_neither_on_the_way_in_nor_out(made, guild):
    given = await code(made)
    before = said(await guild.ask(f"/watchfloor link {given}"))
    await guild.watchlist("hush", HIDDEN)
    asked = await guild.ask(f"/watchfloor link {given}")
    assert said(asked) == before
    assert "What private channels of this chat watch stops, too; it is not counted." in before
    await guild.press(asked, "Join")
    there = said(await guild.ask("/watchfloor unlink"))
    assert "3 watchlists, 0 lists and 0 feeds, besides what private channels watched" in there
    assert "Of these watchlists, 2 alert again" in there
    await guild.watchlist("new hush", HIDDEN)
    await guild.watchlist("new hush both", HIDDEN, ELSEWHERE)
    assert said(await guild.ask("/watchfloor unlink")) == there
    assert "What private channels here watch ends in the same way; it is not counted." in there


async def test_of_the_workspace_that_a_code_is_from_only_open_watchlists_are_counted(made, guild):
    given = await code(made)
    for name, place in (("open", Destination(Platform.CONSOLE)), ("hush", ELSEWHERE)):
        await guild.store.watchlists.add(
            made.bot.home.id,
            name,
            "Kursk",
            severity=Severity.NOTABLE,
            destinations=(place,),
            by="ann",
            at=made.clock.now,
        )
    told = said(await guild.ask(f"/watchfloor link {given}"))
    assert "Watchlists of open channels there: 1." in told


async def test_who_joins_is_told_which_lists_stay_behind_and_how_to_take_them_along(made, guild):
    was = await guild.store.workspaces.seat(Platform.DISCORD, GUILD)
    for number in range(6):
        await guild.store.lists.put(was.id, f"l{number}", "x", by="eve", at=made.clock.now)
    told = said(await guild.ask(f"/watchfloor link {await code(made)}"))
    assert "6 lists (@l0, @l1, @l2, @l3, @l4 …)" in told
    assert "/watch export" in told


async def test_an_export_says_that_what_private_channels_watch_is_not_in_it(made, guild):
    told = said(await guild.ask("/watch export"))
    assert "What a private channel watches is exported in it alone." in told
    await made.bot.store.lists.put(made.bot.home.id, "l", "x", by="ann", at=made.clock.now)
    assert "private channel" not in said(await made.ask("/watch export"))  # it sees all


async def test_an_export_of_everything_says_in_one_sentence_what_is_left_out(guild):
    *_, last = (await guild.ask("/watchfloor export")).message.blocks
    assert isinstance(last, Paragraph)
    (piece,) = last.line
    assert isinstance(piece, Literal)
    assert "what private channels watch that are not seen from here. Whoever" in piece.text


async def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(made, guild):
    first = await code(made)
    asked = await guild.ask(f"/watchfloor link {first}")
    made.clock.now += timedelta(minutes=16)
    assert "too old" in said(await guild.press(asked, "Join"))
    assert "too old" in said(await guild.ask(f"/watchfloor link {first}"))
    second = await code(made)
    await guild.press(await guild.ask(f"/watchfloor link {second}"), "Join")
    await guild.store.workspaces.take_seat(
        (await guild.store.workspaces.found("anew")).id, Platform.DISCORD, GUILD
    )
    assert "used already" in said(await guild.ask(f"/watchfloor link {second}"))
    assert "no such code" in said(await guild.ask("/watchfloor link AAAA-AAAA"))


async def test_nobody_guesses_codes(made, guild):
    for _ in range(5):
        assert "no such code" in said(await guild.ask("/watchfloor link AAAA-AAAA"))
    good = await code(made)
    assert "Too many codes were tried" in said(await guild.ask(f"/watchfloor link {good}"))
    made.clock.now += timedelta(minutes=15)
    assert "no such code" in said(await guild.ask("/watchfloor link AAAA-AAAA"))


async def test_only_admins_give_codes_and_join(made, guild):
    for actor in ({"manager": False}, {"admin": False}):
        refused = said(await guild.ask("/watchfloor link", **actor))
        assert "for the admins of this place. Ask one of them." in refused
    asked = await guild.ask(f"/watchfloor link {await code(made)}")
    assert "Only an admin" in said(await guild.press(asked, "Join", admin=False))


async def test_everybody_in_the_channel_is_told_that_their_chat_joined(made, guild):
    joined = await guild.press(await guild.ask(f"/watchfloor link {await code(made)}"), "Join")
    assert joined.public is not None
    assert "joined this chat to another workspace" in joined.public.title


async def test_a_chat_does_not_join_where_it_is_nor_the_console_nor_home(made, guild):
    own = await guild.ask("/watchfloor link")
    (shown,) = [each.text for each in own.message.blocks if isinstance(each, Code)]
    line = shown.replace(" code: ", " ")  # as Discord enters it in fields
    assert "belongs to that workspace already" in said(await guild.ask(line))
    assert "console stays" in said(await made.ask(line))


async def test_the_audit_tells_it_all_in_pages_to_admins(made, guild):
    await guild.press(await guild.ask(f"/watchfloor link {await code(made)}"), "Join")
    shown = await guild.ask("/watchfloor audit")
    assert "joined with" in said(shown)
    assert "eve (discord:1)" in said(shown)
    for number in range(12):
        await made.bot.store.lists.put(
            made.bot.home.id, f"l{number}", "x", by="ann", at=made.clock.now
        )
    shown = await guild.ask("/watchfloor audit")
    assert "1 to 10 of 14" in said(shown)
    turned = await guild.press(shown, "More")
    assert "issued a code" in said(turned)
    assert (await guild.press(shown, "More", admin=False)).message.tone is Tone.FAULT


async def test_a_guild_leaves_and_has_again_what_it_had_before_it_joined(made, guild):
    before = {each.name: each for each in await guild.store.watchlists.of(2)}
    await guild.join()
    made.clock.now += timedelta(days=3)
    asked = await guild.ask("/watchfloor unlink")
    assert "3 watchlists, 0 lists and 0 feeds" in said(asked)
    assert "Of these watchlists, 2 alert again" in said(asked)
    assert await guild.store.workspaces.seat(Platform.DISCORD, GUILD) == made.bot.home
    left = await guild.press(asked, "Leave")
    assert left.message.title.startswith("Left.")
    assert left.public.title.startswith("eve took this chat out of the workspace")
    after = {each.name: each for each in await guild.store.watchlists.of(2)}
    assert {name: (each.enabled, each.destinations) for name, each in after.items()} == {
        name: (each.enabled, each.destinations) for name, each in before.items()
    }
    assert "here" in said(await guild.ask("/watch list"))


async def test_leaving_says_before_what_ends_and_gives_it_as_a_file(made, guild):
    await guild.join()
    room = Destination.parse("discord:43")
    await guild.store.places.note_owner(room, GUILD)
    for name, query in (("near", "Sumy"), ("far", "Osh"), ("none", "Oslo")):
        await guild.store.lists.put(made.bot.home.id, name, query, by="ann", at=made.clock.now)
    await guild.store.lists.put(
        made.bot.home.id, "near", "@far OR Sumy", by="ann", at=made.clock.now
    )
    await guild.watchlist("ours", THERE, query="Kursk OR @near")
    await guild.watchlist("hush", room, query="Minsk")
    await guild.watchlist("shared", THERE, ELSEWHERE)
    asked = await guild.ask("/watchfloor unlink")
    told = said(asked)
    assert "alert here alone, and end: 1." in told
    assert "alert here no more: 1." in told
    file = asked.message.file
    text = file.data.decode()
    assert 'name = "ours"' in text
    assert "Minsk" not in text
    assert ('name = "near"' in text, 'name = "far"' in text) == (True, True)
    assert "Oslo" not in text
    await guild.press(asked, "Leave")
    assert [each.name for each in await guild.store.watchlists.of(made.bot.home.id)] == ["shared"]


async def test_only_an_admin_of_the_chat_that_joined_lets_it_leave(made, guild):
    for actor in ({"manager": False}, {"admin": False}):
        refused = said(await guild.ask("/watchfloor unlink", **actor))
        assert "for the admins of this place. Ask one of them." in refused
    assert "joined no other workspace" in said(await guild.ask("/watchfloor unlink"))
    assert "joined no other" in said(await made.ask("/watchfloor unlink"))
    await guild.join()
    asked = await guild.ask("/watchfloor unlink")
    assert "Only an admin" in said(await guild.press(asked, "Leave", admin=False))
    assert await guild.store.workspaces.seat(Platform.DISCORD, GUILD) == made.bot.home


async def test_who_leaves_twice_is_told_so_and_another_chat_cannot_press_it(made, guild):
    await guild.join()
    first, second = [await guild.ask("/watchfloor unlink") for _ in range(2)]
    (button, _) = first.message.buttons
    stranger = await made.invoke(button.action, {"value": button.value})
    assert "belongs to eve" in said(stranger)
    await guild.press(first, "Leave")
    assert "preview is gone" in said(await guild.press(second, "Leave"))


async def test_a_chat_that_joined_must_leave_before_it_joins_another(made, guild):
    await guild.join()
    again = await guild.ask("/watchfloor link AAAA-AAAA")
    assert "has joined a workspace already" in said(again)
    assert "/watchfloor unlink" in said(again)


async def test_both_sides_have_it_in_their_audit(made, guild):
    await guild.join()
    await guild.press(await guild.ask("/watchfloor unlink"), "Leave")
    assert "came back with" in said(await guild.ask("/watchfloor audit"))
    assert "left with" in said(await made.ask("/watchfloor audit"))


async def test_those_who_invited_a_chat_may_send_it_away(made, guild):
    await guild.join()
    await guild.watchlist("ours", THERE)
    told = said(await made.ask("/watchfloor unlink"))
    assert "These joined this one: discord:G2." in told
    asked = await made.ask("/watchfloor unlink discord:G2")
    assert "alert there alone, and end: 1." in said(asked)
    assert "3 watchlists" not in said(asked)  # what it has of its own is its affair
    (button, _) = asked.message.buttons
    assert button.label == "Send away"
    done = await made.invoke(button.action, {"value": button.value})
    assert "discord:G2 sits here no more" in said(done)
    assert done.public is None
    assert (await guild.store.workspaces.seat(Platform.DISCORD, GUILD)).name == "discord G2"
    assert "came back with" in said(await guild.ask("/watchfloor audit"))


async def test_a_chat_sends_away_neither_its_host_nor_another_guest_nor_a_stranger(made, guild):
    store = guild.store
    strange = await store.workspaces.found("slack T7")
    await store.workspaces.take_seat(strange.id, Platform.SLACK, "T7")
    assert "did not join this workspace" in said(await guild.ask("/watchfloor unlink slack:T7"))
    await guild.join()
    await store.invitations.accept(
        await store.invitations.issue(made.bot.home.id, by="ann", at=made.clock.now),
        Platform.SLACK,
        "T7",
        by="zed",
        at=made.clock.now,
    )
    assert "sends no other away" in said(await guild.ask("/watchfloor unlink slack:T7"))
    for wrong in ("slack:T404", "console:local", "nonsense", "discord:"):
        answer = said(await made.ask(f"/watchfloor unlink {wrong}"))
        assert "did not join" in answer or "names no chat" in answer


async def test_who_is_sent_away_while_it_is_asked_twice_goes_once(made, guild):
    await guild.join()
    first, second = [await made.ask("/watchfloor unlink discord:G2") for _ in range(2)]
    pressed = [
        (each.message.buttons[0].action, each.message.buttons[0].value) for each in (first, second)
    ]
    assert "sits here no more" in said(await made.invoke(pressed[0][0], {"value": pressed[0][1]}))
    assert "did not join" in said(await made.invoke(pressed[1][0], {"value": pressed[1][1]}))
