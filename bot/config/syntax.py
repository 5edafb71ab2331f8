"""From a text to the tables in it; what TOML forbids is told in plain words and with its line.

It knows TOML and no setting.
"""

import re
import tomllib
from typing import Any

from bot.errors import Fault

_FORMS = 'Write key = "text", key = 5, key = true or key = ["a", "b"].'
# The beginning of what tomllib says, and what we say instead.
_PLAINLY = (
    ("Expected '='", "A key stands here without = and a value.", _FORMS),
    ("Invalid value", "The value cannot be read.", _FORMS),
    ("Expected newline", "Something follows the value on its line.", _FORMS),
    ('Unterminated|Expected "\'"', "A text does not end.", "Close its quotes."),
    (r"Illegal character '\\n'", "A text does not end.", "Close its quotes on the same line."),
    (
        "Unescaped|Invalid hex",
        "A backslash stands in a text and begins nothing known.",
        "Put the text in single quotes, or write each backslash twice.",
    ),
    (
        "Unclosed|Expected '\\]",
        "A bracket is not closed.",
        "Close it; elements of a list are kept apart by commas.",
    ),
    (
        "Cannot declare",
        "The table was begun before.",
        "Put its keys under the first one; several feeds begin with [[feeds]] each.",
    ),
    ("Cannot overwrite|Duplicate", "The key has a value already.", "Remove one of the two."),
)


def tables(text: str) -> dict[str, Any] | Fault:
    """All that a TOML text says, or the first thing in it that TOML forbids."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        return Fault("file", "Brackets stand too deep within each other.", "Take most of them out.")
    except ValueError as error:
        return _fault(str(error), text)


def _fault(said: str, text: str) -> Fault:
    reason, _, place = said.partition(" (at ")
    line = re.match(r"line (\d+)", place)
    at = int(line[1]) if line else text.rstrip().count("\n") + 1 if place else None
    for beginning, problem, remedy in _PLAINLY:
        if re.match(beginning, reason):
            return Fault("file", problem, remedy, at)
    return Fault("file", f"This is not TOML: {reason}.", _FORMS, at)
