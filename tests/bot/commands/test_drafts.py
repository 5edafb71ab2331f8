"""A press of Save: one deed for one preview, and another try for one that was refused."""

import asyncio

from bot.message import Answer, Tone


async def preview(made, line):
    """The button that saves what a line asks for."""
    shown = (await made.ask(line)).message
    assert isinstance(shown, Answer)
    return shown.buttons[0]


async def press(made, button):
    reply = await made.invoke(button.action, {"value": button.value})
    return reply.message


async def test_of_presses_at_once_one_saves_and_the_others_are_told_that_it_was_used(made):
    add = await preview(made, "/watch add kursk Kursk")
    await press(made, add)
    change = await preview(made, "/watch edit kursk --severity critical")
    presses = await asyncio.gather(*(press(made, change) for _ in range(4)))
    saved = [one.title for one in presses if one.tone is Tone.GOOD]
    others = {one.title for one in presses if one.tone is not Tone.GOOD}
    assert saved == ["Saved. “kursk” is now revision 2."]
    assert others == {"This preview is gone: it was used, cancelled, or is older than a week."}


async def test_what_was_refused_can_be_saved_once_nothing_stands_in_its_way(made):
    mine = await preview(made, "/watch add kursk Kursk")
    theirs = await preview(made, "/watch add kursk Kursk AND Sumy")
    await press(made, theirs)
    for _ in range(2):
        refused = await press(made, mine)
        assert refused.title == "Somebody made a watchlist 'kursk' in the meantime."
    await press(made, await preview(made, "/watch remove kursk"))
    assert (await press(made, mine)).title.startswith("Saved. “kursk” alerts to")
    assert (await press(made, mine)).title.startswith("This preview is gone: it was used")
