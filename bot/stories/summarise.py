"""Quotes the two or three sentences of an article that answer a query, in its own words.

It chooses and cuts, it never writes: what it returns are slices of what it was given. It is told
where the matched terms stand; how they matched and how a chat shows a quotation, it ignores.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.stories.cutting import SHORTEST, clauses, opening, run_of_clauses, run_of_words, to_word
from bot.stories.furniture import REMEMBERED, is_furniture, reporting
from bot.stories.worth import Bounds, Weight, likeness, stems, weigh
from rules import sentences


@dataclass(frozen=True, slots=True)
class Span:
    """Where a matched term of the query stands: body[start:end]."""

    term: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A quotation: `text` is body[start:end], `highlights` are the places of matched terms in it.

    `cut_start` and `cut_end` say that the source's sentence goes on beyond the quotation.
    """

    text: str
    start: int
    end: int
    highlights: tuple[tuple[int, int], ...] = ()
    cut_start: bool = False
    cut_end: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """Quotations in the article's order; `left_out` are the matched terms that none holds."""

    sentences: tuple[Sentence, ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """What an alert is called: a slice of the title or, where there is none, of the body.

    `cut_end` says that the sentence goes on beyond it.
    """

    text: str
    start: int
    end: int
    in_body: bool
    cut_end: bool = False


@dataclass(frozen=True, slots=True)
class _Limits:
    most: int
    longest: int
    total: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stretch of the body that may be quoted, with the words that tell it from the others."""

    start: int
    end: int
    spans: tuple[Span, ...]
    words: frozenset[str]
    worth: float
    cut_start: bool = False
    cut_end: bool = False

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def terms(self) -> frozenset[str]:
        return frozenset([span.term for span in self.spans]) if self.spans else _NO_TERMS


_NO_TERMS: frozenset[str] = frozenset()
_MOST_CANDIDATES = 400  # the longest reports have some 150 sentences
_LONGEST_READ = 2000  # characters; what goes on longer is no sentence
_SHORTEST_CLEAN = 80


def summarise(
    title: str,
    body: str,
    spans: Sequence[Span],
    *,
    most: int = 3,
    longest: int = 320,
    total: int = 620,
) -> Summary:
    """Quote at most `most` sentences of a body, chosen for the terms that matched in it.

    Every term gets a sentence that holds it, as far as the limits allow; the room that is left goes
    to what is worth most: the lede, news, what the article is about, nothing said twice. Furniture
    and sentences that repeat the title are never quoted; without a title, nor is the sentence that
    `headline` shows whole, unless a term stands nowhere else. A sentence longer than `longest`, or
    damaged towards its end, is quoted as a run of its clauses; as a run of words where one clause
    alone is too long.

    Args:
        title: The article's title, "" for none.
        body: The text to quote from.
        spans: Where the positive terms of the query stand in the body, in any order.
        most: How many sentences at most.
        longest: Characters that one sentence may have.
        total: Characters that all of them may have together.
    """
    limits = _Limits(most, longest, total)
    known = [span for span in spans if 0 <= span.start < span.end <= len(body)]
    candidates = _candidates(title, body, known)
    chosen = _fill(body, candidates, _cover(body, candidates, limits), limits)
    told = frozenset[str]().union(*(candidate.terms for candidate in chosen))
    return Summary(
        tuple(_quotation(body, candidate) for candidate in sorted(chosen, key=lambda c: c.start)),
        tuple(dict.fromkeys(span.term for span in spans if span.term not in told)),
    )


def headline(title: str, body: str, *, longest: int = 140) -> Headline:
    """The title; without one, the opening words of the first sentence that is no furniture.

    Words of the body are cut within `longest` characters: after a clause that fills at least half
    of that room, else at the border of a word if there is one.
    """
    if text := title.strip():
        start = len(title) - len(title.lstrip())
        return Headline(text, start, start + len(text), in_body=False)
    for start, end in sentences(body):
        if not is_furniture(body[start:end]):
            shown = opening(body, start, end, longest)
            return Headline(body[start:shown], start, shown, in_body=True, cut_end=shown < end)
    return Headline("", 0, 0, in_body=True)


def _without_lead(
    body: str, bounds: tuple[Bounds, ...], spans: Sequence[Span]
) -> tuple[Bounds, ...]:
    """The sentences without the one that the headline shows whole, if the others hold its terms."""
    lead = headline("", body)
    if len(bounds) < 2 or bounds[0] != (lead.start, lead.end):
        return bounds
    first, *others = _spans_within(bounds, spans)
    held = {span.term for inside in others for span in inside}
    return bounds[1:] if all(span.term in held for span in first) else bounds


def _candidates(title: str, body: str, spans: Sequence[Span]) -> list[_Candidate]:
    """What may be quoted, in the order of the body, with its worth."""
    bounds = reporting(title, body)
    if not title.strip():
        bounds = _without_lead(body, bounds, spans)
    held = _spans_within(bounds, spans)
    if len(bounds) > _MOST_CANDIDATES:
        first = sorted(range(len(bounds)), key=lambda i: (not held[i], i))[:_MOST_CANDIDATES]
        bounds, held = tuple(bounds[i] for i in sorted(first)), [held[i] for i in sorted(first)]
    terms = len({span.term for span in spans}) or 1
    worth = weigh(title, body, bounds)
    found = list(_unasked(title, body, bounds))
    for i, inside in enumerate(held):
        if inside:
            found[i] = _candidate(body, bounds[i], worth.weights[i], worth.words[i], inside, terms)
    return found


@functools.lru_cache(maxsize=REMEMBERED)
def _unasked(title: str, body: str, bounds: tuple[Bounds, ...]) -> tuple[_Candidate, ...]:
    """The candidates as they are whatever is asked."""
    worth = weigh(title, body, bounds)
    return tuple(
        _candidate(body, span, weight, words)
        for span, weight, words in zip(bounds, worth.weights, worth.words, strict=True)
    )


def _candidate(
    body: str,
    bounds: Bounds,
    weight: Weight,
    words: frozenset[str],
    spans: Sequence[Span] = (),
    terms: int = 1,
) -> _Candidate:
    """A sentence with what it is worth; of so many `terms` it holds those of the spans."""
    bare = _bounded(body, _Candidate(*bounds, tuple(spans), words, 0.0))
    asked = 1.1 * len(bare.terms) / terms + 0.4 * _nearness(bare)
    worth = (weight.says + asked) * weight.sound
    return _without_dirt(body, replace(bare, worth=worth), weight.dirt)


def _bounded(body: str, candidate: _Candidate) -> _Candidate:
    """The sentence, or of an endless one the part from a little before its first term."""
    if candidate.length <= _LONGEST_READ:
        return candidate
    start = candidate.start
    if candidate.spans:
        start = to_word(body, start, candidate.spans[0].start - _LONGEST_READ // 4)
    return _part(body, candidate, start, min(candidate.end, start + _LONGEST_READ))


def _spans_within(bounds: Sequence[Bounds], spans: Sequence[Span]) -> list[list[Span]]:
    held: list[list[Span]] = [[] for _ in bounds]
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        while at < len(bounds) and bounds[at][1] <= span.start:
            at += 1
        if at < len(bounds) and bounds[at][0] <= span.start and span.end <= bounds[at][1]:
            held[at].append(span)
    return held


def _nearness(candidate: _Candidate) -> float:
    """Near 1 where all the terms of a sentence stand side by side, towards 0 as they part."""
    if len(candidate.terms) < 2:
        return 0.0
    last: dict[str, Span] = {}
    best = candidate.length
    for span in candidate.spans:
        last[span.term] = span
        if len(last) == len(candidate.terms):
            best = min(best, span.end - min(other.start for other in last.values()))
    return 1 / (1 + best / 60)


def _without_dirt(body: str, candidate: _Candidate, dirt: int | None) -> _Candidate:
    """The sentence up to the clause in which damage begins, if that part can stand for it."""
    if dirt is None:
        return candidate
    ends = [
        end
        for _, end in clauses(body, candidate.start, candidate.end)
        if end <= candidate.start + dirt
    ]
    if not ends or ends[-1] - candidate.start < _SHORTEST_CLEAN:
        return candidate
    clean = _part(body, candidate, candidate.start, ends[-1])
    # The part loses less than damage costs, so that the handicap is given back.
    return (
        replace(clean, worth=candidate.worth / 0.6 * 0.85)
        if clean.terms == candidate.terms
        else candidate
    )


def _cover(body: str, candidates: Sequence[_Candidate], limits: _Limits) -> list[_Candidate]:
    """The fewest good sentences that hold the terms: those with most new terms first."""
    chosen: list[_Candidate] = []
    missing = frozenset[str]().union(*(candidate.terms for candidate in candidates))
    while missing and len(chosen) < limits.most:
        room = min(limits.longest, limits.total - sum(c.length for c in chosen))
        fitting = [
            fitted
            for candidate in candidates
            if candidate.terms & missing
            and not _overlaps(candidate, chosen)
            and (fitted := _fitted(body, candidate, room, missing))
            and fitted.terms & missing
        ]
        if not fitting:
            break
        best = max(fitting, key=lambda c: (len(c.terms & missing), _gain(c, chosen)))
        chosen.append(best)
        missing -= best.terms
    return chosen


def _fill(
    body: str, candidates: Sequence[_Candidate], chosen: list[_Candidate], limits: _Limits
) -> list[_Candidate]:
    """The chosen sentences and, in the room that is left, the worthiest of the others."""
    floor = 0.3 * max((candidate.worth for candidate in candidates), default=0.0)
    while len(chosen) < limits.most:
        room = limits.total - sum(candidate.length for candidate in chosen)
        fitting = [
            fitted
            for candidate in candidates
            if not _overlaps(candidate, chosen)
            and (fitted := _fitted(body, candidate, limits.longest, candidate.terms))
            and fitted.length <= room
        ]
        best = max(fitting, key=lambda c: _gain(c, chosen), default=None)
        if best is None or (chosen and _gain(best, chosen) < floor):
            break
        chosen = [*chosen, best]
    return chosen


def _overlaps(candidate: _Candidate, chosen: Sequence[_Candidate]) -> bool:
    return any(candidate.start < other.end and other.start < candidate.end for other in chosen)


def _gain(candidate: _Candidate, chosen: Sequence[_Candidate]) -> float:
    """Worth less its length and what the chosen say already (maximal marginal relevance)."""
    alike = max((likeness(candidate.words, other.words) for other in chosen), default=0.0)
    told_already = 2.0 * alike + 4.0 * max(0.0, alike - 0.6)
    return candidate.worth - told_already - candidate.length / 400


def _fitted(
    body: str, candidate: _Candidate, room: int, wanted: frozenset[str]
) -> _Candidate | None:
    """The candidate itself, or the best part of it that fits into `room` characters, or None."""
    if candidate.length <= room:
        return candidate
    if room < SHORTEST:
        return None
    sought = [span for span in candidate.spans if span.term in wanted]

    def held(start: int, end: int) -> int:
        return len({span.term for span in sought if start <= span.start and span.end <= end})

    whole = candidate.start, candidate.end
    part = run_of_clauses(body, whole, room, held)
    if part is None or (sought and not held(*part)):
        part = run_of_words(body, whole, room, (sought[0].start, sought[0].end) if sought else None)
    return _part(body, candidate, *part)


def _part(body: str, candidate: _Candidate, start: int, end: int) -> _Candidate:
    return replace(
        candidate,
        start=start,
        end=end,
        spans=tuple(span for span in candidate.spans if start <= span.start and span.end <= end),
        words=candidate.words & stems(body[start:end]),
        worth=0.85 * candidate.worth,
        cut_start=candidate.cut_start or start > candidate.start,
        cut_end=candidate.cut_end or end < candidate.end,
    )


def _quotation(body: str, candidate: _Candidate) -> Sentence:
    merged: list[tuple[int, int]] = []
    for span in candidate.spans:
        start, end = span.start - candidate.start, span.end - candidate.start
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return Sentence(
        body[candidate.start : candidate.end],
        candidate.start,
        candidate.end,
        tuple(merged),
        candidate.cut_start,
        candidate.cut_end,
    )
