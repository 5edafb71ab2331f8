"""The gateway connection: how it comes up, what it survives, what it says of itself."""

import asyncio
import logging

import pytest

from bot.chat.adapter import Health


async def started(make, **options):
    adapter = make(**options)
    return adapter, asyncio.create_task(adapter.run())


async def stopped(task):
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_only_the_intent_for_guilds_is_asked_for(bot, server):
    assert server.gateway.intents == 1


async def test_commands_are_registered_once_and_not_again_unless_they_changed(
    make, run, server, notebook, remembered
):
    await run(make())
    await run(make())
    assert server.count("PUT", "/commands") == 1

    notebook.table = notebook.table[:-1]
    await run(make())
    assert server.count("PUT", "/commands") == 2
    assert [command["name"] for command in server.commands(server.alerts)] == ["watch", "intel"]


async def test_refused_commands_do_not_stop_the_bot(make, run, server, remembered, caplog):
    server.faults.fail(503, "/commands", method="PUT")

    await run(make())

    assert remembered.fingerprint is None
    assert "did not take the commands" in caplog.text


@pytest.mark.parametrize("happening", ["cut", "reconnect", "invalid but resumable"])
async def test_a_dropped_socket_is_resumed_and_nothing_is_missed(bot, server, happening):
    if happening == "cut":
        server.gateway.cut_sockets()
    elif happening == "reconnect":
        await server.gateway.ask_reconnect()
    else:
        await server.gateway.invalidate(resumable=True)
    await server.until(lambda: server.gateway.resumed == 1)

    shown = await server.slash(server.bob, server.alerts, "watch list")

    assert "You asked for watch list." in shown.message.text
    assert server.gateway.identified == 1


async def test_an_invalid_session_is_begun_anew(bot, server):
    await server.gateway.invalidate()
    # discord.py waits 5 s before it identifies anew, as Discord asks.
    await server.until(lambda: server.gateway.identified == 2, seconds=8)

    shown = await server.slash(server.bob, server.alerts, "watch list")

    assert "You asked for watch list." in shown.message.text


async def test_a_lost_gateway_does_not_stop_alerts(bot, server, card, place):
    await server.gateway.close_sockets(4004)
    await server.until(lambda: bot.readiness.health is Health.REFUSED)

    await bot.send(place(server.alerts), card, "delivery 1")

    assert len(server.channel_messages(server.alerts)) == 1


async def test_a_discord_that_is_down_at_start_is_waited_for(make, server, caplog):
    await server.stop()
    adapter, task = await started(make)
    await server.until(lambda: adapter.readiness.detail)
    assert "cannot be reached" in adapter.readiness.detail

    await server.listen()
    await server.until(lambda: adapter.readiness.health is Health.READY)
    await stopped(task)


async def test_a_discord_that_goes_down_and_comes_back_is_found_again(bot, server):
    await server.stop()
    await server.until(lambda: bot.readiness.health is Health.CONNECTING)

    await server.listen()
    await server.until(lambda: bot.readiness.health is Health.READY)
    shown = await server.slash(server.bob, server.alerts, "watch list")

    assert "You asked for watch list." in shown.message.text


async def test_a_wrong_token_is_refused_said_once_and_ends_nothing(make, server, caplog):
    caplog.set_level(logging.WARNING, "bot")
    adapter, task = await started(make, token="secret-wrong", retry_seconds=0.001)
    await server.until(lambda: adapter.readiness.health is Health.REFUSED)
    assert "DISCORD_BOT_TOKEN" in adapter.readiness.detail

    await server.until(lambda: server.count("GET", "/users/@me") > 2)
    await stopped(task)

    said = [record for record in caplog.records if "refuses the token" in record.getMessage()]
    assert len(said) == 1
    assert "secret-wrong" not in caplog.text


async def test_a_token_that_the_gateway_refuses_is_refused(make, server):
    adapter, task = await started(make, gateway_url=server.gateway_url)
    await server.until(lambda: adapter.readiness.health is Health.READY)
    server.token = "other"
    await server.gateway.close_sockets(4004)

    await server.until(lambda: adapter.readiness.health is Health.REFUSED)
    await stopped(task)


@pytest.mark.parametrize(
    ("code", "health", "said"),
    [
        (4014, Health.REFUSED, "refuses our intents"),
        (4011, Health.REFUSED, "too many servers"),
        (4010, Health.CONNECTING, "closed the connection (4010)"),
    ],
)
async def test_a_connection_that_is_closed_for_good_says_why(make, server, code, health, said):
    adapter, task = await started(make, retry_seconds=5)
    await server.until(lambda: adapter.readiness.health is Health.READY)
    await server.gateway.close_sockets(code)

    await server.until(lambda: said in adapter.readiness.detail)

    assert adapter.readiness.health is health
    await stopped(task)


async def test_a_bot_can_be_stopped_at_any_moment_of_connecting(make, server):
    for milliseconds in range(30):
        task = asyncio.create_task(make().run())
        await asyncio.sleep(milliseconds / 1000)
        task.cancel()

        done, _ = await asyncio.wait({task}, timeout=3)

        assert done, f"still running when stopped after {milliseconds} ms"


async def test_a_stopped_bot_is_off_and_leaves_nothing_behind(make, server):
    adapter, task = await started(make)
    await server.until(lambda: adapter.readiness.health is Health.READY)

    await stopped(task)

    assert adapter.readiness.health is Health.OFF
    await server.until(lambda: not server.gateway.connected)
    left = [str(task.get_coro()) for task in asyncio.all_tasks()]
    assert len([name for name in left if "RequestHandler" not in name]) == 1, left
