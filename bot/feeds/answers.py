"""Says what a server's answer means: its status, its validators, its wishes, its failures.

Every judgement comes with a sentence for people. It sends and reads nothing itself.
"""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from yarl import URL

from bot.errors import AddressRefused, FetchError
from bot.feeds.guard import DialRefusedError, shown
from bot.model import Validators

_LONGEST_VALIDATOR = 1_000

_REFUSALS = frozenset({401, 403, 429, 451})
_STATUS_SENTENCES = {
    204: "{host} answered with nothing (status 204).",
    401: "{host} wants a password (status 401), and feeds behind passwords are not read.",
    403: "{host} refuses us (status 403). It may block programs; ask the site to let feeds pass.",
    404: "{host} has no such page (status 404). Check the address; it may have moved.",
    410: "{host} says that this feed is gone for good (status 410). Look for its new address.",
    429: "{host} finds that we ask too often (status 429). Give it time.",
    503: "{host} is overloaded or closed for now (status 503).",
}


def retry_after(value: str | None, served_at: str | None) -> timedelta | None:
    """Read a Retry-After header, as seconds or as a date relative to the answer's own Date.

    None where it is missing or garbage, or a date with no Date to compare it with. Never negative.
    """
    if value is None:
        return None
    value = value.strip()
    if re.fullmatch(r"[0-9]+", value):
        return _seconds(value)
    then, now = _http_date(value), _http_date(served_at or "")
    return max(then - now, timedelta(0)) if then and now else None


def max_age(response: aiohttp.ClientResponse) -> timedelta | None:
    """How long an answer stays fresh from now on, by Cache-Control and Age (RFC 9111, 4.2).

    None where it says nothing, or that it is never fresh: that is no wish to be left alone.
    """
    said = ",".join(response.headers.getall("Cache-Control", [])).lower()
    found = re.search(r"(?:^|[\s,])max-age\s*=\s*\"?([0-9]+)", said)
    if found is None or re.search(r"(?:^|[\s,])no-(cache|store)\b", said):
        return None
    age = response.headers.get("Age", "").strip()
    left = _seconds(found[1]) - (_seconds(age) if re.fullmatch(r"[0-9]+", age) else timedelta(0))
    return left if left > timedelta(0) else None


def _seconds(digits: str) -> timedelta:
    """A number of seconds as a server writes it; absurd ones are long, not an error."""
    return timedelta(seconds=min(int(digits[:12]), 10**9))


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def conditions(validators: Validators) -> dict[str, str]:
    """Headers that ask for a body only if it has changed."""
    asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in asked.items() if value}


def validators_of(
    response: aiohttp.ClientResponse, digest: str | None, before: Validators | None = None
) -> Validators:
    """What to ask with next time; what a 304 leaves out stays as it was `before`."""
    etag = _verbatim(response, b"etag")
    last_modified = _verbatim(response, b"last-modified")
    if before is not None:
        etag, last_modified = etag or before.etag, last_modified or before.last_modified
    return Validators(etag, last_modified, digest)


def _verbatim(response: aiohttp.ClientResponse, name: bytes) -> str | None:
    """A header's bytes as they came, or None if they could not be sent back as they came."""
    for key, value in response.raw_headers:
        if key.lower() == name and 0 < len(value) <= _LONGEST_VALIDATOR:
            try:
                return value.decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def refuse_status(response: aiohttp.ClientResponse) -> None:
    """Pass an answer that carries a body to read. Raises FetchError for every other.

    `permanent` is what only somebody else can mend: a password, or a feed that is gone for good.
    """
    status, host = response.status, response.url.host
    if status in (200, 203):
        return
    wish = retry_after(response.headers.get("Retry-After"), response.headers.get("Date"))
    challenged = response.headers.get("cf-mitigated", "").lower() == "challenge"
    if challenged:
        message = (
            f"{host} is behind Cloudflare, which blocks programs. Ask the site to let feeds pass."
        )
    elif status in _STATUS_SENTENCES:
        message = _STATUS_SENTENCES[status].format(host=host)
    elif status >= 500:
        message = f"{host} has a fault of its own (status {status})."
    else:
        message = f"{host} answered with status {status} instead of a feed."
    refused = challenged or status in _REFUSALS
    raise FetchError(
        message,
        permanent=status in (401, 410),
        retry_after=wish,
        refused=refused,
        gone=status == 410,
        status=status,
    )


def explained(error: Exception, url: URL) -> FetchError | AddressRefused:
    """Say what a failed exchange means, without showing the inside of it."""
    host = url.host or shown(str(url))
    match error:
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            return FetchError(
                f"{host} cannot prove who it is: its TLS certificate or set-up is faulty."
                " Certificates are always checked; the site must mend it."
            )
        case aiohttp.ClientConnectorDNSError():
            return FetchError(f"The name {host} is not found. Check how the address is spelt.")
        case aiohttp.ClientConnectorError(os_error=DialRefusedError() as refusal):
            return AddressRefused(shown(str(url)), refusal.reason)
        case aiohttp.ClientConnectorError(os_error=PermissionError()):
            return AddressRefused(
                shown(str(url)), "it leads to several addresses, none of which is public."
            )
        case aiohttp.ClientConnectorError():
            return FetchError(f"{host} cannot be reached: it takes no connection.")
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError() | OSError():
            return FetchError(f"{host} broke off in the middle of its answer.")
    return FetchError(f"{host} gave an answer that is not proper HTTP.")
