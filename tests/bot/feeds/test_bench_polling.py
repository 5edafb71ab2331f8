"""The polling bench is fair only while its parts agree with each other and with the product."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.feeds.parse import read_feed
from tests.benchmarks.polling import freshness, fronts, ours, plain, wellformed
from tests.benchmarks.polling.facts import Agreement, of_document, of_entries
from tests.benchmarks.polling.feeds import Feed, invent, median, smallest
from tests.benchmarks.polling.goals import goals
from tests.benchmarks.polling.results import KEPT, KINDS, SAME, Changed, Results, Unchanged
from tests.benchmarks.polling.server import answer, serving
from tests.benchmarks.polling.table import document
from tests.benchmarks.polling.wellformed import Stated, stated

URL = "http://feeds.example/feed"
FEED = invent(7, 1)[0]


def entries_of(body: bytes):
    now = datetime.now(UTC)
    return read_feed(body, url=URL, content_type="application/xml", now=now).entries


def test_the_smallest_and_the_middle_feed_are_found_by_their_bytes() -> None:
    feeds = [Feed("c", b"333"), Feed("a", b"1"), Feed("b", b"22")]

    assert (smallest(feeds).name, median(feeds).name) == ("a", "b")


def test_an_invented_feed_says_the_same_to_both_parsers() -> None:
    agreement = Agreement()

    agreement.add("one", of_document(plain.read(FEED.body), URL), of_entries(entries_of(FEED.body)))

    assert (agreement.entries, agreement.alike, agreement.feeds_alike) == (5, 5, 1)


def test_every_difference_of_an_entry_is_counted_by_its_name() -> None:
    agreement = Agreement()
    wanted = of_document(plain.read(FEED.body), URL)
    other = FEED.body.replace(b"Mar 2026 06", b"Mar 2025 06").replace(b"/3?", b"/4?")

    agreement.add("one", wanted, of_entries(entries_of(other)))

    assert agreement.alike < 5
    assert set(agreement.differences) == {"date", "link"}


def test_each_entry_is_read_as_the_one_that_is_new() -> None:
    kept = fronts.read(FEED.body).shown

    alone = [fronts.read(FEED.body, shown) for shown in fronts.forgetting(kept)]

    assert fronts.trusted(kept)
    assert [read.unread for read in alone] == [4] * 5
    assert of_entries(read.entries[0] for read in alone) == of_entries(entries_of(FEED.body))


def test_the_server_says_not_modified_only_to_the_validator_that_it_gave() -> None:
    bodies = [b"<rss/>"]

    assert answer(b"/kept/0", b'"kept"', bodies, 1).startswith(b"HTTP/1.1 304")
    assert answer(b"/kept/0", b"", bodies, 1).endswith(b"\r\n\r\n<rss/>")
    assert answer(b"/fresh/0", b'"1"', bodies, 2) != answer(b"/fresh/0", b'"1"', bodies, 3)


def test_every_tenth_feed_of_the_crowd_has_one_more_entry_the_second_time() -> None:
    for feed, second in ((20, b"200 OK"), (21, b"304 Not Modified")):
        first = answer(b"/crowd/%d" % feed, b"", [], 1)
        assert first.count(b"<item>") == 3
        assert second in answer(b"/crowd/%d" % feed, b'"first"', [], 2)
    more = answer(b"/crowd/20", b'"first"', [], 2)
    assert more.count(b"<item>") == 4
    assert b"304" in answer(b"/crowd/20", b'"more"', [], 3)


def test_the_shipped_fetcher_and_parser_poll_the_server() -> None:
    with serving([FEED.body]) as port:
        assert ours.unchanged(port, "/kept/0", 20) > 0
        assert ours.unchanged(port, "/same/0", 20) > 0
        (spent,) = ours.changed(port, [0], [1])
        assert min(spent.first, spent.one, spent.none) > 0


def test_a_claim_is_read_from_a_test_file_and_never_run() -> None:
    body = b"""<!--
Description: x
Expect: not bozo and entries[0]['title'] == 'A' and entries[1]['link'] == open('x') and feed['id']
-->"""

    assert list(stated(body)) == [Stated(0, "title", "A")]


def test_a_test_file_that_comes_out_otherwise_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "tests" / "wellformed" / "rss"
    folder.mkdir(parents=True)
    text = (
        "<!--\nExpect: entries[0]['title'] == '{}'\n-->"
        "<rss version='2.0'><channel><item><title>Kursk</title></item></channel></rss>"
    )
    (folder / "right.xml").write_text(text.format("Kursk"))
    (folder / "wrong.xml").write_text(text.format("Oslo"))

    suite = wellformed.run(tmp_path)

    assert (suite.files, suite.stating, suite.agreeing) == (2, 2, 1)
    assert suite.differences == {"title differs": ["rss/wrong.xml"]}


def test_an_entry_that_shows_nothing_is_counted_apart() -> None:
    agreement = Agreement()
    body = FEED.body.replace(b"</channel>", b"<item><pubDate>Sun, 01 Mar 2026</pubDate></item>")
    agreement.add("one", of_document(plain.read(body), URL), of_entries(entries_of(body)))

    assert (agreement.entries, agreement.alike, agreement.empty) == (5, 5, 1)


def test_every_item_is_alerted_and_its_delay_is_known(tmp_path: Path) -> None:
    # In a loop of its own, as in the bench.
    found = freshness.fresh(timedelta(minutes=5), 3, 1, tmp_path)

    assert (found.published, len(found.delays)) == (3, 3)
    assert 2 < min(found.delays) <= found.middle <= found.late
    assert found.late < 400


def test_goals_are_judged_by_the_ratios_of_the_run() -> None:
    wrong, right = Agreement(), Agreement()
    wrong.add("one", of_document(plain.read(FEED.body), URL), [])
    right.add("one", of_document(plain.read(FEED.body), URL), of_entries(entries_of(FEED.body)))
    results = Results(
        "none",
        1,
        unchanged=[
            Unchanged("a", 10, KEPT, [0.001], [0.031]),
            Unchanged("a", 10, SAME, [0.001], [0.029]),
        ],
        changed=[
            Changed("a", 10, KINDS["one"], [0.001, 0.001], [0.009, 0.010]),
            Changed("a", 10, KINDS["none"], [0.001, 0.001], [0.009, 0.012]),
        ],
        tried=[
            fronts.Tried(fronts.PLAIN, [0.4], agreement=right),
            fronts.Tried(fronts.FIRST, [0.2], agreement=wrong),
            fronts.Tried(fronts.ONE, [0.1], whole=1, agreement=right),
            fronts.Tried(fronts.NONE, [0.1]),
        ],
    )

    judged = [goal.met for goal in goals(results)]
    assert judged[:7] == [True, False, True, False, False, True, False]
    assert set(judged[7:]) == {None}
    ways = json.loads(json.dumps(document(results)))["ways"]
    assert ways[1]["agreement"]["differences"] == {"entry missing": 5}
    assert ways[3]["agreement"] is None
