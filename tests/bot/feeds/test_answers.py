"""What people are told when an answer is no feed."""

import asyncio
import ssl
from datetime import timedelta

import pytest
import trustme

from bot.errors import FetchError
from bot.feeds.answers import retry_after
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard
from bot.model import Validators
from tests.servers.feeds import Answer, FeedServer, Handler, break_off, no_http


async def refusal(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as error:
        await fetcher.fetch(url, Validators())
    assert str(error.value).endswith(".")
    return error.value


@pytest.mark.parametrize(
    ("status", "says", "permanent"),
    [
        (401, "wants a password", True),
        (403, "refuses us", False),
        (404, "no such page", False),
        (410, "gone for good", True),
        (429, "too often", False),
        (500, "fault of its own", False),
        (503, "overloaded", False),
        (418, "status 418", False),
        (204, "nothing", False),
        (300, "status 300", False),
    ],
)
async def test_every_status_has_its_sentence(
    server: FeedServer, fetcher: Fetcher, status: int, says: str, permanent: bool
) -> None:
    error = await refusal(fetcher, server.tell("/feed", Answer(status=status)))
    assert says in str(error)
    assert "127.0.0.1" in str(error), "it says whose answer that was"
    assert error.permanent is permanent


async def test_cloudflare_is_named(server: FeedServer, fetcher: Fetcher) -> None:
    answer = Answer(status=403, headers={"cf-mitigated": "challenge"})
    assert "Cloudflare" in str(await refusal(fetcher, server.tell("/feed", answer)))


async def test_retry_after_reaches_the_caller(server: FeedServer, fetcher: Fetcher) -> None:
    answer = Answer(status=429, headers={"Retry-After": "7200"})
    error = await refusal(fetcher, server.tell("/feed", answer))
    assert error.retry_after == timedelta(hours=2)


@pytest.mark.parametrize(
    ("value", "served_at", "wait"),
    [
        ("120", None, timedelta(seconds=120)),
        (" 0 ", None, timedelta(0)),
        (
            "Thu, 31 Oct 2024 12:05:00 GMT",
            "Thu, 31 Oct 2024 12:00:00 GMT",
            timedelta(minutes=5),
        ),
        ("Thu, 31 Oct 2024 11:00:00 GMT", "Thu, 31 Oct 2024 12:00:00 GMT", timedelta(0)),
        ("Thu, 31 Oct 2024 12:05:00 GMT", None, None),
        ("Thu, 31 Oct 2024 12:05:00 GMT", "nonsense", None),
        ("soon", "Thu, 31 Oct 2024 12:00:00 GMT", None),
        ("-5", None, None),
        ("1e3", None, None),
        ("Thu, 99 Oct 2024 12:05:00 GMT", "Thu, 31 Oct 2024 12:00:00 GMT", None),
        (None, None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(
    value: str | None, served_at: str | None, wait: timedelta | None
) -> None:
    assert retry_after(value, served_at) == wait


@pytest.mark.parametrize(
    ("answer", "says"),
    [(break_off, "broke off"), (no_http, "not proper HTTP")],
    ids=["breaks off", "another protocol"],
)
async def test_a_broken_exchange_is_named(
    server: FeedServer, fetcher: Fetcher, answer: Handler, says: str
) -> None:
    assert says in str(await refusal(fetcher, server.tell("/feed", answer)))


async def test_a_faulty_tls_set_up_is_named() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as listener:
        host = f"127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        async with Fetcher(Guard(frozenset({host})), user_agent="x") as fetcher:
            assert "TLS" in str(await refusal(fetcher, f"https://{host}/feed"))


async def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.read(1_000))
        writer.close()

    offered = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(offered)  # by a root of its own
    async with await asyncio.start_server(answer, "127.0.0.1", 0, ssl=offered) as listener:
        host = f"127.0.0.1:{listener.sockets[0].getsockname()[1]}"
        async with Fetcher(Guard(frozenset({host})), user_agent="x") as fetcher:
            said = str(await refusal(fetcher, f"https://{host}/feed"))
    assert said == (
        "127.0.0.1 cannot prove who it is: its TLS certificate or set-up is faulty. Certificates"
        " are always checked; the site must mend it."
    )
    assert asked == [], "nothing was asked of it"


async def test_nobody_at_home_is_named() -> None:
    async with FeedServer() as gone:
        host = gone.host
    async with Fetcher(Guard(frozenset({host})), user_agent="x") as fetcher:
        assert "takes no connection" in str(await refusal(fetcher, f"http://{host}/feed"))


async def test_an_unknown_name_is_named() -> None:
    async with Fetcher(Guard(), user_agent="x") as fetcher:
        error = await refusal(fetcher, "http://no-such-host.invalid/feed")
    assert "no-such-host.invalid is not found" in str(error)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Cache-Control": "max-age=600"}, 600),
        ({"Cache-Control": "public, Max-Age = 600, must-revalidate"}, 600),
        ({"Cache-Control": 'max-age="600"'}, 600),
        ({"Cache-Control": "max-age=600", "Age": "450"}, 150),
        ({"Cache-Control": "max-age=600", "Age": "700"}, None),
        ({"Cache-Control": "max-age=600", "Age": "soon"}, 600),
        ({"Cache-Control": "max-age=99999999999999999999"}, 10**9),
        ({"Cache-Control": "max-age=0"}, None),
        ({"Cache-Control": "no-cache, max-age=600"}, None),
        ({"Cache-Control": "no-store, max-age=600"}, None),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "max-age=-5"}, None),
        ({"Cache-Control": "max-age"}, None),
        ({}, None),
    ],
)
async def test_max_age_is_how_long_an_answer_stays_fresh_from_now(
    server: FeedServer, fetcher: Fetcher, headers: dict[str, str | bytes], seconds: int | None
) -> None:
    url = server.tell("/feed", Answer(b"<rss/>", headers=headers))
    fetched = await fetcher.fetch(url, Validators())
    assert fetched.max_age == (None if seconds is None else timedelta(seconds=seconds))


def test_an_absurd_retry_after_is_a_long_one() -> None:
    asked = retry_after("9" * 40, None)
    assert asked is not None
    assert asked > timedelta(days=365)
