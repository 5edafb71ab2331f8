"""Reads an article for those who follow its story: the sentences it brings and the figures.

The slow half of an update, done once for all destinations. Who was told what, it ignores.
"""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from bot.alerts import wording as article_text
from bot.message import ChangedFigure, Quote
from bot.model import Alert, Article
from bot.stories import news
from bot.stories.bearing import about, bears
from bot.stories.figures import figures
from bot.stories.ledger import Change, Claim
from bot.stories.novelty import Thread
from bot.stories.recall import Heard, Recall
from bot.stories.senses import Sense
from bot.stories.vector import Frequencies, Vector, stems
from rules import Wording

_HEDGE = re.compile(
    r"\b(?:nearly|almost|about|around|some|roughly|approximately|over|more than|fewer than"
    r"|less than|at least|up to|as many as|an estimated)\s+\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Study:
    """An article read whole, its page too; a bare headline is a text of one sentence.

    `query` holds the stems of what people asked for, `story` what the story was about before,
    `heard` says what of it those know who follow the story.
    """

    article: Article
    text: article_text.Reading | None  # None: the headline alone was read
    reading: news.Reading
    claims: tuple[Claim, ...]
    query: frozenset[str]
    story: Vector
    heard: Heard
    chosen: dict[tuple[Hashable, ...], tuple[news.News, ...]] = field(default_factory=dict)

    def news(self, known: Thread, most: int, shortest: int) -> tuple[news.News, ...]:
        """The sentences worth telling to those who know so much of it; see `news.choose`."""
        same = known.told, known.seen, known.length, most, shortest
        if same not in self.chosen:
            self.chosen[same] = news.choose(
                self.reading, known, self.story, self.query, most=most, shortest=shortest
            )
        return self.chosen[same]

    def place(self, start: int, end: int) -> tuple[str, int, int]:
        """The field in which a part of what was read stands, and its offsets there."""
        return self.text.place(start, end) if self.text else ("title", start, end)


def study(
    wording: Wording,
    frequencies: Frequencies,
    article: Article,
    story: Vector,
    alerts: Iterable[Alert],
    source: str,
    recall: Recall | None = None,
    *,
    again: bool = False,
) -> Study:
    """Read an article of a story; `source` names whom its figures come from, copies being one.

    `recall` has what places saw of the story, `again` says that the article was read before.
    """
    terms = {finding.term for alert in alerts for finding in alert.evidence}
    query = frozenset(stem for term in terms for stem in stems(wording.tokens(term)))
    text = article_text.reading(article)
    reading = news.read(wording, frequencies, article.title, text.text)
    whole = text if reading.bounds else None
    if whole is None:
        reading = news.read(wording, frequencies, "", article.title)
    body, subject = reading.body, about(story, query)
    claims = tuple(
        Claim(
            figure,
            article.id,
            article.source,
            source,
            article.first_seen_at,
            body[figure.quote_start : figure.quote_end],
        )
        for figure in figures(body, reading.bounds)
        if bears(wording, body, figure, subject)
    )
    heard = Heard(recall or Recall(), article.id, reading.sentences, again=again)
    return Study(article, whole, reading, claims, query, story, heard)


def shown(change: Change) -> ChangedFigure:
    """A change as people read it: `troops: 3,000 → around 10,000`, with the sentence."""
    claim = change.after
    before = said(change.before) if change.before else ""
    start = claim.figure.start - claim.figure.quote_start
    end = claim.figure.end - claim.figure.quote_start
    quote = Quote(claim.quote, ((start, end),))
    return ChangedFigure(counted(claim), before, said(claim), quote)


def counted(claim: Claim) -> str:
    """What a figure counts: dead, north korean troops expected."""
    expected = " expected" if claim.figure.sense is Sense.EXPECTED else ""
    return f"{claim.figure.who} {claim.figure.subject}{expected}".strip()


def said(claim: Claim) -> str:
    """The number as the source writes it, with the word that hedges it: around 10,000."""
    start = claim.figure.start - claim.figure.quote_start
    end = claim.figure.end - claim.figure.quote_start
    hedge = _HEDGE.search(claim.quote, max(0, start - 16), start)
    return " ".join(claim.quote[hedge.start() if hedge else start : end].split())
