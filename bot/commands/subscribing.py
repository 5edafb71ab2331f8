"""/feeds add, starter, import and export: how a workspace comes to read feeds, one or many.

Every one of them shows what it would do and waits for Save. Files are no matter of chat: a list
arrives as pasted text.
"""

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from bot.commands.calling import fitting
from bot.commands.desk import Desk, nearest
from bot.commands.invocation import Invocation, Reply
from bot.errors import AddressRefused, CommandError, FetchError, ParseError
from bot.feeds.discover import Discovery
from bot.feeds.links import clean_link
from bot.feeds.opml import LONGEST_NAME, MOST_FEEDS, Listed, read_opml, write_opml
from bot.feeds.starter import EVERYWHERE, StarterFeed, regions, starter_feeds, starter_of
from bot.feeds.tags import tags_of
from bot.feeds.verify import Verdict, judge
from bot.feeds.wire import ParsedFeed
from bot.message import (
    Answer,
    Block,
    Bullets,
    Button,
    Code,
    Extract,
    Line,
    Link,
    Literal,
    Paragraph,
    Quote,
    Style,
    Table,
    Tone,
    many,
    plain,
)
from bot.model import Entry, FullText
from bot.redaction import redacted
from bot.store.subscriptions import Subscription

NEWEST = 3
SHOWN = 25
REFUSED_SHOWN = 5
_CHAT_LINK = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>")


async def add(desk: Desk, invocation: Invocation) -> Reply:
    """Find the feed behind an address, show its newest items, and offer to subscribe."""
    url = typed_address(invocation.values["url"], "/feeds add")
    if known := await _known(desk, invocation, url):
        return Reply(await _read_already(desk, invocation, known))
    try:
        seen = await desk.scout.discover(url)
    except (AddressRefused, FetchError, ParseError) as error:
        raise CommandError(str(error)) from error
    if known := await _known(desk, invocation, seen.found.url):
        return Reply(await _read_already(desk, invocation, known))
    text = invocation.values.get("text", "").lower()
    name = " ".join((invocation.values.get("name") or seen.found.feed.title).split())
    tags = tags_of(invocation.values.get("tags", ""))
    listed = Listed(seen.found.url, name[:LONGEST_NAME].strip() or seen.found.url, tags)
    blocks = _preview(listed, seen, invocation)
    if text:
        blocks.insert(-1, Paragraph(plain(f"Full text: {text}.")))
    title = f"Feed “{listed.name}”"
    return Reply(await _to_save(desk, invocation, title, blocks, (listed,), text=text))


def typed_address(text: str, command: str) -> str:
    """An address as somebody typed it, or as their chat wrapped it: `<https://x.org|x.org>`.

    Raises:
        CommandError: it has no scheme; the likeliest one is proposed.
    """
    url = text.strip().strip("<>").partition("|")[0].strip()
    if "://" not in url and re.match(r"[\w-]+(\.[\w-]+)+(:[0-9]+)?([/?#]|$)", url):
        raise CommandError(f"'{url}' lacks its beginning.", suggestion=f"{command} https://{url}")
    return url


async def _known(desk: Desk, invocation: Invocation, url: str) -> Subscription | None:
    subscriptions = await desk.store.feeds.of(invocation.workspace)
    return _by_address(subscriptions).get(_settled(url))


def _by_address(subscriptions: Iterable[Subscription]) -> dict[str, Subscription]:
    return {_settled(each.url): each for each in subscriptions}


def _settled(url: str) -> str:
    """One spelling for addresses that mean the same place."""
    return clean_link(url) or url


async def _read_already(desk: Desk, invocation: Invocation, known: Subscription) -> Answer:
    """Say so; where another name, other tags or texts were given, offer to change them."""
    values = invocation.values
    name = " ".join(values.get("name", "").split())[:LONGEST_NAME].strip() or known.name
    tags = tags_of(values["tags"]) if values.get("tags") else known.tags
    text = values.get("text", "").lower()
    state = ", and it is paused" if known.paused_at else ""
    title = f"You read that feed already, as “{known.name}”{state}."
    if (name, tags, text or known.full_text) == (known.name, known.tags, known.full_text):
        verb = "resume" if known.paused_at else "show"
        return Answer(title, (Code(f"/feeds {verb} {known.name}"),), tone=Tone.WARNING)
    before, after = ", ".join(known.tags) or "none", ", ".join(tags) or "none"
    changes = [plain(f"Name: {known.name} → {name}")] if name != known.name else []
    changes += [plain(f"Tags: {before} → {after}")] if tags != known.tags else []
    if text not in ("", known.full_text):
        changes.append(plain(f"Full text: {known.full_text or 'as usual'} → {text}"))
    blocks = (Paragraph(plain("Save changes it:")), Bullets(tuple(changes)))
    listed = Listed(known.url, name, tags)
    return await _to_save(
        desk, invocation, title, blocks, (listed,), kind="feeds change", text=text
    )


def _preview(listed: Listed, seen: Discovery, invocation: Invocation) -> list[Block]:
    blocks: list[Block] = [
        Paragraph((Literal(f"{items(seen.found.feed)}. "), Link(listed.url, listed.url)))
    ]
    checked = judge(listed, seen.found.feed, invocation.at)
    if checked.verdict is not Verdict.SOUND:
        blocks.append(Paragraph(plain(f"Mind: {checked.detail}.")))
    if listed.tags:
        blocks.append(Paragraph(plain(f"Tags: {', '.join(listed.tags)}.")))
    blocks += newest_items(seen.found.feed.entries, listed.name)
    if seen.page:
        blocks.append(Paragraph(plain("Found on the page that you named.")))
    if seen.others:
        blocks.append(Paragraph(plain("The page names these too:")))
        # Not as links: what a page calls its feeds is foreign text, and no label for an address.
        blocks.append(Bullets(tuple(_offer(each.title, each.url) for each in seen.others)))
    blocks.append(Paragraph(plain("What stands in it now is read but not alerted; what comes is.")))
    return blocks


def _offer(title: str, url: str) -> Line:
    return (Literal(f"{title} " if title else ""), Literal(url, code=True))


def items(feed: ParsedFeed) -> str:
    """`12 items now`."""
    return f"{len(feed.entries)} {'item' if len(feed.entries) == 1 else 'items'} now"


def newest_items(entries: Sequence[Entry], source: str) -> list[Block]:
    """The newest three, as a preview shows them; undated ones come last, as the feed has them."""
    dated = [entry for entry in entries if entry.published]
    dated.sort(key=lambda entry: entry.published.at if entry.published else 0, reverse=True)
    undated = [entry for entry in entries if not entry.published]
    return [
        Extract(Quote(entry.title or entry.body[:140]), entry.url, source, entry.published, ())
        for entry in (*dated, *undated)[:NEWEST]
    ]


async def _to_save(
    desk: Desk,
    invocation: Invocation,
    title: str,
    blocks: Iterable[Block],
    feeds: Sequence[Listed],
    *,
    kind: str = "feeds add",
    text: str = "",
) -> Answer:
    """A preview with Save and Cancel; the draft keeps the feeds, and when their pages are read."""
    rows = [[feed.url, feed.name, list(feed.tags)] for feed in feeds]
    payload = {"feeds": json.dumps(rows, ensure_ascii=False), "text": text}
    draft = await desk.store.drafts.keep(
        invocation.workspace, str(invocation.actor), kind, payload, invocation.at
    )
    buttons = (
        Button("Save", "draft:save", draft, style=Style.PRIMARY),
        Button("Cancel", "draft:drop", draft),
    )
    return Answer(title, tuple(blocks), buttons)


def _kept(payload: Mapping[str, str]) -> list[Listed]:
    return [Listed(url, name, tuple(tags)) for url, name, tags in json.loads(payload["feeds"])]


def _chosen(payload: Mapping[str, str]) -> FullText | None:
    """What a draft says of pages; drafts of before say nothing."""
    text = payload.get("text", "")
    return FullText(text) if text else None


async def save_change(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """Give a feed that is read the name and tags that a preview showed."""
    (wanted,) = _kept(payload)
    known = await _known(desk, invocation, wanted.url)
    if known is None:
        raise CommandError(
            "That feed was removed in the meantime.", suggestion=f"/feeds add {wanted.url}"
        )
    await desk.store.feeds.subscribe(
        invocation.workspace,
        known.url,
        wanted.name,
        tags=wanted.tags,
        interval=known.interval,
        full_text=_chosen(payload) or known.full_text,
        by=str(invocation.actor),
        at=invocation.at,
    )
    tags = ", ".join(wanted.tags) or "no tags"
    return Reply(Answer(f"Saved. “{wanted.name}”: {tags}.", tone=Tone.GOOD), replaces=True)


async def save_feeds(desk: Desk, invocation: Invocation, payload: Mapping[str, str]) -> Reply:
    """Subscribe to what a preview showed; what is read already stays as it is."""
    wanted = _kept(payload)
    known = _by_address(await desk.store.feeds.of(invocation.workspace))
    new = [feed for feed in wanted if _settled(feed.url) not in known]
    _unless_too_many(len(known) + len(new))
    for feed in new:
        await desk.store.feeds.subscribe(
            invocation.workspace,
            feed.url,
            feed.name,
            tags=feed.tags,
            full_text=_chosen(payload),
            by=str(invocation.actor),
            at=invocation.at,
        )
    if len(new) == 1:
        said = f"Saved. “{new[0].name}” is polled from now on."
    else:
        said = f"Saved. {len(new)} feeds are polled from now on."
    return Reply(Answer(said, tone=Tone.GOOD), replaces=True)


def _unless_too_many(number: int) -> None:
    if number > MOST_FEEDS:
        raise CommandError(
            f"That would make {number} feeds; {MOST_FEEDS} is the most that a workspace may read."
        )


async def starter(desk: Desk, invocation: Invocation) -> Reply:
    """The feeds that we propose to begin with: the regions, or those of one to save at once."""
    region = "-".join(invocation.values.get("region", "").casefold().split())
    subscriptions = await desk.store.feeds.of(invocation.workspace)
    if not region:
        return Reply(_regions(subscriptions))
    proposed = starter_of(region)
    if not proposed:
        known = [*regions(), EVERYWHERE, *_places()]
        raise CommandError(
            f"There are no starter feeds for '{region}'.",
            suggestion=f"/feeds starter {nearest(region, known)}".rstrip(),
        )
    read = _by_address(subscriptions)
    new = [feed for feed in proposed if _settled(feed.url) not in read]
    if not new:
        return Reply(Answer(f"You read all {len(proposed)} starter feeds of '{region}' already."))
    _unless_too_many(len(read) + len(new))
    table = Table(("feed", "language", "kind", "address"), tuple(map(_starter_row, new)))
    blocks: list[Block] = [Paragraph(plain(_counted(new, len(proposed) - len(new)))), table]
    listed = [feed.listed() for feed in new]
    title = f"Starter feeds: {region}"
    return Reply(await _to_save(desk, invocation, title, blocks, listed))


def _counted(new: Sequence[StarterFeed], known: int) -> str:
    states = sum(feed.state_media for feed in new)
    said = f"{len(new)} feeds" if len(new) > 1 else "1 feed"
    said += f", {states} of them state media" if states else ""
    said += f"; {known} more you read already" if known else ""
    return f"{said}. Each gets its regions and kind as tags, for tag: in a watchlist."


def _starter_row(feed: StarterFeed) -> tuple[Line, ...]:
    kind = feed.kind.replace("-", " ") + (", state media" if feed.state_media else "")
    address = (Link(feed.url, feed.url),)
    return ((Literal(feed.name, bold=True),), plain(feed.language), plain(kind), address)


def _places() -> tuple[str, ...]:
    return tuple(dict.fromkeys(place for feed in starter_feeds() for place in feed.places))


def _regions(subscriptions: Sequence[Subscription]) -> Answer:
    read = _by_address(subscriptions)
    rows = tuple(
        (
            (Literal(region, bold=True),),
            plain(str(count)),
            plain(str(sum(_settled(feed.url) in read for feed in starter_of(region)))),
        )
        for region, count in (*regions().items(), (EVERYWHERE, len(starter_feeds())))
    )
    return Answer(
        f"Starter feeds: {len(starter_feeds())} in {len(regions())} regions",
        (
            Table(("region", "feeds", "read already"), rows),
            Paragraph(plain(f"Or one place: {', '.join(_places())}.")),
            Paragraph(plain("See those of one and save them together:")),
            Code("/feeds starter korea"),
        ),
    )


async def import_(desk: Desk, invocation: Invocation) -> Reply:
    """Read a pasted OPML list, show what is new in it, and offer to subscribe to that."""
    try:
        listed = read_opml(as_pasted(invocation.values["opml"]))
    except ParseError as error:
        raise CommandError(str(error), suggestion="/feeds import <opml>…</opml>") from error
    if not listed:
        raise CommandError("That list names no feed: no outline in it has an xmlUrl.")
    read = _by_address(await desk.store.feeds.of(invocation.workspace))
    new: list[Listed] = []
    refused: list[str] = []
    for feed in listed:
        try:
            desk.scout.check(feed.url)
        except AddressRefused as error:
            refused.append(str(error))
            continue
        if _settled(feed.url) not in read:
            new.append(feed)
    known = len(listed) - len(new) - len(refused)
    title = f"{many(len(listed), 'feed')} in the list: {len(new)} new, {known} read already"
    title += f", {len(refused)} refused" if refused else ""
    blocks = list(_import_blocks(new, refused))
    if not new:
        return Reply(Answer(title, tuple(blocks), tone=Tone.WARNING))
    _unless_too_many(len(read) + len(new))
    return Reply(await _to_save(desk, invocation, title, blocks, new))


def _import_blocks(new: Sequence[Listed], refused: Sequence[str]) -> Iterable[Block]:
    if new:
        rows = tuple(
            (
                (Literal(feed.name, bold=True),),
                plain(", ".join(feed.tags)),
                (Literal(feed.url, code=True),),
            )
            for feed in new[:SHOWN]
        )
        yield Table(("feed", "tags", "address"), rows)
    if len(new) > SHOWN:
        yield Paragraph(plain(f"… and {len(new) - SHOWN} more."))
    if refused:
        yield Bullets(tuple(plain(reason) for reason in refused[:REFUSED_SHOWN]))
    if len(refused) > REFUSED_SHOWN:
        yield Paragraph(plain(f"… and {len(refused) - REFUSED_SHOWN} more are refused."))


def as_pasted(text: str) -> str:
    """Undo what a chat does to pasted XML: fences around it, escaped signs, wrapped addresses."""
    text = text.strip().strip("`").strip()
    if text.startswith("&lt;"):
        text = html.unescape(text)
    return _CHAT_LINK.sub(lambda link: link[1], text)


async def export(desk: Desk, invocation: Invocation) -> Reply:
    """The feeds of the workspace as OPML text, without what is secret in their addresses."""
    wanted = invocation.values.get("filter", "")
    chosen = fitting(await desk.store.feeds.of(invocation.workspace), wanted)
    if not chosen:
        return Reply(none_yet(wanted))
    listed = [Listed(redacted(each.url), each.name, each.tags) for each in chosen]
    text = write_opml(listed, title="Watchfloor feeds", at=invocation.at)
    many = "1 feed" if len(listed) == 1 else f"{len(listed)} feeds"
    return Reply(Answer(f"{many} as OPML", (Code(text),)))


def none_yet(wanted: str = "") -> Answer:
    """What is said where there is no feed, or none that fits: how to begin."""
    if wanted:
        return Answer(f"No feed fits '{wanted}'.", (Code("/feeds list"),), tone=Tone.WARNING)
    return Answer(
        "No feeds yet",
        (
            Paragraph(plain("Begin with feeds that we propose, by region:")),
            Code("/feeds starter"),
            Paragraph(plain("or with one of your own, a feed or a page that names one:")),
            Code("/feeds add https://www.nknews.org/"),
        ),
        tone=Tone.WARNING,
    )
