"""Sorts what can go wrong with a post into what follows from it. Pure.

Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
"""

from datetime import timedelta

import aiohttp
import discord

from bot.errors import SendError, SendKind

MISSING_ACCESS = 50001
MISSING_PERMISSIONS = 50013
UNKNOWN_CHANNEL = 10003
UNKNOWN_GUILD = 10004
UNKNOWN_MESSAGE = 10008
CLOSED_THREAD = 50083
LOCKED_THREAD = 160005
TAG_REQUIRED = 40067
NOT_TO_THIS_PERSON = 50007
UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060

_LOST = {
    UNKNOWN_CHANNEL: "the channel is gone",
    UNKNOWN_GUILD: "the server is gone, or the bot was removed from it",
    MISSING_ACCESS: "the bot cannot see the channel. Let it view the channel",
    MISSING_PERMISSIONS: "the bot may not post there. Let it send messages and embed links",
    NOT_TO_THIS_PERSON: "this person takes no messages from the bot",
    TAG_REQUIRED: "every post of this forum needs a tag. Let it take posts without one",
}

_GONE = {
    UNKNOWN_MESSAGE: "the message was deleted",
    CLOSED_THREAD: "the thread is closed",
    LOCKED_THREAD: "the thread is locked",
}


def sort(error: Exception) -> SendError:
    """Say what an error of discord.py or of the connection means for the message.

    Only what happened before a byte of the request was written, or what Discord said itself, counts
    as certain. On Linux a reset is errno 104, which discord.py does not retry.
    """
    if isinstance(error, discord.RateLimited):
        wait = timedelta(seconds=error.retry_after)
        return SendError(SendKind.NOT_SENT, "Discord asks us to wait.", retry_after=wait)
    if isinstance(error, discord.LoginFailure):
        return SendError(SendKind.PLATFORM_DOWN, "Discord refuses the token.")
    if isinstance(error, discord.HTTPException):
        return _answered(error)
    if isinstance(error, aiohttp.ClientConnectorError):
        return SendError(SendKind.NOT_SENT, "Discord cannot be reached.")
    if isinstance(error, TimeoutError):
        return SendError(SendKind.AMBIGUOUS, "Discord did not answer in time.")
    return SendError(SendKind.AMBIGUOUS, "The connection to Discord broke.")


def sort_in_thread(error: Exception) -> SendError:
    """The same for a message's thread: that it is lost says nothing of the channel."""
    sorted_ = sort(error)
    if sorted_.kind is SendKind.BLOCKED:
        return SendError(SendKind.GONE, f"No thread to write into. {sorted_}")
    return sorted_


def sort_before_post(error: Exception) -> SendError:
    """The same for a request that goes before the post, with which nothing is posted yet."""
    sorted_ = sort(error)
    if sorted_.kind is SendKind.AMBIGUOUS:
        return SendError(SendKind.NOT_SENT, str(sorted_))
    if sorted_.kind is SendKind.REJECTED:  # nobody of that number, or nobody who lets us write
        return SendError(SendKind.BLOCKED, str(sorted_))
    return sorted_


def sort_thread_begin(error: Exception) -> SendError:
    """The same for the beginning of a thread, with which nothing is posted yet."""
    sorted_ = sort(error)
    if sorted_.kind in {SendKind.BLOCKED, SendKind.REJECTED}:
        return SendError(SendKind.GONE, f"No thread could begin. {sorted_}")
    if sorted_.kind is SendKind.AMBIGUOUS:
        return SendError(SendKind.NOT_SENT, str(sorted_))
    return sorted_


def _answered(error: discord.HTTPException) -> SendError:
    if error.code in _LOST:
        gone = error.code == UNKNOWN_CHANNEL  # one that it only hides is MISSING_ACCESS
        return SendError(SendKind.BLOCKED, f"Discord: {_LOST[error.code]}.", for_good=gone)
    if error.code in _GONE:
        return SendError(SendKind.GONE, f"Discord: {_GONE[error.code]}.")
    if error.status == 429:
        # Without a Via header this is Cloudflare's ban, and discord.py does not wait by itself.
        wait = error.response.headers.get("Retry-After", "")
        after = timedelta(seconds=int(wait)) if wait.isdecimal() else None
        return SendError(SendKind.NOT_SENT, "Discord asks us to wait.", retry_after=after)
    if error.status == 401:
        return SendError(SendKind.PLATFORM_DOWN, "Discord refuses the token.")
    if error.status >= 500 or error.status == 408:
        return SendError(SendKind.AMBIGUOUS, f"Discord failed ({error.status}).")
    if error.status == 403 and not error.code:
        return SendError(SendKind.PLATFORM_DOWN, "Something before Discord refuses us (403).")
    return SendError(SendKind.REJECTED, f"Discord refused the message: {error}")
