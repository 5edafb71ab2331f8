"""Turns an article into a weighted set of terms: words, pairs of title words, names.

Rare terms weigh much, and what is rare is learned as articles come, on top of a table of general
news. It knows nothing of stories or time; how words are read is the rule engine's.
"""

import functools
import heapq
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources

from rules import Wording

Vector = Mapping[str, float]
"""Terms with their weights, of length 1 (or empty)."""

NAME = "@"
"""How the key of a name begins: the same in all languages."""

_TITLE = 2.0  # how often a word of the title counts
_BODY_WORDS = 250
_HEAVIEST = 100  # terms of an article; more tell no better and cost more
_TITLE_PAIR = 0.5
_ROOT = 6  # letters
_GENERAL = 0.2  # how much an article of the general table counts beside one of our own
_ASKED_OF = 20  # articles, of which a word that was asked for is taken to be in one at least
_HALVED_AT = 20_000  # articles; then all counts are halved, so that the table stays small and fresh

_OUTLET = re.compile(r"\s(?:[|–—-]|--)\s+(?:[^|\s]+\s*){1,6}$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_THOUSANDS = re.compile(r"\d{3}")
_DOTTED = re.compile(r"\d{1,3}(?:\.\d{3})+")
STOP = _words(
    """
    a an the and or but if of at by for with about against between into through during before after
    above below to from up down in out on off over under again further then once here there when
    where why how all any both each few more most other some such no nor not only own same so than
    too very s t can will just don should now is are was were be been being have has had having do
    does did doing it its he him his she her they them their we us our you your i me my this that
    these those as who whom which what while said says say would could also may might one two new
    first last year years day
    el la los las lo un una unos unas y o de del al en con por para que se su sus es son fue ha han
    como mas le les ya sin sobre esta este esto tras ante hoy dos
    des du et une pour dans sur au aux est qui par avec pas plus ne il elle
    der die das und den von zu mit fur auf im ein eine dem ist nicht sich
    e di che il per della dei non sono os as um uma com nao dos
    и в на с по о из за к у от для не что это как его она они был была было
    """
)
_SUFFIXES = (
    "ations", "ation", "ingly", "iness", "ments", "ment", "edly", "ings", "ies", "ing", "ied",
    "ed", "es", "ly", "s",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Terms:
    """What an article says, before rarity is known.

    `weights` hold the terms, `bare` marks a headline without a text, `tongue` is what tells texts
    apart that can share no words: the language if it is known, else the script. `asked` are the
    terms by which watchlists found the article, with the most that each may be rare: they stand in
    all that is told, and so say little about which event it is.
    """

    weights: Mapping[str, float]
    bare: bool
    tongue: str
    asked: Mapping[str, float] = field(default_factory=dict)


def read(
    wording: Wording,
    title: str,
    body: str,
    language: str | None = None,
    found: Iterable[str] = (),
) -> Terms:
    """The terms of an article: of its title and of the first 250 words of its body.

    `found` are the words of it that watchlists asked for, as they stand there.
    """
    titled = wording.read(without_outlet(title))
    told = wording.read(opening(body))
    title_words = sequence(titled.tokens)
    counts: Counter[str] = Counter()
    for word in title_words:
        counts[word] += 2
    counts.update(sequence(told.tokens[:_BODY_WORDS]))
    weights = {word: math.log1p(count) for word, count in counts.items()}
    for name in titled.names | told.names:
        weights[name] = math.log1p(_TITLE if name in titled.names else 1.0)
    for first, second in itertools.pairwise(title_words):
        weights[f"{first} {second}"] = _TITLE_PAIR * math.log(2)
    sample = "".join((*titled.tokens[:20], *told.tokens[:20]))
    tongue = language_of(language) or _script(sample)
    return Terms(weights, not body.strip(), tongue, _asked(wording, found))


def _asked(wording: Wording, found: Iterable[str]) -> Mapping[str, float]:
    """The words and names of what was found; those of one name count together as one word does."""
    asked: dict[str, float] = {}
    for words in set(found):
        told = wording.read(words)
        terms = {*sequence(told.tokens), *told.names}
        for term in terms:
            most = math.log(_ASKED_OF) / math.sqrt(len(terms))
            asked[term] = min(most, asked.get(term, most))
    return asked


def opening(body: str) -> str:
    """As much of a body as its first 250 words can need."""
    return body[: _BODY_WORDS * 12]


def without_outlet(title: str) -> str:
    """A title without the outlet's name behind a dash or bar, if enough of it is left."""
    for _ in range(2):
        found = _OUTLET.search(title)
        if not found or len(title[: found.start()].split()) < 4:
            break
        title = title[: found.start()]
    return title


def language_of(code: str | None) -> str:
    """The base code of a language: en for en-US; "" for none."""
    return code.strip().lower().replace("_", "-").partition("-")[0] if code else ""


def unit(weights: Mapping[str, float]) -> Vector:
    """The weights scaled to length 1."""
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}


class Frequencies:
    """In how many articles each term stood: what is rare and what is not."""

    def __init__(self, articles: float = 0.0, counts: Mapping[str, float] | None = None) -> None:
        self.articles = articles
        self.counts: dict[str, float] = dict(counts or {})
        self._general, self._general_articles = _general_table()

    def add(self, terms: Terms) -> None:
        """Count an article. When 20,000 are counted all counts are halved and the least go."""
        self.add_words(terms.weights)

    def add_words(self, terms: Iterable[str]) -> None:
        """Count a text by its distinct terms."""
        self.articles += 1
        for term in terms:
            self.counts[term] = self.counts.get(term, 0.0) + 1
        if self.articles >= _HALVED_AT:
            self.articles /= 2
            self.counts = {term: n / 2 for term, n in self.counts.items() if n >= 2}

    def rarity(self, term: str) -> float:
        """The logarithm of how many articles there are for each that has the term."""
        seen = self.counts.get(term, 0.0) + _GENERAL * self._general.get(term, 0)
        return math.log((self.articles + _GENERAL * self._general_articles + 1) / (seen + 0.5))

    def vector(self, terms: Terms) -> Vector:
        """The 100 heaviest terms by how rare they are now, as a vector of length 1."""
        weighed = {term: n * self.rarity(term) for term, n in terms.weights.items()}
        for term, most in _limits(terms):
            weighed[term] = min(weighed[term], terms.weights[term] * most)
        if len(weighed) > _HEAVIEST:
            heaviest = heapq.nsmallest(
                _HEAVIEST, weighed.items(), key=lambda row: (-row[1], row[0])
            )
            weighed = dict(heaviest)
        return unit(weighed)


def _limits(terms: Terms) -> Iterator[tuple[str, float]]:
    """The terms that hold nothing but what was asked for, with the most that they may be rare."""
    for term in terms.weights if terms.asked else ():
        parts = [terms.asked.get(part) for part in (term, *term.split())]
        if parts[0] is not None:
            yield term, parts[0]
        elif all(part is not None for part in parts[1:]):
            yield term, min(filter(None, parts))


def stems(tokens: Sequence[str]) -> frozenset[str]:
    """The stems of the words that tell something."""
    return frozenset(sequence(tokens))


def sequence(tokens: Sequence[str]) -> list[str]:
    """The stems of the words that tell something, in order; of unspaced scripts pairs of signs."""
    alone = list(map(_alone, tokens))
    if None not in alone:  # nearly every sentence
        return list(filter(None, alone))
    found: list[str] = []
    sign = ""
    for token, stem in zip(tokens, alone, strict=True):
        if stem is None and not token.isdecimal():
            if sign:
                found.append(sign + token)
            sign = token
            continue
        sign = ""
        if stem is None and found and found[-1].isdecimal():
            found[-1] += token  # 10 000 is one number
        elif stem != "":
            found.append(stem or token)
    return found


@functools.lru_cache(maxsize=65_536)
def _alone(token: str) -> str | None:
    """What a token tells whatever stands beside it, "" for nothing; None if that decides."""
    if (len(token) == 1 and not token.isascii() and token.isalpha()) or _THOUSANDS.fullmatch(token):
        return None
    if len(token) < 2 or token in STOP:
        return ""
    return token.replace(".", "") if _DOTTED.fullmatch(token) else _stem(token)


def _stem(word: str) -> str:
    """The first six letters of a word without its English ending; the same rule for all languages.

    Six letters hold the root of most words; where a language inflects, they are all that stays.
    """
    if not word.isalpha():
        return word
    word = word.lower()
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "ls":
                word = word[:-1]
            break
    word = word[:-1] if len(word) > 4 and word[-1] in "ey" else word
    return word[:_ROOT]


def _script(sample: str) -> str:
    for name, first, last in _SCRIPTS:
        if sum(first <= sign <= last for sign in sample) * 2 > len(sample):
            return name
    return ""


_SCRIPTS = (
    ("cyrillic", "\u0400", "\u052f"),
    ("arabic", "\u0600", "\u06ff"),
    ("han", "\u3040", "\u9fff"),
    ("hangul", "\uac00", "\ud7a3"),
)


@functools.cache
def _general_table() -> tuple[Mapping[str, int], int]:
    """How many of how many articles of general news have each term; see docs/frequencies."""
    lines = (
        resources.files(__package__).joinpath("data", "terms.txt").read_text("utf-8").splitlines()
    )
    rows = (line.rsplit(" ", 1) for line in lines[1:])
    return {term: int(count) for term, count in rows}, int(lines[0].split()[1])
