"""Decides which addresses may be dialled: public web servers, and what the owner allowed.

It opens no connection itself and knows nothing of feeds; whoever dials asks it about every URL
before the dial and about every socket at the dial.
"""

import errno
import ipaddress
import re
import socket
from collections.abc import Iterable

from aiohttp import AddrInfoType
from yarl import URL

from bot.errors import AddressRefused

PORTS = frozenset({80, 443, 8080, 8443})
LONGEST_URL = 2_000

# `ipaddress.is_global` calls most of these global on Python 3.11, though none leads to a public
# server by itself (IANA special-purpose registries, RFC 6890 and its updates). Those that carry an
# IPv4 address inside are refused whatever it is: a feed has no reason to be named that way.
_SPECIAL = tuple(
    (ipaddress.ip_network(network), reason)
    for network, reason in (
        ("192.0.0.0/24", "is reserved for protocols"),
        ("::/96", "hides an IPv4 address"),
        ("::ffff:0:0/96", "hides an IPv4 address"),
        ("64:ff9b::/96", "hides an IPv4 address"),
        ("64:ff9b:1::/48", "hides an IPv4 address"),
        ("2002::/16", "hides an IPv4 address"),
        ("2001::/23", "is reserved for protocols"),
        ("3fff::/20", "is reserved for documentation"),
        ("5f00::/16", "is reserved for routing"),
        ("fec0::/10", "belongs to a private network"),
    )
)
_BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
# What the system's resolver takes for an IPv4 address: a last label that is a number in any base.
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
_SELF_NAMES = ("localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback")


class DialRefusedError(PermissionError):
    """Raised out of a dial.

    It is an OSError because the dialler goes on to a name's next address only after one of those.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(errno.EACCES, reason)


class Guard:
    """The gate for everything that we fetch.

    `allow` holds `host:port` exactly as configured (`[::1]:8080` for IPv6). A URL on it skips the
    rules about ports and private addresses, and nothing else does: `socket_factory` knows no
    exception. A dialler that wants to reach an allowed URL therefore keeps a second connector
    without the factory and uses it only where `allows` is true. That needs no memory of what a name
    resolved to: such a connector dials exactly the configured host and port, and where the owner's
    own names lead is the owner's matter, while a foreign name that resolves to an allowed address
    still meets the factory.
    """

    def __init__(self, allow: Iterable[str] = frozenset()) -> None:
        self._allow = frozenset(entry.strip().lower() for entry in allow)

    def check_url(self, url: str) -> URL:
        """Read an address that is to be fetched, and give it back as it will be dialled.

        Raises AddressRefused with the reason. A host name passes here; where it leads is checked at
        the dial.
        """
        parsed = self._read(url)
        if not self.allows(parsed):
            reason = _objection_to_port(parsed) or _objection_to_host(parsed, url)
            if reason:
                raise AddressRefused(shown(url), reason)
        return parsed

    def _read(self, url: str) -> URL:
        if len(url) > LONGEST_URL:
            raise AddressRefused(shown(url), f"it is longer than {LONGEST_URL:,} characters.")
        if _BLANKS.search(url):
            raise AddressRefused(
                shown(url), "it has a blank, a control character or a backslash in it."
            )
        try:
            parsed = URL(url)
        except ValueError:
            raise AddressRefused(shown(url), "it is not a well-formed address.") from None
        if parsed.scheme not in ("http", "https"):
            raise AddressRefused(
                shown(url), "only addresses that begin with http:// or https:// are fetched."
            )
        if "@" in _authority(url):
            raise AddressRefused(shown(url), "it carries a user name or password. Leave them out.")
        if not parsed.raw_host:
            raise AddressRefused(shown(url), "it names no host.")
        return parsed

    def allows(self, url: URL) -> bool:
        """Whether this very host and port stand on the owner's list."""
        host = url.raw_host or ""
        return f"{f'[{host}]' if ':' in host else host}:{url.port}" in self._allow

    def socket_factory(self, addr_info: AddrInfoType) -> socket.socket:
        """Make the socket for one dial; for `aiohttp.TCPConnector(socket_factory=...)`.

        It comes after names were resolved: the address checked is the address dialled, so a name
        that changes between two look-ups gains nothing. Raises DialRefusedError.
        """
        family, kind, protocol, _, address = addr_info
        reason = objection_to_address(str(address[0]))
        if reason:
            raise DialRefusedError(f"it leads to {address[0]}, which {reason}.")
        return socket.socket(family=family, type=kind, proto=protocol)


def objection_to_address(address: str) -> str | None:
    """Say why an IP address is not dialled, to follow a "which"; None if it may be."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "is not an IP address"
    for network, reason in _SPECIAL:
        if ip.version == network.version and ip in network and not _plain_self(ip):
            return reason
    if ip.is_loopback or ip.is_unspecified:
        return "is this machine itself"
    if ip.is_link_local:
        return "is only reachable on the local network"
    if ip.is_multicast:
        return "is a group of machines"
    if not ip.is_global:
        return "belongs to a private or reserved network"
    return None


def shown(url: str) -> str:
    """An address as people may see it: without user name and password, and not endless."""
    authority = _authority(url)
    bare = url.replace(authority, authority.rpartition("@")[2], 1) if "@" in authority else url
    return bare if len(bare) <= 200 else f"{bare[:199]}…"


def _plain_self(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return ip.version == 6 and (ip.is_loopback or ip.is_unspecified)


def _authority(url: str) -> str:
    rest = url.partition("//")[2] or url
    return re.split(r"[/?#]", rest, maxsplit=1)[0]


def _objection_to_port(url: URL) -> str | None:
    if url.port in PORTS:
        return None
    listed = ", ".join(str(port) for port in sorted(PORTS))
    return f"its port is {url.port}, and only {listed} are dialled."


def _objection_to_host(url: URL, text: str) -> str | None:
    host = (url.raw_host or "").lower()
    if ":" in host:
        reason = objection_to_address(host.partition("%")[0])
        return f"{host} {reason}." if reason else None
    if not _NAME.fullmatch(host):
        return "its host is not a name that can be looked up."
    if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return _objection_to_number(host, text)
    if host.rstrip(".") in _SELF_NAMES or host.rstrip(".").endswith(".localhost"):
        return f"{host} is this machine itself."
    return None


def _objection_to_number(host: str, text: str) -> str | None:
    odd = f"its host is an IP address in an odd spelling: {host}."
    try:
        ip = ipaddress.IPv4Address(host)
    except ValueError:
        return odd
    if str(ip) not in _authority(text):  # circled digits, wide digits, wide dots
        return odd
    reason = objection_to_address(host)
    return f"{host} {reason}." if reason else None
