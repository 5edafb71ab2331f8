"""Decides who is told of an article, and says why not where the answer is no. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.alerts.matching import Matched
from bot.alerts.rulebook import Hit, findings
from bot.alerts.verdicts import Known, Terms
from bot.model import (
    Alert,
    AlertReason,
    Article,
    ArticleId,
    Decision,
    Quiet,
    QuietReason,
    WorkspaceId,
)


def decide(
    article: Article, hit: Hit, *, age_limit: timedelta, told: bool, matched_before: bool = False
) -> Decision:
    """Tell or keep quiet about one article for one watchlist.

    `told` says that this watchlist was told of the same address before, by way of another feed;
    `matched_before` that it matches an edited article as it did before the edit.
    """
    evidence = findings(article, hit.match)
    why = _quiet(article, age_limit, told=told, matched_before=matched_before)
    if why is not None:
        return Quiet(hit.watchlist, article, why, evidence)
    return Alert(hit.watchlist, article, AlertReason.MATCHED, evidence)


def _quiet(
    article: Article, age_limit: timedelta, *, told: bool, matched_before: bool
) -> QuietReason | None:
    if matched_before:
        return QuietReason.EDITED
    if article.before is None and article.baseline:
        return QuietReason.BASELINE
    if article.before is None and article.held_back:
        return QuietReason.STARTED_OVER
    if told:
        return QuietReason.ALREADY_TOLD
    if age(article) > age_limit:
        return QuietReason.TOO_OLD
    return None


def is_news(article: Article, age_limit: timedelta) -> bool:
    """Whether the article itself may be told at all, whatever it matches."""
    return _quiet(article, age_limit, told=False, matched_before=False) is None


def age(article: Article) -> timedelta:
    """How old the article was when we first saw it, or its newest text after an edit.

    A day without a time counts from its end.
    """
    if article.published is None:
        return timedelta(0)
    at = article.published.at + timedelta(days=1 if article.published.day_only else 0)
    return seen_at(article) - at


def told_at(article: Article) -> datetime:
    """When its source told it, as far as that is known; never after we saw it."""
    return seen_at(article) - max(age(article), timedelta(0))


def seen_at(article: Article) -> datetime:
    """When we first saw the text that is to be judged."""
    return article.revised_at or article.first_seen_at


def first_decisions(
    poll: Sequence[Matched],
    known: Known,
    terms: Terms,
    seen: Callable[[WorkspaceId, Article], Article],
) -> dict[ArticleId, list[Decision]]:
    """A first decision for every hit, before anybody looks at stories.

    `seen` gives an article as a workspace reads it.
    """
    told: set[str] = set()
    gated: dict[ArticleId, list[Decision]] = {one.article.id: [] for one in poll}
    for one in poll:
        article = one.article
        for hit in one.hits:
            watchlist = hit.watchlist.id
            if watchlist in known.decided.get(article.id, ()):
                continue
            same = f"{watchlist} {article.url or article.id} {article.title}"
            decision = decide(
                seen(hit.watchlist.workspace, article),
                hit,
                age_limit=terms.age_limit,
                told=same in told or (watchlist, article.id) in known.told,
                matched_before=watchlist in one.before,
            )
            if isinstance(decision, Alert):
                told.add(same)
            gated[article.id].append(decision)
    return gated
