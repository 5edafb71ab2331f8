"""Whole command lines, made of what somebody typed and what was meant by it. Pure.

A line that is proposed can be entered as it stands. Which watchlists there are, it does not know.
"""

import difflib
import re
from collections.abc import Mapping, Sequence

from bot.commands.desk import quoted
from bot.commands.invocation import Option, Spec

_OPTION = re.compile(r"--([\w-]+) (.+)")
_SPAN = re.compile(r"(\d{1,5})\s*([a-z]+)?", re.IGNORECASE)
_HOURS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 1 / 60),
    **dict.fromkeys(("", "h", "hr", "hrs", "hour", "hours"), 1),
    **dict.fromkeys(("d", "day", "days"), 24),
    **dict.fromkeys(("w", "wk", "week", "weeks"), 168),
    **dict.fromkeys(("mo", "month", "months"), 720),
}
"""How many hours a unit of time has, under the names that people give it."""
UNITS = frozenset(_HOURS) - {""}
_MEANT = {
    **dict.fromkeys(("high", "urgent", "important", "severe", "red"), "critical"),
    **dict.fromkeys(("medium", "normal", "default", "warning"), "notable"),
    **dict.fromkeys(("low", "info", "minor"), "routine"),
    **dict.fromkeys(("now", "immediate", "immediately", "live", "realtime"), "instant"),
}
"""Words of other programs for what our options take."""


def written(spec: Spec, values: Mapping[str, str]) -> str:
    """The line that has these values: what has a place, then options, then the rest as it is."""
    given = [(option, values[option.name]) for option in spec.options if values.get(option.name)]
    places = [quoted(value) for option, value in given if not (option.flag or option.rest)]
    flags = [f"--{option.name} {quoted(value)}" for option, value in given if option.flag]
    rest = [value for option, value in given if option.rest]
    return " ".join([f"/{spec.name}", *places, *flags, *rest])


def completed(spec: Spec | None, values: Mapping[str, str], proposed: str) -> str:
    """The whole line for what a command proposes: a line, an option alone, or the name meant.

    Nothing where it was a form or a button that proposes it, which no line stands for.
    """
    if not proposed or proposed.startswith("/"):
        return proposed
    if spec is None:
        return ""
    if option := _OPTION.fullmatch(proposed):
        return written(spec, {**values, option[1]: option[2].strip('"')})
    named = next((each.name for each in spec.options if each.completes), None)
    return written(spec, {**values, named: proposed}) if named else ""


def choice_meant(option: Option, value: str) -> str:
    """The one of an option's choices that was meant, as far as it can be told; else nothing."""
    word = value.lower()
    if _MEANT.get(word) in option.choices:
        return _MEANT[word]
    if found := _nearest_span(option.choices, word):
        return found
    near = difflib.get_close_matches(word, option.choices, n=1, cutoff=0.7)
    return near[0] if near else ""


def number_meant(option: Option, value: str) -> str:
    """A span of time as the number that an option in hours or days takes; else nothing."""
    hours = _hours(value)
    unit = _HOURS.get(option.name, 0)
    if hours is None or unit < 1 or value.isdecimal():
        return ""
    return str(max(1, round(hours / unit)))


def _nearest_span(choices: Sequence[str], word: str) -> str:
    """The choice whose span of time is nearest to the one that was typed, in proportion."""
    wanted = _hours(word)
    known = {choice: hours for choice in choices if (hours := _hours(choice))}
    if not wanted or not known:
        return ""
    return min(known, key=lambda each: max(known[each] / wanted, wanted / known[each]))


def _hours(text: str) -> float | None:
    span = _SPAN.fullmatch(text.strip())
    if span is None or (span[2] or "").lower() not in _HOURS:
        return None
    return int(span[1]) * _HOURS[(span[2] or "").lower()]
