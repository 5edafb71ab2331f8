"""A line that is proposed is whole: it has what was typed, and can be entered as it stands."""

from collections.abc import AsyncIterator

import pytest

from bot.commands.invocation import Invocation
from bot.message import Answer
from bot.model import Actor, Destination, Platform
from tests.stage import Stage, staged

NONE_YET = ("/watch show", "/watch undo", "/watch resume", "/watch list-remove", "/feeds pause")
PROPOSED = (
    ("/watch pause k --for 2 weeks", "/watch pause k --for 1w"),
    ("/watch pause k --for 1h --until 18:00", "/watch pause k --for 1h"),
    ("/watch add k --severity high Iran", "/watch add k --severity critical Iran"),
    ("/watch add k Iran", "/watch edit k Iran"),
    ("/watch add new --min-sources 11 Iran", "/watch add new --min-sources 10 Iran"),
    ("/intel search --hours 0 Iran", "/intel search --hours 24 Iran"),
    ("/intel search --limit 50 Iran", "/intel search --limit 10 Iran"),
    ("/intel trend --days 100 Iran", "/intel trend --days 90 Iran"),
    ("/intel brief --hours 900 k", "/intel brief --hours 168 k"),
    ("/watchfloor setup --zone UTC+2", "/watchfloor setup --zone Etc/GMT-2"),
    ("/watchfloor setup --zone Kyiv", "/watchfloor setup --zone Europe/Kyiv"),
    ("/watchfloor setup --digest 8am", "/watchfloor setup --digest 08:00"),
    ("/watchfloor setup --quiet 22-7", "/watchfloor setup --quiet 22:00-07:00"),
    ('/watch list-add "gulf states!" Bahrain', "/watch list-add gulf-states Bahrain"),
    ("/watch list-remove gul", "/watch list-remove gulf"),
)
EXAMPLES = (
    ("/watch show", "/watch show k"),
    ("/watch undo", "/watch undo k"),
    ('/watch mute "AP News - Top Stories"', '/watch mute "North Korea"'),
    ("/watch pause --for 1w", "/watch pause k --for 1w"),
    ("/watch list-remove", "/watch list-remove gulf"),
    ("/watch list-add", "/watch list-add gulf Bahrain OR Kuwait OR Qatar"),
    ("/intel search --hours 24", "/intel search --hours 24 North Korea AND Kursk"),
    ("/watchfloor setup --zone Mars/Base", "/watchfloor setup --zone Europe/Kyiv"),
    ("/watchfloor setup --digest soon", "/watchfloor setup --digest 08:00"),
    ("/watchfloor setup --quiet always", "/watchfloor setup --quiet 22:00-07:00"),
    ("/watch pause k --until soon", '/watch pause k --until "2024-11-02 18:00"'),
)


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """One watchlist, `k`, and one list, `gulf`; it is 1 November 2024."""
    async with staged("north-korea-kursk", sqlite_url, watch="k") as made:
        await made.play(made.scenario)
        reply = (await made.ask("/watch list-add gulf Bahrain OR Kuwait")).message
        assert isinstance(reply, Answer)
        await made.invoke(reply.buttons[0].action, {"value": reply.buttons[0].value})
        yield made


async def test_what_is_proposed_keeps_what_was_typed_and_can_be_entered(stage):
    for lead, lines in (("Try:", PROPOSED), ("For example:", EXAMPLES)):
        for typed, expected in lines:
            shown = await stage.type(typed)
            assert f"{lead}\n    {expected}\n" in shown.replace("\n\n", "\n"), shown
            stage.bot.commands.read(expected)


async def test_where_no_name_exists_no_name_is_made_up(stage):
    nobody = Actor(Platform.SLACK, "U1", "ann", manager=True)
    elsewhere = await stage.bot.store.workspaces.found("elsewhere")
    for line in NONE_YET:
        name, values = stage.bot.commands.read(line)
        asked = Invocation(
            name, values, nobody, elsewhere.id, stage.clock.now, Destination(Platform.SLACK, "C1")
        )
        reply = (await stage.bot.commands.answer(asked)).message
        assert isinstance(reply, Answer)
        assert reply.blocks == (), line


async def test_a_form_is_answered_without_a_line_that_no_form_has(stage):
    reply = await stage.invoke(
        "watch:form", {"value": ":11", "name": "new", "query": "Iran", "channel": "console"}
    )
    assert isinstance(reply.message, Answer)
    assert "1 to 10 independent sources" in reply.message.title
    assert "--min-sources" not in str(reply.message.blocks)
