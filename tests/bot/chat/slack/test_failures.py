"""What each error of chat.postMessage means, in one table."""

from datetime import timedelta

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat.slack.failures import loses_token, send_error
from bot.errors import SendKind

TABLE = {
    SendKind.NOT_SENT: (
        "ratelimited rate_limited message_limit_exceeded service_unavailable team_added_to_org"
    ),
    SendKind.AMBIGUOUS: "internal_error fatal_error request_timeout",
    SendKind.BLOCKED: (
        "channel_not_found not_in_channel is_archived restricted_action"
        " restricted_action_read_only_channel restricted_action_thread_only_channel"
        " channel_is_limited_access"
        " messages_tab_disabled cannot_dm_bot"
    ),
    SendKind.GONE: (
        "message_not_found cant_update_message edit_window_closed thread_not_found"
        " cannot_reply_to_message restricted_action_thread_locked"
        " restricted_action_non_threadable_channel"
    ),
    SendKind.PLATFORM_DOWN: (
        "invalid_auth not_authed token_revoked token_expired account_inactive missing_scope"
        " not_allowed_token_type team_access_not_granted ekm_access_denied access_denied"
        " no_permission org_login_required enterprise_is_restricted accesslimited"
        " two_factor_setup_required"
    ),
    SendKind.REJECTED: (
        "invalid_blocks invalid_blocks_format msg_too_long msg_blocks_too_long no_text"
        " too_many_attachments invalid_metadata_format invalid_metadata_schema metadata_too_large"
        " invalid_arguments a_code_of_tomorrow"
    ),
}
ROWS = [(code, kind) for kind, codes in TABLE.items() for code in codes.split()]


def answered(status: int, body: object, **headers: str) -> SlackApiError:
    """An error as the SDK raises it."""
    response = AsyncSlackResponse(
        client=AsyncWebClient(),
        http_verb="POST",
        api_url="https://slack.com/api/chat.postMessage",
        req_args={},
        data=body,  # type: ignore[arg-type]  # whatever Slack says
        headers=headers,
        status_code=status,
    )
    return SlackApiError("it failed", response)


@pytest.mark.parametrize(("code", "kind"), ROWS)
def test_each_code_has_its_class_and_is_named(code: str, kind: SendKind) -> None:
    error = send_error(answered(200, {"ok": False, "error": code}), "It was not posted")
    assert error.kind is kind
    assert code in str(error)
    assert str(error).startswith("It was not posted: ")


@pytest.mark.parametrize(("code", "kind"), ROWS)
def test_only_a_token_that_slack_refuses_is_lost(code: str, kind: SendKind) -> None:
    if loses_token(answered(200, {"ok": False, "error": code})):
        assert kind is SendKind.PLATFORM_DOWN


@pytest.mark.parametrize(
    ("said", "wait"), [("1", 1), ("30", 30), ("3600", 3600), ("", 30), ("soon", 30), ("-5", 30)]
)
def test_a_limit_is_waited_for_as_slack_says_and_half_a_minute_where_it_says_nothing(
    said: str, wait: int
) -> None:
    limited = answered(429, {"ok": False, "error": "ratelimited"}, **{"Retry-After": said})
    error = send_error(limited, "It was not posted")
    assert (error.kind, error.retry_after) == (SendKind.NOT_SENT, timedelta(seconds=wait))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", ["", "<html>", None, [], {"ok": False}])
def test_a_page_of_an_error_proves_nothing(status: int, body: object) -> None:
    assert send_error(answered(status, body), "x").kind is SendKind.AMBIGUOUS


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), SendKind.AMBIGUOUS),
        (ConnectionResetError(), SendKind.AMBIGUOUS),
        (aiohttp.ServerDisconnectedError(), SendKind.AMBIGUOUS),
        (aiohttp.ClientPayloadError(), SendKind.AMBIGUOUS),
        (ValueError("no JSON"), SendKind.AMBIGUOUS),
        (AttributeError("no JSON object"), SendKind.AMBIGUOUS),
    ],
    ids=lambda each: type(each).__name__,
)
def test_a_broken_connection_proves_nothing(error: Exception, kind: SendKind) -> None:
    assert send_error(error, "x").kind is kind
