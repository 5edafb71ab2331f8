"""The app's Home tab: who opens it sees what is theirs. https://docs.slack.dev/surfaces/app-home.

What stands there is the command layer's affair.
"""

from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack.events import Asked, Body, Place
from bot.chat.slack.render import render
from bot.chat.slack.rich_text import Hosts
from bot.message import Answer, Form

PAGE = "home:page"


def opened(body: Body) -> Asked | None:
    """Who opened the tab; None where it was another tab."""
    event = body.get("event") or {}
    if event.get("tab") != "home":
        return None
    user = str(event.get("user") or "")
    return Asked(str(body.get("team_id") or ""), user, user, Place(), "")


async def publish(web: AsyncWebClient, user: str, said: Answer | Form, allow: Hosts) -> None:
    """Draw the tab of one person. Raises one of CALL_ERRORS."""
    if isinstance(said, Answer):
        view = {"type": "home", "blocks": render(said, allow).blocks}
        await web.views_publish(user_id=user, view=view)
