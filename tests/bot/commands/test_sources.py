"""What feeds bring and what troubles them is told, and their tags scope watchlists."""

from datetime import UTC, datetime, timedelta

from bot.commands.invocation import Reply
from bot.message import Answer, Tone
from tests.servers.feeds import Answer as Served
from tests.servers.rss import rss
from tests.stage import Stage

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def said(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


def press(reply: Reply, label: str) -> tuple[str, dict[str, str]]:
    assert isinstance(reply.message, Answer)
    (button,) = [button for button in reply.message.buttons if button.label == label]
    return button.action, {"value": button.value}


async def save(stage: Stage, line: str) -> Reply:
    return await stage.invoke(*press(await stage.ask(line), "Save"))


async def test_a_watchlist_with_a_tag_hears_of_the_feeds_that_carry_it(reading, server):
    server.tell("/plain", rss("Plain News", ("Old", NOW)))
    await save(reading, f"/feeds add {server.url('/plain')}")
    await save(reading, "/watch add scoped missile AND tag:korea")
    await reading.tick(NOW)
    later = NOW + timedelta(minutes=20)

    server.tell("/rss", rss("Example News", ("A missile was launched", later)))
    server.tell("/plain", rss("Plain News", ("Another missile was launched", later)))
    await reading.tick(later)

    assert [card.headline.text for card in reading.cards] == ["A missile was launched"]
    found = said(await reading.ask("/intel search missile AND tag:korea"))
    assert "1 article," in found


async def test_sources_say_when_a_feed_was_read_what_it_brings_and_what_troubles_it(
    reading, server
):
    await save(reading, f"/feeds add --tags state-media {server.tell('/b', rss('B', ('x', NOW)))}")
    await reading.tick(NOW)
    later = NOW + timedelta(hours=1)
    server.tell("/b", Served(status=503))
    items = [(f"New {n}", later) for n in range(3)]
    server.tell("/rss", rss("Example News", *items))
    await reading.tick(later)

    answer = await reading.ask("/intel sources")

    assert answer.message.title == "2 feeds: 1 failing"
    assert answer.message.tone is Tone.WARNING
    troubled, sound = answer.message.blocks[0].rows
    assert (troubled[0][0].text, troubled[4][0].text) == ("B", "state media")
    assert (troubled[3][0].text, troubled[3][1].at) == ("since ", NOW)
    assert "503" in troubled[3][2].text
    assert (sound[0][0].text, sound[2][0].text, sound[3]) == ("Example News", "3.0", ())
    assert "1 feed: 1 failing" in said(await reading.ask("/intel sources failing"))
    await reading.ask("/feeds pause B")
    assert "All feeds answer" in said(await reading.ask("/intel sources failing"))
    assert "2 feeds: 1 paused" in said(await reading.ask("/intel sources"))


async def test_feeds_that_were_never_read_are_not_said_to_answer(made, news):
    await save(made, f"/feeds add {news}")

    assert (await made.ask("/intel sources")).message.title == "1 feed: 1 not read yet"
