"""Several cards as one message: the loudest first, and what has no room is counted."""

from datetime import UTC, datetime

from bot.alerts.joined import joined
from bot.message import AlertCard, Extract, Paragraph, Quote
from bot.model import Published, Severity

SEEN = datetime(2026, 11, 22, tzinfo=UTC)


def card(headline: str, severity: Severity = Severity.ROUTINE, watch: str = "kursk") -> AlertCard:
    return AlertCard(Quote(headline), None, severity, "Wire", None, SEEN, watch, (), (), ())


def test_every_card_is_a_row_with_headline_source_and_date():
    message = joined([card("one"), card("two", watch="hormuz")])
    assert message.title == "2 alerts at once, for kursk, hormuz"
    assert message.blocks == tuple(
        Extract(Quote(text), None, "Wire", Published(SEEN, seen=True), ())
        for text in ("one", "two")
    )


def test_each_watchlist_is_named_once():
    message = joined([card("one"), card("two", watch="kursk, hormuz")])
    assert message.title == "2 alerts at once, for kursk, hormuz"


def test_the_most_severe_come_first_and_the_rest_keep_their_order():
    message = joined([card("a"), card("b", Severity.CRITICAL), card("c", Severity.NOTABLE)])
    rows = [row for row in message.blocks if isinstance(row, Extract)]
    assert [row.headline.text for row in rows] == ["b", "c", "a"]


def test_what_has_no_room_is_counted():
    message = joined([card(str(number)) for number in range(13)])
    assert len(message.blocks) == 11
    last = message.blocks[-1]
    assert isinstance(last, Paragraph)
    assert "3 more" in str(last.line)
