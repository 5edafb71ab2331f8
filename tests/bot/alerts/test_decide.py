"""Who is told, and why not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.decide import age, decide
from bot.model import Alert, Published, Quiet, QuietReason

SEEN = datetime(2026, 11, 22, 12, tzinfo=UTC)
LIMIT = timedelta(hours=72)


def verdict(article, hit_of, *, told=False):
    return decide(article, hit_of(article, "Hormuz AND tanker"), age_limit=LIMIT, told=told)


def test_a_new_article_that_matches_is_told_with_its_evidence(article, hit_of):
    decision = verdict(article, hit_of)
    assert isinstance(decision, Alert)
    assert {finding.term for finding in decision.evidence} == {"Hormuz", "tanker"}
    for finding in decision.evidence:
        text = {"title": article.title, "body": article.body}[finding.field]
        assert text[finding.start : finding.end] == finding.text


@pytest.mark.parametrize(
    ("changes", "told", "why"),
    [
        ({"baseline": True}, False, QuietReason.BASELINE),
        ({"published": Published(SEEN - timedelta(hours=73))}, False, QuietReason.TOO_OLD),
        ({"published": Published(datetime(2026, 11, 18, tzinfo=UTC), day_only=True)}, False,
         QuietReason.TOO_OLD),
        ({}, True, QuietReason.ALREADY_TOLD),
    ],
    ids=["in the feed before us", "older than the limit", "a day before the limit", "told before"],
)  # fmt: skip
def test_it_is_kept_quiet_for_a_reason(article, hit_of, changes, told, why):
    decision = verdict(replace(article, **changes), hit_of, told=told)
    assert isinstance(decision, Quiet)
    assert decision.why is why
    assert decision.evidence


@pytest.mark.parametrize(
    "published",
    [
        None,
        Published(SEEN - timedelta(hours=71)),
        Published(SEEN + timedelta(days=300)),
        Published(datetime(2026, 11, 19, tzinfo=UTC), day_only=True),
    ],
    ids=["undated", "within the limit", "from the future", "a day that ends within the limit"],
)
def test_what_may_be_news_is_told(article, hit_of, published):
    assert isinstance(verdict(replace(article, published=published), hit_of), Alert)


def test_an_undated_article_is_as_old_as_we_know_it(article):
    assert age(article) == timedelta(0)
