"""Decides who is told of an article, and says why not where the answer is no. Pure."""

from datetime import timedelta

from bot.alerts.rulebook import Hit, findings
from bot.model import Alert, AlertReason, Article, Decision, Quiet, QuietReason


def decide(article: Article, hit: Hit, *, age_limit: timedelta, told: bool) -> Decision:
    """Tell or keep quiet about one article for one watchlist.

    `told` says that this watchlist was told of the same address before, by way of another feed.
    """
    evidence = findings(article, hit.match)
    why = _quiet(article, age_limit, told)
    if why is not None:
        return Quiet(hit.watchlist, article, why, evidence)
    return Alert(hit.watchlist, article, AlertReason.MATCHED, evidence)


def _quiet(article: Article, age_limit: timedelta, told: bool) -> QuietReason | None:
    if article.baseline:
        return QuietReason.BASELINE
    if told:
        return QuietReason.ALREADY_TOLD
    if age(article) > age_limit:
        return QuietReason.TOO_OLD
    return None


def age(article: Article) -> timedelta:
    """How old the article was when we first saw it; a day without a time counts from its end."""
    if article.published is None:
        return timedelta(0)
    at = article.published.at + timedelta(days=1 if article.published.day_only else 0)
    return article.first_seen_at - at
