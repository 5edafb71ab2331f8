"""What there is to read of an article: the feed's text and the page's, and who wants a page."""

from dataclasses import replace

import pytest

import rules
from bot.alerts.compose import card, why_line
from bot.alerts.rulebook import Rulebook, as_document, findings
from bot.alerts.weighing import LEAST_WANTED, weigh
from bot.alerts.wording import reading
from bot.model import Alert, AlertReason, FullText, Reader, WorkspaceId

SNIPPET = "Pyongyang has sent three thousand soldiers abroad…"
PAGE = (
    "Pyongyang has sent three thousand soldiers abroad, officials said on Friday.\n\n"
    "They wait for orders, and their families were told nothing of where they are.\n\n"
    "Two brigades were seen in Kursk, an official of the region said."
)
OTHER_PAGE = "Two brigades were seen in Kursk.\n\nNobody knows why they came."


@pytest.fixture
def snippet(article):
    return replace(article, title="North Korea sends soldiers", body=SNIPPET)


def found(article, query):
    match = rules.match(rules.parse(query), as_document(article))
    assert match is not None
    return findings(article, match)


def test_an_article_without_a_page_is_what_its_feed_shows(snippet):
    assert reading(snippet).text == SNIPPET
    assert {each.field for each in found(snippet, "soldiers AND Pyongyang")} == {"title", "body"}


def test_a_snippet_that_the_page_repeats_counts_once(snippet):
    assert reading(replace(snippet, page=PAGE)).text == PAGE


def test_a_summary_of_its_own_is_read_before_the_page(snippet):
    both = reading(replace(snippet, page=OTHER_PAGE))
    assert both.text == f"{SNIPPET}\n\n{OTHER_PAGE}"


@pytest.mark.parametrize("page", [PAGE, OTHER_PAGE])
def test_findings_name_the_field_and_stand_where_they_say(snippet, page):
    article = replace(snippet, page=page)
    evidence = found(article, "Pyongyang AND Kursk AND North Korea")
    texts = {"title": article.title, "body": article.body, "page": article.page}
    for each in evidence:
        assert texts[each.field][each.start : each.end] == each.text
    assert {each.field for each in evidence if each.term == "Kursk"} == {"page"}


def test_findings_of_an_earlier_look_are_not_taken_for_places_of_the_page(snippet):
    earlier = found(snippet, "Pyongyang")
    assert reading(replace(snippet, page=PAGE)).spots(earlier) == []
    spots = reading(replace(snippet, page=OTHER_PAGE)).spots(earlier)
    assert [(term, start) for term, start, _ in spots] == [("Pyongyang", 0)]


def test_a_card_quotes_at_most_two_sentences_of_a_page(snippet, watchlist):
    long = "\n\n".join(f"Kursk saw brigade {number} arrive by train." for number in range(40))
    article = replace(snippet, page=f"{PAGE}\n\n{long}")
    evidence = found(article, "North Korea AND Kursk")
    alert = Alert(watchlist, article, AlertReason.MATCHED, evidence)
    quoted = card(article, [alert]).sentences
    assert 1 <= len(quoted) <= 2
    assert all(quote.text in article.page for quote in quoted)
    assert "the article's page" in str(why_line(evidence)[-1])


@pytest.fixture
def rulebook(watchlist):
    made = Rulebook()
    kursk = replace(watchlist, query="North Korea AND Kursk")
    made.update([kursk], {}, 1)
    return made


HERE, THERE = WorkspaceId(1), WorkspaceId(2)
NEAR, NEVER, ALWAYS = FullText.NEAR_MISS, FullText.NEVER, FullText.ALWAYS


def rank(rulebook, article, *readers, usual=NEAR):
    return weigh(rulebook, article, readers, usual=usual).rank


def test_a_near_miss_wants_the_page_by_how_rare_its_term_is(rulebook, snippet):
    wanted = rank(rulebook, snippet, Reader(HERE))
    assert wanted is not None
    assert 0 <= wanted < LEAST_WANTED
    assert rank(rulebook, replace(snippet, title="A bridge"), Reader(HERE)) is None


def test_only_who_wants_pages_counts(rulebook, snippet):
    assert rank(rulebook, snippet, Reader(HERE, full_text=NEVER)) is None
    assert rank(rulebook, snippet, Reader(THERE)) is None
    assert rank(rulebook, snippet, Reader(HERE), usual=NEVER) is None
    assert rank(rulebook, snippet, Reader(HERE, full_text=NEAR), usual=NEVER) is not None


def test_who_wants_every_page_gets_it_after_those_that_are_near(rulebook, snippet):
    other = replace(snippet, title="A bridge")
    assert rank(rulebook, other, Reader(THERE, full_text=ALWAYS)) == LEAST_WANTED
    near = rank(rulebook, snippet, Reader(HERE), Reader(THERE, full_text=ALWAYS))
    assert near is not None
    assert near < LEAST_WANTED


def test_a_workspace_that_wants_no_pages_hears_nothing_from_one(rulebook, snippet):
    article = replace(snippet, page=PAGE)
    heard = weigh(rulebook, article, [Reader(HERE)], usual=NEAR)
    assert [hit.watchlist.workspace for hit in heard.hits] == [HERE]
    assert weigh(rulebook, article, [Reader(HERE, full_text=NEVER)], usual=NEAR).hits == ()
