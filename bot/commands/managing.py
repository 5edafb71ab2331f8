"""/watchfloor managers: who may change watchlists and feeds, shown and chosen for each chat.

Who runs the place by the chat's own account may always choose; so nobody is locked out.
"""

import re

from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply
from bot.config import Managers, WhoManages
from bot.errors import CommandError
from bot.message import Answer, Code, Paragraph, Tone, plain
from bot.model import Platform

WHO = tuple(map(str, Managers))
CHATS = (str(Platform.SLACK), str(Platform.DISCORD))
_SLACK_GROUP = re.compile(r"<!subteam\^(S[A-Z0-9]+)(?:\|[^>]*)?>|(S[A-Z0-9]{6,})")
_ROLE = re.compile(r"<@&(\d+)>|(\d{5,})")
_GROUPS = {
    Platform.SLACK: (_SLACK_GROUP, "S0123456789"),
    Platform.DISCORD: (_ROLE, "112233445566778899"),
}


async def managers(desk: Desk, invocation: Invocation) -> Reply:
    """Show who may manage in a chat, or choose it."""
    values = invocation.values
    platform = Platform(values.get("chat") or invocation.actor.platform)
    if platform is Platform.CONSOLE:
        raise CommandError(
            "Whoever types at the console runs the bot. Of a chat, say which:",
            suggestion="/watchfloor managers --chat slack",
        )
    who = (values.get("who") or "").lower()
    if not who:
        if values.get("group"):
            raise CommandError(
                "Say that it is a group:", suggestion="/watchfloor managers group --group ID"
            )
        return Reply(await _shown(desk, invocation, platform))
    chosen = WhoManages(Managers(who), _group(platform, who, values.get("group", "")))
    await desk.store.managing.choose(
        invocation.workspace, platform, chosen, by=str(invocation.actor), at=invocation.at
    )
    said = Answer(f"Saved. In {platform.capitalize()}, {chosen} may manage.", tone=Tone.GOOD)
    line = Answer(f"{invocation.actor.name} chose who may manage here: {chosen}.")
    here = invocation.channel is not None and invocation.channel.platform is platform
    return Reply(said, public=line if here else None)


def _group(platform: Platform, who: str, text: str) -> str:
    """The id of a user group or role, as it is typed or mentioned."""
    pattern, example = _GROUPS[platform]
    found = pattern.fullmatch(text.strip())
    if who == Managers.GROUP and found is None:
        noun = "user group" if platform is Platform.SLACK else "role"
        raise CommandError(
            f"Name the {noun} by its id, or mention it.",
            suggestion=f"/watchfloor managers group --group {example}",
        )
    if who != Managers.GROUP and text:
        raise CommandError(f"'{who}' takes no group.", suggestion=f"/watchfloor managers {who}")
    return next(filter(None, found.groups())) if found else ""


async def _shown(desk: Desk, invocation: Invocation, platform: Platform) -> Answer:
    chosen = await desk.store.managing.of(invocation.workspace, platform)
    usual = desk.managers.get(platform, WhoManages())
    holds = chosen or usual
    elsewhere = f" --chat {platform}" if platform is not invocation.actor.platform else ""
    others = (
        Code(f"{_line(platform, each)}{elsewhere}") for each in Managers if each is not holds.who
    )
    whence = "chosen here" if chosen else "as the configuration says"
    return Answer(
        f"In {platform.capitalize()}, {holds} may manage",
        (
            Paragraph(plain(f"That is {whence}. Whoever made a watchlist may always change it.")),
            Paragraph(plain("To change it:")),
            *others,
        ),
    )


def _line(platform: Platform, who: Managers) -> str:
    group = f" --group {_GROUPS[platform][1]}" if who is Managers.GROUP else ""
    return f"/watchfloor managers {who}{group}"
