"""Changed figures on TREC: what is spoken while an event unfolds, judged by labels of ours.

The stream of an event is every judged sentence of the documents that have a fact of it. The labels
in `figures.tsv` name an update, subject and value and say whether it was right as reported then;
one reader made them, and the rules were mended on the same events. No text is kept.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.model import ArticleId
from bot.stories.bearing import About, about, bears
from bot.stories.figures import Figure, figures
from bot.stories.ledger import GROWING, Claim, Ledger
from bot.stories.senses import Sense
from bot.stories.vector import Frequencies, read, sequence
from rules import Wording
from tests.benchmarks.stories.threads import Topic, Update, topics

LABELS = Path(__file__).with_name("figures.tsv")
_LEAP = 4


@dataclass(frozen=True, slots=True)
class Spoken:
    """A figure that a way of keeping them spoke, with the quotation that went with it."""

    topic: str
    update: str
    subject: str
    value: int
    quote: str
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """What was spoken, how much of it was right, and how much nobody has judged yet."""

    name: str
    spoken: int
    right: int
    unjudged: int
    events: int
    verbatim: int

    @property
    def share(self) -> float:
        judged = self.spoken - self.unjudged
        return self.right / judged if judged else 0.0


def measure(folder: Path) -> list[Tally]:
    """Ours, the design as it stood, and a naive ledger."""
    labels = _labels()
    events = [topic for year in (2013, 2014) for topic in topics(folder, year)]
    ways = {"ours": ours, "the design as it stood": standing, "every other value": naive}
    return [
        _tally(name, [said for topic in events for said in way(topic)], labels)
        for name, way in ways.items()
    ]


def ours(topic: Topic) -> Iterator[Spoken]:
    """What the product speaks; a document counts as a source, since outlets are not known here."""
    wording, frequencies, ledger = Wording(), Frequencies(), Ledger()
    centroid: dict[str, float] = {}
    query = wording.read(topic.query)
    story, document = about({}), ""
    for update in _of_the_event(topic):
        if update.facts:
            terms = read(wording, "", update.text)
            for term, weight in frequencies.vector(terms).items():
                centroid[term] = centroid.get(term, 0.0) + weight
            frequencies.add(terms)
        if update.document != document:
            document = update.document
            story = about(centroid, sequence(query.tokens))
            story = About(story.terms, story.names | query.names)
        found = [one for one in figures(update.text) if bears(wording, update.text, one, story)]
        ledger, changes = ledger.hear(_claims(update, found))
        for change in changes:
            yield _spoken(topic, update, change.after)


def standing(topic: Topic) -> Iterator[Spoken]:
    """The rule of the design: a new maximum that two documents give, three for a leap over 4x.

    It reads with the product's reader, which favours it, and skips only parts of a whole.
    """
    highest: dict[str, int] = {}
    givers: dict[tuple[str, int], set[str]] = {}
    for update in _of_the_event(topic):
        for claim in _claims(update, figures(update.text)):
            figure = claim.figure
            if figure.subject not in GROWING or figure.who or figure.sense is Sense.PART:
                continue
            given = givers.setdefault((figure.subject, figure.value), set())
            given.add(update.document)
            before = highest.get(figure.subject, 0)
            leap = before and figure.value > _LEAP * before
            if figure.value > before and len(given) >= (3 if leap else 2):
                highest[figure.subject] = figure.value
                yield _spoken(topic, update, claim)


def naive(topic: Topic) -> Iterator[Spoken]:
    """Every value of a subject that differs from the last one."""
    last: dict[tuple[str, str], int] = {}
    for update in _of_the_event(topic):
        for claim in _claims(update, figures(update.text)):
            figure = claim.figure
            key = (figure.subject, figure.who)
            if last.get(key) != figure.value:
                last[key] = figure.value
                yield _spoken(topic, update, claim)


def _of_the_event(topic: Topic) -> Iterator[Update]:
    documents = {update.document for update in topic.updates if update.facts}
    return (update for update in topic.updates if update.document in documents)


def _claims(update: Update, found: list[Figure] | tuple[Figure, ...]) -> list[Claim]:
    claims = []
    for figure in found:
        quote = update.text[figure.quote_start : figure.quote_end]
        claims.append(
            Claim(figure, ArticleId(0), update.document, update.document, update.at, quote)
        )
    return claims


def _spoken(topic: Topic, update: Update, claim: Claim) -> Spoken:
    figure = claim.figure
    verbatim = any(claim.quote in each.text for each in topic.updates)
    return Spoken(topic.id, update.id, str(figure.subject), figure.value, claim.quote, verbatim)


def _labels() -> dict[tuple[str, str, int], bool]:
    with LABELS.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {
            (row["update"], row["subject"], int(row["value"])): row["right"] == "1" for row in rows
        }


def _tally(name: str, said: list[Spoken], labels: dict[tuple[str, str, int], bool]) -> Tally:
    verdicts = [labels.get((one.update, one.subject, one.value)) for one in said]
    return Tally(
        name,
        len(said),
        verdicts.count(True),
        verdicts.count(None),
        len({one.topic for one in said}),
        sum(one.verbatim for one in said),
    )
