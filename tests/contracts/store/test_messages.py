"""A message that waits in the outbox comes out as it went in."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.message import (
    AlertCard,
    Answer,
    Bullets,
    Button,
    ChangedFigure,
    Code,
    Extract,
    Link,
    Literal,
    Message,
    Paragraph,
    Picture,
    Quote,
    Style,
    Table,
    Tone,
    Update,
    When,
)
from bot.model import Destination, Platform, Published, Severity
from bot.store.deliveries import read_message, write_message

CONSOLE = Destination.parse("console")

texts = st.text(max_size=20)
zones = st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))])
instants = st.datetimes(timezones=zones)
published = st.none() | st.builds(Published, instants, st.booleans())
urls = st.none() | texts
quotes = st.builds(
    Quote, texts, st.lists(st.tuples(st.integers(0), st.integers(0)), max_size=3).map(tuple)
)
pieces = (
    st.builds(Literal, texts, st.booleans(), st.booleans())
    | st.builds(Link, texts, texts)
    | st.builds(When, instants, st.booleans())
)


def few(of):
    return st.lists(of, max_size=3).map(tuple)


lines = few(pieces)
buttons = few(st.builds(Button, texts, texts, texts, urls, st.sampled_from(Style)))
blocks = (
    st.builds(Paragraph, lines)
    | st.builds(Code, texts)
    | st.builds(Bullets, few(lines))
    | st.builds(Table, few(texts), few(few(lines)))
    | st.builds(Extract, quotes, urls, texts, published, few(quotes))
)
pictures = st.none() | st.builds(Picture, texts, st.binary(max_size=40), texts)
answers = st.builds(Answer, texts, few(blocks), buttons, st.sampled_from(Tone), pictures)
cards = st.builds(
    AlertCard,
    headline=quotes,
    url=urls,
    severity=st.sampled_from(Severity),
    source=texts,
    published=published,
    first_seen=instants,
    watch=texts,
    sentences=few(quotes),
    left_out=few(texts),
    why=lines,
    buttons=buttons,
    corroboration=lines,
    note=lines,
)
updates = st.builds(
    Update,
    headline=quotes,
    url=urls,
    source=texts,
    published=published,
    first_seen=instants,
    figures=few(st.builds(ChangedFigure, texts, texts, texts, quotes)),
    sentences=few(quotes),
    why=lines,
    buttons=buttons,
)


@given(answers | cards | updates)
def test_any_message_reads_back_equal_to_what_was_written(message: Message):
    assert read_message(*write_message(message)) == message


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=answers | cards | updates)
async def test_any_message_survives_the_database(store, home, message: Message):
    at = datetime(2024, 10, 26, tzinfo=UTC)
    assert await store.outbox.post(home.id, CONSOLE, message, uuid4().hex, at)

    (delivery,) = await store.outbox.claim(
        at, platforms=[Platform.CONSOLE], limit=10, lease=timedelta(seconds=60)
    )

    assert delivery.message == message
    assert type(delivery.message) is type(message)
    assert await store.outbox.dead(delivery, "seen")


async def test_half_a_surrogate_pair_in_a_message_becomes_one_replacement(store, home, hand):
    await hand.post(home, "a", message=Answer("a\ud800b"))

    (delivery,) = await hand.claim()

    assert delivery.message == Answer("a\ufffdb")


def test_a_message_from_a_newer_version_with_one_field_more_is_still_read():
    kind, text = write_message(Answer("Title", (Paragraph((Literal("x"), Link("a", "b"))),)))
    newer = text.replace('{"text":"a"', '{"colour":"red","text":"a"')

    assert read_message(kind, newer) == read_message(kind, text)
    assert newer != text
