"""What may be dialled, and what never is."""

import socket

import aiohttp
import pytest

from bot.errors import AddressRefused
from bot.feeds.fetch import Fetched, Fetcher
from bot.feeds.guard import DialRefusedError, Guard, objection_to_address
from bot.model import Validators
from tests.servers.feeds import Answer, FeedServer, LoopbackIsPublic, Table, redirect

ODD_SPELLINGS = [
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7f.0.0.1/",
    "http://0x7f.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.0.0.01/",
    "http://127.0.0.1./",
    "http://①②⑦.⓪.⓪.①/",
    "http://１２７.０.０.１/",
    "http://127。0。0。1/",
    "http://0/",
    "http://0x/",
    "http://1.1.1.1.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:8.8.8.8]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://[2002:7f00:1::]/",
]
INSIDE = [
    "http://127.0.0.1/",
    "http://127.8.9.10/",
    "http://[::1]/",
    "http://[::]/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://172.16.3.4/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://[fe80::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fd00::1]/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://ⓛocalhost/",
    "http://feed.localhost/",
]
MALFORMED = [
    "http://",
    "http:///feed",
    "http://user:secret@example.org/",
    "http://@example.org/",
    "http://example.org\\@127.0.0.1/",
    "http://127.0.0.1\\.example.org/",
    "http://exa mple.org/",
    " http://example.org/",
    "http://example.org/\r\nX-Header: 1",
    "http://[::1/",
    "http://%31%32%37.0.0.1/",
    "http://example.org:99999/",
    "http://example.org:22/",
    "http://example.org:0/",
    "https://example.org:6379/",
    "file:///etc/passwd",
    "ftp://example.org/feed",
    "gopher://example.org/",
    "data:text/xml,<rss/>",
    "javascript:alert(1)",
    "feed://example.org/",
    "//example.org/feed",
    "example.org/feed",
    "",
    "http://example.org/" + "a" * 3000,
]


@pytest.mark.parametrize("url", ODD_SPELLINGS + INSIDE + MALFORMED)
def test_a_forbidden_address_is_refused_with_a_reason(url: str) -> None:
    with pytest.raises(AddressRefused) as refusal:
        Guard().check_url(url)
    assert refusal.value.reason.endswith(".")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("url", ODD_SPELLINGS)
def test_an_odd_spelling_is_called_what_it_is(url: str) -> None:
    with pytest.raises(AddressRefused, match=r"odd spelling|hides an IPv4 address"):
        Guard().check_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/feed",
        "HTTPS://Example.ORG/feed?x=1",
        "https://example.org:8443/feed",
        "http://8.8.8.8/",
        "http://[2606:4700::1111]/",
        "https://例え.jp/feed",
        "https://a_b.example.org./feed",
        "https://3com.example/feed",
    ],
)
def test_a_public_address_passes(url: str) -> None:
    assert Guard().check_url(url).scheme in ("http", "https")


@pytest.mark.parametrize(
    "address",
    [
        "192.0.0.8",
        "224.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::",
        "2002:7f00:1::",
        "2001::1",
        "ff02::1",
        "3fff::1",
        "5f00::1",
        "fec0::1",
        "::ffff:10.0.0.1",
        "127.0.0.1",
        "10.1.2.3",
        "192.0.2.1",
        "198.18.0.1",
        "240.0.0.1",
        "fe80::1%eth0",
        "not an address",
    ],
)
def test_a_special_address_is_not_dialled(address: str) -> None:
    assert objection_to_address(address)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(DialRefusedError):
        Guard().socket_factory((family, socket.SOCK_STREAM, 6, "", (address, 80)))


def test_an_allow_list_entry_opens_exactly_its_host_and_port() -> None:
    guard = Guard(frozenset({"127.0.0.1:5000", "Intranet.Example:8000", "[::1]:9000"}))
    for url in (
        "http://127.0.0.1:5000/feed",
        "http://intranet.example:8000/feed",
        "http://[::1]:9000/",
    ):
        assert guard.allows(guard.check_url(url))
    for url in (
        "http://127.0.0.1:5001/feed",
        "http://127.0.0.1/feed",
        "http://127.1:5000/feed",
        "http://localhost:5000/feed",
        "http://other.intranet.example:8000/feed",
        "http://user@127.0.0.1:5000/feed",
    ):
        with pytest.raises(AddressRefused):
            guard.check_url(url)


def test_the_socket_factory_knows_no_allow_list() -> None:
    guard = Guard(frozenset({"127.0.0.1:5000"}))
    with pytest.raises(DialRefusedError):
        guard.socket_factory((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 5000)))


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["::1"], ["127.0.0.1", "10.0.0.1"], ["::ffff:127.0.0.1"]]
)
async def test_a_name_that_leads_inside_is_refused_at_the_dial(addresses: list[str]) -> None:
    async with Fetcher(Guard(), user_agent="x", resolver=Table(addresses)) as fetcher:
        with pytest.raises(AddressRefused):
            await fetcher.fetch("http://innocent.example:8080/feed", Validators())


async def test_the_listener_is_never_reached_by_any_form_of_its_address(
    server: FeedServer,
) -> None:
    connector = aiohttp.TCPConnector(socket_factory=Guard().socket_factory)
    async with aiohttp.ClientSession(connector=connector) as session:
        for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]", "0"):
            with pytest.raises((aiohttp.ClientError, ValueError)):
                await session.get(f"http://{host}:{server.port}/")
    assert server.connections == 0


async def test_a_name_that_changes_its_mind_after_the_check_gains_nothing(
    server: FeedServer,
) -> None:
    connector = aiohttp.TCPConnector(
        resolver=Table(["127.0.0.1"]), socket_factory=Guard().socket_factory, use_dns_cache=False
    )
    async with aiohttp.ClientSession(connector=connector) as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"http://rebinding.example:{server.port}/")
    assert server.connections == 0


@pytest.mark.parametrize("target", ODD_SPELLINGS + INSIDE + MALFORMED[12:20])
async def test_a_redirect_into_the_inside_is_refused(
    server: FeedServer, fetcher: Fetcher, target: str
) -> None:
    url = server.tell("/feed", redirect(target.encode().decode("latin-1")))
    with pytest.raises(AddressRefused):
        await fetcher.fetch(url, Validators())
    assert len(server.requests) == 1


async def test_a_redirect_to_another_port_of_this_machine_never_arrives(
    server: FeedServer, fetcher: Fetcher
) -> None:
    async with FeedServer() as secret:
        secret.tell("/", Answer(b"the crown jewels"))
        for form in ("127.0.0.1", "localhost", "[::1]", "127.1", "0.0.0.0"):
            url = server.tell("/feed", redirect(f"http://{form}:{secret.port}/"))
            with pytest.raises(AddressRefused):
                await fetcher.fetch(url, Validators())
        assert secret.connections == 0


async def test_a_public_feed_cannot_forward_to_an_address_of_the_allow_list(
    server: FeedServer,
) -> None:
    async with FeedServer() as private:
        private.tell("/", Answer(b"<rss/>"))
        guard = LoopbackIsPublic(frozenset({private.host}))
        url = server.tell("/feed", redirect(private.url()))
        async with Fetcher(guard, user_agent="x") as fetcher:
            with pytest.raises(AddressRefused, match="forwards to it"):
                await fetcher.fetch(url, Validators())
            assert private.connections == 0
            assert isinstance(await fetcher.fetch(private.url(), Validators()), Fetched)
