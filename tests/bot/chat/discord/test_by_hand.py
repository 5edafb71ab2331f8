"""The prompt in front of the local Discord, which a person holds a conversation through."""

import pytest

from tests.servers.discord_by_hand import Hand, settings


@pytest.fixture
def hand(bot, server):
    return Hand(server)


async def test_a_watchlist_is_made_by_typing_submitting_and_clicking(hand, notebook, server):
    form = await hand.does("/watch add name: kursk")
    assert "Name *: kursk" in form

    preview = await hand.does('submit "Query=Kursk AND Sudzha" "Alerts go to=#general"')
    assert "[ Save ]  [ Edit ]" in preview
    assert "Saved “kursk”." in await hand.does("click Save")

    assert notebook.watches == {"kursk": "Kursk AND Sudzha"}
    assert notebook.drafts[0]["channel"] == f"discord:{server.general.id}"


async def test_options_are_typed_as_discord_shows_them(hand, notebook):
    await hand.does("/intel search query: Kursk AND Sudzha hours: 24")

    assert notebook.asked[0].values == {"query": "Kursk AND Sudzha", "hours": "24"}


async def test_what_is_offered_while_typing_is_listed(hand, notebook):
    notebook.watches["kursk"] = "Kursk"

    assert await hand.does("type watch show watch: ku") == "kursk"


async def test_one_person_does_not_see_what_another_is_told(hand):
    await hand.does("/watch list")
    assert "You asked for watch list." not in await hand.does("as bob")
    assert "You asked for watch list." in await hand.does("as ann")
    assert "#general" in await hand.does("in general")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("click Nothing", "Discord says: there is no button"),
        ("submit Name=x", "Discord says: there is no form open"),
        ("/other", "Discord says: /other is not registered"),
        ("/intel search", "Discord says: Discord asks for ['query']"),
        ("/intel search query: x hours: many", "Discord says: 'hours' takes int"),
        ("help", "run a command"),
    ],
)
async def test_what_cannot_be_done_is_said(hand, line, said):
    assert said in await hand.does(line)


def test_the_settings_for_a_bot_are_shown(server):
    shown = settings(server)

    assert f"DISCORD_API_URL={server.api_url}" in shown
    assert f"DISCORD_BOT_TOKEN={server.token}" in shown
