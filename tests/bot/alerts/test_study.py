"""A later article of a story: what is read of it, and what of that is told in the thread."""

from dataclasses import replace
from datetime import timedelta

import rules
from bot.alerts.compose import card
from bot.alerts.living import follow
from bot.alerts.rulebook import findings
from bot.alerts.study import study
from bot.model import Act, Alert, AlertReason, Destination, Platform, Severity, StoryId
from bot.stories.ledger import Ledger
from bot.stories.novelty import Thread
from bot.stories.standing import Standing
from bot.stories.vector import Frequencies

SNIPPET = "Iran seized a second tanker near Hormuz, officials said on Tuesday."
PAGE = (
    "Iran seized a second tanker near Hormuz, officials said on Tuesday. The company said that all"
    " sailors were taken from the tanker to Bandar Abbas. The insurers of London raised their rates"
    " for the Gulf within hours. Two destroyers were ordered to the strait by the navy on Tuesday."
    " At least 23 people were killed when the tanker was boarded, the company said."
)


def read(article, *alerts):
    return study(rules.Wording(), Frequencies(), article, {}, alerts, "Example")


def later(article, **changes):
    return replace(article, id=2, title="A second tanker is seized", body=SNIPPET, **changes)


def alert(article, hit_of, query="tanker AND destroyers"):
    hit = hit_of(article, query)
    evidence = findings(article, hit.match)
    return Alert(hit.watchlist, article, AlertReason.MATCHED, evidence)


def test_figures_and_sentences_of_the_page_are_read(article, hit_of):
    told = alert(later(article, page=PAGE), hit_of)
    short, full = read(later(article), told), read(later(article, page=PAGE), told)
    assert len(full.reading.bounds) > len(short.reading.bounds) == 1
    assert not short.claims
    assert [claim.figure.value for claim in full.claims] == [23]


def test_a_snippet_before_the_page_keeps_its_own_places(article):
    body = "Only the feed says so."
    whole = read(replace(later(article, page=PAGE), body=body))
    assert whole.reading.body.endswith(PAGE)
    start = whole.reading.body.index("Two destroyers")
    field, begins, ends = whole.place(start, start + 14)
    assert (field, PAGE[begins:ends]) == ("page", "Two destroyers")
    assert whole.place(0, 4) == ("body", 0, 4)


def test_a_bare_headline_is_read_as_one_sentence(article):
    bare = read(replace(article, body=""))
    assert bare.reading.body == article.title
    assert bare.place(0, 6) == ("title", 0, 6)


def test_an_update_quotes_two_sentences_of_the_page_at_most_and_marks_what_matched(article, hit_of):
    first = alert(article, hit_of, "Hormuz AND tanker")
    standing = Standing(
        first.watchlist.workspace,
        Destination(Platform.CONSOLE),
        story=StoryId(1),
        key="story:1",
        card=card(article, [first]),
        severity=Severity.NOTABLE,
        watchlists=(first.watchlist.id,),
        ledger=Ledger(),
        thread=Thread(),
        spoken=(),
        changed_at=article.first_seen_at,
    )
    second = later(article, page=PAGE)
    told = alert(second, hit_of)
    after = follow(
        standing,
        [told],
        read(second, told),
        corroborated=(),
        copied=False,
        doubtful=False,
        per_hour=4,
        now=article.first_seen_at + timedelta(hours=2),
    )
    (update,) = [post.message for post in after.posts if post.act is Act.REPLY]
    assert 1 <= len(update.sentences) <= 2
    assert all(quote.text in PAGE for quote in update.sentences)
    marked = {quote.text[a:b] for quote in update.sentences for a, b in quote.highlights}
    assert "tanker" in marked
