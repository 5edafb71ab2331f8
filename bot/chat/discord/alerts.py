"""Draws alerts and what is new in them as Discord's embeds. Pure.

Limits: https://docs.discord.com/developers/resources/message#embed-object-embed-limits. Buttons and
what else belongs to a message are `render`'s.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from bot.chat.discord import markdown
from bot.chat.discord.markdown import Hosts
from bot.chat.hygiene import claims_other_host, cut, domain, one_line, runs, safe_link
from bot.message import AlertCard, Passage, Quote, Tone, Update
from bot.model import Published, Severity

Json = dict[str, Any]

TITLE = 256
AUTHOR = 256
DESCRIPTION = 4096
SENTENCE_TOTAL = 1500

# Together with the title 6,000 characters at most; escapes are counted, which may double a text.
_SENTENCES = 2500
_WHY = 800
_CORROBORATION = 400
_LEFT_OUT = 300
_CHANGE = 300
_QUOTE = 1000
_PASSAGES = 8
_FOOTER = 400
_NOTE = 60

COLOURS: dict[Severity | Tone, int] = {
    Severity.ROUTINE: 0x7A8A99,
    Severity.NOTABLE: 0xE67E22,
    Severity.CRITICAL: 0xD92D20,
    Tone.PLAIN: 0x7A8A99,
    Tone.GOOD: 0x2E9E5B,
    Tone.WARNING: 0xE67E22,
    Tone.FAULT: 0xD92D20,
}
_SIGNS = {Severity.ROUTINE: "🔵", Severity.NOTABLE: "🟠", Severity.CRITICAL: "🔴"}


def card(card: AlertCard, allow: Hosts) -> Json:
    """A card as an embed; with a note only its headline and the note are left of it."""
    safe = safe_link(card.url, allow) if card.url else None
    headline = words(card.headline, TITLE) or "(no headline)"
    embed: Json = {"title": markdown.fitted(headline, TITLE)}
    if safe is not None and not claims_other_host(headline, safe):
        embed["url"] = safe
    if note := markdown.line(card.note, _WHY, allow):
        return embed | {"color": COLOURS[Tone.PLAIN], "description": f"-# {note}"}
    return embed | {
        "author": {"name": cut(f"{_SIGNS[card.severity]} {one_line(card.watch)}", AUTHOR)},
        "color": COLOURS[card.severity],
        "description": "\n".join(_card_lines(card, allow)),
        **_origin(card.source, safe, card.published),
    }


def update(update: Update, allow: Hosts) -> Json:
    """What is new as an embed: first what changed, with its quotations, then where it is from."""
    safe = safe_link(update.url, allow) if update.url else None
    return {
        "color": COLOURS[Tone.PLAIN],
        "description": joined(tuple(_update_lines(update, safe, allow))),
        **_origin(update.source, safe, update.published),
    }


def words(quote: Quote, limit: int) -> str:
    """A quotation without its highlights, with the signs of where it was cut."""
    return "".join(piece.text for piece in runs(quote, limit))


def joined(lines: Sequence[str]) -> str:
    """As many lines as fit, and how many do not."""
    kept: list[str] = []
    left = DESCRIPTION - _NOTE
    for number, text in enumerate(lines):
        if len(text) + 1 > left:
            kept.append(f"-# … and {len(lines) - number} lines more")
            break
        kept.append(text)
        left -= len(text) + 1
    return "\n".join(kept)


def _origin(source: str, safe: str | None, published: Published | None) -> Json:
    """Footer and time: who published it, where the link really leads, and when."""
    source, host = one_line(source), domain(safe) if safe else ""
    foot = [source, host if host != source.lower() else ""]
    parts: Json = {}
    if published is not None and published.day_only:
        foot.append(str(published))
    elif published is not None:
        parts["timestamp"] = published.at.isoformat()
    if text := " · ".join(filter(None, foot)):
        parts["footer"] = {"text": cut(text, _FOOTER)}
    return parts


def _card_lines(card: AlertCard, allow: Hosts) -> Iterator[str]:
    left = _SENTENCES
    for sentence in card.sentences:
        shown = markdown.quoted(sentence, min(left, SENTENCE_TOTAL))
        left -= len(shown)
        if shown:
            yield shown
        if left < 80:
            break
    if card.left_out:
        yield "-# also: " + markdown.title(", ".join(card.left_out), _LEFT_OUT)
    if why := markdown.line(card.why, _WHY, allow):
        yield f"-# {why}"
    if sources := markdown.line(card.corroboration, _CORROBORATION, allow):
        yield f"-# {sources}"
    yield from _seen(card.published, card.first_seen)


def _update_lines(update: Update, safe: str | None, allow: Hosts) -> Iterator[str]:
    for passage in update.passages[:_PASSAGES]:
        yield from _passage_lines(passage)
    if (rest := len(update.passages) - _PASSAGES) > 0:
        yield f"-# … and {rest} more"
    headline = words(update.headline, TITLE) or "(no headline)"
    label = one_line(update.source) or "link" if update.quotes_headline else headline
    if safe is not None:
        yield markdown.link(label, safe, _QUOTE, allow)
    elif not update.quotes_headline:
        yield markdown.title(headline, _QUOTE)
    if why := markdown.line(update.why, _WHY, allow):
        yield f"-# {why}"
    yield from _seen(update.published, update.first_seen)


def _passage_lines(passage: Passage) -> Iterator[str]:
    for change in passage.changes[:_PASSAGES]:
        yield f"**{markdown.title(change, _CHANGE)}**"
    if shown := markdown.quoted(passage.quote, _QUOTE):
        yield f"> {shown}"


def _seen(published: Published | None, first_seen: datetime) -> Iterator[str]:
    if published is None:
        yield f"-# first seen <t:{int(first_seen.timestamp())}:f>"
