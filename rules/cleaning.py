"""What chat did to a query, undone: links, entities, curly quotes, full-width signs.

Every character that is left knows its column in what the user typed. It ignores the grammar: what
it cannot read as text (a mention of a person, a channel or an emoji) it only points out.
"""

import re
from dataclasses import dataclass

from rules.folding import INVISIBLE
from rules.query import Span

_QUOTES = dict.fromkeys("“”„‟«»＂", '"') | dict.fromkeys("‘’‛＇", "'")
_FULL_WIDTH = {
    "（": "(", "）": ")", "：": ":", "＊": "*", "，": ",", "＝": "=", "？": "?", "～": "~",
    "＆": "&", "｜": "|", "＠": "@", "－": "-",
    "\u3000": " ", "\u00a0": " ", "\u202f": " ", "\u2007": " ",
}  # fmt: skip
_SIGNS = _QUOTES | _FULL_WIDTH | dict.fromkeys(INVISIBLE, "")
_ALL_SIGNS = re.compile("[" + re.escape("".join(_SIGNS)) + "]")

# https://docs.slack.dev/messaging/formatting-message-text: what Slack puts between < and >.
_BRACKETS = re.compile(
    r"<(?P<mention>(?:@[!&]?|[#!]|a?:\w+:|/)[^<>|]*)(?:\|[^<>]*)?>"
    r"|<(?P<link>(?:https?|ftp)://[^<>|\s]+|mailto:[^<>|\s]+)(?:\|(?P<label>[^<>]*))?>"
)
_ENTITY = re.compile(r"&(?:lt|gt|amp);")
_DECODED = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_TICKS = re.compile("[`′″]")
_CODE = re.compile(r"\s*(```|``|`|′|″)(.*?)\1\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Text without what chat added. `columns[i]` is where `text[i]` stands in what was typed."""

    text: str
    columns: tuple[int, ...]

    def typed(self, span: Span) -> Span:
        """The columns, in what was typed, of a span of `text`: at least one, and none behind it."""
        start, end = (self.columns[min(place, len(self.text))] for place in span)
        first = max(0, min(start, self.columns[-1] - 1))
        return first, max(end, first + 1)


class _Draft:
    """Text under the pen: characters with their columns."""

    def __init__(self, text: str, columns: list[int]) -> None:
        self.text = text
        self.columns = columns

    def replace(self, pattern: re.Pattern[str], render: "dict[str, str] | None" = None) -> None:
        """Put in place of each match its first group that took part, or what `render` says."""
        if not pattern.search(self.text):
            return
        parts: list[str] = []
        columns: list[int] = []
        at = 0
        for match in pattern.finditer(self.text):
            parts.append(self.text[at : match.start()])
            columns.extend(self.columns[at : match.start()])
            new, start = _replacement(match, render)
            parts.append(new)
            columns.extend(
                self.columns[start : start + len(new)]
                if render is None
                else [self.columns[match.start()]] * len(new)
            )
            at = match.end()
        self.text = "".join([*parts, self.text[at:]])
        self.columns = columns + self.columns[at:]

    def keep(self, start: int, end: int) -> None:
        """Cut everything outside the span."""
        self.columns = [*self.columns[start:end], self.columns[end]]
        self.text = self.text[start:end]


def _replacement(match: re.Match[str], render: dict[str, str] | None) -> tuple[str, int]:
    if render is not None:
        return render[match.group()], match.start()
    if match["label"]:
        return match["label"], match.start("label")
    if match["link"]:
        link = match["link"].removeprefix("mailto:")
        return link, match.end("link") - len(link)
    return match.group(), match.start()


def mention_in(text: str) -> Span | None:
    """Where a cleaned text mentions a person, a channel or an emoji, as chat clients write it."""
    return next((found.span() for found in _BRACKETS.finditer(text) if found["mention"]), None)


def clean(text: str) -> Cleaned:
    """Undo what chat clients, keyboards and word processors did to a query."""
    draft = _Draft(text, list(range(len(text) + 1)))
    draft.replace(_BRACKETS)
    draft.replace(_ENTITY, _DECODED)
    draft.replace(_ALL_SIGNS, _SIGNS)
    code = _CODE.fullmatch(draft.text)
    if code:
        draft.keep(*code.span(2))
    draft.replace(_TICKS, {"`": "'", "′": "'", "″": '"'})
    return Cleaned(draft.text, tuple(draft.columns))
