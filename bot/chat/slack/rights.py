"""Who counts as a manager in a Slack team: everyone, admins, or a user group. Kept for a minute.

What managers may do is the command layer's affair.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack.failures import CALL_ERRORS, send_error
from bot.errors import SendError

log = logging.getLogger(__name__)

KEPT = timedelta(minutes=1)
ANYONE, ADMINS, GROUP = "anyone", "admins", "group"


class Rights:
    """Answers whether somebody is a manager. Where Slack cannot tell us, they are none."""

    def __init__(
        self,
        web: Callable[[str], Awaitable[AsyncWebClient]],
        clock: Callable[[], datetime],
        managers: str,
        group: str,
        is_own: Callable[[str], bool],
    ) -> None:
        """`web` opens a team by its id; it raises SendError where the app is not installed.

        The group is one of our own team: others, which have no such group, have their admins.
        """
        self._web = web
        self._is_own = is_own
        self._clock = clock
        self._managers = managers
        self._group = group
        self._known: dict[tuple[str, str], tuple[datetime, bool]] = {}

    async def is_manager(self, team: str, user: str) -> bool:
        """Whether this person is a manager now, or was within the last minute."""
        if self._managers == ANYONE:
            return True
        now = self._clock()
        if (known := self._known.get((team, user))) is not None and now - known[0] < KEPT:
            return known[1]
        try:
            web = await self._web(team)
            in_group = self._managers == GROUP and self._is_own(team)
            verdict = await (self._in_group(web, user) if in_group else self._admin(web, user))
        except SendError as error:
            log.warning("Whether %s is a manager is not known: %s", user, error)
            return False
        except CALL_ERRORS as error:
            log.warning("%s", send_error(error, f"Whether {user} is a manager is not known"))
            return False
        self._known[team, user] = (now, verdict)
        return verdict

    async def _admin(self, web: AsyncWebClient, user: str) -> bool:
        person = (await web.users_info(user=user)).get("user") or {}
        return bool(person.get("is_admin") or person.get("is_owner"))

    async def _in_group(self, web: AsyncWebClient, user: str) -> bool:
        answer = await web.usergroups_users_list(usergroup=self._group)
        return user in (answer.get("users") or [])
