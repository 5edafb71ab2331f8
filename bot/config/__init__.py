"""The configuration: settings from a TOML file, secrets from the environment, all faults at once.

It reads that file and nothing else: no network, no database, no clock. Queries are judged by a
function that the caller brings, since the rule engine is not known here.
"""

from bot.config.consistency import QueryCheck
from bot.config.reading import load, read
from bot.config.settings import (
    Backup,
    Console,
    Database,
    Delivery,
    Discord,
    FeedEntry,
    Fetch,
    ListEntry,
    Operations,
    Polling,
    Retention,
    Settings,
    Slack,
    WatchlistEntry,
    Web,
    defaults,
)
from bot.config.values import LogFormat, Managers, SlackMode, WhoManages

__all__ = [
    "Backup",
    "Console",
    "Database",
    "Delivery",
    "Discord",
    "FeedEntry",
    "Fetch",
    "ListEntry",
    "LogFormat",
    "Managers",
    "Operations",
    "Polling",
    "QueryCheck",
    "Retention",
    "Settings",
    "Slack",
    "SlackMode",
    "WatchlistEntry",
    "Web",
    "WhoManages",
    "defaults",
    "load",
    "read",
]
