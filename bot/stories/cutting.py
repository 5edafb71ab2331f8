"""Cuts a sentence that is too long: between clauses if it can, else between words.

It deals in offsets alone: every part is a slice of the body. Which part matters to a query, its
caller says; grammar it ignores, a comma or a dash ends a clause.
"""

import re
from collections.abc import Callable

Bounds = tuple[int, int]

SHORTEST = 40  # characters; a shorter part tells nobody anything

_CLAUSE_END = re.compile(
    r"[,;:](?P<quote>[”’\"»]?)\s+|\s+[–—-]\s+|—|[，、；：]"  # a wide comma has no space behind it
)
_WORD_START = re.compile(r"\s\S")


def clauses(body: str, start: int, end: int) -> list[Bounds]:
    """The clauses of body[start:end], without the marks between them except closing quotes."""
    found = []
    for mark in _CLAUSE_END.finditer(body, start, end):
        found.append((start, mark.end("quote") if mark["quote"] else mark.start()))
        start = mark.end()
    return [*found, (start, end)]


def opening(body: str, start: int, end: int, longest: int) -> int:
    """Where the opening words of a sentence end, at most `longest` characters from its start.

    After the last clause if that fills at least half of the room, else at the border of a word.
    """
    if end - start <= longest:
        return end
    near = clauses(body, start, min(end, start + longest + 3))[:-1]
    whole = [stop for _, stop in near if longest // 2 < stop - start <= longest]
    return whole[-1] if whole else _back_to_word(body, start, end, start + longest)


def run_of_clauses(
    body: str, sentence: Bounds, room: int, held: Callable[[int, int], int]
) -> Bounds | None:
    """The best run of whole clauses within `room` characters, or None if all are too long.

    Best is what holds most, as `held` counts it; then what leaves no quotation open, what begins
    the sentence, what is longest.
    """
    parts = clauses(body, *sentence)
    best: tuple[tuple[int, bool, bool, int], Bounds] | None = None
    last = 0
    for first, (start, _) in enumerate(parts):
        while last < len(parts) and parts[last][1] - start <= room:
            last += 1
        if last <= first or parts[last - 1][1] - start < SHORTEST:
            continue
        end = parts[last - 1][1]
        closed = body.count("“", start, end) == body.count("”", start, end)
        rank = (held(start, end), closed, first == 0, end - start)
        if best is None or rank > best[0]:
            best = rank, (start, end)
    return best[1] if best else None


def run_of_words(body: str, sentence: Bounds, room: int, sought: Bounds | None) -> Bounds:
    """As many words as fit into `room` characters, `sought` among them if it fits at all."""
    start, end = sentence
    if sought and start + room < sought[1] <= sought[0] + room:
        start = to_word(body, start, sought[0] - (room - (sought[1] - sought[0])) // 2, sought[0])
    stop = _back_to_word(body, start, end, start + room)
    if sought and stop < sought[1] <= start + room:
        stop = sought[1]
    return start, stop


def to_word(body: str, start: int, wanted: int, latest: int | None = None) -> int:
    """Where a word begins at or soon behind `wanted`, not before `start` nor behind `latest`."""
    if wanted <= start:
        return start
    blank = _WORD_START.search(body, wanted - 1, (wanted + 100 if latest is None else latest) + 1)
    return blank.end() - 1 if blank else wanted


def _back_to_word(body: str, start: int, end: int, limit: int) -> int:
    """`end`, or the end of the last word before `limit` where that comes first."""
    if end <= limit:
        return end
    at = limit
    while at > start and not body[at].isspace():
        at -= 1
    return start + len(body[start:at].rstrip()) if at - start > (limit - start) // 2 else limit
