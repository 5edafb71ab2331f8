"""The worst of the web on one host, a path for each threat, and one honest feed among them.

Run as `python -m tests.servers.hostile` it says its port, then a line for every request. It runs in
a process of its own, so that its own toil does not count as the bot's.
"""

import asyncio
import gzip
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from xml.sax.saxutils import escape

from tests.servers.feeds import (
    Answer,
    FeedServer,
    Handler,
    Request,
    break_off,
    endless,
    hang,
    no_http,
    redirect,
    slow_headers,
    trickle,
)
from tests.servers.newspaper import Newspaper, Story, rss

HONEST = "/ok.rss"
EVERY = timedelta(seconds=3)  # the honest feed has another article as often
MEBIBYTE = 2**20


def _stories(number: int, series: str = "old") -> list[Story]:
    at = datetime.now(UTC) - timedelta(days=9)
    return [
        Story(f"Item {n} of {series}, in no way news", f"tag:{series}:{n}", published=at)
        for n in range(number)
    ]


async def honest(request: Request, writer: asyncio.StreamWriter) -> None:
    """A feed that gains an article every few seconds, and answers 304 in between."""
    now = time.time()
    numbers = range(int(now // EVERY.total_seconds()), 0, -1)[:20]
    stories = [
        Story(
            f"Report {number}: North Korean troops in Kursk",
            f"tag:ok:{number}",
            published=datetime.fromtimestamp(number * EVERY.total_seconds(), UTC),
        )
        for number in numbers
    ]
    await Newspaper(*stories)(request, writer)


def changing(make: Callable[[int], bytes]) -> Handler:
    """A body that is another one at every request."""
    numbers = count()

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        await Answer(make(next(numbers)))(request, writer)

    return answer


def xml(body: str, doctype: str = "") -> Answer:
    """A document with one item that says `body`, after a document type."""
    item = f"<item><title>A title of some length</title><description>{body}</description></item>"
    text = f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel>{item}</channel></rss>'
    return Answer(text.encode(), headers={"Content-Type": "text/xml"})


def bomb() -> Answer:
    """300 KB that are 300 MB."""
    packed = gzip.compress(bytes(300 * MEBIBYTE), 9)
    return Answer(packed, headers={"Content-Encoding": "gzip"})


def threats(port: int) -> dict[str, Handler]:
    """A path for each threat of the reliability sheet."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    sound = rss(_stories(3))
    return {
        # where it leads
        "/to-loopback": redirect("http://127.0.0.1:22/"),
        "/to-decimal": redirect(f"http://2130706433:{port}/ok.rss"),
        "/to-metadata": redirect("http://169.254.169.254/latest/"),
        "/to-ipv6": redirect("http://[::ffff:127.0.0.1]/"),
        "/to-file": redirect("file:///etc/passwd"),
        "/to-data": redirect("data:text/plain,hello"),
        "/to-ftp": redirect("ftp://example.org/"),
        "/to-user": redirect(f"http://user:secret@127.0.0.1:{port}/ok.rss"),
        "/to-nowhere": Answer(status=302),
        "/loop-a": redirect("/loop-b"),
        "/loop-b": redirect("/loop-a"),
        **{f"/chain/{n}": redirect(f"/chain/{n + 1}") for n in range(20)},
        # how it answers
        "/bomb": bomb(),
        "/endless": endless(b"x" * 65_536),
        "/endless-chunks": endless(
            b"1000\r\n" + b"x" * 4096 + b"\r\n", b"Transfer-Encoding: chunked\r\n"
        ),
        "/slowloris": trickle(sound, 1.0),
        "/slow-headers": slow_headers(0.5),
        "/hang": hang,
        "/break-off": break_off,
        "/no-http": no_http,
        "/long-header": Answer(sound, headers={"X-Long": "y" * 100_000}),
        "/many-headers": Answer(sound, headers={f"X-{n}": "y" for n in range(2_000)}),
        "/not-gzip": Answer(sound, headers={"Content-Encoding": "gzip"}),
        "/brotli": Answer(sound, headers={"Content-Encoding": "br"}),
        # what it sends
        "/laughs": xml("&l9;", f'<!DOCTYPE r [<!ENTITY l0 "ha">{laughs}]>'),
        "/xxe": xml("&x;", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "/dtd": xml("text", f'<!DOCTYPE r SYSTEM "http://127.0.0.1:{port}/fetched.dtd">'),
        "/include": xml(f'<include href="http://127.0.0.1:{port}/fetched.xml"/>'),
        "/author": Answer(
            f"<rss><channel><item><title>T</title><author>{'a@' * 16_000}</author></item>"
            "</channel></rss>".encode()
        ),
        "/deep": xml(escape("<div>" * 50_000)),
        "/deep-xml": Answer(b"<rss><channel>" + b"<a>" * 200_000),
        "/deep-json": Answer(b'{"items":' + b"[" * 400_000),
        "/many-items": Answer(rss(_stories(20_000))),
        "/long-title": Answer(rss([Story("t" * MEBIBYTE)])),
        "/utf-16": Answer(sound.decode().encode("utf-16")),
        "/wrong-charset": Answer(sound, headers={"Content-Type": "text/xml; charset=utf-32"}),
        "/binary": Answer(bytes(range(256)) * 400),
        "/page": Answer(b"<!doctype html><title>No feed</title>"),
        "/nothing": Answer(b""),
        # what it does between two polls
        "/new-guids": changing(lambda n: rss(_stories(200, f"wave {n}"))),
        "/new-text": changing(lambda n: rss([Story("A title of some length", "g1", body=f"{n}")])),
        "/same-guid": changing(
            lambda n: rss([Story(f"Story {n} and {k}", "same") for k in range(9)])
        ),
        "/future": changing(
            lambda n: rss(
                [Story(f"Story {n}", f"f{n}", published=datetime(2099, 1, 1, tzinfo=UTC))]
            )
        ),
        "/etag-liar": Answer(sound, headers={"ETag": "", "Last-Modified": "garbage"}),
        "/always-304": Answer(status=304),
        "/cookies": Answer(sound, headers={"Set-Cookie": "id=1; Path=/"}),
        # what it says of itself
        **{f"/status/{n}": Answer(b"", n) for n in (204, 400, 401, 403, 404, 410, 418, 500, 999)},
        "/cloudflare": Answer(b"", 403, {"cf-mitigated": "challenge"}),
        "/later": Answer(b"", 503, {"Retry-After": "3600"}),
        "/never": Answer(b"", 429, {"Retry-After": "99999999999999"}),
        "/garbage-later": Answer(b"", 503, {"Retry-After": "-1e9"}),
    }


async def main() -> None:
    """Serve until the pipe is closed."""
    async with FeedServer() as server:
        server.tell(HONEST, honest)
        paths = threats(server.port)
        for path, answer in paths.items():
            server.tell(path, answer)
        _say(port=server.port, paths=[HONEST, *paths])
        told = 0
        while not sys.stdout.closed:
            await asyncio.sleep(0.02)
            for request in server.requests[told:]:
                _say(
                    at=server.times[told],
                    path=request.path,
                    conditional="if-none-match" in request.headers,
                    cookie="cookie" in request.headers,
                )
                told += 1


def _say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
