"""Lists are named queries that watchlists use; nothing that uses one is ever broken by it."""

from collections.abc import AsyncIterator

import pytest

from bot.commands import watchfile
from bot.commands.invocation import Reply
from bot.message import Answer, Tone
from tests.stage import Stage, staged


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    async with staged("north-korea-kursk", sqlite_url, watchlists=()) as made:
        yield made


def said(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


async def saved(stage: Stage, line: str, label: str = "Save") -> str:
    """Type a line and confirm it."""
    preview = await stage.ask(line)
    assert isinstance(preview.message, Answer)
    (button,) = [each for each in preview.message.buttons if each.label == label]
    return said(await stage.invoke(button.action, {"value": button.value}))


async def test_a_watchlist_that_uses_a_list_alerts_by_it(stage):
    assert "@front can be used" in await saved(stage, "/watch list-add front Kursk OR Belgorod")
    await saved(stage, "/watch add dprk North Korea AND @front")
    await stage.play(stage.scenario)
    assert len(stage.cards) == 3


async def test_a_changed_list_changes_every_watchlist_that_uses_it(stage):
    await saved(stage, "/watch list-add front Belgorod")
    await saved(stage, "/watch add dprk North Korea AND @front")
    await stage.tick(stage.scenario.starts_at)
    await saved(stage, "/watch list-edit front Kursk")
    await stage.play(stage.scenario)
    assert len(stage.cards) == 3


async def test_a_list_stands_in_parentheses_of_its_own(stage):
    await saved(stage, "/watch list-add front Kursk OR Ussuriysk")
    shown = said(await stage.ask("/watch add dprk Ryabkov AND @front"))
    assert "matched nothing" in shown


async def test_a_removed_list_is_made_again_with_the_line_of_the_answer_or_of_the_audit(stage):
    query = " OR ".join(f"Place{number}" for number in range(60))
    line = f"/watch list-add gulf {query}"
    await saved(stage, line)
    assert line in await saved(stage, "/watch list-remove @gulf", "Remove")
    assert line in said(await stage.ask("/watchfloor audit"))
    await saved(stage, line)
    assert (await stage.bot.store.lists.texts(stage.bot.home.id))["gulf"] == query


async def test_a_removed_list_that_a_chat_would_cut_comes_back_from_a_file(stage):
    query = " OR ".join(f"Somewhere{number}" for number in range(150))
    await saved(stage, f"/watch list-add gulf {query}")
    preview = (await stage.ask("/watch list-remove gulf")).message
    button = preview.buttons[0]
    gone = (await stage.invoke(button.action, {"value": button.value})).message
    assert "/watch list-add" not in str(gone.blocks)
    assert watchfile.read(gone.file.data).lists == ({"name": "gulf", "query": query},)


async def test_a_list_in_use_is_not_removed(stage):
    await saved(stage, "/watch list-add front Kursk")
    await saved(stage, "/watch add dprk North Korea AND @front")
    assert "used by dprk" in said(await stage.ask("/watch list-remove front"))
    await saved(stage, "/watch edit dprk North Korea")
    assert "gone" in await saved(stage, "/watch list-remove front", "Remove")
    assert "No lists yet" in said(await stage.ask("/watch lists"))


async def test_a_list_that_would_break_a_watchlist_is_refused(stage):
    await saved(stage, "/watch list-add a Kursk")
    await saved(stage, "/watch list-add b @a OR Belgorod")
    refused = await stage.ask("/watch list-edit a @b OR Kursk")
    assert isinstance(refused.message, Answer)
    assert refused.message.tone is Tone.FAULT


async def test_all_lists_are_shown_with_who_uses_them(stage):
    await saved(stage, "/watch list-add front Kursk")
    await saved(stage, "/watch add dprk North Korea AND @FRONT")
    shown = said(await stage.ask("/watch lists"))
    assert "@front" in shown
    assert "dprk" in shown


async def test_a_wrong_name_or_a_name_that_is_taken_is_said_so(stage):
    await saved(stage, "/watch list-add front Kursk")
    assert "already" in said(await stage.ask("/watch list-add FRONT Kursk"))
    assert "cannot be a list's name" in said(await stage.ask("/watch list-add a.b Kursk"))
    assert "There is no list @fornt" in said(await stage.ask("/watch list-edit fornt Kursk"))


async def test_an_unknown_list_in_a_query_is_pointed_at(stage):
    refused = said(await stage.ask("/watch add dprk North Korea AND @front"))
    assert "^" in refused


async def test_only_managers_change_lists(stage):
    for line in ("list-add front Kursk", "list-edit front Kursk", "list-remove front"):
        refused = await stage.ask(f"/watch {line}", manager=False)
        assert "managers" in said(refused)


async def test_a_preview_of_a_list_shows_how_it_was_read(stage):
    shown = said(await stage.ask("/watch list-add dprk North Korea OR DPRK AND Kim"))
    assert "(DPRK AND Kim)" in shown
