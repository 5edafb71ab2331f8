"""Files that people put into a modal: Slack keeps them, and the bot's token fetches them.

https://docs.slack.dev/reference/block-kit/block-elements/file-input-element (needs `files:read`);
what stands in one is read by the command layer.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack.failures import CALL_ERRORS, error_code, send_error
from bot.chat.uploads import bounded
from bot.commands.invocation import Attached
from bot.errors import CommandError, SendError
from bot.message import File

log = logging.getLogger(__name__)

SECONDS = 15.0
CHUNK = 65_536
LOST = "Slack did not hand over the file. Please send it once more."
NO_RIGHT = (
    "The app lacks the right files:read. Whoever set it up adds that under OAuth & Permissions,"
    " or pastes the new manifest, and installs the app again."
)


def given(state: Mapping[str, Any]) -> str:
    """The id of the first file in a submitted modal; nothing where there is none."""
    for inputs in state.values():
        for element in inputs.values():
            if element.get("type") == "file_input" and element.get("files"):
                return str(element["files"][0].get("id") or "")
    return ""


def attached(number: str, opened: Callable[[], Awaitable[AsyncWebClient]]) -> Attached | None:
    """The file of this id, fetched when it is asked for; `opened` gives the team's client."""
    if not number:
        return None

    async def file() -> File:
        try:
            web = await opened()
            about = (await web.files_info(file=number))["file"]
            url = str(about.get("url_private_download") or about.get("url_private") or "")
            return File(str(about.get("name") or "file"), await _read(url, web), "")
        except CALL_ERRORS as error:
            log.warning("%s", send_error(error, "A file could not be fetched"))
            raise CommandError(
                NO_RIGHT if error_code(error) == "missing_scope" else LOST
            ) from error
        except (SendError, ValueError) as error:
            raise CommandError(LOST) from error

    return file


async def _read(url: str, web: AsyncWebClient) -> bytes:
    """At most a byte more than a file may have. A page to log in with means that we may not."""
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    async with (
        aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as session,
        session.get(
            url, headers={"Authorization": f"Bearer {web.token}"}, proxy=web.proxy
        ) as answer,
    ):
        return await bounded(answer.content.iter_chunked(CHUNK))
