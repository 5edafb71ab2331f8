"""Whether everybody in a server may see a channel, read out of what Discord says of both. Pure."""

from typing import Any

Json = dict[str, Any]

# https://docs.discord.com/developers/topics/permissions
VIEW_CHANNEL = 1 << 10
ADMINISTRATOR = 1 << 3
PUBLIC_THREADS = (10, 11)
PRIVATE_THREAD = 12


def is_private(channel: Json, guild: Json) -> bool:
    """Whether the role @everyone, which has the server's own id, cannot see a channel."""
    if channel.get("type") == PRIVATE_THREAD:
        return True
    everyone = str(guild["id"])
    roles = {str(role["id"]): int(role["permissions"]) for role in guild.get("roles") or []}
    allowed = roles.get(everyone, 0)
    if allowed & ADMINISTRATOR:
        return False
    for rule in channel.get("permission_overwrites") or []:
        if str(rule["id"]) == everyone:
            allowed = allowed & ~int(rule["deny"]) | int(rule["allow"])
    return not allowed & VIEW_CHANNEL
