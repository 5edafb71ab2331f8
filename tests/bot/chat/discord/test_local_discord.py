"""The local Discord keeps Discord's own rules; else what is tested against it proves little."""

import io
import json

import aiohttp
import pytest

from tests.servers.discord_world import COMPONENTS_V2, EMBED_LINKS


@pytest.fixture
def post(server, call):
    async def post(body, **options):
        return await call("POST", f"/channels/{server.alerts.id}/messages", body, **options)

    return post


def embed(**parts):
    return {"embeds": [parts]}


def rows(*counts):
    numbers = iter(range(1000))
    return {
        "components": [
            {
                "type": 1,
                "components": [
                    {"type": 2, "style": 2, "label": "x", "custom_id": f"a:{next(numbers)}"}
                    for _ in range(count)
                ],
            }
            for count in counts
        ]
    }


def button(**parts):
    whole = {"type": 2, "style": 2, "label": "x", "custom_id": "a:b", **parts}
    return {"components": [{"type": 1, "components": [whole]}]}


def link_button(size):
    url = "https://example.com/".ljust(size, "x")
    part = {"type": 2, "style": 5, "label": "x", "url": url}
    return {"components": [{"type": 1, "components": [part]}]}


def select(count, **parts):
    choices = [{"label": str(n), "value": str(n)} for n in range(count)]
    part = {"type": 3, "custom_id": "a:b", "options": choices, **parts}
    return {"components": [{"type": 1, "components": [part]}]}


def option(**parts):
    return select(0, options=[{"label": "x", "value": "x", **parts}])


def fields(count):
    return embed(title="x", fields=[{"name": "x", "value": "x"}] * count)


def field(name, value):
    return embed(fields=[{"name": "x" * name, "value": "x" * value}])


def whole_embeds(size):
    return {"embeds": [{"description": "x" * 3000}, {"description": "x" * (size - 3000)}]}


def v2(count, text=1):
    parts = [{"type": 10, "content": "x" * text} for _ in range(count)]
    return {"flags": COMPONENTS_V2, "components": parts}


MESSAGE_LIMITS = {
    "content": (2000, lambda n: {"content": "x" * n}, "content"),
    "embeds": (10, lambda n: {"embeds": [{"title": "x"}] * n}, "embeds"),
    "title": (256, lambda n: embed(title="x" * n), "embeds.0.title"),
    "description": (4096, lambda n: embed(description="x" * n), "embeds.0.description"),
    "author": (256, lambda n: embed(author={"name": "x" * n}), "embeds.0.author.name"),
    "footer": (2048, lambda n: embed(footer={"text": "x" * n}), "embeds.0.footer.text"),
    "fields": (25, fields, "embeds.0.fields"),
    "field name": (256, lambda n: field(n, 1), "embeds.0.fields.0.name"),
    "field value": (1024, lambda n: field(1, n), "embeds.0.fields.0.value"),
    "all embeds": (6000, whole_embeds, "embeds"),
    "rows": (5, lambda n: rows(*[1] * n), "components"),
    "buttons": (5, lambda n: rows(n), "components.0.components"),
    "label": (80, lambda n: button(label="x" * n), "components.0.components.0.label"),
    "custom_id": (100, lambda n: button(custom_id="x" * n), "components.0.components.0.custom_id"),
    "link": (512, link_button, "components.0.components.0.url"),
    "select": (25, select, "components.0.components.0.options"),
    "placeholder": (
        150,
        lambda n: select(1, placeholder="x" * n),
        "components.0.components.0.placeholder",
    ),
    "option label": (
        100,
        lambda n: option(label="x" * n),
        "components.0.components.0.options.0.label",
    ),
    "option value": (
        100,
        lambda n: option(value="x" * n),
        "components.0.components.0.options.0.value",
    ),
    "nonce": (25, lambda n: {"content": "x", "nonce": "x" * n}, "nonce"),
    "v2 components": (40, v2, "components"),
    "v2 text": (4000, lambda n: v2(1, n), "components"),
}


def errors_at(body, path):
    place = body["errors"]
    for step in path.split("."):
        place = place[step]
    return place["_errors"]


@pytest.mark.parametrize("what", MESSAGE_LIMITS)
async def test_a_message_at_the_limit_is_taken_and_one_over_it_refused(post, what):
    limit, made, path = MESSAGE_LIMITS[what]

    status, _ = await post(made(limit))
    assert status == 200

    status, body = await post(made(limit + 1))
    assert (status, body["code"]) == (400, 50035)
    assert errors_at(body, path)


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        (embed(title="x", url="javascript:alert(1)"), "embeds.0.url"),
        (embed(title="x", author={"name": " "}), "embeds.0.author.name"),
        (embed(title="x", footer={}), "embeds.0.footer.text"),
        (embed(title="x", color=0x1000000), "embeds.0.color"),
        (button(style=9), "components.0.components.0.style"),
        (button(label=""), "components.0.components.0.label"),
        ({"components": [{"type": 2}]}, "components.0.type"),
        ({"flags": COMPONENTS_V2, "content": "x"}, "content"),
    ],
)
async def test_what_is_malformed_is_refused_at_its_place(post, payload, path):
    status, body = await post(payload)

    assert (status, body["code"]) == (400, 50035)
    assert errors_at(body, path)


async def test_two_components_may_not_share_an_id(post):
    payload = rows(2)
    for part in payload["components"][0]["components"]:
        part["custom_id"] = "a:b"

    _, body = await post(payload)

    [error] = errors_at(body, "components.0.components.1.custom_id")
    assert error["code"] == "COMPONENT_CUSTOM_ID_DUPLICATED"


async def test_an_empty_message_is_refused(post):
    assert await post({"content": " ".strip()}) == (
        400,
        {"code": 50006, "message": "Cannot send an empty message"},
    )


async def test_embeds_need_their_own_right(post, server):
    server.alerts.permissions &= ~EMBED_LINKS

    assert (await post({"content": "x"}))[0] == 200
    assert (await post(embed(title="x")))[1]["code"] == 50013


@pytest.mark.parametrize(("size", "status"), [(10 * 2**20, 200), (10 * 2**20 + 1, 413)])
async def test_a_file_of_10_mebibytes_is_taken_and_a_larger_one_refused(server, size, status):
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps({"content": "x"}))
    form.add_field("files[0]", io.BytesIO(b"x" * size), filename="a.bin")
    url = f"{server.api_url}/channels/{server.alerts.id}/messages"
    headers = {"Authorization": f"Bot {server.token}"}

    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=form, headers=headers) as response,
    ):
        assert response.status == status


async def test_a_nonce_yields_the_first_message_as_long_as_it_is_remembered(post, server):
    payload = {"content": "x", "nonce": "one", "enforce_nonce": True}
    _, first = await post(payload)
    _, again = await post(payload)
    assert first["id"] == again["id"]

    server.rest.forget_nonces()
    _, later = await post(payload)
    assert later["id"] != first["id"]


async def test_a_nonce_of_a_deleted_message_does_not_bring_it_back(post, server):
    payload = {"content": "x", "nonce": "one", "enforce_nonce": True}
    await post(payload)
    server.channel_messages(server.alerts)[0].deleted = True

    assert (await post(payload))[1]["code"] == 10008


async def test_without_allowed_mentions_a_mention_pings(post, server):
    await post({"content": "@everyone <@1>"})
    await post({"content": "@everyone <@1>", "allowed_mentions": {"parse": []}})
    await post({"content": "<@1>", "allowed_mentions": {"users": ["1"]}})

    assert [each.pings for each in server.channel_messages(server.alerts)] == [
        ("@everyone", "<@1>"),
        (),
        ("<@1>",),
    ]


async def test_no_route_is_served_without_the_token(call):
    assert await call("GET", "/users/@me", headers={"Authorization": "Bot wrong"}) == (
        401,
        {"message": "401: Unauthorized", "code": 0},
    )


def command(**parts):
    return {"name": "watch", "description": "x", "type": 1, **parts}


def commands(count):
    return [command(name=f"c{number}") for number in range(count)]


def options(count, **parts):
    return [{"name": f"o{n}", "description": "x", "type": 3, **parts} for n in range(count)]


def choices(count, size=1):
    return [{"name": f"{n}".rjust(size, "x"), "value": str(n)} for n in range(count)]


def command_of(size):
    """A command whose names, descriptions and values are `size` characters together."""
    left = size - len("watch") - len("x")
    listed = []
    while left > 0:
        choices: list[dict[str, str]] = []
        listed.append({"name": "o", "description": "x", "type": 3, "choices": choices})
        left -= 2
        while left > 0 and len(choices) < 25:
            choices.append({"name": "x" * min(100, left - 1), "value": "v"})
            left -= len(choices[-1]["name"]) + 1
    return command(options=listed)


COMMAND_LIMITS = {
    "commands": (100, commands, 30032),
    "name": (32, lambda n: [command(name="x" * n)], 50035),
    "description": (100, lambda n: [command(description="x" * n)], 50035),
    "options": (25, lambda n: [command(options=options(n))], 50035),
    "choices": (25, lambda n: [command(options=options(1, choices=choices(n)))], 50035),
    "size": (8000, lambda n: [command_of(n)], 50035),
    "choice name": (
        100,
        lambda n: [command(options=options(1, choices=choices(1, n)))],
        50035,
    ),
    "choice value": (
        100,
        lambda n: [command(options=options(1, choices=[{"name": "x", "value": "x" * n}]))],
        50035,
    ),
}


@pytest.mark.parametrize("what", COMMAND_LIMITS)
async def test_commands_at_the_limit_are_taken_and_one_over_it_refused(call, server, what):
    limit, made, code = COMMAND_LIMITS[what]
    path = f"/applications/{server.bot.id}/commands"

    assert (await call("PUT", path, made(limit)))[0] == 200
    assert (await call("PUT", path, made(limit + 1)))[1]["code"] == code


@pytest.mark.parametrize(
    "broken",
    [
        command(name="Watch"),
        command(name="watch list"),
        command(options=[*options(1), {**options(1)[0], "name": "z", "required": True}]),
        command(options=options(1, choices=choices(1), autocomplete=True)),
        command(
            options=[
                {
                    "type": 1,
                    "name": "a",
                    "description": "x",
                    "options": [{"type": 1, "name": "b", "description": "x"}],
                }
            ]
        ),
    ],
)
async def test_a_command_of_a_wrong_make_is_refused(call, server, broken):
    path = f"/applications/{server.bot.id}/commands"

    assert (await call("PUT", path, [broken]))[1]["code"] == 50035
