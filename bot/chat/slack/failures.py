"""What Slack's errors mean for a message and for what waits behind it. Pure.

It tries nothing again: the outbox does, by the kind that is told here.
"""

from collections.abc import Mapping
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import SendError, SendKind

# What a call to Slack can raise. ValueError and AttributeError come out of the SDK for answers that
# are no JSON object, such as a proxy's page.
CALL_ERRORS = (
    SlackClientError,
    aiohttp.ClientError,
    TimeoutError,
    OSError,
    ValueError,
    AttributeError,
)

_KINDS: Mapping[SendKind, frozenset[str]] = {
    SendKind.NOT_SENT: frozenset(
        {
            "ratelimited",
            "rate_limited",
            "message_limit_exceeded",
            "service_unavailable",
            "team_added_to_org",
        }
    ),
    SendKind.AMBIGUOUS: frozenset({"internal_error", "fatal_error", "request_timeout"}),
    SendKind.BLOCKED: frozenset(
        {
            "channel_not_found",
            "not_in_channel",
            "is_archived",
            "restricted_action",
            "restricted_action_read_only_channel",
            "restricted_action_thread_only_channel",
            "posting_to_general_channel_denied",
            "channel_is_limited_access",
            "messages_tab_disabled",
            "cannot_dm_bot",
        }
    ),
    SendKind.GONE: frozenset(
        {
            "message_not_found",
            "cant_update_message",
            "edit_window_closed",
            "thread_not_found",
            "cannot_reply_to_message",
            "restricted_action_thread_locked",
            "restricted_action_non_threadable_channel",
        }
    ),
    SendKind.PLATFORM_DOWN: frozenset(
        {
            "invalid_auth",
            "not_authed",
            "token_revoked",
            "token_expired",
            "account_inactive",
            "missing_scope",
            "not_allowed_token_type",
            "team_access_not_granted",
            "ekm_access_denied",
            "access_denied",
            "no_permission",
            "org_login_required",
            "enterprise_is_restricted",
            "accesslimited",
            "two_factor_setup_required",
        }
    ),
}
_KIND_OF = {code: kind for kind, codes in _KINDS.items() for code in codes}

# A token that Slack will not take again however long we wait.
_LOST_TOKENS = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "token_revoked",
        "token_expired",
        "account_inactive",
        "not_allowed_token_type",
    }
)

_REMEDIES: Mapping[str, str] = {
    "channel_not_found": (
        "The channel is private without the bot in it: invite the bot; or it is gone: give its"
        " watchlists another one."
    ),
    "not_in_channel": "Invite the bot to the channel: /invite @Watchfloor.",
    "is_archived": "The channel is archived.",
    "restricted_action": "The channel lets only some people post.",
    "invalid_auth": "Check the tokens in SLACK_BOT_TOKEN and SLACK_APP_TOKEN.",
    "not_authed": "Set SLACK_BOT_TOKEN and SLACK_APP_TOKEN.",
    "not_allowed_token_type": (
        "SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-: they may have been swapped."
    ),
    "token_revoked": "The app was removed or its token revoked: install it again.",
    "token_expired": "Install the app again for a new token.",
    "account_inactive": "The bot's account was switched off: install the app again.",
}


def send_error(error: Exception, deed: str) -> SendError:
    """An error of the SDK as one that says what follows. `deed` begins the sentence for people."""
    if not isinstance(error, SlackApiError):
        return SendError(_kind_of_transport(error), f"{deed}: {_transport(error)}")
    code, status = error_code(error), _status(error)
    if status == 429:
        return SendError(
            SendKind.NOT_SENT, f"{deed}: Slack asks us to wait.", retry_after=_retry_after(error)
        )
    if status >= 500 and code not in _KIND_OF:
        return SendError(SendKind.AMBIGUOUS, f"{deed}: Slack answered {status}.")
    kind = _KIND_OF.get(code, SendKind.REJECTED)
    details = " ".join(_details(error))
    remedy = _REMEDIES.get(code, _missing(error) if code == "missing_scope" else "")
    return SendError(kind, f"{deed}: Slack says {code}. {details}{remedy}".rstrip())


def error_code(error: Exception) -> str:
    """Slack's own name for an error, or nothing where it gave none."""
    if isinstance(error, SlackApiError) and isinstance(_data(error), Mapping):
        return str(_data(error).get("error", ""))
    return ""


def loses_token(error: Exception) -> bool:
    """Tell whether waiting cannot help: the token itself is refused."""
    return error_code(error) in _LOST_TOKENS


def _data(error: SlackApiError) -> Mapping[str, object]:
    # Where the body was no JSON the SDK hands over aiohttp's response, which has no data.
    data = getattr(error.response, "data", None)
    return data if isinstance(data, Mapping) else {}


def _status(error: SlackApiError) -> int:
    response = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _retry_after(error: SlackApiError) -> timedelta:
    seconds = str(getattr(error.response, "headers", {}).get("Retry-After", ""))
    return timedelta(seconds=int(seconds) if seconds.isdigit() else 30)


def _details(error: SlackApiError) -> tuple[str, ...]:
    """The lines in which Slack names the field that is wrong, by its JSON pointer."""
    metadata = _data(error).get("response_metadata")
    messages = metadata.get("messages") if isinstance(metadata, Mapping) else None
    return tuple(f"{message}." for message in messages[:3]) if isinstance(messages, list) else ()


def _missing(error: SlackApiError) -> str:
    return f"Add the scope {_data(error).get('needed', '')} to the app and install it again."


def _kind_of_transport(error: Exception) -> SendKind:
    """A connection that never stood carried nothing; anything later may have."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return SendKind.NOT_SENT
    return SendKind.AMBIGUOUS


def _transport(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        return "Slack cannot be reached."
    if isinstance(error, TimeoutError):
        return "Slack did not answer in time."
    return f"the connection to Slack broke ({type(error).__name__})."
