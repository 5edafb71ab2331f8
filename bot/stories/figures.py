"""Reads figures out of sentences: how many, of what, and how the sentence means them.

Each figure points into the text it stands in. It knows English, and only what alerts are about:
dead, injured, missing, arrested, displaced, troops. Which figures are news, `ledger` decides.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.stories.numbers import Number, numbers
from rules import sentences


class Subject(StrEnum):
    """What is counted."""

    DEAD = "dead"
    INJURED = "injured"
    MISSING = "missing"
    ARRESTED = "arrested"
    DISPLACED = "displaced"
    TROOPS = "troops"


class Sense(StrEnum):
    """How a sentence means its figure."""

    STATED = "stated"
    EXPECTED = "expected"
    PART = "a part of the whole"
    PAST = "of another time"


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
        Subject.DEAD: "killed dead died deaths fatalities perished slain bodies corpses massacred drowned murdered",
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
_TELLS = re.compile(rf"\b(?:{'|'.join(sorted({*_BEHIND, *_AHEAD}))})\b", re.IGNORECASE)
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
_FILLERS = _words("""
    were was are is have has had been being be reported reportedly confirmed officially also
    feared believed presumed now still left people persons
""")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:[’'-][^\W\d_]+)*|[^\w\s]")
_CLAUSE = frozenset(";:()[]?!–—|")
_CUTTERS = _words("and but while whereas including with after who which that as when or said")

_PART_BEFORE = re.compile(
    r"\b(?:including|includes?|included|another|additional|further|extra|each|both|"
    r"among (?:them|the \w+)|of (?:them|whom|those)|out of|other|first|last)"
    r"\s+(?:were |are |was |is )?(?:at least |about |some |the )*\Z",
    re.IGNORECASE,
)
_PART_AFTER = re.compile(
    r"\s*(?:more|others?|additional|further|(?:of|out of) (?:them|whom|those|the|its|our|his|their)|"
    r"(?:people |others |were |are |remain(?:ed)? )*"
    r"(?:in critical|critically|seriously|severely|gravely)|[^.;]{0,30}\banother)\b",
    re.IGNORECASE,
)
_PARTS_LIST = re.compile(r"\b(?:including|among (?:them|those)|of whom|includes?)\b", re.IGNORECASE)
_EXPECTED_BEFORE = re.compile(
    r"\b(?:could|may|might|would|will|if|up to|as many as|expect\w*|fear(?:s|ed|ing)?|potentially|"
    r"possibly|unconfirmed|risk\w*|threat\w*|likely|rumou?r\w*|plan(?:s|ned|ning)?|aim\w*|claim(?:s|ed) "
    r"(?:to|that|it)|simulat\w+|drill)\b[^.;]{0,60}\Z",
    re.IGNORECASE,
)
_EXPECTED_AFTER = re.compile(
    r"[^.;,]{0,25}\b(?:feared|expected|presumed|believed|could|may|might)\b", re.IGNORECASE
)
_PAST = re.compile(
    r"\b(?:1[6-9]|20)\d\d\b|\b(?:last|previous|past) (?:year|month|decade|week|century|summer|winter|spring)\b"
    r"|\b(?:years?|months?|decades?|weeks?) (?:ago|earlier|before)\b|\b(?:previously|history|historic"
    r"|deadliest|worst|anniversary|similar|century|annually|yearly|Columbine|commemorat\w+)\b"
    r"|\bsince the\b|\bthis year\b|\b(?:month|week|year)s? after\b|\bat the time\b|\b(?:every|each|per|a) year\b|\bdays earlier\b|\bearlier (?:this|estimat|report|toll|figure|count)"
    r"|\bearlier (?:\w+ ){0,3}(?:estimated|put|reported|said|indicated)\b|\bas of [A-Z][a-z]+ \d"
    r"|\b(?:another|separate|other|different) (?:attack|incident|accident|blast|bombing|crash|protest)",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\btotal(?: number)?(?: is| was| now| expected| estimated| set| projected| likely| to| be"
    r"| reach| at| of| about| around| over| more| than)*\s*\Z",
    re.IGNORECASE,
)


_RANGE_BEFORE = re.compile(
    r"\b(?:between [\w,]+ and|(?:\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten) ?(?:to|or|-)) ?\Z"
)
_RANGE_AFTER = re.compile(r" (?:to|or) (?:\d|two|three|four|five|six|seven|eight|nine|ten)\b")


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


def _in_sentence(sentence: str, offset: int) -> Iterator[Figure]:
    if not _TELLS.search(sentence):
        return
    counted = tuple(numbers(sentence))
    if not counted:
        return
    tokens = [_Token(t[0].lower(), t.start(), t.end()) for t in _TOKEN.finditer(sentence)]
    starts = frozenset(number.start for number in counted)
    before: tuple[Subject, str] | None = None
    for number in counted:
        if _RANGE_BEFORE.search(sentence, 0, number.start) or _RANGE_AFTER.match(
            sentence, number.end
        ):
            continue
        read = _ahead(tokens, number, starts) or _behind(tokens, number, starts)
        if read is None and before and _TOTAL.search(sentence, 0, number.start):
            read = before
        if read is None:
            continue
        before = read
        yield Figure(
            read[0], read[1], number.value, _sense(sentence, number),
            offset + number.start, offset + number.end, offset, offset + len(sentence),
        )  # fmt: skip


def _behind(
    tokens: Sequence[_Token], number: Number, starts: frozenset[int]
) -> tuple[Subject, str] | None:
    """What is counted by the words behind the number: 12 people were killed, 3,000 troops."""
    between: list[str] = []
    for token in tokens:
        if token.start < number.end:
            continue
        if (
            token.start in starts
            or token.word in _CLAUSE
            or token.word in _CUTTERS
            or len(between) > 6
        ):
            return None
        if token.word == "," or token.word in _VAGUE:
            return None
        if token.word in _BEHIND:
            subject = _BEHIND[token.word]
            if subject is Subject.TROOPS and number.value < _FEWEST_TROOPS:
                return None
            return subject, _who(between, subject)
        between.append(token.word)
    return None


def _ahead(
    tokens: Sequence[_Token], number: Number, starts: frozenset[int]
) -> tuple[Subject, str] | None:
    """What is counted by the words before the number: killed at least 12, the toll rose to 87."""
    moved = False
    for steps, token in enumerate(reversed([t for t in tokens if t.end <= number.start])):
        word = token.word
        if word in _CLAUSE or token.start in starts or steps > 12 or word == ",":
            return None
        if word in _AHEAD:
            if word in _TOLLS and not moved and steps:
                return None
            if word in _BEHIND and _counted_already(tokens, token):
                return None
            subject = _AHEAD[word]
            return subject, _who(_following(tokens, number), subject)
        if word in _MOVES:
            moved = True
        elif word not in _HEDGES and not moved:
            return None
    return None


def _counted_already(tokens: Sequence[_Token], verb: _Token) -> bool:
    """Whether a verb such as "killed" belongs to what stands before it: 10 killed 12 injured."""
    earlier = [token for token in tokens if token.end <= verb.start]
    return bool(earlier) and (earlier[-1].word in _EVERYBODY or earlier[-1].word[0].isdigit())


def _following(tokens: Sequence[_Token], number: Number) -> list[str]:
    """The words behind the number, as far as they can name what it counts."""
    found: list[str] = []
    for token in tokens:
        if token.start < number.end:
            continue
        if token.word in _STOPS or not token.word[0].isalpha() or len(found) == 4:
            break
        found.append(token.word)
    return found


def _who(words: Sequence[str], subject: Subject) -> str:
    """Whose figure it is: what is left of the words between when the general ones are taken out."""
    kept: list[str] = []
    for word in words:
        if word in _STOPS:
            break
        if word not in _EVERYBODY and word[0].isalpha():
            kept.append(word)
    return " ".join(kept[:3])


def _sense(sentence: str, number: Number) -> Sense:
    before = sentence[max(0, number.start - 80) : number.start]
    after = sentence[number.end : number.end + 60]
    if _PAST.search(sentence):
        return Sense.PAST
    if _PART_BEFORE.search(before) or _PART_AFTER.match(after) or _PARTS_LIST.search(before):
        return Sense.PART
    if _EXPECTED_BEFORE.search(before) or _EXPECTED_AFTER.match(after):
        return Sense.EXPECTED
    return Sense.STATED
