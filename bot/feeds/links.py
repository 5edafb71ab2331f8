"""Addresses that feeds give: made absolute and freed of tracking, or dropped.

It looks nothing up; whether an address may be dialled is the guard's matter.
"""

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

LONGEST_LINK = 1_500

# Parameters that only say by which campaign a reader came.
_TRACKING = re.compile(
    r"(utm_[^=]*|fbclid|gclid|dclid|msclkid|yclid|mc_eid|mc_cid|igshid|mkt_tok|_hsenc|_hsmi|xtor"
    r"|wt_mc|at_medium|at_campaign|ns_mchannel|ns_campaign|ns_source|ns_fee|ns_linkname)(=|$)",
    re.IGNORECASE,
)
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DEFAULT_PORT = {"http": 80, "https": 443}


def clean_link(link: str, base: str = "") -> str | None:
    """Give an http or https address in one settled spelling, or None if it is none.

    Relative addresses are resolved against `base`; scheme and host become lower case, a default
    port and parameters that only track readers go. Nothing else is touched: the order and spelling
    of the other parameters may matter to the server.
    """
    link = _CONTROL.sub("", link).strip()
    if not link:
        return None
    try:
        parts = urlsplit(link if _ABSOLUTE.match(link) else urljoin(base, link))
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in _DEFAULT_PORT or not host or "@" in parts.netloc:
        return None
    place = f"[{host}]" if ":" in host else host
    if port not in (None, _DEFAULT_PORT[scheme]):
        place = f"{place}:{port}"
    query = "&".join(part for part in parts.query.split("&") if not _TRACKING.match(part))
    path = (parts.path or "/").replace(" ", "%20")
    cleaned = urlunsplit((scheme, place, path, query.replace(" ", "%20"), parts.fragment))
    return cleaned if len(cleaned) <= LONGEST_LINK else None
