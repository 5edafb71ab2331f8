"""What a sentence of an article is worth as a quotation: lede, news, subject, soundness.

It weighs each sentence for itself and knows neither how many may be quoted nor how they are cut.
The signs of news are English; in other languages place, words and the query decide.
"""

import functools
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from bot.stories.furniture import REMEMBERED, first_dirt, is_heading

Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Weight:
    """What a sentence says (0 to about 3.5), how sound it is (0 to 1), where its damage begins."""

    says: float
    sound: float
    dirt: int | None


@dataclass(frozen=True, slots=True)
class Worth:
    """For each sentence its weight, and the stems that tell it from the others."""

    weights: tuple[Weight, ...]
    words: tuple[frozenset[str], ...]


def _stop_words(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in text.split())


_STEM = 5
_STOP = _stop_words("""
    the and for with that this from was were are has have had its his her their they them she but
    not who which will would could should may might been being also into than then when while where
    what about after before over under more most some such any all there these those other said says
    say told according out our your you one two can did does because during between against amid
    both each que los las del por con para una como más les des est dans pour par sur qui aux und
    der die das den dem ein eine mit von für auf ist nicht что как это для при или его она они был
    была было были
""")
_WORD = re.compile(r"\d[\d.,]*\d|\d|[^\W\d_]{2,}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")

# The signs of news that reading summaries called for, and what each adds: what happened, what is
# ahead, how many, who says so, how fresh; old knowledge takes away.
_NEWS = (
    (
        0.35,
        re.compile(
            r"\b(?:deployed|deploying|sent|send(?:ing|s)? |launch|attack|kill|wound|captur|seiz"
            r"|struck|strik|fir(?:ed|ing)|enter(?:ed|ing|s)|cross(?:ed|ing)|moved|moving|withdr[ae]w|sign(?:ed|s)"
            r"|ratif|sanction|arrest|detain|shot down|explo[ds]|evacuat|invad|began|begin|fight"
            r"|confirm|condemn|warn|urg(?:ed|es|ing)|announc|declare|approv|reject|vot(?:ed|es)"
            r"|tested|agree|suspend|expel|resign|bans|banned)"
        ),
    ),
    (
        0.35,
        re.compile(
            r"\b(?:as early as|imminent|imminently|tomorrow|tonight|next (?:week|month|year|several"
            r"|few)|coming (?:days|weeks|months)|this weekend|expected to|set to|due to (?:begin"
            r"|start|arrive|meet)|plans? to|prepar(?:ing|ed) to|on the way|will|could"
            r"|may (?:have|soon))\b"
        ),
    ),
    (
        0.3,
        re.compile(
            r"\b(?:\d{1,3}(?:[,. ]\d{3})+|\d+(?:\.\d+)? ?(?:million|billion|percent|%)"
            r"|(?:hundreds|thousands|dozens|scores) of|(?!19|20)\d{2,4}\b(?! ?[:/-]))"
        ),
    ),
    (
        0.25,
        re.compile(
            r"\b(?:said|says|told|stated|confirmed|according to|announced|warned|reported|estimated"
            r"|added|urg(?:ed|es|ing)|accus(?:ed|es|ing)|denied|denies|noted|intelligence)\b"
        ),
    ),
    (
        0.2,
        re.compile(
            r"\b(?:[Ff]irst|already|more than (?:doubl|tripl)\w+|unprecedented|today"
            r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
        ),
    ),
    (
        -0.3,
        re.compile(
            r"\b(?:since the|has long|have long|last (?:year|month)|in (?:January|February|March"
            r"|April|May|June|July|August|September|October|November|December)\b(?! \d)|years ago"
            r"|previously|earlier estimated|traditional|purportedly|allegedly)\b"
        ),
    ),
)
# What makes a sentence hard to read alone, and the share of its worth that it keeps.
_LEANS = (
    (
        0.75,
        re.compile(
            r"[“\"‘«]?(?:(?:He|She|They|It|His|Her|Their|Its|There|Both|The (?:pact|two|move"
            r"|deal|latter|former))\b|(?:This|That|These|Those) (?:is|was|are|were|has|have|will"
            r"|would|could|may)\b)"
        ),
    ),
    (0.92, re.compile(r"[“\"‘«]?(?:This|That|These|Those|Such|But|And|However|Meanwhile)\b")),
    (0.85, re.compile(r"[“\"‘«]?If\b")),
)
# The same, wherever it stands.
_LEANS_WITHIN = (
    (0.7, re.compile(r"[”\"] ?(?:he|she|they)\b")),
    (0.6, re.compile(r"[?？؟]\Z")),
)
_QUOTED = re.compile(r"“[^”]*(?:”|\Z)|\"[^\"]*(?:\"|\Z)|«[^»]*(?:»|\Z)|「[^」]*(?:」|\Z)")


def stems(text: str) -> frozenset[str]:
    """The first five letters of each telling word; where words have no spaces, character pairs."""
    return frozenset(chain.from_iterable(map(_stems_of, _WORD.findall(text.casefold()))))


@functools.lru_cache(maxsize=65_536)
def _stems_of(word: str) -> tuple[str, ...]:
    if _UNSPACED.match(word):
        return tuple(word[i : i + 2] for i in range(len(word) - 1))
    tells = (len(word) > 2 or word[0].isdigit()) and word[:_STEM] not in _STOP
    return (word[:_STEM],) if tells else ()


def _telling(words: Sequence[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """The words of each sentence without those that stand in a quarter of all sentences.

    Two sentences are alike by what they tell, not by the subject that the whole article shares.
    """
    frequency = Counter(chain.from_iterable(words))
    everywhere = {stem for stem, times in frequency.items() if times > max(3, len(words) / 4)}
    return tuple(sentence - everywhere for sentence in words)


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the shorter sentence's words that the other has too, from 0 to 1."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


@functools.lru_cache(maxsize=REMEMBERED)
def weigh(title: str, body: str, bounds: tuple[Bounds, ...]) -> Worth:
    """Weigh each sentence.

    Args:
        title: The article's title, "" for none.
        body: The text that the sentences lie in.
        bounds: The sentences, in order.
    """
    words = [stems(body[start:end]) for start, end in bounds]
    logs = {stem: math.log(times) for stem, times in Counter(chain.from_iterable(words)).items()}
    titled = stems(title)
    central = [sum(map(logs.__getitem__, sentence)) / (6 + len(sentence)) for sentence in words]
    highest = max(central, default=0.0) or 1.0
    inside = _inside_quotation(body, bounds)
    weights = []
    for rank, (start, end) in enumerate(bounds):
        text = body[start:end]
        says = (
            1.2 / (1 + 0.4 * rank)
            + central[rank] / highest
            + 0.5 * len(words[rank] & titled) / (len(titled) or 1)
            + sum(value for value, sign in _NEWS if sign.search(text))
        )
        dirt = first_dirt(text)
        sound = _soundness(text, inside_quotation=inside[rank])
        weights.append(Weight(says, sound if dirt is None else 0.6 * sound, dirt))
    return Worth(tuple(weights), _telling(words))


def _inside_quotation(body: str, bounds: Sequence[Bounds]) -> list[bool]:
    """For each sentence, whether it begins inside a quotation that an earlier one opened."""
    answers: list[bool] = []
    inside, before = False, 0
    for start, end in bounds:
        inside = inside and "\n" not in body[before:start]
        answers.append(inside)
        opened, shut = body.rfind("“", start, end), body.rfind("”", start, end)
        inside = opened > shut if opened >= 0 or shut >= 0 else inside
        before = end
    return answers


def _soundness(text: str, *, inside_quotation: bool) -> float:
    """How well a sentence can stand alone: 1 for well, less for each thing that is wrong with it.

    A quotation whose speaker stands in another sentence loses half.
    """
    sound = min(1.0, 0.4 + len(text) / 100)
    if is_heading(text):
        sound *= 0.5
    if inside_quotation or "“" in text or '"' in text:
        outside = text.partition("”")[2] if inside_quotation else text
        speakerless = len(_WORD.findall(_QUOTED.sub(" ", outside))) < 2
        if speakerless:
            sound *= 0.5
        elif inside_quotation or text.count("“") != text.count("”"):
            sound *= 0.75
    elif "”" in text:
        sound *= 0.75
    leans = [keeps for keeps, sign in _LEANS if sign.match(text)]
    leans += [keeps for keeps, sign in _LEANS_WITHIN if sign.search(text)]
    return sound * math.prod(leans)
