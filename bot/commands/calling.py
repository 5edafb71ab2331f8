"""Which feeds somebody means who types an address, a name, a feed's own title or a site. Pure.

What is then done with them is the commands' matter.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

import rules
from bot.store.subscriptions import Subscription
from bot.stories.corroboration import registered


def meant(subscriptions: Sequence[Subscription], text: str) -> tuple[Subscription, ...]:
    """The feeds that a text stands for: of the ways to read it, the first that finds any.

    It is an address, the name that people gave, the title that the feed gave itself, or the site of
    a publisher. Capitals and signs do not count in names.
    """
    wanted = text.strip().strip('<>"“”').partition("|")[0]
    for is_meant in (_by_address, _by_name, _by_title, _by_site):
        if found := tuple(each for each in subscriptions if is_meant(each, wanted)):
            return found
    return ()


def fitting(subscriptions: Sequence[Subscription], text: str) -> tuple[Subscription, ...]:
    """Those whose name, title, address or tags contain a text, however its letters are cased."""
    low = text.strip().casefold()
    return tuple(
        each
        for each in subscriptions
        if low in f"{each.name}\n{each.title}\n{each.url}".casefold() or low in each.tags
    )


def _by_address(feed: Subscription, wanted: str) -> bool:
    return wanted.casefold() == feed.url.casefold()


def _by_name(feed: Subscription, wanted: str) -> bool:
    return rules.same_name(wanted, feed.name)


def _by_title(feed: Subscription, wanted: str) -> bool:
    return bool(feed.title) and rules.same_name(wanted, feed.title)


def _by_site(feed: Subscription, wanted: str) -> bool:
    """Whether the feed is that publisher's; without a dot it is no site."""
    if "." not in wanted or "/" in wanted or " " in wanted:
        return False
    site = registered(wanted)
    return site in (feed.home, registered(host_of(feed)))


def host_of(feed: Subscription) -> str:
    """The host of a feed's address, as people write it."""
    try:
        return (urlsplit(feed.url).hostname or "").removeprefix("www.")
    except ValueError:  # an address like http://[ was kept by an earlier edition
        return ""
