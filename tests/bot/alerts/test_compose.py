"""The card: headline first, the source's own sentences, why last."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.alerts.compose import card, extract, shown_date, why_line
from bot.alerts.rulebook import findings
from bot.model import Alert, AlertReason, Finding, Published

SEEN = datetime(2026, 11, 22, 12, tzinfo=UTC)


def words(line) -> str:
    return "".join(piece.text for piece in line)


def composed(article, hit_of, query="Hormuz AND tanker"):
    hit = hit_of(article, query)
    evidence = findings(article, hit.match)
    return card(article, [Alert(hit.watchlist, article, AlertReason.MATCHED, evidence)])


def test_a_card_quotes_the_article_and_marks_what_matched(article, hit_of):
    made = composed(article, hit_of)
    assert made.headline.text == "Tanker seized"
    assert made.headline.highlights == ((0, 6),)
    (first, *_) = made.sentences
    assert first.text in article.body
    assert "Hormuz" in {first.text[start:end] for start, end in first.highlights}


def test_an_article_without_an_address_has_no_button_to_open_it(article, hit_of):
    assert [each.label for each in composed(article, hit_of).buttons] == [
        "Open",
        "Not relevant",
        "Why?",
    ]
    bare = composed(replace(article, url=None), hit_of)
    assert [each.label for each in bare.buttons] == ["Not relevant", "Why?"]


def test_an_untitled_article_is_called_by_its_opening_words(article, hit_of):
    made = composed(replace(article, title=""), hit_of)
    assert made.headline.text == "A tanker was seized in the Strait of Hormuz on Monday."


def test_the_only_sentence_is_quoted_though_it_is_the_headline(article, hit_of):
    short = replace(article, title="", body="A tanker was seized in Hormuz.")
    assert len(composed(short, hit_of).sentences) == 1


def test_the_why_line_says_in_which_form_a_term_was_met():
    def found(term: str, text: str, field: str = "body") -> Finding:
        return Finding(term, field, 0, len(text), "demonym", text)

    line = why_line((found("North Korea", "North Korean"), found("Kursk", "Kursk", "title")))
    assert words(line) == "matched North Korea (as “North Korean”), Kursk · in title, body"


def test_a_form_is_not_named_where_the_term_itself_stands_too():
    both = (
        Finding("Iran", "body", 0, 7, "demonym", "Iranian"),
        Finding("Iran", "body", 9, 13, "exact", "Iran"),
    )
    assert words(why_line(both)) == "matched Iran · in body"


def test_a_date_from_the_future_is_the_senders_mistake(article):
    late = replace(article, published=Published(SEEN + timedelta(days=3)))
    assert shown_date(late) == Published(article.first_seen_at)
    near = replace(article, published=Published(SEEN + timedelta(minutes=30)))
    assert shown_date(near) == near.published


def test_a_look_up_shows_when_we_saw_what_has_no_date(article, hit_of):
    hit = hit_of(article, "Hormuz")
    made = extract(article, findings(article, hit.match))
    assert made.published == Published(article.first_seen_at, seen=True)
