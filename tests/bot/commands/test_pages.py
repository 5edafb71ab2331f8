"""Long lists come ten rows at a time, and say how many there are and how to see the rest."""

from datetime import UTC, datetime

import pytest

from bot.commands.invocation import Reply
from bot.message import Answer, Button, Paragraph, Table
from tests.stage import Stage

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
async def crowded(made: Stage) -> Stage:
    """A workspace that reads 23 feeds; three of them are about a sea."""
    for number in range(23):
        about = "sea" if number % 10 == 0 else "land"
        await made.bot.store.feeds.subscribe(
            made.bot.home.id,
            f"http://f{number}.example/",
            f"{about} {number:02}",
            by="ann",
            at=NOW,
        )
    return made


def rows(reply: Reply) -> list[str]:
    assert isinstance(reply.message, Answer)
    table = reply.message.blocks[0]
    assert isinstance(table, Table)
    return [getattr(row[0][0], "text", "") for row in table.rows]


def note(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    assert isinstance(reply.message.blocks[1], Paragraph)
    return "".join(getattr(part, "text", "") for part in reply.message.blocks[1].line)


def button(reply: Reply) -> Button:
    assert isinstance(reply.message, Answer)
    (only,) = reply.message.buttons
    return only


async def pressed(stage: Stage, reply: Reply) -> Reply:
    press = button(reply)
    return await stage.invoke(press.action, {"value": press.value}, manager=False)


@pytest.mark.parametrize("command", ["/feeds list", "/intel sources"])
async def test_a_long_list_is_turned_by_its_button(crowded: Stage, command: str) -> None:
    first = await crowded.ask(command)
    assert isinstance(first.message, Answer)
    assert first.message.title.startswith("23 feeds")
    assert note(first) == f"1 to 10 of 23. More: {command} --page 2"
    second = await pressed(crowded, first)
    third = await pressed(crowded, second)
    assert second.replaces
    assert note(third) == f"21 to 23 of 23. More: {command} --page 1"
    assert button(third).label == "From the start"
    assert len({*rows(first), *rows(second), *rows(third)}) == 23
    assert rows(await pressed(crowded, third)) == rows(first)


async def test_a_page_may_be_typed_and_the_last_one_is_shown_beyond_it(crowded: Stage) -> None:
    assert rows(await crowded.ask("/feeds list --page 2"))[0] == "land 12"
    assert len(rows(await crowded.ask("/feeds list --page 99"))) == 3


async def test_pages_keep_to_the_word_that_was_asked_for(crowded: Stage) -> None:
    first = await crowded.ask("/feeds list land")
    assert note(first).endswith("More: /feeds list --page 2 land")
    assert all(name.startswith("land") for name in rows(await pressed(crowded, first)))


async def test_a_short_list_has_no_pages(crowded: Stage) -> None:
    shown = await crowded.ask("/feeds list sea")
    assert isinstance(shown.message, Answer)
    assert (len(rows(shown)), len(shown.message.blocks), shown.message.buttons) == (3, 1, ())


async def test_a_word_too_long_for_a_button_can_still_be_typed(made: Stage) -> None:
    word = "w" * 60
    for number in range(11):
        await made.bot.store.feeds.subscribe(
            made.bot.home.id, f"http://f{number}.example/{word}", word, by="ann", at=NOW
        )
    shown = await made.ask(f"/feeds list {word}")
    assert isinstance(shown.message, Answer)
    assert shown.message.buttons == ()
    assert note(shown).endswith(f"--page 2 {word}")


async def test_watchlists_come_in_pages_too(made: Stage) -> None:
    for number in range(12):
        draft = await made.ask(f"/watch add list{number:02} Kursk{number}")
        assert isinstance(draft.message, Answer)
        press = next(each for each in draft.message.buttons if each.label == "Save")
        await made.invoke(press.action, {"value": press.value})
    shown = await made.ask("/watch list")
    assert note(shown) == "1 to 10 of 12. More: /watch list --page 2"
    assert rows(await pressed(made, shown)) == ["list10", "list11"]
