"""How Discord reads text: escapes, styles, links, mentions, lines that are lists or headings.

It is written from the documentation of Discord's markdown and knows nothing of how the bot escapes,
so that a test can ask "what would a person see here, and what is alive in it?".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.servers.discord_world import Json

_MENTION = re.compile(r"<@[!&]?\d+>|<#\d+>|</[^<>:]+:\d+>|<(?:id:)\w+>|@everyone|@here")
_MASKED = re.compile(
    r"\[((?:\\.|[^\[\]\\]|\[[^\]]*\])*)\]"  # the label
    r"\(\s*(?:<([^\s<>]+)>|((?:\([^)]*\)|[^\s\\()<]|\\.)+))"  # the target, bare or in angles
    r"(?:\s+['\"].*?['\"])?\s*\)"
)
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("block", re.compile(r"```(?:[A-Za-z0-9_+.#-]+\n)?\n?(.+?)\n*```", re.S)),
    ("code", re.compile(r"(`+)(.*?[^`])\1(?!`)", re.S)),
    ("escape", re.compile(r"\\([^0-9A-Za-z\s])")),
    ("time", re.compile(r"<t:(-?\d+)(?::[tTdDfFR])?>")),
    ("mention", _MENTION),
    ("emoji", re.compile(r"<a?:\w+:\d+>")),
    ("angle", re.compile(r"<(https?://[^\s>]+|mailto:[^\s>]+)>")),
    ("masked", _MASKED),
    ("bare", re.compile(r"https?://[^\s<]+[^<.,:;\"')\]\s]")),
    ("bold", re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.S)),
    ("underline", re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.S)),
    ("italic", re.compile(r"\*(?=\S)((?:\*\*|\\.|[^\\*])+?)(?<!\s)\*(?!\*)", re.S)),
    ("italic", re.compile(r"\b_((?:__|\\.|[^\\_])+?)_\b", re.S)),
    ("strike", re.compile(r"~~(.+?)~~(?!_)", re.S)),
    ("spoiler", re.compile(r"\|\|(.+?)\|\|", re.S)),
)
_LINE_MARKS = (
    ("small", re.compile(r"-# +(?=\S)")),
    ("heading", re.compile(r"#{1,3} +(?=\S)")),
    ("quote", re.compile(r">(?:>>)? ")),
    ("list", re.compile(r" *(?:[-*]|\d+\.) +(?=\S)")),
)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of what a person sees: words, how they are set, and where a click leads."""

    text: str
    styles: frozenset[str] = frozenset()
    url: str | None = None


def read(text: str) -> list[Run]:
    """Read markdown as Discord's clients do, in messages and embed descriptions."""
    runs: list[Run] = []
    for number, line in enumerate(_lines(text)):
        if number:
            runs.append(Run("\n"))
        styles: frozenset[str] = frozenset()
        for name, mark in _LINE_MARKS:
            found = mark.match(line)
            if found:
                line, styles = line[found.end() :], styles | {name}
                break
        runs += _inline(line, styles)
    return runs


def _lines(text: str) -> Iterator[str]:
    """Split at line ends outside fenced blocks."""
    fence = _RULES[0][1]
    at, line = 0, ""
    while at < len(text):
        block = fence.match(text, at)
        if block:
            line, at = line + block.group(), block.end()
        elif text[at] == "\n":
            yield line
            line, at = "", at + 1
        elif text[at] == "\\" and at + 1 < len(text) and text[at + 1] != "\n":
            line, at = line + text[at : at + 2], at + 2
        else:
            line, at = line + text[at], at + 1
    yield line


def _inline(text: str, styles: frozenset[str]) -> list[Run]:
    runs: list[Run] = []
    at, plain = 0, ""
    while at < len(text):
        name, found = _first_rule(text, at)
        if found is None:
            plain, at = plain + text[at], at + 1
            continue
        if name == "escape":
            plain += found.group(1)
        else:
            runs += [Run(plain, styles)] if plain else []
            plain = ""
            runs += _styled(name, found, styles)
        at = found.end()
    return runs + ([Run(plain, styles)] if plain else [])


def _first_rule(text: str, at: int) -> tuple[str, re.Match[str] | None]:
    for name, rule in _RULES:
        if found := rule.match(text, at):
            return name, found
    return "", None


def _styled(name: str, found: re.Match[str], styles: frozenset[str]) -> list[Run]:
    if name in ("code", "block"):
        return [Run(found.group(found.lastindex or 0), styles | {name})]
    if name in ("time", "mention", "emoji"):
        return [Run(found.group(), styles | {name})]
    if name in ("angle", "bare"):
        address = found.group(1) if name == "angle" else found.group()
        return [Run(address, styles | {"link"}, address)]
    if name == "masked":
        address = re.sub(r"\\(.)", r"\1", found.group(2) or found.group(3))
        if not address.startswith(("http://", "https://")):
            return [Run(found.group(), styles)]
        label = _inline(found.group(1), styles | {"link"})
        return [Run(run.text, run.styles, address) for run in label]
    return _inline(found.group(1), styles | {name})


def seen(text: str) -> str:
    """The words alone."""
    return "".join(run.text for run in read(text))


def alive(text: str) -> list[Run]:
    """Everything in a text that is more than words: links and mentions."""
    return [run for run in read(text) if run.url or run.styles & {"mention", "emoji"}]


def pings(payload: Json) -> list[str]:
    """Whom a message would ping: mentions in its content that `allowed_mentions` lets through.

    Embeds never ping. Components v2 text does, like content. Backslashes do not stop a ping.
    """
    text = "\n".join([payload.get("content") or "", *_v2_texts(payload.get("components") or [])])
    rules = payload.get("allowed_mentions")
    live = []
    for mention in re.findall(r"<@!?\d+>|<@&\d+>|@everyone|@here", text):
        kind = "everyone" if mention[0] == "@" else "roles" if "&" in mention else "users"
        number = "".join(filter(str.isdigit, mention))
        if rules is None or kind in rules.get("parse", []) or number in rules.get(kind, []):
            live.append(mention)
    return live


def _v2_texts(parts: list[Json]) -> Iterator[str]:
    for part in parts:
        if part.get("type") == 10:
            yield part.get("content") or ""
        yield from _v2_texts(part.get("components") or [])
