"""Takes secrets out of whatever is written for people: one filter in front of every log handler.

Two nets: the very values that the settings hold, wherever they turn up, and the shapes of tokens,
passwords in addresses and keys in queries, for those that nobody told us of. What is left is text.
"""

import json
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from pydantic import BaseModel, SecretStr

from bot.config import LogFormat, Settings

GONE = "[secret]"
_SHORTEST = 6  # shorter values would take words out of sentences

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bx(?:ox[a-z]|app|oxe\.xox[a-z])-[\w-]{6,}"), GONE),
    (re.compile(r"(?i)\b(Bot|Bearer)\s+[\w.~+/-]{12,}=*"), rf"\1 {GONE}"),
    (re.compile(r"\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}"), GONE),  # Discord's, in three parts
    (re.compile(r"(?i)\bhooks\.slack\.com/\S+"), f"hooks.slack.com/{GONE}"),
    (re.compile(r"(?i)/api(?:/v\d+)?/webhooks/\d+/[\w-]+"), f"/api/webhooks/{GONE}"),
    # user:password@ in any address; the password may hold anything but / and blanks.
    # It is looked for from the slashes on: to try every letter as the first of a scheme is slow.
    (re.compile(r"://[^\s/@]+(?:@[^\s/@]+)*@"), f"://{GONE}@"),
    (
        re.compile(
            r"(?i)([?&;](?:[\w-]*(?:token|secret|key|password|passwd|pwd|auth|sig|signature|code))=)"
            r"[^\s&;#'\"]+"
        ),
        rf"\1{GONE}",
    ),
    (re.compile(r"(?i)\b(v0=)[0-9a-f]{32,}"), rf"\1{GONE}"),
)


def redacted(text: str, known: Iterable[str] = ()) -> str:
    """The text without secrets: `known` values, and whatever has the shape of one."""
    for value in known:
        text = text.replace(value, GONE)
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return text


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Every secret value that the settings hold, the longest first."""
    found = {each for each in _secrets(settings) if len(each) >= _SHORTEST}
    password = re.search(r"://[^/@]*?:(.+)@", settings.database.url)
    if password and len(password[1]) >= _SHORTEST:
        found.add(password[1])
    if settings.operations.ping_url:
        found.add(settings.operations.ping_url)
    return tuple(sorted(found, key=len, reverse=True))


def _secrets(section: BaseModel) -> Iterable[str]:
    for _, value in section:
        if isinstance(value, SecretStr):
            yield value.get_secret_value()
        elif isinstance(value, BaseModel):
            yield from _secrets(value)


class RedactingFormatter(logging.Formatter):
    """Writes a record as text or as JSON, tracebacks too, and takes the secrets out at the end."""

    def __init__(self, form: LogFormat, known: tuple[str, ...]) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._json = form is LogFormat.JSON
        self._known = known

    def format(self, record: logging.LogRecord) -> str:
        """One line, or for a traceback several; in JSON always one."""
        if not self._json:
            return redacted(super().format(record), self._known)
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": redacted(record.getMessage(), self._known),
        }
        if record.exc_info:
            said["trace"] = redacted(self.formatException(record.exc_info), self._known)
        return json.dumps(said, ensure_ascii=False)


def start_logging(settings: Settings) -> None:
    """Log to standard error: our own rooms from INFO on, libraries from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(settings.operations.log_format, secrets_of(settings)))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(logging.INFO)
