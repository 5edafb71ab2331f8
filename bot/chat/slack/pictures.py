"""Pictures and files in Slack: a picture is uploaded for nobody, then shown by a message's block.

A file to keep is shared into a conversation. Slack takes neither in a message that one person alone
sees, so nothing here is private by itself.
https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
"""

import asyncio
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.hygiene import cut, one_line
from bot.chat.slack.failures import error_code
from bot.chat.slack.render import Payload
from bot.chat.slack.rich_text import Json
from bot.message import File, Picture

ALT = 2_000
# A file can be shown a second or two after its upload; before that, a block that names it counts as
# not valid: https://github.com/slackapi/slack-github-action/issues/413
TRIES = 8
PAUSE_SECONDS = 1.0


async def hand(
    web: AsyncWebClient, person: str, heading: Payload, enclosed: Picture | File
) -> tuple[str, str]:
    """Put it into somebody's own conversation with the bot; the channel's id and the `ts` there.

    Raises one of CALL_ERRORS.
    """
    if isinstance(enclosed, Picture):
        return await post(web, person, heading, await upload(web, enclosed))
    posted = await web.chat_postMessage(channel=person, text=heading.text, blocks=heading.blocks)
    channel = str(posted["channel"])
    await web.files_upload_v2(
        file=enclosed.data, filename=enclosed.name, title=enclosed.name, channel=channel
    )
    return channel, str(posted["ts"])


async def upload(web: AsyncWebClient, picture: Picture) -> Json:
    """Upload a picture, for nobody yet, and return the block that shows it.

    Raises one of CALL_ERRORS.
    """
    alt = cut(one_line(picture.alt), ALT) or picture.name
    done = await web.files_upload_v2(
        file=picture.png, filename=picture.name, title=picture.name, alt_txt=alt
    )
    files: list[Any] = done["files"]
    return {"type": "image", "slack_file": {"id": str(files[0]["id"])}, "alt_text": alt}


async def post(web: AsyncWebClient, channel: str, payload: Payload, image: Json) -> tuple[str, str]:
    """Post words with a picture below them; returns the channel's id and the message's `ts`.

    `channel` may be a person's id: then it goes into their own conversation with the bot.

    Raises one of CALL_ERRORS.
    """
    for left in reversed(range(TRIES)):
        try:
            posted = await web.chat_postMessage(
                channel=channel,
                text=payload.text,
                blocks=[*payload.blocks, image],
                unfurl_links=False,
                unfurl_media=False,
            )
        except SlackApiError as error:
            if error_code(error) != "invalid_blocks" or not left:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return str(posted["channel"]), str(posted["ts"])
    raise AssertionError("the last try returns or raises")
