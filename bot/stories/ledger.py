"""Keeps a story's figures and speaks when one has changed, quoting the article that is heard.

What only grows (dead, injured, arrested, displaced) speaks at a new highest value that two sources
give, three for a leap; what goes both ways (troops, missing) at a different value. Sub-counts,
other times and forecasts change nothing. How figures are read, it ignores.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model import ArticleId
from bot.stories.figures import Figure, Subject
from bot.stories.senses import Sense

GROWING = frozenset({Subject.DEAD, Subject.INJURED, Subject.ARRESTED, Subject.DISPLACED})

_MOST_ENTRIES = 50
_MOST_SOURCES = 4
_LEAP = 4.0  # times the figure told before; a past disaster's toll looks like this
_ROUNDED = 0.05  # share by which a rounded figure must be higher
_NEARLY = re.compile(r"\b(?:nearly|almost|about|around|some|roughly)\s\Z", re.IGNORECASE)
_DIFFERENT = 0.1  # share by which a figure that goes both ways must differ


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure as an article gives it. `source` names who counts as one: a group of copies."""

    figure: Figure
    article: ArticleId
    outlet: str
    source: str
    at: datetime
    quote: str

    @property
    def rounded(self) -> bool:
        """Whether the sentence gives the figure as nearly, almost or about so many."""
        start = self.figure.start - self.figure.quote_start
        return _NEARLY.search(self.quote, max(0, start - 16), start) is not None


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and the sources that gave it; `told` marks a spoken one.

    `claim` is that of the article with which it was told; until then, that which gave it first.
    `quoted` says that people have read the sentence of its claim, before it had its sources.
    """

    claim: Claim
    sources: tuple[str, ...]
    told: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that people should hear of; without `before` it is the first of its subject.

    `after` is the claim of the article that was heard, whoever gave the figure before.
    """

    before: Claim | None
    after: Claim
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lacking:
    """A figure that would be news, and is not told until `needed` sources give it.

    `quoted` says that people have read a sentence with it all the same.
    """

    claim: Claim
    sources: int
    needed: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """The figures of a story, oldest first; at most 50."""

    entries: tuple[Entry, ...] = ()

    def hear(self, claims: Iterable[Claim]) -> tuple["Ledger", tuple[Change, ...]]:
        """Take an article's claims in; the answer is the ledger after them and what changed.

        A sentence that people have read is not told again when its figure has its sources.
        """
        ledger: Ledger = self
        changes: list[Change] = []
        for claim in claims:
            if claim.figure.sense in (Sense.PART, Sense.PAST):
                continue
            ledger, entry = ledger._with(claim)
            change = ledger._change(entry, claim)
            if change:
                read = entry.quoted and _stands_in(claim.quote, [entry.claim.quote])
                changes += [] if read else [change]
                ledger = ledger._told(entry, claim)
        return ledger._bounded(), tuple(_last_of_each(changes))

    def lacking(self, claims: Iterable[Claim]) -> tuple[Lacking, ...]:
        """The figures of an article, not heard yet, that will wait for further sources.

        What its source gave before is not among them.
        """
        found: list[Lacking] = []
        ledger: Ledger = self
        for claim in claims:
            if claim.figure.sense in (Sense.PART, Sense.PAST):
                continue
            earlier = ledger.entries
            ledger, entry = ledger._with(claim)
            needed = ledger._needed(entry, claim)
            if entry not in earlier and needed is not None and len(entry.sources) < needed:
                found.append(Lacking(claim, len(entry.sources), needed, entry.quoted))
        return tuple(found)

    def quoted(self, quotes: Sequence[str]) -> "Ledger":
        """The same after people were shown these sentences, whose figures they have read."""
        entries = [
            replace(each, quoted=True) if _stands_in(each.claim.quote, quotes) else each
            for each in self.entries
        ]
        return Ledger(tuple(entries))

    def latest(self, subject: Subject, who: str = "", sense: Sense = Sense.STATED) -> Claim | None:
        """What was told last of a subject."""
        told = self._told_of(subject, who, sense)
        return told[-1].claim if told else None

    def _with(self, claim: Claim) -> tuple["Ledger", Entry]:
        for at, entry in enumerate(self.entries):
            if _same(entry.claim.figure, claim.figure):
                sources = dict.fromkeys((*entry.sources, claim.source))
                newer = replace(entry, sources=tuple(sources)[:_MOST_SOURCES])
                return Ledger((*self.entries[:at], newer, *self.entries[at + 1 :])), newer
        entry = Entry(claim, (claim.source,))
        return Ledger((*self.entries, entry)), entry

    def _change(self, entry: Entry, claim: Claim) -> Change | None:
        needed = self._needed(entry, claim)
        if needed is None or len(entry.sources) < needed:
            return None
        return Change(self._before(claim.figure), claim, entry.sources)

    def _needed(self, entry: Entry, claim: Claim) -> int | None:
        """How many sources must give a figure for it to be told; None if it is no news."""
        figure, before = claim.figure, self._before(claim.figure)
        if entry.told:
            return None
        if figure.subject in GROWING:
            return self._needed_to_grow(entry, claim, before)
        enough = 1 if figure.subject is Subject.TROOPS else 2
        return enough if self._differs(figure, before) else None

    def _needed_to_grow(self, entry: Entry, claim: Claim, before: Claim | None) -> int | None:
        figure = claim.figure
        if figure.who or figure.sense is not Sense.STATED:
            return None
        if before is None:
            return 2
        rounded = claim.rounded or entry.claim.rounded
        if figure.value <= (1 + _ROUNDED * rounded) * before.figure.value:
            return None
        return 3 if figure.value > _LEAP * before.figure.value else 2

    def _before(self, figure: Figure) -> Claim | None:
        return self.latest(figure.subject, figure.who, figure.sense)

    def _differs(self, figure: Figure, before: Claim | None) -> bool:
        """Whether a value is another one; a forecast also where it equals what is stated."""
        known = [before] if before else []
        if figure.sense is Sense.EXPECTED:
            stated = self._told_of(figure.subject, figure.who, Sense.STATED)
            known += [entry.claim for entry in stated]
        return all(
            abs(figure.value - claim.figure.value) > _DIFFERENT * claim.figure.value
            for claim in known
        )

    def _told_of(self, subject: Subject, who: str, sense: Sense) -> list[Entry]:
        return [
            entry
            for entry in self.entries
            if entry.told
            and entry.claim.figure.subject is subject
            and entry.claim.figure.sense is sense
            and _compatible(entry.claim.figure.who, who, subject)
        ]

    def _told(self, spoken: Entry, claim: Claim) -> "Ledger":
        """The entry moves to the end, so that the last one told of a subject is its last."""
        rest = tuple(entry for entry in self.entries if entry != spoken)
        return Ledger((*rest, replace(spoken, claim=claim, told=True)))

    def _bounded(self) -> "Ledger":
        spare = len(self.entries) - _MOST_ENTRIES
        if spare <= 0:
            return self
        untold = [entry for entry in self.entries if not entry.told]
        drop = [*untold, *(entry for entry in self.entries if entry.told)][:spare]
        return Ledger(tuple(entry for entry in self.entries if entry not in drop))


def _stands_in(quote: str, quotes: Sequence[str]) -> bool:
    return any(quote in shown or shown in quote for shown in quotes)


def _same(one: Figure, other: Figure) -> bool:
    return (one.subject, one.who, one.value, one.sense) == (
        other.subject, other.who, other.value, other.sense,
    )  # fmt: skip


def _compatible(one: str, other: str, subject: Subject) -> bool:
    """Whether two figures count the same: of troops a bare "troops" may be anybody's."""
    return one == other or (subject not in GROWING and (not one or not other))


def _last_of_each(changes: list[Change]) -> Iterable[Change]:
    """Of several changes of one subject in one article the last, against the first's past."""
    merged: dict[tuple[Subject, Sense], Change] = {}
    for change in changes:
        key = (change.after.figure.subject, change.after.figure.sense)
        first = merged.get(key)
        merged[key] = replace(change, before=first.before) if first else change
    return merged.values()
