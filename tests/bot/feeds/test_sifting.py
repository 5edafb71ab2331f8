"""What a document shows that is new, and what is known under another name or in another text."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.feeds.identity import names_of
from bot.feeds.sifting import Edit, Remembered, Sifted, in_doubt, names, sift
from bot.model import ArticleId, Entry, Published

NOW = datetime(2024, 11, 1, 12, tzinfo=UTC)
TITLE, BODY = "North Korean troops seen in Kursk", "They were seen on Thursday."
AT = Published(NOW - timedelta(hours=3))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def entry(
    guid: str = "tag:1",
    link: str | None = "https://example.org/1",
    title: str = TITLE,
    body: str = BODY,
    published: Published | None = AT,
) -> Entry:
    found = names_of(guid, link, title, body)
    return Entry(
        found.certain[0] if found.certain else title,
        title,
        body,
        link,
        published=published,
        names=found.certain,
        title_name=found.title,
    )


def memory(*entries: Entry, at: datetime = NOW - HOUR) -> dict[str, Remembered]:
    return {
        name: Remembered(ArticleId(number), one.title, one.body, one.published, at)
        for number, one in enumerate(entries, 1)
        for name in names(one)
    }


FIRST = entry()
OTHER = Published(NOW - timedelta(hours=9))


@pytest.mark.parametrize(
    "shown",
    [
        entry(),
        entry(guid="tag:changed"),
        entry(guid=""),
        entry(link="http://www.example.org/1/?ref=rss"),
        entry(link=None),
        entry(link="https://moved.example.net/a-new-slug"),
        entry(guid="tag:changed", link="https://moved.example.net/a-new-slug"),
        entry(guid="", link=None),
        entry(published=OTHER),
        entry(published=None),
        entry(guid="tag:changed", link=None, published=OTHER),
        entry(guid="tag:changed", link="https://moved.example.net/x", published=OTHER),
        entry(guid="tag:changed", link="https://moved.example.net/x", title=TITLE.upper()),
        entry(guid="tag:changed", link=None, body="Another text."),
    ],
    ids=range(14),
)
def test_an_item_is_known_in_fourteen_disguises(shown: Entry) -> None:
    assert sift([shown], memory(FIRST), NOW).new == ()


def test_what_was_never_shown_is_new() -> None:
    fresh = entry("tag:2", "https://example.org/2", "Talks have ended in Seoul")
    assert sift([FIRST, fresh], memory(FIRST), NOW) == Sifted(new=(fresh,))


def test_an_instalment_of_a_series_is_new_though_its_title_is_not() -> None:
    daily = "Daily report on the front"
    first = entry("tag:1", "https://example.org/1", daily, "Monday's news.")
    second = entry("tag:2", "https://example.org/2", daily, "Tuesday's news.", Published(NOW))
    assert sift([second], memory(first), NOW).new == (second,)


def test_a_title_is_forgotten_after_thirty_days_a_guid_is_not() -> None:
    old = memory(FIRST, at=NOW - 31 * DAY)
    again = entry("tag:changed", "https://example.org/other")
    assert sift([again], old, NOW).new == (again,)
    assert sift([FIRST], old, NOW).new == ()


def test_a_title_does_not_name_an_item_that_stands_beside_it_under_its_guid() -> None:
    renamed = entry(title="Troops in Kursk: what we know")
    copycat = entry("tag:2", "https://example.org/2", published=None)
    assert sift([renamed, copycat], memory(FIRST), NOW).new == (copycat,)


def test_nor_one_that_stands_beside_it_and_was_not_read_again() -> None:
    held = memory(entry())
    new = entry("tag:2", "https://example.org/2")
    assert in_doubt([new], held)
    assert sift([new], held, NOW).new == ()
    assert sift([new], held, NOW, held.values()).new == (new,)


def test_only_a_title_that_decides_alone_is_in_doubt() -> None:
    held = memory(entry())
    assert not in_doubt([entry(), entry("tag:2", title="Another title of some length")], held)


def test_a_text_that_changed_is_an_edit() -> None:
    longer = entry(body=f"{BODY} More were on their way.")
    sifted = sift([longer], memory(FIRST), NOW)
    assert (sifted.new, sifted.edits) == ((), (Edit(ArticleId(1), TITLE, longer.body),))


def test_a_text_that_is_missing_now_is_no_edit() -> None:
    assert sift([replace(FIRST, title="", body="")], memory(FIRST), NOW).edits == ()


def test_an_article_is_edited_once_per_document_however_many_claim_it() -> None:
    claims = [entry(body="One text."), entry("tag:9", body="Another text.")]
    assert len(sift(claims, memory(FIRST), NOW).edits) == 1


def test_an_article_that_was_deleted_is_known_and_not_edited() -> None:
    gone = {name: Remembered(None, "", "", None, NOW - 200 * DAY) for name in names(FIRST)}
    sifted = sift([FIRST], gone, NOW)
    assert (sifted.new, sifted.edits) == ((), ())


def test_a_new_name_of_a_known_item_is_remembered() -> None:
    renamed = entry(guid="tag:changed")
    sifted = sift([renamed], memory(FIRST), NOW)
    assert [(one.name, one.article) for one in sifted.sightings] == [(renamed.identity, 1)]


def test_names_are_noted_as_seen_once_a_day() -> None:
    assert sift([FIRST], memory(FIRST, at=NOW - HOUR), NOW).sightings == ()
    assert len(sift([FIRST], memory(FIRST, at=NOW - DAY), NOW).sightings) == len(names(FIRST))
