"""Who counts as a manager in a Slack team, everyone, admins, or a user group, and who as an admin.

It is kept for a minute. What managers may do is the command layer's affair.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.slack.failures import CALL_ERRORS, send_error
from bot.config import Managers, WhoManages
from bot.errors import SendError

log = logging.getLogger(__name__)

KEPT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class May:
    """What somebody may: manage, and administer."""

    manage: bool
    administer: bool


class Rights:
    """Answers what somebody may. Where Slack cannot tell us, they may nothing."""

    def __init__(
        self,
        web: Callable[[str], Awaitable[AsyncWebClient]],
        clock: Callable[[], datetime],
        usual: WhoManages,
        is_own: Callable[[str], bool],
    ) -> None:
        """`web` opens a team by its id; it raises SendError where the app is not installed.

        `usual` is what the configuration says. Its group is one of our own team: others, which have
        no such group, have their admins.
        """
        self._web = web
        self._is_own = is_own
        self._clock = clock
        self._usual = usual
        self._known: dict[tuple[str, str, WhoManages], tuple[datetime, May]] = {}

    async def of(self, team: str, user: str, chosen: WhoManages | None = None) -> May:
        """What this person may now, or might within the last minute; `chosen` is the team's own."""
        rule = chosen or self._usual
        if rule.who is Managers.GROUP and chosen is None and not self._is_own(team):
            rule = WhoManages()
        now, key = self._clock(), (team, user, rule)
        if (known := self._known.get(key)) is not None and now - known[0] < KEPT:
            return known[1]
        try:
            web = await self._web(team)
            if rule.who is Managers.GROUP and await self._in_group(web, user, rule.group):
                may = May(manage=True, administer=True)
            else:
                admin = await self._admin(web, user)
                may = May(
                    manage=rule.who is Managers.ANYONE or (admin and rule.who is Managers.ADMINS),
                    administer=admin,
                )
        except SendError as error:
            log.warning("What %s may is not known: %s", user, error)
            return May(rule.who is Managers.ANYONE, administer=False)
        except CALL_ERRORS as error:
            log.warning("%s", send_error(error, f"What {user} may is not known"))
            return May(rule.who is Managers.ANYONE, administer=False)
        self._known[key] = (now, may)
        return may

    async def _admin(self, web: AsyncWebClient, user: str) -> bool:
        person = (await web.users_info(user=user)).get("user") or {}
        return bool(person.get("is_admin") or person.get("is_owner"))

    async def _in_group(self, web: AsyncWebClient, user: str, group: str) -> bool:
        """Whether somebody is in a user group; one that is not there has nobody in it."""
        try:
            answer = await web.usergroups_users_list(usergroup=group)
        except SlackApiError as error:
            log.warning("%s", send_error(error, f"Who is in the group {group} is not known"))
            return False
        return user in (answer.get("users") or [])
