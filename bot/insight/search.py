"""The newest or the best of the stored articles that answer a query, within a time budget.

What is best is simple enough to be said in words: a query's words in the title count most, then how
many of them there are, then how often. Ties go to what is newer. It writes nothing.
"""

import asyncio
import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import rules
from bot.alerts.rulebook import as_document
from bot.insight.walk import Batch, Found, Walk, shown
from bot.model import Article, ArticleId

MOST_RANKED = 400
_TITLE = 3.0
_BUDGET = timedelta(seconds=1.5)
_BEST_BUDGET = timedelta(seconds=0.75)  # the answer is there within a second


@dataclass(frozen=True, slots=True)
class Hits:
    """Articles that answer a query: the ones asked for, and whether there are `more`.

    `back_to` is None if the whole archive was looked at or needed no look; else time was up there.
    Of those that are best, `ranked` were compared.
    """

    found: tuple[Found, ...]
    more: bool
    back_to: datetime | None = None
    ranked: int | None = None


async def newest(
    walk: Walk, query: rules.Query, *, skip: int = 0, limit: int, budget: timedelta = _BUDGET
) -> Hits:
    """The newest answers after so many that are skipped."""
    deadline = time.monotonic() + budget.total_seconds()
    wanted = skip + limit
    passed = 0
    found: list[Found] = []
    async for step in walk.steps(query, rules.narrowing(query)):
        first = max(0, skip - passed)
        kept = step.hits[first : max(first, wanted - passed)]
        found += await asyncio.to_thread(shown, query, kept)
        passed += len(step.hits)
        if passed > wanted:
            return Hits(tuple(found), more=True)
        if time.monotonic() > deadline and not step.is_last:
            return Hits(tuple(found), more=False, back_to=_back_to(step))
    return Hits(tuple(found), more=False)


async def best(
    walk: Walk, query: rules.Query, *, skip: int = 0, limit: int, budget: timedelta = _BEST_BUDGET
) -> Hits:
    """The best answers after so many that are skipped.

    Those with all words of the query in the title are looked for in the whole archive first, then
    the newest; so many are compared as there is time for.
    """
    deadline = time.monotonic() + budget.total_seconds()
    question = rules.Question(query)
    worths: dict[ArticleId, float] = {}
    hits: dict[ArticleId, Article] = {}
    back_to: datetime | None = None
    for condition in dict.fromkeys((rules.in_titles(query), rules.narrowing(query))):
        async for batch in walk.batches(query, condition):
            new = [article for article in batch.articles if article.id not in hits]
            counted = await asyncio.to_thread(_worths, question, new)
            worths |= dict(islice(counted.items(), MOST_RANKED - len(worths)))
            hits |= {article.id: article for article in new if article.id in worths}
            if len(hits) >= MOST_RANKED or time.monotonic() > deadline:
                back_to = None if batch.is_last else _back_to(batch)
                break
    order = sorted(hits, key=lambda id_: (-worths[id_], -id_))
    page = [hits[id_] for id_ in order[skip : skip + limit]]
    found = await asyncio.to_thread(shown, query, page)
    return Hits(tuple(found), len(order) > skip + limit, back_to, len(order))


def _worths(question: rules.Question, articles: Sequence[Article]) -> Mapping[ArticleId, float]:
    """What those of the articles are worth that answer."""
    counted = ((each.id, question.mentions(as_document(each))) for each in articles)
    return {id_: worth(mentions) for id_, mentions in counted if mentions is not None}


def worth(mentions: Mapping[tuple[str, rules.Field], int]) -> float:
    """How well an article answers, by how often each term is met in which field.

    A point for each term that is met, one for each doubling of how often that is, and three for
    each term that is met in the title.
    """
    often: Counter[str] = Counter()
    for (term, _), number in mentions.items():
        often[term] += number
    titles = sum(field is rules.Field.TITLE for _, field in mentions)
    return sum(1 + math.log2(number) for number in often.values()) + _TITLE * titles


def standing(found: Found) -> str:
    """Why an article stands where it does: `in the title: Kursk; 2 terms, 7 mentions`."""
    titles = dict.fromkeys(each.term for each in found.evidence if each.field == "title")
    terms, mentions = len({each.term for each in found.evidence}), len(found.evidence)
    counted = f"{terms} term{'s'[: terms != 1]}, {mentions} mention{'s'[: mentions != 1]}"
    return f"in the title: {', '.join(titles)}; {counted}" if titles else counted


def _back_to(batch: Batch) -> datetime | None:
    return batch.articles[-1].first_seen_at if batch.articles else None
