"""From the bytes of feeds to queued alerts: the whole of the bot but the chats."""
