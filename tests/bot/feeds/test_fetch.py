"""How a feed is asked for, and what becomes of every kind of answer."""

import asyncio
import gzip
import resource
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import AddressRefused, FetchError
from bot.feeds.fetch import Fetched, Fetcher, FetchLimits, NotModified, body_hash
from bot.feeds.guard import Guard
from bot.feeds.parse import read_feed
from bot.model import Validators
from tests.servers.feeds import (
    Answer,
    FeedServer,
    Handler,
    LoopbackIsPublic,
    Table,
    endless,
    hang,
    redirect,
    slow_headers,
    trickle,
)

NONE = Validators()
FEED = b'<rss version="2.0"><channel><title>News</title></channel></rss>'
HASTY = FetchLimits(
    connect=timedelta(seconds=0.3), total=timedelta(seconds=0.5), redirects=5, at_once=20
)


def hasty(server: FeedServer, limits: FetchLimits = HASTY) -> Fetcher:
    return Fetcher(Guard(frozenset({server.host})), user_agent="x", limits=limits)


async def refusal(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as error:
        await fetcher.fetch(url, NONE)
    assert str(error.value).endswith(".")
    return error.value


async def test_a_feed_comes_with_its_validators_and_its_type(
    server: FeedServer, fetcher: Fetcher
) -> None:
    headers: dict[str, str | bytes] = {
        "ETag": 'W/"a b"',
        "Last-Modified": "yesterday, more or less",
        "Content-Type": "application/rss+xml; charset=ISO-8859-2",
    }
    url = server.tell("/feed", Answer(FEED, headers=headers))
    fetched = await fetcher.fetch(url, NONE)
    assert fetched == Fetched(
        body=FEED,
        content_type="application/rss+xml; charset=ISO-8859-2",
        validators=Validators('W/"a b"', "yesterday, more or less", body_hash(FEED)),
        url=url,
        moved_to=None,
    )


async def test_a_charset_that_only_the_header_knows_reaches_the_parser(
    server: FeedServer, fetcher: Fetcher
) -> None:
    body = "<rss version='2.0'><channel><title>Курск</title></channel></rss>".encode("koi8-r")
    headers: dict[str, str | bytes] = {"Content-Type": "text/xml; charset=KOI8-R"}
    fetched = await fetcher.fetch(server.tell("/feed", Answer(body, headers=headers)), NONE)
    assert isinstance(fetched, Fetched)
    now = datetime(2024, 11, 1, tzinfo=UTC)
    feed = read_feed(fetched.body, url=fetched.url, content_type=fetched.content_type, now=now)
    assert feed.title == "Курск"


async def test_the_request_is_honest_and_plain(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.tell("/feed", Answer(FEED, headers={"Set-Cookie": "id=1"}))
    await fetcher.fetch(url, NONE)
    await fetcher.fetch(url, NONE)
    for request in server.requests:
        assert request.headers["user-agent"].startswith(b"Watchfloor-test (+https://")
        assert request.headers["accept-encoding"] == b"gzip, deflate"
        unwanted = {"cookie", "referer", "if-none-match", "if-modified-since", "authorization"}
        assert not unwanted & request.headers.keys()
    assert server.connections == 1, "the connection is kept"


async def test_a_proxy_in_the_environment_is_not_used(
    server: FeedServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert isinstance(await fetcher.fetch(server.tell("/feed", Answer(FEED)), NONE), Fetched)


@pytest.mark.parametrize(
    "etag", [b'"plain"', b'W/"weak"', b"unquoted", b'"\xc3\xa9t\xc3\xa9"', b'"a,b;c"', b'"0', b"*"]
)
async def test_validators_are_echoed_byte_for_byte(
    server: FeedServer, fetcher: Fetcher, etag: bytes
) -> None:
    changed = b"Tue, 1 Oct 2024 7:00:00 CEST (about)"
    url = server.tell("/feed", Answer(FEED, headers={"etag": etag, "LAST-MODIFIED": changed}))
    fetched = await fetcher.fetch(url, NONE)
    await fetcher.fetch(url, fetched.validators)
    again = server.requests[-1].headers
    assert (again["if-none-match"], again["if-modified-since"]) == (etag, changed)


async def test_a_validator_that_could_not_be_echoed_is_not_kept(
    server: FeedServer, fetcher: Fetcher
) -> None:
    for etag in (b'"\xe9t\xe9"', b'"' + b"x" * 2000 + b'"'):
        url = server.tell("/feed", Answer(FEED, headers={"ETag": etag}))
        assert (await fetcher.fetch(url, NONE)).validators == Validators(
            None, None, body_hash(FEED)
        )


async def test_304_means_not_modified_and_keeps_what_it_leaves_out(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.tell("/feed", Answer(status=304, headers={"ETag": '"new"'}))
    before = Validators('"old"', "long ago", "hash")
    answer = await fetcher.fetch(url, before)
    assert answer == NotModified(Validators('"new"', "long ago", "hash"))


async def test_304_to_an_unconditional_question_is_a_fault(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.tell("/feed", Answer(status=304))
    assert "nothing has changed" in str(await refusal(fetcher, url))


async def test_the_same_body_is_not_modified_whatever_the_validators_say(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.tell("/feed", Answer(FEED, headers={"ETag": '"1"'}))
    first = await fetcher.fetch(url, NONE)
    server.tell("/feed", Answer(FEED, headers={"ETag": '"2"'}))
    second = await fetcher.fetch(url, first.validators)
    assert second == NotModified(Validators('"2"', None, body_hash(FEED)), full=True)


async def test_another_body_under_the_same_etag_is_news(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.tell("/feed", Answer(FEED, headers={"ETag": '"liar"'}))
    first = await fetcher.fetch(url, NONE)
    server.tell("/feed", Answer(FEED + b" ", headers={"ETag": '"liar"'}))
    assert isinstance(await fetcher.fetch(url, first.validators), Fetched)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED)),
        ("gzip", gzip.compress(FEED[:10]) + gzip.compress(FEED[10:])),
        ("gzip", gzip.compress(FEED) + b"\0" * 20),
        ("deflate", zlib.compress(FEED)),
        ("deflate", zlib.compress(FEED)[2:-4]),
        ("identity", FEED),
        ("", FEED),
    ],
)
async def test_compressed_bodies_are_unpacked(
    server: FeedServer, fetcher: Fetcher, encoding: str, packed: bytes
) -> None:
    url = server.tell("/feed", Answer(packed, headers={"Content-Encoding": encoding}))
    fetched = await fetcher.fetch(url, NONE)
    assert isinstance(fetched, Fetched)
    assert fetched.body == FEED


@pytest.mark.parametrize(
    ("encoding", "packed", "says"),
    [
        ("br", FEED, "for which it was not asked"),
        ("gzip, gzip", FEED, "for which it was not asked"),
        ("gzip", FEED, "damaged"),
        ("deflate", b"\xff\xff\xff", "damaged"),
        ("gzip", gzip.compress(FEED)[:-10], "damaged"),
    ],
)
async def test_broken_compression_is_named(
    server: FeedServer, fetcher: Fetcher, encoding: str, packed: bytes, says: str
) -> None:
    url = server.tell("/feed", Answer(packed, headers={"Content-Encoding": encoding}))
    assert says in str(await refusal(fetcher, url))


async def test_a_decompression_bomb_stops_at_the_limit_and_stays_small_in_memory(
    server: FeedServer, fetcher: Fetcher
) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(512)) + packer.flush()
    url = server.tell("/bomb", Answer(bomb, headers={"Content-Encoding": "gzip"}))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "bigger than 10 MiB" in str(await refusal(fetcher, url))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 96 * 1024


async def test_an_endless_body_stops_at_the_wire_limit(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.tell("/endless", endless(b"x" * 65536))
    assert "more than 5 MiB" in str(await refusal(fetcher, url))


async def test_a_body_that_announces_too_much_is_not_even_begun(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.tell("/big", Answer(b"", headers={"Content-Length": str(6 * 2**20)}))
    began = time.monotonic()
    assert "more than 5 MiB" in str(await refusal(fetcher, url))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "answer",
    [hang, trickle(FEED, 0.1), slow_headers(0.05), endless(b"")],
    ids=["hangs", "a byte at a time", "a header at a time", "an endless wait for the body"],
)
async def test_a_slow_answer_ends_at_the_total_deadline(
    server: FeedServer, answer: Handler
) -> None:
    url = server.tell("/slow", answer)
    began = time.monotonic()
    async with hasty(server) as fetcher:
        assert "0.5 seconds" in str(await refusal(fetcher, url))
    assert time.monotonic() - began < 3


async def test_a_slow_but_honest_server_is_waited_for(server: FeedServer) -> None:
    url = server.tell("/slow", trickle(FEED[:20], 0.02))
    async with hasty(server, FetchLimits(total=timedelta(seconds=10))) as fetcher:
        assert isinstance(await fetcher.fetch(url, NONE), Fetched)


async def test_many_endless_headers_are_refused(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.tell("/headers", slow_headers(0))
    assert "not proper HTTP" in str(await refusal(fetcher, url))


async def test_a_header_line_without_end_is_refused(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.tell("/line", Answer(FEED, headers={"X-Long": "x" * 20_000}))
    assert "not proper HTTP" in str(await refusal(fetcher, url))


async def test_redirects_are_followed_and_permanent_ones_reported(
    server: FeedServer, fetcher: Fetcher
) -> None:
    final = server.tell("/final", Answer(FEED))
    server.tell("/b", redirect("/final", 308))
    moved = await fetcher.fetch(server.tell("/a", redirect("/b", 301)), NONE)
    assert isinstance(moved, Fetched)
    assert (moved.url, moved.moved_to) == (final, final)
    passing = await fetcher.fetch(server.tell("/a", redirect("/b", 302)), NONE)
    assert isinstance(passing, Fetched)
    assert (passing.url, passing.moved_to) == (final, None)


async def test_more_than_five_redirects_are_too_many(server: FeedServer, fetcher: Fetcher) -> None:
    for at in range(6):
        server.tell(f"/{at}", redirect(f"/{at + 1}"))
    server.tell("/6", Answer(FEED))
    assert "more than 5 times" in str(await refusal(fetcher, server.url("/0")))
    assert isinstance(await fetcher.fetch(server.url("/1"), NONE), Fetched)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (redirect("/loop"), "in a circle"),
        (Answer(status=302), "to nowhere"),
        (redirect("http://[::1"), "no address"),
    ],
)
async def test_a_senseless_redirect_is_named(
    server: FeedServer, fetcher: Fetcher, answer: Handler, says: str
) -> None:
    assert says in str(await refusal(fetcher, server.tell("/loop", answer)))
    assert len(server.requests) == 1


async def test_an_address_with_a_password_is_refused_without_showing_it(fetcher: Fetcher) -> None:
    with pytest.raises(AddressRefused) as error:
        await fetcher.fetch("https://me:hunter2@example.org/feed", NONE)
    assert "hunter2" not in str(error.value)


async def test_one_host_is_asked_one_thing_at_a_time(server: FeedServer, fetcher: Fetcher) -> None:
    urls = [server.tell(f"/{at}", trickle(FEED[:5], 0.01)) for at in range(8)]
    answers = await asyncio.gather(*(fetcher.fetch(url, NONE) for url in urls))
    assert all(isinstance(answer, Fetched) for answer in answers)
    assert (server.most_at_once, server.connections) == (1, 1)


async def test_waiting_for_a_turn_does_not_count_against_the_deadline(server: FeedServer) -> None:
    urls = [server.tell(f"/{at}", trickle(b"12345", 0.05)) for at in range(5)]
    async with hasty(server) as fetcher:
        began = time.monotonic()
        await asyncio.gather(*(fetcher.fetch(url, NONE) for url in urls))
        assert time.monotonic() - began > 0.9


async def test_a_slow_host_does_not_hold_up_another(server: FeedServer) -> None:
    async with FeedServer() as slow:
        urls = [slow.tell(f"/{at}", hang) for at in range(6)]
        allow = frozenset({server.host, slow.host.replace("127.0.0.1", "localhost")})
        limits = FetchLimits(total=timedelta(seconds=1), at_once=2)
        async with Fetcher(Guard(allow), user_agent="x", limits=limits) as fetcher:
            held = [
                asyncio.create_task(fetcher.fetch(url.replace("127.0.0.1", "localhost"), NONE))
                for url in urls
            ]
            await asyncio.sleep(0.1)
            began = time.monotonic()
            assert isinstance(await fetcher.fetch(server.tell("/", Answer(FEED)), NONE), Fetched)
            assert time.monotonic() - began < 0.5
            for task in held:
                task.cancel()
            await asyncio.gather(*held, return_exceptions=True)


async def test_only_so_many_fetches_run_at_once(server: FeedServer) -> None:
    server.tell("/feed", trickle(FEED[:5], 0.02))
    fetcher = Fetcher(
        LoopbackIsPublic(),
        user_agent="x",
        limits=FetchLimits(at_once=3),
        resolver=Table(["127.0.0.1"]),
    )
    async with fetcher:
        urls = [f"http://host-{at}.example:{server.port}/feed" for at in range(9)]
        await asyncio.gather(*(fetcher.fetch(url, NONE) for url in urls))
    assert (server.most_at_once, len(server.requests)) == (3, 9)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": ";;;charset=;"},
        {"Content-Type": b"text/\xff; charset=\xff"},
        {"Content-Type": "text/xml; charset=no-such-charset"},
        {"Content-Type": "x" * 500},
        {"Content-Encoding": ""},
        {"Date": "never", "Last-Modified": "", "ETag": ""},
        {"Set-Cookie": "a=b; Domain=." + "x" * 300},
    ],
    ids=str,
)
async def test_odd_headers_do_no_harm(
    server: FeedServer, fetcher: Fetcher, headers: dict[str, str | bytes]
) -> None:
    answer = await fetcher.fetch(server.tell("/feed", Answer(FEED, headers=headers)), NONE)
    assert isinstance(answer, Fetched)
    assert answer.body == FEED


async def test_a_damaged_chunk_is_named(server: FeedServer, fetcher: Fetcher) -> None:
    headers: dict[str, str | bytes] = {"Transfer-Encoding": "chunked"}
    url = server.tell("/feed", Answer(b"5\r\n<rss>\r\nzz\r\n", headers=headers))
    assert "not proper HTTP" in str(await refusal(fetcher, url))


async def test_a_cancelled_fetch_leaves_the_host_free(server: FeedServer, fetcher: Fetcher) -> None:
    task = asyncio.create_task(fetcher.fetch(server.tell("/hang", hang), NONE))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert isinstance(await fetcher.fetch(server.tell("/feed", Answer(FEED)), NONE), Fetched)
