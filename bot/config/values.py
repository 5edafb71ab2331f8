"""The kinds of value a setting may have; each says what is wrong with one and what to write.

It checks one value at a time; whether values fit each other is decided in `consistency.py`.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, InstanceOf, PlainSerializer
from pydantic_core import PydanticCustomError

from bot.model import MOST_SOURCES, Cadence, Destination, FullText, Platform, Severity

_Choice = TypeVar("_Choice", bound=StrEnum)
_HOST_PORT = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@\[\]]+):([0-9]{1,5})")
_SHOWN = 80

# What a chat calls a channel, or somebody's own conversation, and how people find that out.
# https://docs.slack.dev/reference/objects/conversation-object
# https://docs.discord.com/developers/reference#snowflakes
_ADDRESSES: Mapping[Platform, tuple[re.Pattern[str], str, str]] = {
    Platform.SLACK: (
        re.compile(r"[CGDUW][A-Z0-9]+"),
        "Slack's ids are capitals and digits, such as C0123456789; a name may change",
        "Click the channel's name in Slack: its id stands at the end of About. Write"
        ' "slack:C0123456789".',
    ),
    Platform.DISCORD: (
        re.compile(r"@?[0-9]{1,20}"),
        "Discord's ids are digits, such as 112233445566778899",
        "Switch Developer Mode on in Discord (User Settings, Advanced), right-click the channel,"
        ' Copy Channel ID. Write "discord:112233445566778899".',
    ),
}


@dataclass(frozen=True, slots=True)
class Environment:
    """Marks a setting that an environment variable gives; a secret can come from nowhere else."""

    variable: str
    secret: bool = False


class Managers(StrEnum):
    """Who may change watchlists, lists and feeds on a platform."""

    ANYONE = "anyone"
    ADMINS = "admins"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class WhoManages:
    """Who may change things in a chat; `group` is the id of a user group or role for GROUP."""

    who: Managers = Managers.ADMINS
    group: str = ""

    def __str__(self) -> str:
        return f"the members of {self.group}" if self.who is Managers.GROUP else str(self.who)


class SlackMode(StrEnum):
    """How Slack's requests reach us: over a socket that we open, or over HTTP from Slack."""

    SOCKET = "socket"
    HTTP = "http"


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


def wrong(problem: str, remedy: str) -> PydanticCustomError:
    """A mistake in one value, in two finished sentences."""
    # Braces would be taken for places to fill in, so the texts travel as context.
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "remedy": remedy})


def shown(value: object) -> str:
    """A value of the file as a sentence may show it: short, on one line, no control characters."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = value if isinstance(value, str) else str(value)
    cut = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return repr(cut) if isinstance(value, str) else cut


def nearest(word: str, known: list[str]) -> str | None:
    """The known word that was probably meant, or None."""
    return next(iter(difflib.get_close_matches(word.lower(), known, 1, 0.6)), None)


def _choice(kind: type[_Choice]) -> Callable[[object], _Choice]:
    words = [str(choice) for choice in kind]

    def choose(value: object) -> _Choice:
        if isinstance(value, str) and value in words:
            return kind(value)
        meant = nearest(value, words) if isinstance(value, str) else None
        remedy = f'Did you mean "{meant}"?' if meant else f"Write one of {', '.join(words)}."
        raise wrong(f"{shown(value)} is none of {', '.join(words)}.", remedy)

    return choose


def _destination(value: object) -> Destination:
    if isinstance(value, Destination):
        return value
    remedy = 'Write "console", "slack:C0123456789" or "discord:112233445566778899".'
    if not isinstance(value, str):
        raise wrong(f"{shown(value)} names no chat.", remedy)
    try:
        place = Destination.parse(value)
    except ValueError:
        raise wrong(f"{shown(value)} is no place in a chat.", remedy) from None
    if place.platform in _ADDRESSES:
        shape, looks, how = _ADDRESSES[place.platform]
        if not shape.fullmatch(place.address):
            raise wrong(f"{shown(value)} is no channel: {looks}.", how)
    return place


def _has_port(text: str, lowest: int) -> bool:
    found = _HOST_PORT.fullmatch(text)
    return found is not None and lowest <= int(found[2]) <= 65535


def _bind(text: str) -> str:
    if text and not _has_port(text, 0):
        raise wrong(
            f"{shown(text)} is not host:port.",
            'Write "127.0.0.1:8417", or "" to open no port at all.',
        )
    return text


def _allowed(text: str) -> str:
    if not _has_port(text, 1):
        raise wrong(
            f"{shown(text)} is not host:port.",
            'Write the host and the port alone, such as "feeds.example.org:8080".',
        )
    return text.lower()


def _address(schemes: tuple[str, ...], example: str, *, or_empty: bool = False) -> AfterValidator:
    kinds = " or ".join(f"{scheme}://" for scheme in schemes)

    def check(text: str) -> str:
        if or_empty and not text:
            return text
        if "@" in re.split("[/?#]", text.partition("://")[2], maxsplit=1)[0]:
            raise wrong("The address holds a user name or password.", "Leave out all up to the @.")
        try:
            parts = urlsplit(text)
            sound = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            sound = False
        if not sound or not text.isprintable() or " " in text:
            # What follows the question mark may be a key to the feed.
            raise wrong(
                f"{shown(text.partition('?')[0])} is not an address that starts with {kinds}.",
                f'Write an address such as "{example}".',
            )
        return text

    return AfterValidator(check)


def _slack_api(text: str) -> str:
    if not text.endswith("/api/"):
        raise wrong(
            f"{shown(text)} does not end in /api/.",
            'Write "https://slack.com/api/", or your proxy\'s address with /api/ at its end.',
        )
    return text


def _database(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    kind = scheme.partition("+")[0]
    remedy = 'Write "sqlite:///watchfloor.db" or "postgresql://user@host/database".'
    # The address may hold a password, so no more than its scheme is shown.
    if not separator or not rest:
        raise wrong("This is not the address of a database.", remedy)
    if kind not in {"sqlite", "postgresql"}:
        raise wrong(f"{shown(scheme)} is no database that Watchfloor knows.", remedy)
    return text


def _list_name(text: str) -> str:
    if not re.fullmatch(r"[a-zA-Z0-9_-]+", text):
        raise wrong(
            f"{shown(text)} cannot stand behind @ in a query.",
            'Use letters, digits, "_" and "-" only, such as "gulf-states".',
        )
    if text.lower() in {"here", "channel", "everyone"}:
        raise wrong(
            f"{shown(text)} calls everybody in a chat.",
            'Choose another name, such as "gulf-states".',
        )
    return text.lower()


def _printable(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise wrong(
            f"{shown(text)} cannot be sent in a request.",
            'Write a mail or web address in plain characters, such as "ops@example.org".',
        )
    return text


def _prefix(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]{0,20}", text):
        raise wrong(
            f"{shown(text)} cannot begin a command's name.",
            'Write at most 20 of a-z, 0-9, "_" and "-", such as "wf-".',
        )
    return text


def _tag(text: str) -> str:
    if not text or not text.isprintable() or any(character.isspace() for character in text):
        raise wrong(f"{shown(text)} is not one word.", 'Write one word, such as "korea".')
    return text


Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
Count = Annotated[int, Field(gt=0, le=1_000)]
Days = Annotated[float, Field(gt=0, le=36_500, allow_inf_nan=False)]
Hours = Annotated[float, Field(gt=0, le=8_760, allow_inf_nan=False)]
Place = Annotated[InstanceOf[Destination], BeforeValidator(_destination), PlainSerializer(str)]
FullTextName = Annotated[FullText, BeforeValidator(_choice(FullText))]
Sources = Annotated[int, Field(ge=1, le=MOST_SOURCES)]
CadenceName = Annotated[Cadence, BeforeValidator(_choice(Cadence))]
SeverityName = Annotated[Severity, BeforeValidator(_choice(Severity))]
LogFormatName = Annotated[LogFormat, BeforeValidator(_choice(LogFormat))]
SlackModeName = Annotated[SlackMode, BeforeValidator(_choice(SlackMode))]
ManagersName = Annotated[Managers, BeforeValidator(_choice(Managers))]
DatabaseAddress = Annotated[str, AfterValidator(_database)]
Bind = Annotated[str, AfterValidator(_bind)]
AllowedHost = Annotated[str, AfterValidator(_allowed)]
FeedAddress = Annotated[str, _address(("https", "http"), "https://example.org/feed.xml")]
SlackApi = Annotated[
    str, _address(("https", "http"), "https://slack.com/api/"), AfterValidator(_slack_api)
]
SlackAuthorize = Annotated[str, _address(("https", "http"), "https://slack.com/oauth/v2/authorize")]
PublicAddress = Annotated[
    str, _address(("https", "http"), "https://bot.example.org", or_empty=True)
]
DiscordApi = Annotated[str, _address(("https", "http"), "https://discord.com/api/v10")]
Gateway = Annotated[str, _address(("wss", "ws"), "wss://gateway.example.org", or_empty=True)]
PingAddress = Annotated[
    str, _address(("https", "http"), "https://ping.example.org/abc", or_empty=True)
]
ListName = Annotated[str, Field(max_length=40), AfterValidator(_list_name)]
CommandPrefix = Annotated[str, AfterValidator(_prefix)]
Tag = Annotated[str, Field(max_length=40), AfterValidator(_tag)]
Contact = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
