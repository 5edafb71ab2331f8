"""A scenario as a web site: what is served when, and that texts survive the journey."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.feeds.fetch import Fetched, Fetcher, NotModified
from bot.feeds.guard import Guard
from bot.feeds.markup import as_html
from bot.feeds.parse import Parser, read_feed
from bot.feeds.plaintext import plain_text
from bot.feeds.replay import MOST_ITEMS, Replay
from bot.feeds.scenario import Scenario, ScenarioArticle, read_scenario
from bot.feeds.wire import ParsedFeed
from bot.model import Entry, Published, Validators

START = datetime(2024, 10, 31, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEEDS = Path(__file__).resolve().parents[3] / "seeds"


class Clock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


def scenario_of(*articles: ScenarioArticle) -> Scenario:
    return Scenario("trial", "", articles, (), (), START - MINUTE)


def article(number: int, **known: object) -> ScenarioArticle:
    text = str(known.pop("text", f"Text of {number}."))
    return ScenarioArticle(f"{number:03}.txt", text, START + number * MINUTE, **known)  # type: ignore[arg-type] # spelt out by each test


@asynccontextmanager
async def replayed(scenario: Scenario, clock: Clock) -> AsyncIterator[tuple[Replay, Fetcher]]:
    async with (
        Replay(scenario, clock) as replay,
        Fetcher(Guard(frozenset({replay.host})), user_agent="x") as fetcher,
    ):
        yield replay, fetcher


async def read_all(replay: Replay, fetcher: Fetcher, now: datetime) -> list[ParsedFeed]:
    feeds = []
    for url, _ in replay.feeds:
        answer = await fetcher.fetch(url, Validators())
        assert isinstance(answer, Fetched)
        feeds.append(
            read_feed(answer.body, url=answer.url, content_type=answer.content_type, now=now)
        )
    return feeds


async def entries_at_the_end(scenario: Scenario) -> dict[str, Entry]:
    async with replayed(scenario, Clock(scenario.ends_at)) as (replay, fetcher):
        found = {}
        for feed in await read_all(replay, fetcher, scenario.ends_at):
            for entry in feed.entries:
                file = replay.file_for(entry.url or "")
                assert file is not None
                assert replay.file_for(entry.identity) == file
                found[file] = entry
        return found


async def test_the_seed_articles_come_through_guard_fetch_and_child_unharmed() -> None:
    scenario = read_scenario(SEEDS / "north-korea-kursk", now=START)
    clock = Clock(scenario.ends_at)
    async with replayed(scenario, clock) as (replay, fetcher), Parser() as parser:
        seen = 0
        for url, name in replay.feeds:
            answer = await fetcher.fetch(url, Validators())
            assert isinstance(answer, Fetched)
            feed = await parser.parse(
                answer.body, url=answer.url, content_type=answer.content_type, now=clock()
            )
            assert (feed.title, feed.skipped) == (name, 0)
            for entry in feed.entries:
                (told,) = [
                    a for a in scenario.articles if a.file == replay.file_for(entry.identity)
                ]
                assert entry.body == told.text.strip()
                assert entry.title == (told.title or "")
                assert entry.published == told.published
                assert entry.source == (told.source or name)
                assert entry.url == (told.link or f"http://{replay.host}/articles/{told.file}")
                assert entry.author is None
                seen += 1
        assert seen == 5


async def test_half_goes_into_rss_and_half_into_atom() -> None:
    scenario = scenario_of(*(article(number) for number in range(7)))
    async with replayed(scenario, Clock(scenario.ends_at)) as (replay, fetcher):
        kinds = []
        for url, name in replay.feeds:
            answer = await fetcher.fetch(url, Validators())
            assert isinstance(answer, Fetched)
            kinds.append((answer.content_type.partition(";")[0], name, answer.body.count(b"<pre")))
        assert kinds == [
            ("application/rss+xml", "trial 1 (RSS)", 4),
            ("application/atom+xml", "trial 1 (Atom)", 3),
        ]


async def test_an_article_is_out_only_once_its_time_has_come() -> None:
    scenario = scenario_of(*(article(number) for number in range(4)))
    clock = Clock(scenario.starts_at)
    async with replayed(scenario, clock) as (replay, fetcher):
        counts = []
        for minute in range(-1, 4):
            clock.at = START + minute * MINUTE
            feeds = await read_all(replay, fetcher, clock())
            counts.append(sum(len(feed.entries) for feed in feeds))
        assert counts == [0, 1, 2, 3, 4]


async def test_validators_change_with_each_release_and_only_then() -> None:
    scenario = scenario_of(*(article(number) for number in range(3)))
    clock = Clock(scenario.starts_at)
    async with replayed(scenario, clock) as (replay, fetcher):
        url = replay.feeds[0][0]
        validators = (await fetcher.fetch(url, Validators())).validators
        seen = [validators]
        for minute, changes in ((-1, False), (0, True), (1, False), (2, True), (60, False)):
            clock.at = START + minute * MINUTE
            answer = await fetcher.fetch(url, validators)
            assert isinstance(answer, Fetched if changes else NotModified)
            if changes:
                validators = answer.validators
                seen.append(validators)
        assert len({each.etag for each in seen}) == len({each.last_modified for each in seen}) == 3


async def test_an_unchanged_feed_is_answered_by_304_for_either_validator() -> None:
    scenario = scenario_of(article(0))
    async with Replay(scenario, Clock(START)) as replay, aiohttp.ClientSession() as session:
        url = replay.feeds[0][0]
        async with session.get(url) as first:
            etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
        for headers, status in (
            ({"If-None-Match": etag}, 304),
            ({"If-Modified-Since": changed}, 304),
            ({"If-None-Match": '"other"', "If-Modified-Since": changed}, 200),
            ({"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200),
        ):
            async with session.get(url, headers=headers) as answer:
                assert answer.status == status
                assert (await answer.read() == b"") is (status == 304)


async def test_an_article_page_shows_the_text_once_it_is_out() -> None:
    scenario = scenario_of(article(0, title="A <b> & c", text="5 < 6 &amp; Kürsk\n  “x”"))
    clock = Clock(scenario.starts_at)
    async with replayed(scenario, clock) as (replay, _), aiohttp.ClientSession() as session:
        page = f"http://{replay.host}/articles/000.txt"
        async with session.get(page) as early:
            assert early.status == 404
        clock.at = START
        async with session.get(page) as answer:
            shown = plain_text(await answer.text())
        assert shown == "A <b> & c\n\n5 < 6 &amp; Kürsk\n  “x”"
        async with session.get(f"http://{replay.host}/else") as other:
            assert other.status == 404


async def test_what_is_known_is_said_and_nothing_else() -> None:
    day = Published(datetime(2024, 10, 31, tzinfo=UTC), day_only=True)
    time = Published(START)
    known = {"title": "T & U", "source": "A & B", "link": "https://paper.example/1?a=1&b=2"}
    scenario = scenario_of(
        article(0, published=day, **known),
        article(1, published=day, **{**known, "link": "https://paper.example/2"}),
        article(2, published=time),
        article(3, published=time),
        article(4),
        article(5),
    )
    entries = await entries_at_the_end(scenario)
    for file in ("000.txt", "001.txt"):
        entry = entries[file]
        assert (entry.title, entry.source) == ("T & U", "A & B")
        assert (entry.source_url, entry.published) == ("https://paper.example/", day)
    assert entries["000.txt"].url == known["link"]
    assert {entries[file].published for file in ("002.txt", "003.txt")} == {time}
    assert entries["004.txt"].published is None, "RSS may say nothing of a date"
    assert {entries[file].title for file in ("004.txt", "005.txt")} == {""}


async def test_two_articles_with_the_same_text_stay_two() -> None:
    scenario = scenario_of(*(article(number, text="the same") for number in range(4)))
    assert len(await entries_at_the_end(scenario)) == 4


async def test_file_names_may_be_odd() -> None:
    names = ["a b.txt", "100%.txt", "Курск?.txt", "#1&2.txt", "ümlaut+.txt"]
    scenario = scenario_of(*(ScenarioArticle(name, f"in {name}", START) for name in names))
    entries = await entries_at_the_end(scenario)
    assert {file: entry.body for file, entry in entries.items()} == {
        name: f"in {name}" for name in names
    }
    async with Replay(scenario, Clock(START)) as replay, aiohttp.ClientSession() as session:
        for entry in entries.values():
            path = (entry.url or "").partition("/articles/")[2]
            async with session.get(f"http://{replay.host}/articles/{path}") as page:
                assert entry.body in plain_text(await page.text())
            assert replay.file_for(entry.identity) in names


async def test_many_articles_take_more_feeds_of_a_hundred_at_most() -> None:
    scenario = scenario_of(*(ScenarioArticle(f"{n:03}.txt", "x", START) for n in range(350)))
    async with replayed(scenario, Clock(START)) as (replay, fetcher):
        sizes = [len(feed.entries) for feed in await read_all(replay, fetcher, START)]
    assert sizes == [MOST_ITEMS, 75, MOST_ITEMS, 75]


async def test_long_articles_take_more_feeds_that_can_each_be_fetched() -> None:
    texts = ("К" * 130_000, "&" * 260_000, "é" * 130_000, "\r" * 130_000 + "x", "漢" * 87_000)
    scenario = scenario_of(
        *(ScenarioArticle(f"{n:03}.txt", texts[n % 5], START) for n in range(10))
    )
    entries = await entries_at_the_end(scenario)
    assert len(entries) == 10
    assert {entry.body for entry in entries.values()} == {text.strip() for text in texts}


async def test_file_for_knows_only_its_own() -> None:
    async with Replay(scenario_of(article(0)), Clock(START)) as replay:
        assert replay.file_for(f"http://{replay.host}/articles/000.txt") == "000.txt"
        assert replay.file_for("https://example.org/") is None
        assert replay.file_for("") is None


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
HARD = st.text(
    st.sampled_from("Ã©â€™<>&]'\"\r\n\t \xa0\xe9\xc3\u2028\ufdd0\ufffd\x7fz"), max_size=60
)


def kept(text: str) -> str:
    """What XML can carry: no control characters but tab and line ends, no U+FFFE and U+FFFF."""
    return "".join(
        char
        for char in text
        if char in "\t\n\r"
        or (char >= " " and not "\x80" <= char <= "\x9f" and char not in "\ufffe\uffff")
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts=st.lists(ANY_TEXT | HARD, min_size=1, max_size=6),
    titles=st.lists(HARD, min_size=6, max_size=6),
)
async def test_any_text_survives_the_journey(texts: list[str], titles: list[str]) -> None:
    scenario = scenario_of(
        *(
            article(number, text=text, title=title or None)
            for number, (text, title) in enumerate(zip(texts, titles, strict=False))
        )
    )
    entries = await entries_at_the_end(scenario)
    for told in scenario.articles:
        entry = entries[told.file]
        assert entry.body == kept(told.text).strip()
        assert entry.title == " ".join(kept(told.title or "").split())


@given(ANY_TEXT | HARD)
def test_escaped_text_has_nothing_that_markup_could_mistake(text: str) -> None:
    escaped = as_html(text)
    assert not set("<>\r") & set(escaped)
    assert plain_text(f"<pre>{escaped}</pre>") == kept(text).strip()
