"""Reads robots.txt as RFC 9309 has it: which addresses of a site we may ask for.

It fetches nothing. Every step is bounded by the length of what it reads: a pattern is looked for
piece by piece, never by a regular expression that a site could make slow.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

READ = 512 * 1024  # bytes; RFC 9309, 2.5 asks for 500 KiB at least
LONGEST_PATTERN = 2_000
EVERYBODY = "*"
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_TOKEN = re.compile(r"[a-z_-]+")
_SECONDS = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Line:
    """An Allow or Disallow. `parts` are what stands between its stars; `ends` that `$` ends it."""

    allow: bool
    parts: tuple[str, ...]
    ends: bool
    length: int

    def fits(self, path: str) -> bool:
        """Whether a path, in the spelling of `_spelt`, is meant."""
        first, *others = self.parts
        if not path.startswith(first):
            return False
        at = len(first)
        if self.ends and not others:
            return at == len(path)
        last = others.pop() if self.ends else ""
        for part in others:
            at = path.find(part, at)
            if at < 0:
                return False
            at += len(part)
        return path.endswith(last) and len(path) - len(last) >= at


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site asks of one robot. `delay` is the pause between two requests that it wishes."""

    lines: tuple[Line, ...] = ()
    delay: timedelta = timedelta(0)

    def allows(self, path: str) -> bool:
        """Whether a path, with its query, may be asked for: the longest pattern decides."""
        spelt = _spelt(path)
        fitting = [line for line in self.lines if line.fits(spelt)]
        return max(((line.length, line.allow) for line in fitting), default=(0, True))[1]


def read_robots(body: bytes, agent: str) -> Robots:
    """What a robots.txt says to the robot named `agent`, in lower case; nothing of it is an error.

    The groups that name the agent count together; where there is none, those for everybody do.
    """
    groups: dict[str, tuple[list[Line], list[timedelta]]] = {}
    names: list[str] = []
    naming = False
    for key, value in _records(body):
        if key == "user-agent":
            names = names if naming else []
            names.append(_name(value))
            groups.setdefault(names[-1], ([], []))
            naming = True
        elif key in ("allow", "disallow"):
            naming = False
            if (line := _line(value, allow=key == "allow")) is not None:
                for name in names:
                    groups[name][0].append(line)
        elif key == "crawl-delay" and _SECONDS.fullmatch(value):
            naming = False
            for name in names:
                groups[name][1].append(timedelta(seconds=float(value)))
    lines, delays = groups.get(agent) or groups.get(EVERYBODY) or ([], [])
    return Robots(tuple(lines), max(delays, default=timedelta(0)))


def _records(body: bytes) -> Iterator[tuple[str, str]]:
    text = body[:READ].decode("utf-8", "replace").removeprefix("\ufeff")
    for row in re.split(r"[\r\n]+", text):
        key, colon, value = row.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def _name(value: str) -> str:
    """The product token of a User-agent line: `Watchfloor/1.0` is `watchfloor`."""
    low = value.lower()
    if low.startswith(EVERYBODY):
        return EVERYBODY
    token = _TOKEN.match(low)
    return token.group() if token else ""


def _line(value: str, *, allow: bool) -> Line | None:
    """A rule; an empty one, or one that is no path, says nothing."""
    if not value.startswith(("/", "*")) or len(value) > LONGEST_PATTERN:
        return None
    ends = value.endswith("$")
    pattern = _spelt(value.removesuffix("$"))
    return Line(allow, tuple(pattern.split("*")), ends, len(pattern))


def _spelt(path: str) -> str:
    """One spelling for paths that mean the same (RFC 9309, 2.2.2): escapes only where needed."""
    plain = quote(path, safe="%/?#[]@!$&'()*+,;=:-._~")
    return _ESCAPE.sub(_respelt, plain)


def _respelt(escape: re.Match[str]) -> str:
    sign = chr(int(escape[1], 16))
    return sign if sign in _UNRESERVED else escape[0].upper()
