"""How a Slack team's messages and channels look in its answers. Pure."""

from tests.servers.slack_world import APP_ID, BOT_ID, BOT_USER, Channel, Json, Message


def message_as_wire(message: Message, *, metadata: bool = False) -> Json:
    """A message, with what only the app knows of it if asked for."""
    wire: Json = {
        "type": "message",
        "ts": message.ts,
        "user": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.thread_ts is not None:
        wire["thread_ts"] = message.thread_ts
    if message.metadata and metadata:
        wire["metadata"] = message.metadata
    return wire


def channel_as_wire(channel: Channel) -> Json:
    """A channel, as the bot sees it."""
    return {
        "id": channel.id,
        "name": channel.name,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_member": BOT_USER in channel.members,
    }
