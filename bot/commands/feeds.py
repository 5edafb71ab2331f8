"""/feeds: which feeds the workspace reads."""

from collections.abc import Mapping

from bot.commands.desk import Desk, nearest
from bot.commands.invocation import Invocation, Reply
from bot.errors import AddressRefused, CommandError, FetchError, ParseError
from bot.feeds.parse import ParsedFeed
from bot.message import (
    Answer,
    Button,
    Extract,
    Line,
    Link,
    Literal,
    Paragraph,
    Quote,
    Style,
    Table,
    Tone,
    When,
    plain,
)
from bot.model import Subscription

NEWEST = 3
NAME_LONGEST = 80


async def add(desk: Desk, invocation: Invocation) -> Reply:
    """Fetch an address once, show its newest items, and offer to subscribe."""
    url = invocation.values["url"].strip("<>").partition("|")[0]
    feed = await _read(desk, url)
    name = " ".join((invocation.values.get("name") or feed.title or url).split())[:NAME_LONGEST]
    tags = " ".join(invocation.values.get("tags", "").replace(",", " ").split())
    payload = {"url": url, "name": name, "tags": tags}
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), "feeds add", payload, invocation.at
    )
    many = "1 item" if len(feed.entries) == 1 else f"{len(feed.entries)} items"
    newest = tuple(
        Extract(Quote(entry.title or entry.body[:140]), entry.url, name, entry.published, ())
        for entry in feed.entries[:NEWEST]
    )
    return Reply(
        Answer(
            f"Feed “{name}”",
            (
                Paragraph((Literal(f"{many} now, the newest first. "), Link(url, url))),
                *newest,
                Paragraph(plain("What stands in it now is read but not alerted; what comes is.")),
            ),
            (
                Button("Save", "draft:save", draft, style=Style.PRIMARY),
                Button("Cancel", "draft:drop", draft),
            ),
        )
    )


async def _read(desk: Desk, url: str) -> ParsedFeed:
    try:
        return (await desk.scout.read(url)).feed
    except (AddressRefused, FetchError, ParseError) as error:
        raise CommandError(str(error)) from error


async def save_feed(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """Subscribe to what a preview showed."""
    subscription = await desk.store.feeds.subscribe(
        invocation.workspace,
        payload["url"],
        payload["name"],
        tags=tuple(payload["tags"].split()),
        by=str(invocation.actor),
        at=invocation.at,
    )
    said = f"Saved. “{subscription.name}” is polled from now on."
    return Reply(Answer(said, tone=Tone.GOOD), replaces=True)


async def list_(desk: Desk, invocation: Invocation) -> Reply:
    """Every feed of the workspace with its health."""
    subscriptions = await desk.store.feeds.of(invocation.workspace)
    if not subscriptions:
        return Reply(Answer("No feeds yet", (Paragraph(plain("Add one: /feeds add URL")),)))
    rows = tuple(
        (
            (Literal(subscription.name, bold=True),),
            (Link(subscription.url, subscription.url),),
            plain(", ".join(subscription.tags)),
            health(subscription),
        )
        for subscription in subscriptions
    )
    many = "1 feed" if len(rows) == 1 else f"{len(rows)} feeds"
    return Reply(Answer(many, (Table(("name", "address", "tags", "health"), rows),)))


def health(subscription: Subscription) -> Line:
    """How a feed does, in words: `read 14:02`, or since how many attempts it fails and why."""
    if subscription.failures:
        tries = "1 attempt" if subscription.failures == 1 else f"{subscription.failures} attempts"
        return plain(f"failing for {tries}: {subscription.error or 'no reason was kept'}")
    if subscription.last_success_at is None:
        return plain("not read yet")
    return (Literal("read "), When(subscription.last_success_at))


async def remove(desk: Desk, invocation: Invocation) -> Reply:
    """Ask whether a feed shall really go."""
    subscription = await _named(desk, invocation, invocation.values["feed"])
    payload = {"feed": subscription.name}
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), "feeds remove", payload, invocation.at
    )
    return Reply(
        Answer(
            f"Remove the feed “{subscription.name}”?",
            (Paragraph((Link(subscription.url, subscription.url),)),),
            (
                Button("Remove", "draft:save", draft, style=Style.DANGER),
                Button("Cancel", "draft:drop", draft),
            ),
            tone=Tone.WARNING,
        )
    )


async def unsubscribe(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """End a subscription; its articles stay."""
    subscription = await _named(desk, invocation, payload["feed"])
    await desk.store.feeds.unsubscribe(
        invocation.workspace, subscription.id, by=str(invocation.actor), at=invocation.at
    )
    said = f"Removed. “{subscription.name}” is polled no more."
    return Reply(Answer(said, tone=Tone.GOOD), replaces=True)


async def _named(desk: Desk, invocation: Invocation, text: str) -> Subscription:
    """The feed of that name or address.

    Raises:
        CommandError: there is none; it proposes the nearest name.
    """
    wanted = text.strip("<>").partition("|")[0].casefold()
    subscriptions = await desk.store.feeds.of(invocation.workspace)
    for subscription in subscriptions:
        if wanted in {subscription.name.casefold(), subscription.url.casefold()}:
            return subscription
    near = nearest(text, [subscription.name for subscription in subscriptions])
    raise CommandError(f"There is no feed '{text}'.", suggestion=near or "/feeds list")
