"""Where a term stands in a stream of tokens.

It walks the segments of a term along the tokens and their further readings. It knows nothing of
fields, operators or rules.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from rules.chunks import GAP, Extra, Reading
from rules.evidence import How
from rules.patterns import Prefix
from rules.terms import Alternative, Segment, Slot, Term
from rules.text import BREAK, Stream

_HOW_OF_READING = {Reading.GLUE: How.GLUE, Reading.JOINED: How.HYPHEN, Reading.WHOLE: How.EXACT}


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: the places `start` to `end`, how, and the reading it ends with, if any."""

    start: int
    end: int
    how: How = How.EXACT
    distance: int | None = None
    last: tuple[int, Extra] | None = None

    def offsets(self, stream: Stream) -> tuple[int, int]:
        """The span of the original text."""
        start, end = stream.offsets(self.start, self.end)
        return (start, stream.extra_offsets(*self.last)[1]) if self.last else (start, end)


class Finder:
    """Finds terms in one stream and remembers what it found."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._hits: dict[int, tuple[Term, list[Hit]]] = {}
        self._slots: dict[int, tuple[Slot, dict[str, tuple[How, int | None]]]] = {}

    def hits(self, term: Term) -> list[Hit]:
        """Every place of the term that counts, in order, not overlapping itself."""
        known = self._hits.get(id(term))
        if known is None:
            found = self._scattered(term) if term.slop is not None else self._in_order(term)
            known = self._hits[id(term)] = (
                term,
                found,
            )  # the term is kept, so its id stays its own
        return known[1]

    def _in_order(self, term: Term) -> list[Hit]:
        found: list[Hit] = []
        end = -1
        for hit in self._segment_hits(term.segments[0]):
            if hit.start >= end:
                whole = self._go_on(hit, term.segments[1:])
                if whole and not self._is_part_of_longer(term, whole):
                    found.append(whole)
                    end = whole.end
        return found

    def _go_on(self, hit: Hit, segments: tuple[Segment, ...]) -> Hit | None:
        """The hit with all further segments right behind it. Ends are explored breadth first."""
        reached = {hit.end: hit}
        for segment in segments:
            further: dict[int, Hit] = {}
            for end, so_far in reached.items():
                for following in self._segment_at(segment, end):
                    further.setdefault(following.end, _join(so_far, following))
            if not further:
                return None
            reached = further
        return reached[min(reached)]

    def _is_part_of_longer(self, term: Term, hit: Hit) -> bool:
        if not term.longer:
            return False
        tokens = self.stream.tokens
        for around in term.longer.get(self._spelled(hit), ()):
            before = hit.start - len(around.before)
            after = hit.end + len(around.after)
            if (
                before >= 0
                and tuple(tokens[before : hit.start]) == around.before
                and tuple(tokens[hit.end : after]) == around.after
            ):
                return True
        return False

    def _spelled(self, hit: Hit) -> tuple[str, ...]:
        tokens = self.stream.tokens[hit.start : hit.end]
        if hit.last:
            tokens = [*tokens[: hit.last[0] - hit.start], hit.last[1].token]
        return tuple(token for token in tokens if token != GAP)

    def _segment_hits(self, segment: Segment) -> list[Hit]:
        """Every place of a segment, one per start, in order."""
        found: dict[int, Hit] = {}
        for alternative in segment:
            for start in sorted(set(self._starts(alternative.slots[0]))):
                if start not in found:
                    hit = next(self._alternative_at(alternative, start), None)
                    if hit:
                        found[start] = hit
        return [found[start] for start in sorted(found)]

    def _segment_at(self, segment: Segment, place: int) -> Iterator[Hit]:
        for alternative in segment:
            yield from self._alternative_at(alternative, place)

    def _alternative_at(self, alternative: Alternative, place: int) -> Iterator[Hit]:
        first, *rest = alternative.slots
        reached = list(self._slot_at(first, place))
        for slot in rest:
            reached = [
                _join(so_far, following)
                for so_far in reached
                for following in self._slot_at(slot, so_far.end)
            ]
        for hit in reached:
            if alternative.comma and not self._has_comma(hit):
                continue
            if alternative.how is How.EXACT or hit.how is How.GLUE:
                yield hit
            else:
                yield Hit(hit.start, hit.end, alternative.how, hit.distance, hit.last)

    def _has_comma(self, hit: Hit) -> bool:
        """Whether the last word follows a comma: Korea, North."""
        before = self.stream.offsets(hit.start, hit.end - 1)[1]
        after = self.stream.offsets(hit.end - 1, hit.end)[0]
        return self.stream.text[before:after].strip() == ","

    def _slot_at(self, slot: Slot, place: int) -> Iterator[Hit]:
        tokens = self.stream.tokens
        if slot.loose and place < len(tokens) and tokens[place] == GAP:
            place += 1
        if place >= len(tokens):
            return
        found = self._accepts(slot, tokens[place])
        if found and (slot.raw is None or self._is_spelled(slot.raw, place)):
            yield Hit(place, place + 1, *found)
        for extra in self.stream.extras.get(place, ()) if self._has_readings(slot) else ():
            if slot.raw is not None or (extra.reading is Reading.GLUE and not slot.glued):
                continue
            found = self._accepts(slot, extra.token)
            if found:
                how = _HOW_OF_READING[extra.reading]
                how = found[0] if how is How.EXACT else how
                yield Hit(place, place + extra.length, how, found[1], (place, extra))

    def _has_readings(self, slot: Slot) -> bool:
        """Whether any further reading of the text could fill the slot."""
        tokens = self.stream.extra_tokens
        return (
            slot.anything or slot.pattern is not None or not slot.accepts.keys().isdisjoint(tokens)
        )

    def _is_spelled(self, raw: str, place: int) -> bool:
        return self.stream.raw(place) == raw and not self.stream.was_split(place)

    def _accepts(self, slot: Slot, token: str) -> tuple[How, int | None] | None:
        how = slot.accepts.get(token)
        if how is not None:
            return how, None
        if token in (BREAK, GAP):
            return None
        if slot.anything:
            return How.WILDCARD, None
        return self._patterned(slot).get(token) if slot.pattern else None

    def _patterned(self, slot: Slot) -> dict[str, tuple[How, int | None]]:
        """The tokens of this stream that the slot's pattern accepts."""
        known = self._slots.get(id(slot))
        if known is None:
            assert slot.pattern is not None  # noqa: S101 - only asked for slots with a pattern
            korean = isinstance(slot.pattern, Prefix)
            tokens = self.stream.foreign if korean else self.stream.vocabulary
            answers = ((token, slot.pattern.find(token)) for token in tokens)
            known = self._slots[id(slot)] = (slot, {t: found for t, found in answers if found})
        return known[1]

    def _starts(self, slot: Slot) -> Iterator[int]:
        """Where the slot may begin; a superset is fine."""
        if slot.anything:
            yield from range(len(self.stream.tokens))
            return
        words = self.stream.vocabulary.intersection(slot.accepts)
        for word in words.union(self._patterned(slot)) if slot.pattern else words:
            yield from self.stream.places(word)
            if word in self.stream.extra_tokens:
                yield from (place for place, _ in self.stream.extra_places[word])

    def _scattered(self, term: Term) -> list[Hit]:
        """Windows that hold every segment once, in any order, few other words, one paragraph."""
        assert term.slop is not None  # noqa: S101 - the caller looked
        wanted: list[Segment] = []
        times: list[int] = []
        for segment in term.segments:
            if segment in wanted:
                times[wanted.index(segment)] += 1
            else:
                wanted.append(segment)
                times.append(1)
        events = [
            (hit, number)
            for number, segment in enumerate(wanted)
            for hit in self._segment_hits(segment)
        ]
        events.sort(key=lambda event: event[0].start)
        return _windows(self.stream, events, times, term.slop)


def _windows(
    stream: Stream, events: list[tuple[Hit, int]], times: list[int], slop: int
) -> list[Hit]:
    """Windows that hold word `n` of the phrase `times[n]` times; none overlaps the one before.

    At each word found, the latest finds of all words make the shortest window that ends there.
    """
    numbers, paragraphs = stream.word_numbers, stream.paragraphs
    latest: list[deque[Hit]] = [deque(maxlen=count) for count in times]
    found: list[Hit] = []
    for hit, number in events:
        if found and hit.start < found[-1].end:
            continue
        latest[number].append(hit)
        if any(len(finds) < count for finds, count in zip(latest, times, strict=True)):
            continue
        held = [find for finds in latest for find in finds]
        first, last = min(find.start for find in held), max(find.end for find in held)
        words = sum(numbers[find.end] - numbers[find.start] for find in held)
        others = numbers[last] - numbers[first] - words
        if others <= slop and paragraphs[first] == paragraphs[last - 1]:
            found.append(Hit(first, last))
            latest = [deque(maxlen=count) for count in times]
    return found


def _join(left: Hit, right: Hit) -> Hit:
    """Two hits in a row as one; the less exact side tells how."""
    how = left.how if right.how is How.EXACT else right.how
    distances = [hit.distance for hit in (left, right) if hit.distance is not None]
    distance = max(distances) if distances else None
    return Hit(left.start, right.end, how, distance, right.last)
