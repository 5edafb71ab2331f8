"""/intel: whether news is flowing, why an alert was sent, and what can be asked."""

import re
from collections import Counter
from collections.abc import Iterator

from bot.alerts.compose import why_line
from bot.commands import spelling
from bot.commands.desk import Desk
from bot.commands.invocation import Invocation, Reply, Spec
from bot.commands.sources import in_trouble
from bot.commands.subscribing import none_yet
from bot.commands.wording import sent_and_waiting
from bot.errors import CommandError
from bot.message import (
    Answer,
    Block,
    Bullets,
    Code,
    Line,
    Link,
    Literal,
    Paragraph,
    Tone,
    When,
    many,
    plain,
)
from bot.model import Article, DeliveryId, Finding, Platform
from bot.store.why import Why

AROUND = 40  # characters to each side of a finding
_SPACE = re.compile(r"\s+")


async def status(desk: Desk, invocation: Invocation) -> Reply:
    """Is news flowing? Feeds, articles, what waits to be sent, places that are out of reach."""
    subscriptions = await desk.store.feeds.of(invocation.workspace)
    if not subscriptions:
        return Reply(none_yet())
    held = await desk.store.articles.held(invocation.workspace)
    counts = await desk.store.outbox.counts(invocation.workspace)
    sight = await desk.sight(invocation)
    stuck = await desk.store.outbox.troubled(invocation.workspace)
    troubled = [each for each in stuck if sight.sees(each.destination)]
    failing = [subscription for subscription in subscriptions if in_trouble(subscription)]
    polled = [s.last_success_at for s in subscriptions if s.last_success_at]
    lines: list[Line] = [
        (Literal(_answering(len(subscriptions) - len(failing), len(subscriptions))),)
        + ((Literal(", last read "), When(max(polled))) if polled else ()),
        (Literal(f"{many(held.count, 'article')} held"),)
        + ((Literal(" since "), When(held.since, day_only=True)) if held.since else ()),
        plain(sent_and_waiting(counts)),
    ]
    lines += [plain(f"{feed.name}: {feed.error or 'failing'}") for feed in failing[:5]]
    gone = {
        each.destination: each.called for each in await desk.store.places.lost() if each.for_good
    }
    lost = Counter(
        (gone.get(each.destination, str(each.destination)), each.error or "") for each in troubled
    )
    lines += [
        plain(f"{place}: {number} not delivered. {why}") for (place, why), number in lost.items()
    ]
    bad = bool(failing or troubled)
    title = "News is flowing, with gaps" if bad else "News is flowing"
    tone = Tone.WARNING if bad else Tone.GOOD
    return Reply(Answer(title, (Bullets(tuple(lines)),), tone=tone))


def _answering(number: int, of: int) -> str:
    return f"{number} of 1 feed answers" if of == 1 else f"{number} of {of} feeds answer"


async def why(desk: Desk, invocation: Invocation) -> Reply:
    """What an alert's Why? button shows: the query as it stood, and the words that met it."""
    told = await _told(desk, invocation)
    if told is None:
        raise CommandError("That alert is not known here.")
    blocks: list[Block] = [
        Paragraph((Literal(f"Watchlist “{told.name}”, revision {told.revision}, read as"),)),
        Code(told.query),
        Paragraph(why_line(told.evidence)),
        Bullets(tuple(evidence_lines(told.evidence, told.article))),
        Paragraph((Literal(f"Decision: {told.reason}, "), When(told.decided_at), Literal("."))),
    ]
    if told.detail:
        blocks.append(Paragraph(plain(f"Story: {told.detail}.")))
    if called := await desk.store.votes.callers(invocation.workspace, told.id):
        blocks.append(Paragraph(plain(f"Called not relevant by {', '.join(called)}.")))
    if told.article.url:
        blocks.append(Paragraph((Link("Open the article", told.article.url),)))
    return Reply(Answer("Why this alert", tuple(blocks)))


async def _told(desk: Desk, invocation: Invocation) -> Why | None:
    text = invocation.values.get("value", "")
    if not (text.isascii() and text.isdigit()):
        return None
    outbox = desk.store.outbox
    delivery = await outbox.find_sent(invocation.workspace, DeliveryId(int(text[:18])))
    if delivery is None or delivery.decision is None:
        return None
    if not (await desk.sight(invocation)).sees(delivery.destination):
        return None
    return await outbox.decision(invocation.workspace, delivery.decision)


def evidence_lines(evidence: tuple[Finding, ...], article: Article) -> Iterator[Line]:
    """Each way in which a term was found, with the words around it."""
    seen: set[tuple[str, str]] = set()
    texts = {"title": article.title, "body": article.body, "page": article.page}
    for finding in evidence:
        if (finding.term, finding.text) in seen or len(seen) == 12:
            continue
        seen.add((finding.term, finding.text))
        text = texts.get(finding.field, "")
        before, after = _around(text, finding)
        yield (
            Literal(f"{finding.term} ({finding.how}, {finding.field}): {before}"),
            Literal(finding.text, bold=True),
            Literal(after),
        )


def _around(text: str, finding: Finding) -> tuple[str, str]:
    """The words on both sides of a finding, whole ones, with a sign where the text goes on."""
    begin, end = max(0, finding.start - AROUND), finding.end + AROUND
    before, after = text[begin : finding.start], text[finding.end : end]
    if begin and not text[begin - 1].isspace() and (cut := _SPACE.search(before)):
        before = before[cut.end() :]
    if end < len(text) and not text[end].isspace() and (cuts := list(_SPACE.finditer(after))):
        after = after[: cuts[-1].start()]
    before, after = _SPACE.sub(" ", before), _SPACE.sub(" ", after)
    if begin:
        before = f"… {before.lstrip()}"
    return before, f"{after.rstrip()} …" if end < len(text) else after.rstrip()


def help_for(
    table: tuple[Spec, ...], platform: Platform = Platform.CONSOLE, *, short: bool = False
) -> Answer:
    """Every command in a line, with an example as the platform shows commands.

    A `short` one is without examples on Discord, which has little room and shows options itself.
    """
    bare = short and platform is Platform.DISCORD
    lines = tuple(
        (
            Literal(f"/{spec.name}" if bare else _example(spec, table, platform), code=True),
            Literal(f" {spec.help}"),
        )
        for spec in table
    )
    return Answer(
        "What you can ask",
        (
            Bullets(lines),
            Paragraph(
                (
                    Literal("A run of words is one phrase: "),
                    Literal("North Korea AND (Kursk OR Belgorod) NOT football", code=True),
                )
            ),
        ),
    )


def _example(spec: Spec, table: tuple[Spec, ...], platform: Platform) -> str:
    """A typed line, or on Discord a command with its options by name."""
    line = f"/{spec.name} {spec.example}".rstrip()
    if platform is not Platform.DISCORD:
        return line
    return spelling.by_name(line, table)
