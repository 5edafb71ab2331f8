"""Follows a story that a destination was told of: what a further article changes there. Pure.

The card is edited; what is new goes into its thread, within a budget; what is more severe is posted
anew. What an article says was read before, by `study`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.alerts.compose import (
    MOST_OF_A_PAGE,
    card,
    evidence_of,
    headline_of,
    loudest,
    shown_date,
    why_line,
)
from bot.alerts.study import Study, counted, said, shown
from bot.message import AlertCard, Button, Line, Literal, Quote, Update
from bot.model import Act, Alert, AlertReason, Article, Finding, QuietReason, Severity
from bot.stories import news
from bot.stories.ledger import Change, Lacking, Ledger
from bot.stories.novelty import Sentence, Thread
from bot.stories.standing import KeptBack, Standing

HOUR = timedelta(hours=1)
SENTENCES = 3
_NEW = 0.5  # of a sentence's word pairs must be new for it to be told
_WORTH = 1.1  # the least value of a sentence that is told; of the seeds, all below it is noise
_WORTH_UNASKED = 1.4  # of one from an article of the story that the watchlists do not match
_WORTH_OF_A_FIGURE = 0.75  # of one that gives a figure which waits for another source
_UNASKED: Line = (Literal("of the same story, though no watchlist here matches it"),)


@dataclass(frozen=True, slots=True)
class Post:
    """One message to the destination; `key` names it there for ever."""

    act: Act
    key: str
    message: AlertCard | Update


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of an article at a destination; `outcome` says whether people were told."""

    standing: Standing
    posts: tuple[Post, ...]
    outcome: AlertReason | QuietReason
    detail: str = ""


def begin(standing: Standing, study: Study) -> Standing:
    """The standing after its card was posted: what the card quotes is told, the rest was seen."""
    quoted = [quote.text for quote in standing.card.sentences]
    ledger = standing.ledger.hear(study.claims)[0].quoted(quoted)
    told = [read for text, read in _sentences(study) if _overlaps(text, quoted)]
    thread = study.heard.seen(standing.thread).with_told(told)
    return replace(standing, ledger=ledger, thread=thread)


def follow(
    standing: Standing,
    alerts: Sequence[Alert],
    study: Study,
    *,
    corroborated: Line,
    copied: bool,
    doubtful: bool,
    per_hour: int,
    now: datetime,
) -> Followed:
    """What a further article of the story changes at a destination.

    Of an article that is `doubtful` in its story, or a bare headline, nothing that is new is kept
    quiet, whatever it is worth and however often the story spoke: it may be another event. Without
    `alerts` the article matched nothing there: it must have more to say, and leaves the last place
    within the hour to one that matches. A copy brings no sentence, for its text is known; its
    figures are looked at all the same. A sentence with a new figure that waits for another source
    is told more readily: people want to hear it, and who says so. A figure that changed is told
    however often the story spoke; of sentences beyond that, the best are kept back until it may
    speak again, see `speak_again`.
    """
    louder = loudest([*(alert.watchlist.severity for alert in alerts), standing.severity])
    if louder != standing.severity:
        return _escalate(standing, alerts, study, louder, corroborated, now)
    spoken = _within_the_hour(standing, now)
    standing = replace(_matched(standing, alerts, corroborated, now), spoken=spoken)
    doubtful = doubtful and bool(alerts) and not copied
    full = len(spoken) >= per_hour - (not alerts) and not doubtful
    ledger, changes = standing.ledger.hear(study.claims)
    worth = _WORTH if alerts else _WORTH_UNASKED
    known = study.heard.known(standing.thread)
    unheard = [
        each.claim.quote for each in standing.ledger.lacking(study.claims) if not each.quoted
    ]
    found = () if copied else _worth_telling(known, study, worth, unheard if alerts else ())
    if not found and (doubtful or (study.text is None and alerts and not copied)):
        found = _worth_telling(known, study, 0.0)[:1]
    if not changes and not found:
        return _nothing_to_tell(standing, ledger, study, copied=copied)
    if full and not changes:
        return _keep_back(replace(standing, ledger=ledger), study, alerts, found)
    found = () if full else found
    told = [one.read for one in found] + _read_with(study, changes)
    quoted = [one.text for one in found] + [change.after.quote for change in changes]
    standing = replace(
        standing,
        ledger=ledger.quoted(quoted),
        thread=study.heard.seen(standing.thread).with_told(told),
        spoken=(*spoken, now),
    )
    update = _update(study, alerts, changes, found)
    reply = Post(Act.REPLY, _key(standing, study), update)
    posts = (_edit(standing, study.article), reply)
    return Followed(standing, posts, AlertReason.UPDATE, _numbers(found))


def speak_again(standing: Standing, *, per_hour: int, now: datetime) -> Followed | None:
    """Tell what a story kept back, if it may speak again by now."""
    kept, spoken = standing.kept_back, _within_the_hour(standing, now)
    if kept is None or len(spoken) >= per_hour:
        return None
    after = replace(standing, kept_back=None, spoken=(*spoken, now), changed_at=now)
    return Followed(after, (Post(Act.REPLY, kept.key, kept.update),), AlertReason.UPDATE)


def corroborate(standing: Standing, article: Article, corroborated: Line) -> Followed:
    """What an article changes that is no news itself: the sources that the card counts."""
    standing = replace(standing, card=replace(standing.card, corroboration=corroborated))
    return Followed(standing, (_edit(standing, article),), QuietReason.NOTHING_NEW)


def hush(
    standing: Standing,
    alerts: Sequence[Alert],
    study: Study,
    corroborated: Line,
    *,
    muted: str,
    now: datetime,
) -> Followed:
    """What an article changes at a place that hears nothing of it: it was seen, and is not told.

    The card as it is kept goes on counting sources; `muted` says by which mute.
    """
    standing = _matched(standing, alerts, corroborated, now)
    return replace(_quiet(standing, study, QuietReason.MUTED, muted), posts=())


def _escalate(
    standing: Standing,
    alerts: Sequence[Alert],
    study: Study,
    severity: Severity,
    corroborated: Line,
    now: datetime,
) -> Followed:
    """A new card, which the story goes on with; the old one says so."""
    key = f"escalation:{standing.story}:{study.article.id}"
    fresh = card(study.article, alerts, story=True)
    why = (Literal(f"now {severity} (was {standing.severity}) · ", bold=True), *fresh.why)
    fresh = replace(fresh, severity=severity, why=why, corroboration=corroborated)
    note: Line = (Literal(f"The story goes on below: now {severity}."),)
    old = Post(
        Act.EDIT, f"edit:{standing.key}:{study.article.id}", replace(standing.card, note=note)
    )
    after = replace(
        _matched(standing, alerts, corroborated, now),
        key=key,
        card=fresh,
        severity=severity,
        spoken=(*standing.spoken, now),
    )
    return Followed(
        begin(after, study), (old, Post(Act.POST, key, fresh)), AlertReason.ESCALATED, str(severity)
    )


def _matched(
    standing: Standing, alerts: Sequence[Alert], corroborated: Line, now: datetime
) -> Standing:
    """The standing with the watchlists that matched on its card."""
    ids = dict.fromkeys((*standing.watchlists, *(alert.watchlist.id for alert in alerts)))
    new = [a.watchlist.name for a in alerts if a.watchlist.id not in standing.watchlists]
    watch = ", ".join(dict.fromkeys((standing.card.watch, *new)))
    shown = replace(standing.card, watch=watch, corroboration=corroborated)
    return replace(standing, watchlists=tuple(ids), card=shown, changed_at=now)


def _quiet(standing: Standing, study: Study, why: QuietReason, detail: str) -> Followed:
    standing = replace(standing, thread=study.heard.seen(standing.thread))
    return Followed(standing, (_edit(standing, study.article),), why, detail)


def _keep_back(
    standing: Standing, study: Study, alerts: Sequence[Alert], found: Sequence[news.News]
) -> Followed:
    """A story that has spoken enough keeps the best of what comes for when it may speak again.

    What no watchlist matches is not kept.
    """
    detail, kept, value = (
        f"{len(standing.spoken)} within the hour",
        standing.kept_back,
        found[0].value,
    )
    if alerts and (kept is None or value >= kept.value):
        watchlists = tuple(alert.watchlist.id for alert in alerts)
        update = _update(study, alerts, (), found)
        key = _key(standing, study)
        kept = KeptBack(key, update, value, study.article.id, watchlists)
        detail = f"{detail}; it is told when the hour is over, unless more of more weight comes"
    return _quiet(replace(standing, kept_back=kept), study, QuietReason.OVER_BUDGET, detail)


def _key(standing: Standing, study: Study) -> str:
    return f"update:{standing.story}:{study.article.id}"


def _within_the_hour(standing: Standing, now: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in standing.spoken if now - at < HOUR)


def _nothing_to_tell(standing: Standing, after: Ledger, study: Study, *, copied: bool) -> Followed:
    """What became of an article without news; `after` is the ledger that heard it."""
    lacking = standing.ledger.lacking(study.claims)
    why = QuietReason.COPY if copied else QuietReason.NOTHING_NEW
    if lacking:
        why = QuietReason.FIGURE_WAITS
    best = study.news(study.heard.known(standing.thread), 1, news.SHORTEST)
    numbers = [*map(_waits, lacking), _numbers(best)]
    return _quiet(replace(standing, ledger=after), study, why, "; ".join(filter(None, numbers)))


def _waits(lacking: Lacking) -> str:
    """`dead: At least 52, from 1 of the 2 sources that it takes`."""
    claim, given, needed = lacking.claim, lacking.sources, lacking.needed
    return f"{counted(claim)}: {said(claim)}, from {given} of the {needed} sources that it takes"


def _edit(standing: Standing, article: Article) -> Post:
    return Post(Act.EDIT, f"edit:{standing.key}:{article.id}", standing.card)


def _worth_telling(
    thread: Thread, study: Study, worth: float, figures: Sequence[str] = ()
) -> tuple[news.News, ...]:
    """What is new and worth so much; less is enough for sentences with `figures` that wait."""

    def enough(one: news.News) -> float:
        return min(worth, _WORTH_OF_A_FIGURE) if _overlaps(one.text, figures) else worth

    shortest = news.SHORTEST if study.text else 1
    most = min(SENTENCES, MOST_OF_A_PAGE) if study.article.page else SENTENCES
    found = study.news(thread, most, shortest)
    return tuple(one for one in found if one.novelty.pairs >= _NEW and one.value >= enough(one))


def _update(
    study: Study,
    alerts: Sequence[Alert],
    changes: Sequence[Change],
    found: Sequence[news.News],
) -> Update:
    article, evidence = study.article, evidence_of(alerts)
    figures = tuple(map(shown, changes))
    quoted = [figure.quote.text for figure in figures]
    sentences = [one for one in found if one.text not in quoted]
    buttons = (Button("Open", "alert:open", url=article.url),) if article.url else ()
    return Update(
        headline=headline_of(article, evidence),
        url=article.url,
        source=article.source,
        published=shown_date(article),
        first_seen=article.first_seen_at,
        figures=figures,
        sentences=tuple(
            _quote(one, study, evidence) for one in sorted(sentences, key=lambda one: one.start)
        ),
        why=why_line(evidence) if evidence else _UNASKED,
        buttons=(*buttons, Button("Why?", "alert:why")) if alerts else buttons,
    )


def _quote(one: news.News, study: Study, evidence: Sequence[Finding]) -> Quote:
    field, begins, ends = study.place(one.start, one.end)
    marks = tuple(
        (finding.start - begins, finding.end - begins)
        for finding in evidence
        if finding.field == field and begins <= finding.start and finding.end <= ends
    )
    return Quote(one.text, marks)


def _sentences(study: Study) -> list[tuple[str, Sentence]]:
    reading = study.reading
    return [
        (reading.body[start:end], sentence)
        for (start, end), sentence in zip(reading.bounds, reading.sentences, strict=True)
    ]


def _read_with(study: Study, changes: Sequence[Change]) -> list[Sentence]:
    """The sentences in which the figures stand that are told."""
    quotes = [change.after.quote for change in changes]
    return [read for text, read in _sentences(study) if _overlaps(text, quotes)]


def _overlaps(text: str, quotes: Sequence[str]) -> bool:
    return any(text in quote or quote in text for quote in quotes)


def _numbers(found: Sequence[news.News]) -> str:
    return str(found[0].novelty) if found else ""
