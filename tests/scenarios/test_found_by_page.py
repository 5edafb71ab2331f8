"""A reader asks about the address in the browser, which is the page's and not the feed's."""

from datetime import timedelta

import pytest

from tests.servers.feeds import redirect
from tests.servers.newspaper import Story
from tests.servers.pages import FILLER, article_page, html

TITLE = "North Korea sends more soldiers"
SNIPPET = "Pyongyang has sent another three thousand soldiers abroad, officials said."
NINTH = "Two brigades were seen in Kursk on Friday, an official said. They wait for orders."
LATER = timedelta(minutes=40)


@pytest.fixture
async def press(sqlite_url, pressing_with):
    async with pressing_with(sqlite_url, full_text={"read": "near-miss"}) as press:
        yield press


def page(*own: str):
    """A page that says that these addresses are its own."""
    head = "".join(f'<link rel="canonical" href="{each}">' for each in own)
    return html(article_page(TITLE, *FILLER[:8], NINTH, *FILLER[8:], head=head))


def carried(press, path: str, title: str = TITLE, body: str = SNIPPET) -> Story:
    return Story(title, f"tag:{path}", press.server.url(path), body, press.now)


async def why(press, path: str) -> str:
    return str(await press.stage.type(f"/intel why {press.server.url(path)}"))


async def test_an_article_is_found_by_where_its_link_led_and_by_what_its_page_says(press):
    press.server.tell("/click/1", redirect("/m/war/1"))
    press.server.tell("/m/war/1", page("/war/kursk-troops"))
    press.paper.stories = [carried(press, "/click/1")]
    await press.turn()
    for path in ("/m/war/1", "/war/kursk-troops", "/war/kursk-troops/?utm_source=app#top"):
        shown = await why(press, path)
        assert TITLE in shown
        assert "told, the article matches the watchlist" in shown
        assert "Its feed shows it under another address; its page has this one." in shown
    assert "under another address" not in await why(press, "/click/1")
    assert "No feed showed" in await why(press, "/war/other")


@pytest.mark.parametrize(
    "claimed",
    ["https://www.paper.example/war/1", "//paper.example/war/1", "http://127.0.0.1:9/war/1"],
)
async def test_a_page_cannot_claim_the_address_of_another_site(press, claimed):
    press.server.tell("/evil", page(claimed))
    press.paper.stories = [carried(press, "/evil")]
    await press.turn()
    assert len(press.stage.cards) == 1
    asked = claimed if ":" in claimed else f"https:{claimed}"
    assert "No feed showed" in await press.stage.type(f"/intel why {asked}")


async def test_a_page_that_claims_an_article_of_its_own_site_neither_hides_nor_stops_it(press):
    for number in range(4):
        press.server.tell(f"/evil/{number}", page("/war/true"))
    press.server.tell("/war/true", page())
    press.paper.stories = [carried(press, f"/evil/{number}") for number in range(2)]
    await press.turn()
    true = "North Korean troops are in Kursk"
    press.paper.stories += [carried(press, "/war/true", true, "They are there, officials said.")]
    await press.turn(LATER)
    assert true in press.told
    press.paper.stories += [carried(press, f"/evil/{number}") for number in range(2, 4)]
    await press.turn(LATER)
    shown = await why(press, "/war/true")
    assert shown.index(true) < shown.index("under another address")
