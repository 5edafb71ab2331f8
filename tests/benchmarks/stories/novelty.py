"""Novelty on TREC: which relevant sentences are the first with a fact, fitted on another year.

Told is every relevant sentence that came earlier. The topics of 2013 are there to fit, those of
2014 to test.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.stories.novelty import Novelty, Sentence, Thread, centre, novelty, read
from bot.stories.vector import Frequencies, sequence, unit
from rules import Wording
from tests.benchmarks.stories.logistic import fit, score
from tests.benchmarks.stories.scores import area, average_precision
from tests.benchmarks.stories.threads import Topic, topics


@dataclass(frozen=True, slots=True)
class Case:
    """A relevant sentence: what our door says of it, its likeness to a told one, and the truth."""

    topic: str
    novelty: Novelty
    told_already: float
    words: float
    new: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well a score ranks what is new."""

    name: str
    area: float
    precision: float
    mean_precision: float


def measure(folder: Path) -> list[Ranking]:
    """Fit on 2013, test on 2014; the fixed weights of the product are among the rows."""
    train, test = (
        [case for topic in topics(folder, year) for case in cases(topic)] for year in (2013, 2014)
    )
    rows: list[Ranking] = []
    for name, features in _FEATURES.items():
        weights = fit([features(case) for case in train], [case.new for case in train])
        rows.append(_ranking(name, test, [score(weights, features(case)) for case in test]))
    rows.append(_ranking("ours, as shipped", test, [case.novelty.chance for case in test]))
    return rows


def cases(topic: Topic) -> list[Case]:
    """The relevant sentences of a topic in order, each judged against those before it."""
    wording, frequencies = Wording(), Frequencies()
    thread, centroid = Thread(), dict[str, float]()
    told: list[Sentence] = []
    words: set[str] = set()
    postings: dict[str, list[tuple[int, float]]] = {}
    facts: set[str] = set()
    query = tuple(sequence(wording.read(topic.query).tokens))
    found: list[Case] = []
    for update in topic.updates:
        if not update.facts:
            continue
        sentence = read(wording, frequencies.rarity, update.text)
        found.append(
            Case(
                topic.id,
                novelty(sentence, thread, unit(centroid), query),
                _nearest(sentence, postings),
                _unsaid(sentence, words),
                bool(update.facts - facts),
            )
        )
        facts |= update.facts
        thread = thread.with_told([sentence])
        for term, weight in centre([sentence]).items():
            centroid[term] = centroid.get(term, 0.0) + weight
            postings.setdefault(term, []).append((len(told), weight))
        words |= sentence.terms.keys()
        told.append(sentence)
        frequencies.add_words(sentence.terms)
    return found


def _nearest(sentence: Sentence, postings: dict[str, list[tuple[int, float]]]) -> float:
    sums: dict[int, float] = {}
    for term, weight in centre([sentence]).items():
        for at, there in postings.get(term, ()):
            sums[at] = sums.get(at, 0.0) + weight * there
    return max(sums.values(), default=0.0)


def _unsaid(sentence: Sentence, words: set[str]) -> float:
    whole = sum(sentence.terms.values())
    new = sum(weight for term, weight in sentence.terms.items() if term not in words)
    return new / whole if whole else 0.0


_FEATURES: dict[str, Callable[[Case], Sequence[float]]] = {
    "order of arrival": lambda case: (math.log1p(case.novelty.length),),
    "1 - highest cosine": lambda case: (case.told_already,),
    "words never told": lambda case: (case.words,),
    "pairs never told": lambda case: (case.novelty.pairs,),
    "ours: pairs, length, centrality, query": lambda case: (
        case.novelty.pairs,
        math.log1p(case.novelty.length),
        case.novelty.centrality,
        case.novelty.query,
    ),
}


def _ranking(name: str, cases_: Sequence[Case], scores: Sequence[float]) -> Ranking:
    truths = [case.new for case in cases_]
    each = []
    for topic in dict.fromkeys(case.topic for case in cases_):
        own = [at for at, case in enumerate(cases_) if case.topic == topic]
        each.append(average_precision([scores[at] for at in own], [truths[at] for at in own]))
    return Ranking(
        name, area(scores, truths), average_precision(scores, truths), sum(each) / len(each)
    )
