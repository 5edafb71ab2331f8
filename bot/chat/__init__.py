"""The rooms of chat: the adapter's promise, the delivery loop, and one folder per platform."""
