"""Who counts as a manager in a Slack team: everyone, admins, or a user group. Kept for a minute.

What managers may do is the command layer's affair.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack.failures import CALL_ERRORS, send_error

log = logging.getLogger(__name__)

KEPT = timedelta(minutes=1)
ANYONE, ADMINS, GROUP = "anyone", "admins", "group"


class Rights:
    """Answers whether somebody is a manager. Where Slack cannot tell us, they are none."""

    def __init__(
        self, web: AsyncWebClient, clock: Callable[[], datetime], managers: str, group: str
    ) -> None:
        self._web = web
        self._clock = clock
        self._managers = managers
        self._group = group
        self._known: dict[str, tuple[datetime, bool]] = {}

    async def is_manager(self, user: str) -> bool:
        """Whether this person is a manager now, or was within the last minute."""
        if self._managers == ANYONE:
            return True
        now = self._clock()
        if (known := self._known.get(user)) is not None and now - known[0] < KEPT:
            return known[1]
        try:
            verdict = await (self._in_group(user) if self._managers == GROUP else self._admin(user))
        except CALL_ERRORS as error:
            log.warning("%s", send_error(error, f"Whether {user} is a manager is not known"))
            return False
        self._known[user] = (now, verdict)
        return verdict

    async def _admin(self, user: str) -> bool:
        person = (await self._web.users_info(user=user)).get("user") or {}
        return bool(person.get("is_admin") or person.get("is_owner"))

    async def _in_group(self, user: str) -> bool:
        answer = await self._web.usergroups_users_list(usergroup=self._group)
        return user in (answer.get("users") or [])
