"""Reads figures out of sentences: how many, of what, and how the sentence means them.

Each figure points into the text it stands in. It knows English, and only what alerts are about:
dead, injured, missing, arrested, displaced, troops. Which figures are news, `ledger` decides.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.stories.numbers import Number, numbers
from bot.stories.senses import Sense, sense
from rules import sentences


class Subject(StrEnum):
    """What is counted."""

    DEAD = "dead"
    INJURED = "injured"
    MISSING = "missing"
    ARRESTED = "arrested"
    DISPLACED = "displaced"
    TROOPS = "troops"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its places: the number at text[start:end], in text[quote_start:quote_end].

    `who` narrows the subject ("police officers", "north korean"); "" stands for everybody.
    """

    subject: Subject
    who: str
    value: int
    sense: Sense
    start: int
    end: int
    quote_start: int
    quote_end: int


def _table(rows: dict[Subject, str]) -> dict[str, Subject]:
    return {word: subject for subject, words in rows.items() for word in words.split()}


_BEHIND = _table(
    {
        Subject.DEAD: (
            "killed dead died deaths fatalities perished slain bodies corpses massacred drowned "
            "murdered"
        ),
        Subject.INJURED: "injured wounded hurt injuries",
        Subject.MISSING: "missing unaccounted",
        Subject.ARRESTED: "arrested detained arrests",
        Subject.DISPLACED: "evacuated displaced homeless evacuees",
        Subject.TROOPS: "troops soldiers servicemen",
    }
)
_AHEAD = _table(
    {
        Subject.DEAD: "killed killing kills kill toll deaths claimed claiming claims fatalities",
        Subject.INJURED: "injured injuring injures wounded wounding wounds hurting",
        Subject.MISSING: "missing",
        Subject.ARRESTED: "arrested arresting detained detaining",
        Subject.DISPLACED: "evacuated evacuating displaced displacing",
        Subject.TROOPS: "",
    }
)
_TOLLS = frozenset(("toll", "deaths", "fatalities"))
_VAGUE = frozenset(("hundreds", "thousands", "dozens", "scores", "many", "several"))
_TELLS = re.compile(rf"\b(?:{'|'.join(sorted({*_BEHIND, *_AHEAD}))})\b")
_FEWEST_TROOPS = 50  # fewer soldiers than that are the dead or wounded of a report


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HEDGES = _words("""
    at least more than over nearly almost about around some roughly approximately an estimated up to
    as many a total of fewer less the only exactly now currently confirmed officially reportedly
    already people
""")
_MOVES = _words("""
    rose risen rises rising climbed climbs climbing reached reaches reaching jumped jumps passed
    topped tops hit hits increased soared stands stood stand is was has had been to at of by from
    put set went up revised upward upwards updated number currently
""")
_EVERYBODY = _words("""
    people persons person victims victim lives life individuals body dead deaths fatalities died
    killed injured wounded hurt injuries missing confirmed total were was are is have has had been
    being reported reportedly officially now also still so far today in and patients arrests
    arrested detained evacuated displaced homeless corpses all bodies found recovered pulled
    identified left others slain perished more feared believed presumed unaccounted be to
    drowned murdered innocent remain remained remains known
""")
_STOPS = _words("""
    in at on by when from near after as during outside inside around across with who that which
    since and or while but before for to into of following this last earlier
""")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:[’'-][^\W\d_]+)*|[^\w\s]")
_CLAUSE = frozenset(";:()[]?!–—|")
_ENDS_COUNT = (
    _CLAUSE
    | _VAGUE
    | _words(", and but while whereas including with after who which that as when or said")
)

_TOTAL = re.compile(
    r"\btotal(?: number)?(?: is| was| now| expected| estimated| set| projected| likely| to| be"
    r"| reach| at| of| about| around| over| more| than)*\s*\Z",
    re.IGNORECASE,
)


_SMALL = "two|three|four|five|six|seven|eight|nine|ten"
_RANGE_BEFORE = re.compile(
    rf"\b(?:between [\w,]+ and|(?:\d[\d,]*|{_SMALL}) ?(?:to|or|-)) ?\Z", re.IGNORECASE
)
_RANGE_AFTER = re.compile(rf" (?:to|or) (?:\d|{_SMALL})\b", re.IGNORECASE)
_NEAR = 90  # characters before a number in which a range or a total would begin
_LONGEST = 2_000  # characters; what goes on longer is no sentence


def figures(text: str, bounds: Sequence[tuple[int, int]] | None = None) -> tuple[Figure, ...]:
    """The figures of a text in its order.

    Args:
        text: The body of an article.
        bounds: Its sentences, where they are known already.
    """
    return tuple(
        figure
        for start, end in (sentences(text) if bounds is None else bounds)
        for figure in _in_sentence(text[start:end], start)
    )


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int


_Counted = tuple[Subject, str]


def _in_sentence(sentence: str, offset: int) -> Iterator[Figure]:
    if len(sentence) > _LONGEST or not _TELLS.search(sentence.lower()):
        return
    if not (counted := tuple(numbers(sentence))):
        return
    tokens = [_Token(t[0].lower(), t.start(), t.end()) for t in _TOKEN.finditer(sentence)]
    starts = frozenset(number.start for number in counted)
    before: _Counted | None = None
    for number in counted:
        earlier = [token for token in tokens if token.end <= number.start]
        later = [token for token in tokens if token.start >= number.end]
        read = _ahead(earlier, later, starts) or _behind(number, later, starts)
        near = max(0, number.start - _NEAR)
        if read is None and before and _TOTAL.search(sentence, near, number.start):
            read = before
        ranged = _RANGE_BEFORE.search(sentence, near, number.start)
        if read is None or ranged or _RANGE_AFTER.match(sentence, number.end):
            continue
        before = read
        yield Figure(
            read[0], read[1], number.value, sense(sentence, number.start, number.end),
            offset + number.start, offset + number.end, offset, offset + len(sentence),
        )  # fmt: skip


def _behind(number: Number, later: Sequence[_Token], starts: frozenset[int]) -> _Counted | None:
    """What is counted by the words behind the number: 12 people were killed, 3,000 troops."""
    between: list[str] = []
    for token in later[:8]:
        if token.start in starts or token.word in _ENDS_COUNT:
            return None
        if token.word in _BEHIND:
            subject = _BEHIND[token.word]
            small = subject is Subject.TROOPS and number.value < _FEWEST_TROOPS
            return None if small else (subject, _who(between))
        between.append(token.word)
    return None


def _ahead(
    earlier: Sequence[_Token], later: Sequence[_Token], starts: frozenset[int]
) -> _Counted | None:
    """What is counted by the words before the number: killed at least 12, the toll rose to 87."""
    moved = False
    for steps, token in enumerate(reversed(earlier[-13:]), 1):
        word = token.word
        if word in _CLAUSE or word == "," or token.start in starts:
            return None
        if word in _AHEAD:
            loose = word in _TOLLS and not moved and steps > 1
            if loose or (word in _BEHIND and _counted_already(earlier[:-steps])):
                return None
            return _AHEAD[word], _who(_following(later))
        if word in _MOVES:
            moved = True
        elif word not in _HEDGES and not moved:
            return None
    return None


def _counted_already(earlier: Sequence[_Token]) -> bool:
    """Whether a verb such as "killed" belongs to what stands before it: 10 killed 12 injured."""
    return bool(earlier) and (earlier[-1].word in _EVERYBODY or earlier[-1].word[0].isdigit())


def _following(later: Sequence[_Token]) -> list[str]:
    """The words behind the number, as far as they can name what it counts."""
    named = itertools.takewhile(lambda t: t.word[0].isalpha() and t.word not in _STOPS, later)
    return [token.word for token in itertools.islice(named, 4)]


def _who(words: Sequence[str]) -> str:
    """Whose figure it is: what is left of the words between when the general ones are taken out."""
    told = itertools.takewhile(lambda word: word not in _STOPS, words)
    kept = [word for word in told if word not in _EVERYBODY and word[0].isalpha()]
    return " ".join(kept[:3])
