"""Every change of a watchlist can be seen and undone; a removed one comes back for a week."""

from datetime import timedelta

import pytest

from bot.commands.invocation import Invocation, Reply
from bot.message import Answer, Table, Tone
from bot.model import Actor, Destination, Platform, Severity
from tests.stage import Stage


@pytest.fixture
async def stage(made: Stage) -> Stage:
    """Ann made a watchlist, and then changed it twice."""
    await saved(made, await made.ask("/watch add kursk Kursk"))
    await saved(made, await made.ask("/watch edit kursk Kursk AND Belgorod"))
    await saved(made, await made.ask("/watch edit kursk --severity critical"))
    return made


async def saved(stage: Stage, reply: Reply, label: str = "Save", **how) -> Reply:
    assert isinstance(reply.message, Answer)
    (button,) = [each for each in reply.message.buttons if each.label == label]
    return await stage.invoke(button.action, {"value": button.value}, **how)


async def kursk(stage: Stage):
    return await stage.bot.store.watchlists.find(stage.bot.home.id, "kursk")


def said(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


def whats(reply: Reply) -> list[str]:
    """The last column of the table, as plain text, row by row."""
    assert isinstance(reply.message, Answer)
    table = reply.message.blocks[0]
    assert isinstance(table, Table)
    return ["".join(getattr(piece, "text", "") for piece in row[2]) for row in table.rows]


async def test_a_history_tells_who_changed_what_from_what_to_what_newest_first(stage):
    shown = await stage.ask("/watch history kursk", manager=False)
    assert whats(shown) == [
        "3 severity: notable → critical",
        "2 query: Kursk → Kursk AND Belgorod",
        "1 made it: Kursk",
    ]
    assert said(shown).count("ann (console:ann)") == 3
    assert "/watch undo kursk --to 1" in said(shown)


async def test_the_history_of_all_watchlists_has_the_removed_ones_and_how_long_they_can_return(
    stage,
):
    await saved(stage, await stage.ask("/watch remove kursk"), "Remove")
    shown = await stage.ask("/watch history")
    assert whats(shown)[0] == "removed kursk: Kursk AND Belgorod"
    assert "can be brought back until" in said(shown)


async def test_a_history_is_turned_ten_changes_at_a_time(stage):
    for number in range(12):
        await saved(stage, await stage.ask(f"/watch edit kursk Kursk AND a{number}"))
    shown = await stage.ask("/watch history kursk")
    assert len(whats(shown)) == 10
    assert "1 to 10 of 15. More: /watch history --page 2 kursk" in said(shown)
    turned = await saved(stage, shown, "More")
    assert turned.replaces
    assert whats(turned)[-1] == "1 made it: Kursk"
    everything = await stage.ask("/watch history --page 2")
    assert whats(everything)[-1] == "added kursk: Kursk"
    assert "no 99" not in said(await stage.ask("/watch history --page 99"))


async def test_undo_gives_the_revision_before_and_is_a_revision_itself(stage):
    undone = await stage.ask("/watch undo kursk")
    assert "is as it was in revision 2" in said(undone)
    now = await kursk(stage)
    assert (now.revision, now.severity, now.query) == (4, Severity.NOTABLE, "Kursk AND Belgorod")
    await saved(stage, undone, "Undo")
    assert (await kursk(stage)).severity is Severity.CRITICAL
    rows = await stage.bot.store.audit.of(stage.bot.home.id, 1)
    assert rows[0].action == "undid a change of watchlist"


async def test_a_revision_can_be_chosen(stage):
    await stage.ask("/watch undo kursk --to 1")
    assert (await kursk(stage)).query == "Kursk"
    assert "revisions 1 to 4, no 9" in said(await stage.ask("/watch undo kursk --to 9"))
    assert "revisions 1 to 4, no 0" in said(await stage.ask("/watch undo kursk --to 0"))


async def test_the_answer_to_a_saved_change_has_an_undo(stage):
    changed = await saved(stage, await stage.ask("/watch edit kursk Kursk OR Sumy"))
    await saved(stage, changed, "Undo")
    assert (await kursk(stage)).query == "Kursk AND Belgorod"


async def test_an_undo_button_that_was_overtaken_changes_nothing(stage):
    changed = await saved(stage, await stage.ask("/watch edit kursk Kursk OR Sumy"))
    await stage.ask("/watch pause kursk", who="ben")
    late = await saved(stage, changed, "Undo")
    assert "was changed since" in said(late)
    assert (await kursk(stage)).query == "Kursk OR Sumy"


async def test_the_first_revision_has_nothing_before_it(stage):
    await saved(stage, await stage.ask("/watch add new Sumy"))
    assert "nothing to undo" in said(await stage.ask("/watch undo new"))


async def test_a_revision_whose_list_is_gone_is_not_brought_back(stage):
    await saved(stage, await stage.ask("/watch list-add gulf Bahrain OR Kuwait"))
    await saved(stage, await stage.ask("/watch edit kursk Kursk AND @gulf"))
    await stage.ask("/watch undo kursk")
    await saved(stage, await stage.ask("/watch list-remove gulf"), "Remove")
    refused = await stage.ask("/watch undo kursk")
    assert refused.message.tone is Tone.FAULT
    assert "gulf" in said(refused)
    assert (await kursk(stage)).query == "Kursk AND Belgorod"


async def test_only_a_manager_or_who_made_it_may_undo(stage):
    refused = await stage.ask("/watch undo kursk", manager=False, who="eve")
    assert "Only a manager or ann" in said(refused)
    forged = await stage.invoke("watch:undo", {"value": "1:1:3"}, manager=False, who="eve")
    assert "Only a manager" in said(forged)
    assert "Undone" in said(await stage.ask("/watch undo kursk", manager=False, who="ann"))


@pytest.mark.parametrize("value", ["", "1", "1:2", "x:y:z", "9:1:1", "1:1:3:4", "²:1:1", "9" * 50])
async def test_a_forged_undo_says_that_it_is_not_here(stage, value):
    refused = await stage.invoke("watch:undo", {"value": value})
    assert refused.message.tone is Tone.FAULT


async def test_a_removed_watchlist_comes_back_by_its_button(stage):
    removed = await saved(stage, await stage.ask("/watch remove kursk"), "Remove")
    assert "can be brought back until" in said(removed)
    assert await kursk(stage) is None
    back = await saved(stage, removed, "Undo")
    assert "is back, and alerts to console again" in said(back)
    assert (await kursk(stage)).revision == 3
    assert whats(await stage.ask("/watch history kursk"))[:2] == ["restored", "removed"]
    assert "brought back already" in said(await saved(stage, removed, "Undo"))


async def test_it_comes_back_by_its_name_too_for_a_week(stage):
    await saved(stage, await stage.ask("/watch remove kursk"), "Remove")
    stage.clock.now += timedelta(days=6, hours=23)
    assert "is back" in said(await stage.ask("/watch undo KURSK"))
    await saved(stage, await stage.ask("/watch remove kursk"), "Remove")
    stage.clock.now += timedelta(days=7)
    late = await stage.ask("/watch undo kursk")
    assert late.message.tone is Tone.FAULT
    assert await kursk(stage) is None


async def test_where_a_new_one_has_its_name_it_can_come_back_under_another(stage):
    removed = await saved(stage, await stage.ask("/watch remove kursk"), "Remove")
    await saved(stage, await stage.ask("/watch add Kursk Sumy"))
    offered = await saved(stage, removed, "Undo")
    assert "Another watchlist is called" in said(offered)
    back = await saved(stage, offered, "Bring back as “kursk (2)”")
    assert "“kursk (2)” is back" in said(back)
    assert (await kursk(stage)).query == "Sumy"
    found = await stage.bot.store.watchlists.find(stage.bot.home.id, "kursk (2)")
    assert (found.query, found.revision) == ("Kursk AND Belgorod", 4)


async def test_a_name_can_be_chosen_for_it(stage):
    await saved(stage, await stage.ask("/watch remove kursk"), "Remove")
    await saved(stage, await stage.ask("/watch add kursk Sumy"))
    offered = await stage.ask("/watch undo kursk")
    assert "Another watchlist is called" in said(offered)
    assert "/watch undo kursk --as" in said(offered)
    assert "“old” is back" in said(await stage.ask("/watch undo kursk --as old"))
    gone = await stage.ask("/watch undo kursk --as older")
    assert "was removed in the last week" in said(gone)


async def test_nobody_else_brings_a_watchlist_back(stage):
    removed = await saved(stage, await stage.ask("/watch remove kursk"), "Remove")
    refused = await saved(stage, removed, "Undo", manager=False, who="eve")
    assert "Only a manager" in said(refused)


async def test_what_is_told_in_a_private_channel_is_not_told_by_a_history_elsewhere(stage):
    place = Destination.parse("slack:C1")
    await stage.bot.store.watchlists.add(
        stage.bot.home.id,
        "secret",
        "Minsk",
        severity=Severity.NOTABLE,
        destinations=(place,),
        by="bob",
        at=stage.clock.now,
    )
    actor = Actor(Platform.SLACK, "U1", "eve", manager=True)

    async def elsewhere(name: str, **values: str) -> str:
        asked = Invocation(
            name, values, actor, stage.bot.home.id, stage.clock.now, Destination.parse("slack:C2")
        )
        return said(await stage.bot.commands.answer(asked))

    assert "Minsk" in said(await stage.ask("/watch history"))
    assert "Minsk" not in await elsewhere("watch history")
    assert "There is no watchlist" in await elsewhere("watch history", watch="secret")
    assert "There is no watchlist" in await elsewhere("watch undo", watch="secret")
    assert "not here" in await elsewhere("watch:undo", value="2:1:1")
    (mine,) = [
        each
        for each in await stage.bot.store.watchlists.of(stage.bot.home.id)
        if each.name == "secret"
    ]
    await stage.bot.store.watchlists.remove(
        stage.bot.home.id, mine.id, by="bob", at=stage.clock.now
    )
    assert "secret" not in await elsewhere("watch history")
    assert "more than a week ago" in await elsewhere("watch:back", value=str(mine.id))
