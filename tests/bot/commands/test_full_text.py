"""When the pages of a feed's articles are read is chosen by command, for one workspace alone."""

from datetime import timedelta

import pytest

from bot.message import Tone
from bot.model import FullText
from tests.servers.newspaper import Newspaper


@pytest.fixture
async def paper(made, server):
    """A feed that is read, by its address."""
    url = server.tell("/paper", Newspaper())
    await made.bot.store.feeds.subscribe(
        made.bot.home.id, url, "The Paper", interval=timedelta(hours=1), by="ann", at=made.clock.now
    )
    return url


def said(reply) -> str:
    return f"{reply.message.title}\n{reply.message.blocks}"


async def press(made, reply, label="Save"):
    (button,) = [button for button in reply.message.buttons if button.label == label]
    return await made.invoke(button.action, {"value": button.value})


async def choice(made):
    (subscription,) = await made.bot.store.feeds.of(made.bot.home.id)
    return subscription.full_text


async def test_a_feed_is_read_as_usual_until_somebody_chooses(made, paper):
    assert "Full text: near-miss, as usual." in said(await made.ask("/feeds show The Paper"))


@pytest.mark.parametrize("when", list(FullText))
async def test_a_choice_is_kept_and_shown(made, paper, when):
    answer = await made.ask(f"/feeds text {when} The Paper")
    assert answer.message.tone is Tone.GOOD
    assert await choice(made) is when
    assert f"Full text: {when}." in said(await made.ask("/feeds show The Paper"))


async def test_a_choice_can_be_taken_back(made, paper):
    await made.ask("/feeds text never The Paper")
    await made.ask("/feeds text default The Paper")
    assert await choice(made) is None


async def test_another_word_is_refused_with_those_that_are_known(made, paper):
    with pytest.raises(Exception, match="never or near-miss or always or default"):
        await made.ask("/feeds text sometimes The Paper")
    assert await choice(made) is None


async def test_only_managers_choose(made, paper):
    refused = await made.ask("/feeds text never The Paper", manager=False)
    assert refused.message.tone is Tone.FAULT
    assert await choice(made) is None


async def test_a_choice_is_written_down_with_who_made_it(made, paper):
    await made.ask("/feeds text never The Paper", who="bea")
    newest = (await made.bot.store.audit.of(made.bot.home.id, 1))[0]
    assert "bea" in newest.actor
    assert (newest.action, newest.subject, newest.detail) == (
        "changed feed",
        "The Paper",
        "full text: never",
    )


async def test_a_feed_is_added_with_its_choice(made, server):
    url = server.tell("/new", Newspaper())
    preview = await made.ask(f"/feeds add --text always {url}")
    assert "Full text: always." in said(preview)
    await press(made, preview)
    assert await choice(made) is FullText.ALWAYS


async def test_adding_a_feed_again_offers_to_change_the_choice_and_keeps_the_rest(made, paper):
    preview = await made.ask(f"/feeds add --text never {paper}")
    assert "Full text: as usual → never" in said(preview)
    await press(made, preview)
    (subscription,) = await made.bot.store.feeds.of(made.bot.home.id)
    assert (subscription.full_text, subscription.interval) == (FullText.NEVER, timedelta(hours=1))


async def test_another_name_leaves_the_choice_alone(made, paper):
    await made.ask("/feeds text never The Paper")
    await press(made, await made.ask(f"/feeds add --name Paper {paper}"))
    assert await choice(made) is FullText.NEVER
