"""/feeds list, show, test, text, pause, resume and remove: the feeds that a workspace reads."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.commands.calling import fitting, meant
from bot.commands.desk import Desk, nearest
from bot.commands.invocation import Invocation, Reply
from bot.commands.pages import List
from bot.commands.subscribing import items, newest_items, none_yet, typed_address
from bot.errors import AddressRefused, CommandError, FetchError, NotAllowed, ParseError
from bot.feeds.discover import Sighting
from bot.feeds.opml import Listed
from bot.feeds.verify import Verdict, judge
from bot.feeds.wanted import PageState
from bot.message import (
    Answer,
    Block,
    Button,
    Extract,
    Line,
    Link,
    Literal,
    Paragraph,
    Piece,
    Quote,
    Style,
    Tone,
    When,
    plain,
)
from bot.model import Article, FullText
from bot.redaction import redacted
from bot.store.subscriptions import Subscription

NEWEST = 3
WEEK = timedelta(days=7)
AS_USUAL = "default"
TEXTS = (*map(str, FullText), AS_USUAL)
_EFFECTS = {
    FullText.NEVER: "no page is read; its articles are matched by what the feed shows.",
    FullText.NEAR_MISS: "a page is read where title and summary hold part of what is watched.",
    FullText.ALWAYS: "every new article's page is read, as far as the hourly budget goes.",
}


FEEDS = List("/feeds list", "feeds:more", ("name", "address", "tags", "health"))


async def list_(desk: Desk, invocation: Invocation) -> Reply:
    """Every feed of the workspace, or those that fit a word, with how each does."""
    wanted = invocation.values.get("filter", "")
    chosen = fitting(await desk.store.feeds.of(invocation.workspace), wanted)
    if not chosen:
        return Reply(none_yet(wanted))
    rows = tuple(
        (
            (Literal(subscription.name, bold=True),),
            (address(subscription.url),),
            plain(", ".join(subscription.tags)),
            health(subscription),
        )
        for subscription in chosen
    )
    many = "1 feed" if len(rows) == 1 else f"{len(rows)} feeds"
    return FEEDS.page(many, rows, invocation)


def health(subscription: Subscription) -> Line:
    """How a feed does, in words: `read 14:02`, or since when it fails or rests, and why."""
    if subscription.paused_at:
        return (Literal("paused since "), When(subscription.paused_at))
    if subscription.failures:
        tries = "1 attempt" if subscription.failures == 1 else f"{subscription.failures} attempts"
        return plain(f"failing for {tries}: {subscription.error or 'no reason was kept'}")
    if subscription.last_success_at is None:
        return plain("not read yet")
    return (Literal("read "), When(subscription.last_success_at))


async def show(desk: Desk, invocation: Invocation) -> Reply:
    """One feed: address, tags and health, what it and its pages brought in a week, what is new."""
    subscription = await _named(desk, invocation, invocation.values["feed"])
    since = invocation.at - WEEK
    brought = (await desk.store.feeds.arrivals(invocation.workspace, since)).get(
        subscription.feed, 0
    )
    articles = await desk.store.articles.newest(
        invocation.workspace, limit=NEWEST, feed=subscription.feed
    )
    blocks: list[Block] = [
        Paragraph(_addresses(subscription)),
        *_title(subscription),
        Paragraph((*health(subscription), *_next(subscription))),
        Paragraph(plain(f"Tags: {', '.join(subscription.tags) or 'none'}.")),
        Paragraph(plain(f"{brought} new in the last 7 days.")),
        Paragraph(plain(await _pages(desk, subscription, since))),
        *map(_held, articles),
    ]
    return Reply(Answer(f"Feed “{subscription.name}”", tuple(blocks)))


def _title(subscription: Subscription) -> list[Block]:
    """What the feed calls itself, where that is not what people call it."""
    if subscription.title in ("", subscription.name):
        return []
    return [Paragraph(plain(f"Its own title: {subscription.title}."))]


def _addresses(subscription: Subscription) -> Line:
    """The address that people gave, and the one where the feed is read since it moved."""
    given, now = subscription.url, subscription.moved_to
    if now is None or now == given:
        return (address(given),)
    return (address(now), Literal(", where it moved for good from "), address(given))


async def _pages(desk: Desk, subscription: Subscription, since: datetime) -> str:
    """`Full text: near-miss, as usual. Pages in the last 7 days: 12 read, 1 refused.`."""
    choice = subscription.full_text
    said = f"Full text: {choice}." if choice else f"Full text: {desk.full_text}, as usual."
    tally = await desk.store.pages.tally(subscription.feed, since)
    waiting = sum(tally.states.get(state, 0) for state in (PageState.WANTED, PageState.ASKED))
    counts = {
        "read": tally.states.get(PageState.READ, 0),
        "waiting": waiting,
        "refused": tally.states.get(PageState.REFUSED, 0),
    }
    told = [f"{count} {state}" for state, count in counts.items() if count]
    if not told:
        return said
    last = f" The last refusal: {tally.refusal}" if tally.refusal else ""
    return f"{said} Pages in the last 7 days: {', '.join(told)}.{last}"


async def text(desk: Desk, invocation: Invocation) -> Reply:
    """Choose for which articles of a feed the page is read, beside what the feed shows."""
    subscription = await _named(desk, invocation, invocation.values["feed"])
    word = invocation.values["when"].lower()
    choice = None if word == AS_USUAL else FullText(word)
    await desk.store.feeds.choose_full_text(
        invocation.workspace,
        subscription.id,
        choice,
        by=str(invocation.actor),
        at=invocation.at,
    )
    effect = _EFFECTS[choice or desk.full_text]
    said = f"Saved. Of “{subscription.name}” {effect}"
    return Reply(Answer(said, tone=Tone.GOOD))


def _next(subscription: Subscription) -> Line:
    if subscription.paused_at:
        return ()
    return (Literal("; asked again "), When(subscription.next_poll_at))


def _held(article: Article) -> Extract:
    headline = Quote(article.title or article.body[:140])
    return Extract(headline, article.url, article.source, article.published, ())


async def test(desk: Desk, invocation: Invocation) -> Reply:
    """Ask a feed right now and say what it answers; nothing is stored.

    Everyone may test what is read here; only managers may send us to any other address.
    """
    text = invocation.values["feed"]
    known = await _find(desk, invocation, text)
    if known is None and "." not in text:
        known = await _named(desk, invocation, text)
    if known is None and not invocation.actor.manager:
        raise NotAllowed(
            "Only a manager may test a feed that is not read here.", suggestion="/feeds list"
        )
    url = known.url if known else typed_address(text, "/feeds test")
    if wait := desk.feed_tests.wait(invocation.workspace, invocation.at):
        raise CommandError(
            f"Feeds are tested at most {desk.feed_tests.most} times a minute here."
            f" Try again in {wait.seconds + 1} seconds."
        )
    try:
        seen = await (desk.scout.read(url) if known else _discovered(desk, url))
    except (AddressRefused, FetchError, ParseError) as error:
        name = f"“{known.name}” cannot be read now." if known else "That cannot be read."
        return Reply(Answer(name, (Paragraph(plain(str(error))),), tone=Tone.FAULT))
    name = known.name if known else seen.feed.title or seen.url
    checked = judge(Listed(seen.url, name), seen.feed, invocation.at)
    sound = checked.verdict is Verdict.SOUND
    blocks: list[Block] = [
        Paragraph((Literal(f"{items(seen.feed)}. "), address(seen.url))),
        *([] if sound else [Paragraph(plain(f"Mind: {checked.detail}."))]),
        *newest_items(seen.feed.entries, name),
    ]
    title = f"“{name}” answers" if sound else f"“{name}” answers, but it is {checked.verdict}"
    return Reply(Answer(title, tuple(blocks), tone=Tone.GOOD if sound else Tone.WARNING))


async def _discovered(desk: Desk, url: str) -> Sighting:
    return (await desk.scout.discover(url)).found


async def pause(desk: Desk, invocation: Invocation) -> Reply:
    """Read a feed no more until it is resumed; it stays on the list with all its articles."""
    subscription = await _named(desk, invocation, invocation.values["feed"])
    done = await desk.store.feeds.pause(
        invocation.workspace, subscription.id, by=str(invocation.actor), at=invocation.at
    )
    if not done:
        return Reply(Answer(f"“{subscription.name}” is paused already."))
    said = f"“{subscription.name}” is paused. Nothing of it is alerted until you resume it."
    return Reply(Answer(said, tone=Tone.GOOD))


async def resume(desk: Desk, invocation: Invocation) -> Reply:
    """Read a paused feed again."""
    subscription = await _named(desk, invocation, invocation.values["feed"])
    done = await desk.store.feeds.resume(
        invocation.workspace, subscription.id, by=str(invocation.actor), at=invocation.at
    )
    if not done:
        return Reply(Answer(f"“{subscription.name}” is not paused."))
    return Reply(Answer(f"“{subscription.name}” is polled again from now on.", tone=Tone.GOOD))


async def remove(desk: Desk, invocation: Invocation) -> Reply:
    """Ask whether a feed shall really go."""
    subscription = await _named(desk, invocation, invocation.values["feed"])
    payload = {"feed": subscription.url}
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), "feeds remove", payload, invocation.at
    )
    return Reply(
        Answer(
            f"Remove the feed “{subscription.name}”?",
            (Paragraph((address(subscription.url),)),),
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


async def _find(desk: Desk, invocation: Invocation, text: str) -> Subscription | None:
    """The feed of that name, title, site or address; a name that two share means neither."""
    found = meant(await desk.store.feeds.of(invocation.workspace), text)
    if len(found) > 1:
        raise CommandError(
            f"{len(found)} feeds are called '{text}'. Name one by its address.",
            suggestion=redacted(found[0].url),
        )
    return found[0] if found else None


async def _named(desk: Desk, invocation: Invocation, text: str) -> Subscription:
    """The feed of that name or address.

    Raises:
        CommandError: there is none; it proposes the nearest name.
    """
    if found := await _find(desk, invocation, text):
        return found
    feeds = await desk.store.feeds.of(invocation.workspace)
    names = [name for each in feeds for name in (each.name, each.title) if name]
    near = nearest(text, names)
    when = f"{invocation.values['when']} " if invocation.values.get("when") else ""
    meant = f"/{invocation.name} {when}{near}" if near else "/feeds list"
    raise CommandError(f"There is no feed '{text}'.", suggestion=meant)


def address(url: str) -> Piece:
    """A feed's address as everybody may see it: with a secret in it, without that and no link."""
    shown = redacted(url)
    return Link(url, url) if shown == url else Literal(shown)
