"""What people do: type commands, fill in forms, press buttons; and what they see."""

import asyncio

import pytest

from bot.config import Managers, WhoManages
from bot.model import Destination, Platform
from tests.servers.discord_people import NO_ANSWER, Impossible
from tests.servers.discord_world import SEND_MESSAGES


async def test_a_command_is_answered_in_private(bot, server, notebook):
    shown = await server.slash(server.bob, server.alerts, "watch list")

    assert shown.message.only_for is server.bob
    assert "You asked for watch list." in shown.message.text
    assert server.channel_messages(server.alerts) == []


async def test_the_command_layer_learns_who_asks_what_and_where(bot, server, notebook):
    await server.slash(server.bob, server.alerts, "intel search", query="Kursk", hours=24)

    [asked] = notebook.asked
    assert (asked.name, dict(asked.values)) == (
        "intel search",
        {"query": "Kursk", "hours": "24"},
    )
    assert (asked.actor.id, asked.actor.name) == (str(server.bob.id), "bob")
    assert not asked.actor.manager
    assert asked.channel == Destination(Platform.DISCORD, str(server.alerts.id))


async def test_a_chosen_channel_arrives_as_a_destination(bot, server, notebook):
    await server.slash(
        server.ann, server.alerts, "watch add", name="k", query="Kursk", channel=server.general
    )

    assert notebook.asked[0].values["channel"] == f"discord:{server.general.id}"


async def test_manage_server_makes_a_manager(bot, server, notebook):
    await server.slash(server.ann, server.alerts, "watch list")

    assert notebook.asked[0].actor.manager


async def test_without_a_query_a_form_opens(bot, server):
    shown = await server.slash(server.ann, server.alerts, "watch add", name="kursk")

    assert shown.modal.title == "New watchlist"
    assert shown.modal.values == {
        "name": "kursk",
        "query": "",
        "severity": "notable",
        "channel": str(server.alerts.id),
    }


async def test_channels_chosen_in_a_form_arrive_as_destinations(bot, server, notebook):
    form = await server.slash(server.ann, server.alerts, "watch add", name="kursk")
    both = f"{server.alerts.id} {server.general.id}"

    await server.submit(form.modal, {"Query": "Kursk", "Alerts go to": both})

    assert notebook.asked[-1].values["channel"] == (
        f"discord:{server.alerts.id} discord:{server.general.id}"
    )


async def test_a_watchlist_is_made_by_form_and_preview_and_announced(bot, server, notebook):
    form = await server.slash(server.ann, server.alerts, "watch add")
    preview = await server.submit(form.modal, {"Name": "kursk", "Query": "Kursk"})
    assert preview.message.only_for is server.ann
    assert preview.message.labels == ["Save", "Edit"]

    saved = await server.click(server.ann, preview.message, "Save")

    assert saved.message is preview.message
    assert "Saved “kursk”." in saved.message.text
    assert saved.message.labels == []
    assert notebook.watches == {"kursk": "Kursk"}
    await server.until(lambda: server.channel_messages(server.alerts))
    [public] = server.channel_messages(server.alerts)
    assert public.text == "ann made the watchlist “kursk”."


async def test_a_wrong_form_keeps_its_input_behind_fix_it(bot, server):
    form = await server.slash(server.ann, server.alerts, "watch add")
    wrong = await server.submit(form.modal, {"Name": "kursk", "Query": "Kursk AND"})
    assert wrong.message.only_for is server.ann
    assert "^" in wrong.message.text

    again = await server.click(server.ann, wrong.message, "Fix it")
    assert again.modal.values["query"] == "Kursk AND"
    mended = await server.submit(again.modal, {"Query": "Kursk AND Sudzha"})

    assert mended.message is wrong.message
    assert mended.message.labels == ["Save", "Edit"]


async def test_an_alert_button_answers_in_private_and_leaves_the_alert(
    bot, server, notebook, card, place
):
    await bot.send(place(server.alerts), card, "delivery 1")
    [alert] = server.channel_messages(server.alerts)

    shown = await server.click(server.bob, alert, "Why?")

    assert shown.message is not alert
    assert shown.message.only_for is server.bob
    assert "It matched Kursk." in shown.message.text
    assert alert.edits == 0
    assert (notebook.asked[0].name, notebook.asked[0].values) == ("alert:why", {"value": "77"})


async def test_a_button_from_before_a_restart_still_works(make, run, server, card, place):
    first = make()
    task = await run(first)
    await first.send(place(server.alerts), card, "delivery 1")
    [alert] = server.channel_messages(server.alerts)
    task.cancel()
    await server.until(lambda: not server.gateway.connected)

    await run(make())
    shown = await server.click(server.bob, alert, "Why?")

    assert "It matched Kursk." in shown.message.text


async def test_a_form_from_before_a_restart_still_works(make, run, server):
    task = await run(make())
    form = await server.slash(server.ann, server.alerts, "watch add")
    task.cancel()
    await server.until(lambda: not server.gateway.connected)

    await run(make())
    preview = await server.submit(form.modal, {"Name": "kursk", "Query": "Kursk"})

    assert preview.message.labels == ["Save", "Edit"]


async def test_a_button_of_another_time_is_told_to_be_dead(bot, server, card, place):
    await bot.send(place(server.alerts), card, "delivery 1")
    [alert] = server.channel_messages(server.alerts)
    alert.buttons[1]["custom_id"] = "someone elses"

    shown = await server.click(server.bob, alert, "Why?")

    assert "another time" in shown.message.text


async def test_a_refusal_in_place_of_a_form_is_shown(bot, server):
    shown = await server.slash(server.bob, server.alerts, "watch add")

    assert shown.modal is None
    assert shown.message.only_for is server.bob
    assert "for managers" in shown.message.text


async def test_a_change_that_cannot_be_announced_is_saved_all_the_same(
    bot, server, notebook, caplog
):
    form = await server.slash(server.ann, server.alerts, "watch add")
    preview = await server.submit(form.modal, {"Name": "kursk", "Query": "Kursk"})
    server.alerts.permissions &= ~SEND_MESSAGES

    saved = await server.click(server.ann, preview.message, "Save")

    assert "Saved" in saved.message.text
    await server.until(lambda: "could not be announced" in caplog.text)


async def test_an_answer_that_never_gets_through_is_logged(bot, server, caplog):
    server.faults.break_before("@original", method="PATCH", times=3)
    person = asyncio.create_task(server.slash(server.bob, server.alerts, "watch list"))

    await server.until(lambda: "could not be answered" in caplog.text)
    person.cancel()


async def test_suggestions_that_come_too_late_are_none(bot, server, notebook):
    notebook.delay = 5
    notebook.watches |= {"kursk": "Kursk"}

    assert await server.autocomplete(server.bob, server.alerts, "watch show", "watch", "k") == []


async def test_options_are_completed_from_what_is_known(bot, server, notebook):
    notebook.watches |= {"kursk": "Kursk", "korea": "Korea", "taiwan": "Taiwan"}

    offered = await server.autocomplete(server.bob, server.alerts, "watch show", "watch", "k")

    assert offered == ["kursk", "korea"]


async def test_no_more_is_offered_than_discord_takes(bot, server, notebook):
    notebook.watches |= {f"k{n}": "Kursk" for n in range(40)} | {"k" * 101: "Kursk"}

    offered = await server.autocomplete(server.bob, server.alerts, "watch show", "watch", "k")

    assert len(offered) == 25


async def test_a_slow_answer_is_acknowledged_at_once(bot, server, notebook):
    server.desk.patience, notebook.delay = 1.0, 1.5

    shown = await server.slash(server.bob, server.alerts, "watch list")

    assert shown.answered_after < 1
    assert "You asked for watch list." in shown.message.text


async def test_a_form_that_is_slow_to_come_says_so_instead_of_failing(bot, server, notebook):
    notebook.delay = 2.5

    shown = await server.slash(server.ann, server.alerts, "watch add")

    assert shown.modal is None
    assert "try again" in shown.message.text


async def test_a_request_that_is_acknowledged_too_late_is_not_carried_out(bot, server, notebook):
    server.desk.patience = -1

    shown = await server.slash(server.bob, server.alerts, "watch list")

    assert shown.failed == NO_ANSWER
    assert notebook.asked == []


async def test_a_lost_acknowledgement_does_not_stop_the_answer(bot, server):
    server.faults.lose_answer("/callback")

    shown = await server.slash(server.bob, server.alerts, "watch list")

    assert "You asked for watch list." in shown.message.text


async def test_a_lost_answer_is_shown_by_the_next_try(bot, server):
    server.faults.break_before("@original", method="PATCH")

    shown = await server.slash(server.bob, server.alerts, "watch list")

    assert "You asked for watch list." in shown.message.text


async def test_an_answer_under_way_is_let_out_when_the_bot_stops(make, run, server, notebook):
    task = await run(make())
    notebook.delay = 0.5
    person = asyncio.create_task(server.slash(server.bob, server.alerts, "watch list"))
    await server.until(lambda: notebook.asked)

    task.cancel()

    assert "You asked for watch list." in (await person).message.text


async def test_a_fault_of_ours_is_logged_told_and_stops_nothing(bot, server, notebook, caplog):
    notebook.fails = True
    shown = await server.slash(server.bob, server.alerts, "watch list")
    assert "on our side" in shown.message.text
    assert "a fault of ours" not in shown.message.text
    assert "a fault of ours" in caplog.text

    notebook.fails = False
    shown = await server.slash(server.bob, server.alerts, "watch list")
    assert "You asked for watch list." in shown.message.text


async def test_a_guild_without_a_seat_is_told_so(bot, server, notebook, make, run):
    stranger = server.add_guild("Elsewhere")

    shown = await server.slash(server.bob, stranger.channels[0], "watch list")

    assert "not set up" in shown.message.text
    assert notebook.asked == []


async def test_many_people_at_once_get_each_their_own_answer(bot, server):
    shown = await asyncio.gather(
        *(
            server.slash(server.bob, server.alerts, "watch show", watch=f"number {n}")
            for n in range(10)
        )
    )

    texts = {part.message.text for part in shown}
    assert len(server.ephemerals(server.bob)) == 10
    assert texts


async def test_administration_is_hidden_from_those_who_do_not_manage(bot, server):
    with pytest.raises(Impossible):
        await server.slash(server.bob, server.alerts, "watchfloor status")

    shown = await server.slash(server.ann, server.alerts, "watchfloor status")
    assert "watchfloor status" in shown.message.text


@pytest.mark.parametrize(
    ("managers", "manager"),
    [(Managers.ANYONE, True), (Managers.ADMINS, False), (Managers.GROUP, True)],
)
async def test_the_settings_say_who_else_is_a_manager(
    make, run, server, notebook, managers, manager
):
    role = 4242
    server.bob.roles = (role,)
    server.add_role(role)
    await run(make(managers=WhoManages(managers, str(role))))

    await server.slash(server.bob, server.alerts, "watch list")

    assert notebook.asked[0].actor.manager is manager
