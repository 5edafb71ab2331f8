"""What a person rules about stories: these are one, this belongs elsewhere, and it stays so."""

import asyncio

from bot.commands.invocation import Reply
from bot.config import WatchlistEntry
from bot.message import Answer, Tone
from tests.newsdesk import OTHERS, SHIPS, WIRE, Desk

CAPTURED = (
    "A Ukrainian brigade said that its soldiers captured two North Korean soldiers near the village"
    " of Plekhovo at dawn on Saturday, near the front in Kursk. The two are being questioned, the"
    " brigade's commander told reporters."
)


async def press(desk: Desk, reply: Reply, label: str, *, manager: bool = True) -> Reply:
    """Press a button of an answer."""
    assert isinstance(reply.message, Answer)
    (button,) = [each for each in reply.message.buttons if each.label == label]
    return await desk.stage.invoke(button.action, {"value": button.value}, manager=manager)


async def test_a_person_makes_two_stories_one_and_it_stays_so(open_desk):
    async with open_desk(WatchlistEntry(name="russia", query="Russia")) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "Denmark seizes shadow fleet tanker of Russia", SHIPS)
        assert len(desk.cards) == 2
        asked = await desk.stage.ask("/watch story-merge 2 1")
        done = await press(desk, asked, "Do it")
        await desk.stage.tick()
        assert "2 independent sources" in await desk.says()
        await desk.prints("gamma", "Denmark: master of shadow fleet tanker is charged", SHIPS)
        assert "· 3 outlets" in await desk.says()
        assert len(desk.cards) == 2
        await press(desk, done, "Undo")
        assert (await desk.says()).startswith("1 source so far")


async def test_an_article_that_does_not_belong_is_split_off_or_moved(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
    link = desk.papers["beta"].stories[0].link
    asked = await desk.stage.ask(f"/watch story-split {link}")
    done = await press(desk, asked, "Do it")
    assert isinstance(done.message, Answer)
    assert "It is story -1 now." in done.message.title
    assert (await desk.says()).startswith("1 source so far")
    shown = await desk.stage.ask(f"/intel story {link}")
    assert isinstance(shown.message, Answer)
    assert shown.message.title == "North Korean soldiers seen in Kursk, Ukraine says"
    back = await desk.stage.ask(f"/watch story-move {link} 1")
    await press(desk, back, "Do it")
    assert (await desk.says()).startswith("2 independent sources")


async def test_what_is_split_off_a_story_that_took_it_in_is_counted_there_no_more(open_desk):
    async with open_desk(WatchlistEntry(name="russia", query="Russia")) as desk:
        await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
        await desk.prints("beta", "Denmark seizes shadow fleet tanker of Russia", SHIPS)
        await press(desk, await desk.stage.ask("/watch story-merge 2 1"), "Do it")
        assert (await desk.says()).startswith("2 independent sources")
        asked = await desk.stage.ask(f"/watch story-split {desk.papers['beta'].stories[0].link}")
        done = await press(desk, asked, "Do it")
        assert (await desk.says()).startswith("1 source so far")
        await press(desk, done, "Undo")
        assert (await desk.says()).startswith("2 independent sources")


async def test_who_presses_do_it_twice_at_once_rules_once(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    link = desk.papers["alpha"].stories[0].link
    asked = await desk.stage.ask(f"/watch story-split {link}")
    both = await asyncio.gather(*(press(desk, asked, "Do it") for _ in range(2)))
    answers = [reply.message for reply in both if isinstance(reply.message, Answer)]
    done, late = sorted(answers, key=lambda each: each.tone is Tone.FAULT)
    assert done.title == "Done. It is story -1 now."
    assert late.title.startswith("This preview is gone: it was used")
    await desk.stage.invoke("story:undo", {"value": done.buttons[0].value})
    assert await desk.stage.bot.store.rulings.of([desk.stage.bot.home.id]) == {}


async def test_only_a_manager_rules_and_only_what_is_known_here(desk):
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    link = str(desk.papers["alpha"].stories[0].link)

    async def refused(name: str, value: dict[str, str], *, manager: bool) -> str:
        reply = await desk.stage.invoke(name, value, manager=manager)
        assert isinstance(reply.message, Answer)
        assert reply.message.tone is Tone.FAULT
        return reply.message.title

    assert "manager" in await refused("watch story-split", {"links": link}, manager=False)
    asked = await desk.stage.ask(f"/watch story-split {link}")
    assert isinstance(asked.message, Answer)
    draft = asked.message.buttons[0].value
    assert "manager" in await refused("draft:save", {"value": draft}, manager=False)
    assert "not known here" in await refused("story:undo", {"value": "7"}, manager=True)


async def split_off(desk: Desk) -> Reply:
    """Seoul's report and the brigade's are one story; a person says that they are two."""
    await desk.prints("alpha", "North Korean soldiers sent to Kursk, Seoul says", WIRE)
    await desk.prints("beta", "North Korean soldiers seen in Kursk, Ukraine says", OTHERS)
    link = desk.papers["beta"].stories[0].link
    asked = await desk.stage.ask(f"/watch story-split {link}")
    return await press(desk, asked, "Do it")


async def test_what_comes_later_follows_the_articles_that_it_is_most_like(desk):
    await split_off(desk)
    await desk.prints("gamma", "North Korean soldiers captured in Kursk, Ukraine says", CAPTURED)
    own = "North Korean soldiers captured in Kursk, Ukraine says"
    assert [card.headline.text for card in desk.cards][1:] == [own]
    assert (await desk.says()).startswith("1 source so far")
    shown = await desk.stage.ask("/intel story -1")
    assert isinstance(shown.message, Answer)
    assert shown.message.title == "North Korean soldiers seen in Kursk, Ukraine says"
    again = WIRE.replace("on Friday", "yesterday")
    await desk.prints("delta", "Seoul: North Korean troops deployed to Kursk region", again)
    assert len(desk.cards) == 2
    assert "2 outlets" in await desk.says()


async def test_what_followed_a_ruling_comes_back_when_it_is_undone(desk):
    done = await split_off(desk)
    await desk.prints("gamma", "North Korean soldiers captured in Kursk, Ukraine says", CAPTURED)
    await press(desk, done, "Undo")
    shown = await desk.stage.ask("/intel story 1")
    assert isinstance(shown.message, Answer)
    assert "3 independent sources" in str(shown.message)
