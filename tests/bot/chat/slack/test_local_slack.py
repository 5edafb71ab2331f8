"""The local Slack takes what Slack takes and refuses what it refuses, with Slack's own words."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.servers.slack import SlackServer

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("b"), "action_id": "a", **more}


def actions(*elements: Json) -> list[Json]:
    return [{"type": "actions", "elements": list(elements)}]


def buttons(number: int) -> list[Json]:
    return actions(*(button(action_id=f"a{each}") for each in range(number)))


def option(text: str = "o", value: str = "v") -> Json:
    return {"text": plain(text), "value": value}


def select(*options: Json, kind: str = "static_select") -> list[Json]:
    return actions({"type": kind, "action_id": "s", "options": list(options)})


def options(number: int, kind: str = "static_select") -> list[Json]:
    return select(*(option(value=str(each)) for each in range(number)), kind=kind)


def cells(rows: int, columns: int) -> list[Json]:
    row = [{"type": "raw_text", "text": "x"}] * columns
    return [{"type": "table", "rows": [row] * rows}]


def asked(block: Json, element: Json) -> Json:
    """A modal's blocks and button around one input."""
    drawn = {"type": "plain_text_input", "action_id": "a", **element}
    whole = {"type": "input", "block_id": "b", "label": plain("l"), "element": drawn, **block}
    return {"submit": plain("s"), "blocks": [whole]}


# name, the blocks that have `n` of it, the most that Slack takes, the pointer to one more
MESSAGE_LIMITS: list[tuple[str, Callable[[int], list[Json]], int, str]] = [
    ("blocks", lambda n: [{"type": "divider"}] * n, 50, "/blocks"),
    ("section", lambda n: [{"type": "section", "text": mrkdwn("x" * n)}], 3000, "/text/text"),
    ("fields", lambda n: [{"type": "section", "fields": [plain("x")] * n}], 10, "/blocks/0/fields"),
    (
        "field",
        lambda n: [{"type": "section", "fields": [plain("x" * n)]}],
        2000,
        "/blocks/0/fields/0/text",
    ),
    ("header", lambda n: [{"type": "header", "text": plain("x" * n)}], 150, "/blocks/0/text/text"),
    ("context", lambda n: [{"type": "context", "elements": [plain("x")] * n}], 10, "/elements"),
    ("actions", buttons, 25, "/blocks/0/elements"),
    ("button text", lambda n: actions(button(text=plain("x" * n))), 75, "/elements/0/text/text"),
    ("button value", lambda n: actions(button(value="x" * n)), 2000, "/elements/0/value"),
    ("button url", lambda n: actions(button(url="x" * n)), 3000, "/elements/0/url"),
    ("action_id", lambda n: actions(button(action_id="x" * n)), 255, "/elements/0/action_id"),
    ("block_id", lambda n: [{"type": "divider", "block_id": "x" * n}], 255, "/blocks/0/block_id"),
    ("options", options, 100, "/elements/0/options"),
    ("option text", lambda n: select(option("x" * n)), 75, "/options/0/text/text"),
    ("option value", lambda n: select(option(value="x" * n)), 150, "/options/0/value"),
    ("overflow", lambda n: options(n, "overflow"), 5, "/elements/0/options"),
    ("checkboxes", lambda n: options(n, "checkboxes"), 10, "/elements/0/options"),
    ("radio buttons", lambda n: options(n, "radio_buttons"), 10, "/elements/0/options"),
    (
        "alt text",
        lambda n: [{"type": "image", "image_url": "https://ex.test/i", "alt_text": "x" * n}],
        2000,
        "/blocks/0/alt_text",
    ),
    ("markdown", lambda n: [{"type": "markdown", "text": "x" * n}], 12_000, "/blocks/0/text"),
    (
        "markdown together",
        lambda n: [
            {"type": "markdown", "text": "x" * 6_000},
            {"type": "markdown", "text": "x" * (n - 6_000)},
        ],
        12_000,
        "/blocks",
    ),
    ("tables", lambda n: cells(1, 1) * n, 1, "/blocks"),
    ("table rows", lambda n: cells(n, 1), 100, "/blocks/0/rows"),
    ("table columns", lambda n: cells(1, n), 20, "/blocks/0/rows/0"),
]
MODAL_LIMITS: list[tuple[str, Callable[[int], Json], int, str]] = [
    ("title", lambda n: {"title": plain("x" * n)}, 24, "/view/title/text"),
    ("submit", lambda n: {"submit": plain("x" * n)}, 24, "/view/submit/text"),
    ("close", lambda n: {"close": plain("x" * n)}, 24, "/view/close/text"),
    ("blocks", lambda n: {"blocks": [{"type": "divider"}] * n}, 100, "/view/blocks"),
    ("private_metadata", lambda n: {"private_metadata": "x" * n}, 3000, "/view/private_metadata"),
    ("callback_id", lambda n: {"callback_id": "x" * n}, 255, "/view/callback_id"),
    ("external_id", lambda n: {"external_id": "x" * n}, 255, "/view/external_id"),
    ("label", lambda n: asked({"label": plain("x" * n)}, {}), 2000, "/label/text"),
    ("hint", lambda n: asked({"hint": plain("x" * n)}, {}), 2000, "/hint/text"),
    ("max length", lambda n: asked({}, {"max_length": n}), 3000, "/element/max_length"),
    (
        "value",
        lambda n: asked({}, {"max_length": 80, "initial_value": "x" * n}),
        80,
        "/element/initial_value",
    ),
]


@pytest.fixture
def web(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.tokens.bot, base_url=slack.api_url, timeout=2, retry_handlers=[])


async def refusal(call: Any) -> Json:
    with pytest.raises(SlackApiError) as caught:
        await call
    answer = caught.value.response.data
    assert isinstance(answer, dict)
    return answer


@pytest.mark.parametrize(
    ("blocks", "most", "pointer"),
    [limit[1:] for limit in MESSAGE_LIMITS],
    ids=[limit[0] for limit in MESSAGE_LIMITS],
)
async def test_a_message_at_a_limit_is_taken_and_one_over_it_refused(
    slack: SlackServer,
    web: AsyncWebClient,
    blocks: Callable[[int], list[Json]],
    most: int,
    pointer: str,
) -> None:
    await web.chat_postMessage(channel=slack.alerts.id, text="t", blocks=blocks(most))
    answer = await refusal(
        web.chat_postMessage(channel=slack.alerts.id, text="t", blocks=blocks(most + 1))
    )
    assert answer["error"] == "invalid_blocks"
    assert any(
        message.startswith("[ERROR] ") and f"{pointer}]" in message
        for message in answer["response_metadata"]["messages"]
    )
    assert len(slack.channel_messages(slack.alerts)) == 1


@pytest.mark.parametrize(
    ("part", "most", "pointer"),
    [limit[1:] for limit in MODAL_LIMITS],
    ids=[limit[0] for limit in MODAL_LIMITS],
)
async def test_a_modal_at_a_limit_is_taken_and_one_over_it_refused(
    slack: SlackServer, web: AsyncWebClient, part: Callable[[int], Json], most: int, pointer: str
) -> None:
    view = {"type": "modal", "title": plain("t"), "blocks": [{"type": "divider"}]}
    trigger = slack.team.trigger(slack.ann.id)
    answer = await refusal(web.views_open(trigger_id=trigger, view={**view, **part(most + 1)}))
    assert answer["error"] == "invalid_arguments"
    assert f"{pointer}]" in answer["response_metadata"]["messages"][0]
    await web.views_open(trigger_id=trigger, view={**view, **part(most)})
    assert slack.open_modal(slack.ann) is not None


@pytest.mark.parametrize(
    "blocks",
    [
        actions(button(style="loud")),
        actions(button(), button()),
        [{"type": "divider", "block_id": "same"}] * 2,
        [{"type": "no such block"}],
        [{"type": "section", "text": mrkdwn("")}],
        [{"type": "rich_text", "elements": []}],
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
        "no array",
    ],
    ids=["style", "action_id", "block_id", "type", "empty text", "empty", "empty part", "shape"],
)
async def test_what_is_no_layout_is_refused(
    slack: SlackServer, web: AsyncWebClient, blocks: Any
) -> None:
    answer = await refusal(
        web.api_call("chat.postMessage", json={"channel": slack.alerts.id, "blocks": blocks})
    )
    assert answer["error"] == "invalid_blocks"


async def test_text_over_40000_characters_is_cut(slack: SlackServer, web: AsyncWebClient) -> None:
    await web.chat_postMessage(channel=slack.alerts.id, text="x" * 40_000)
    await web.chat_postMessage(channel=slack.alerts.id, text="x" * 40_001)
    assert [len(each.text) for each in slack.channel_messages(slack.alerts)] == [40_000, 40_000]


async def test_all_text_together_has_a_limit_of_its_own(
    slack: SlackServer, web: AsyncWebClient
) -> None:
    blocks = [{"type": "section", "text": mrkdwn("x" * 3_000)}] * 4
    await web.chat_postMessage(channel=slack.alerts.id, text="x" * 1_200, blocks=blocks)
    answer = await refusal(
        web.chat_postMessage(channel=slack.alerts.id, text="x" * 1_201, blocks=blocks)
    )
    assert answer["error"] == "msg_blocks_too_long"


async def test_an_update_takes_4000_characters_and_keeps_blocks_that_are_not_given(
    slack: SlackServer, web: AsyncWebClient
) -> None:
    blocks = [{"type": "divider"}]
    posted = await web.chat_postMessage(channel=slack.alerts.id, text="t", blocks=blocks)
    place = {"channel": slack.alerts.id, "ts": posted["ts"]}
    await web.chat_update(**place, text="x" * 4_000)
    assert slack.channel_messages(slack.alerts)[0].blocks == blocks
    answer = await refusal(web.chat_update(**place, text="x" * 4_001))
    assert answer["error"] == "msg_too_long"


async def test_a_message_without_text_is_refused(slack: SlackServer, web: AsyncWebClient) -> None:
    answer = await refusal(web.api_call("chat.postMessage", json={"channel": slack.alerts.id}))
    assert answer["error"] == "no_text"


async def test_a_trigger_opens_one_modal_within_three_seconds(
    slack: SlackServer, web: AsyncWebClient
) -> None:
    view = {"type": "modal", "title": plain("t"), "blocks": [{"type": "divider"}]}
    used, late = (slack.team.trigger(slack.ann.id) for _ in range(2))
    await web.views_open(trigger_id=used, view=view)
    assert (await refusal(web.views_open(trigger_id=used, view=view)))["error"] == (
        "exchanged_trigger_id"
    )
    slack.team.advance(3.1)
    assert (await refusal(web.views_open(trigger_id=late, view=view)))["error"] == (
        "expired_trigger_id"
    )


async def test_a_modal_with_an_input_needs_a_submit_button(
    slack: SlackServer, web: AsyncWebClient
) -> None:
    element = {"type": "plain_text_input", "action_id": "a"}
    block = {"type": "input", "block_id": "b", "label": plain("l"), "element": element}
    view = {"type": "modal", "title": plain("t"), "blocks": [block]}
    answer = await refusal(web.views_open(trigger_id=slack.team.trigger(slack.ann.id), view=view))
    assert "submit" in answer["response_metadata"]["messages"][0]


async def test_a_response_url_serves_five_times_in_thirty_minutes(slack: SlackServer) -> None:
    url = f"{slack.api_url.removesuffix('/api/')}/reply/"
    first, second = (slack.team.reply_address(slack.bob.id, slack.alerts.id) for _ in range(2))
    hook = AsyncWebhookClient(url + first, timeout=2, retry_handlers=[])
    answers = [await hook.send(text=str(number)) for number in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [404]
    assert answers[-1].body == "used_url"
    slack.team.advance(30 * 60 + 1)
    late = await AsyncWebhookClient(url + second, timeout=2, retry_handlers=[]).send(text="late")
    assert (late.status_code, late.body) == (404, "expired_url")


@pytest.mark.parametrize(
    ("text", "pings"),
    [
        ("<!channel> look", True),
        ("<@U1>", True),
        ("<!subteam^S1>", True),
        ("&lt;!channel&gt;", False),
        ("@channel", False),
        ("<!date^1^{date}|then>", False),
    ],
)
async def test_a_mention_that_comes_alive_is_noticed(
    slack: SlackServer, web: AsyncWebClient, text: str, pings: bool
) -> None:
    await web.chat_postMessage(channel=slack.alerts.id, text=text)
    context = [{"type": "context", "elements": [mrkdwn(text)]}]
    await web.chat_postMessage(channel=slack.alerts.id, text="t", blocks=context)
    assert len(slack.team.mentions()) == (2 if pings else 0)
