"""Cards and answers as Slack's payloads, within every limit of Block Kit. Pure.

It decides nothing about delivery: which channel, which mark, who may see it.

Limits: https://docs.slack.dev/reference/block-kit/blocks and, for all text of a message together,
github.com/slackapi/bolt-js/issues/2509.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.chat.adapter import Limits
from bot.chat.hygiene import cut, domain, one_line, runs, safe_link
from bot.chat.slack.rich_text import (
    NOWHERE,
    Hosts,
    Json,
    Room,
    block,
    bullets,
    channels_named,
    escape,
    headline,
    line,
    moment,
    mrkdwn,
    preformatted,
    published,
    quotation,
    quoted,
    section,
    small_date,
    small_print,
    text,
    with_channels,
)
from bot.message import (
    AlertCard,
    Answer,
    Block,
    Bullets,
    Button,
    Code,
    Extract,
    Line,
    Literal,
    Message,
    Paragraph,
    Passage,
    Style,
    Table,
    Tone,
    Update,
    plain,
)
from bot.model import Published, Severity

# Slack refuses a message at about 13,200 characters of text. The fallback and the small print come
# on top of this total, escaped: an `&` becomes five characters.
LIMITS = Limits(headline=300, sentence_total=2_000, text_total=8_000, buttons=25)
MOST_BLOCKS = 50
MOST_ROWS = 100
FALLBACK = 500
SOURCE = 80
SMALL_PRINT = 400
FIGURE = 200
PASSAGE = 700
MOST_PASSAGES = 8
BUTTON_TEXT = 75
BUTTON_VALUE = 2_000

# A button that opens an address reports its press too; this name says that nothing is to be done.
OPEN = "open"

SEVERITY_SIGN = {Severity.ROUTINE: "🟢", Severity.NOTABLE: "🟠", Severity.CRITICAL: "🔴"}
TONE_SIGN = {Tone.PLAIN: "", Tone.GOOD: "✅ ", Tone.WARNING: "⚠️ ", Tone.FAULT: "⛔ "}


@dataclass(frozen=True, slots=True)
class Payload:
    """What goes to Slack: the blocks, and the text for notifications and screen readers."""

    text: str
    blocks: list[Json]


def render(message: Message, allow: Hosts = NOWHERE) -> Payload:
    """A message as Slack takes it, whatever stands in it.

    `allow` holds hosts (`host:port`) that may be linked to though they are not public.
    """
    match message:
        case AlertCard():
            return _card(message, allow)
        case Update():
            return _update(message, allow)
        case Answer():
            return _answer(message, allow)
        case _:
            assert_never(message)


def action_of(action_id: str) -> str:
    """The action that a button's id stands for."""
    return action_id.partition("#")[0]


def _card(card: AlertCard, allow: Hosts) -> Payload:
    room = Room(LIMITS.text_total, allow)
    title = headline(card.headline, card.url, room, LIMITS.headline)
    blocks = [block(section([text(f"{SEVERITY_SIGN[card.severity]} "), *title]))]
    if note := small_print(card.note, Room(SMALL_PRINT, allow)):
        blocks += [_context(_mrkdwn(note)), *_actions(card.buttons, allow)]
        return Payload(_card_fallback(card), blocks)
    blocks.append(_context(*_where_from(card, allow)))
    left = Room(LIMITS.sentence_total)
    sentences = [section(quotation(each, left, left.left)) for each in card.sentences]
    if any(sentence["elements"] for sentence in sentences):
        blocks.append(block(*sentences))
    if small := _why(card, allow):
        blocks.append(_context(*small))
    if sources := small_print(card.corroboration, Room(SMALL_PRINT, allow)):
        blocks.append(_context(_mrkdwn(sources)))
    blocks += _actions(card.buttons, allow)
    return Payload(_card_fallback(card), blocks)


def _update(update: Update, allow: Hosts) -> Payload:
    sections = list(_passages(update.passages, Room(LIMITS.sentence_total)))
    title = Room(LIMITS.headline, allow)
    if not update.quotes_headline:
        sections.append(section(headline(update.headline, update.url, title, LIMITS.headline)))
    blocks = [drawn] if (drawn := block(*sections))["elements"] else []
    blocks.append(_context(*_update_source(update, allow)))
    if why := small_print(update.why, Room(SMALL_PRINT, allow)):
        blocks.append(_context(_mrkdwn(why)))
    return Payload(_update_fallback(update), [*blocks, *_actions(update.buttons, allow)])


def _passages(passages: Sequence[Passage], room: Room) -> Iterator[Json]:
    for number, passage in enumerate(passages):
        if room.left <= 1 or number == MOST_PASSAGES:
            yield section([text(f"… {len(passages) - number} more did not fit here.")])
            return
        for change in passage.changes[:MOST_PASSAGES]:
            if shown := room.take(one_line(change), FIGURE):
                yield section([text(shown, bold=True)])
        yield quoted(quotation(passage.quote, room, PASSAGE))


def _update_source(update: Update, allow: Hosts) -> Iterator[Json]:
    """Who published it, with a link where no headline has it, and when."""
    yield _source(update.source, update.url, allow)
    yield _mrkdwn(f"· {_when(update.published, update.first_seen)}")
    link = safe_link(update.url, allow) if update.url else None
    if link and update.quotes_headline:
        yield _mrkdwn(f"· <{escape(link)}|{mrkdwn(cut(domain(link), SOURCE))}>")


def _update_fallback(update: Update) -> str:
    changed = [one_line(figure.said) for figure in update.figures[:1]]
    title = "".join(run.text for run in runs(update.headline, LIMITS.headline))
    said = " · ".join([*(cut(each, FIGURE) for each in changed), title or "(no headline)"])
    return escape(cut(f"{said} ({cut(one_line(update.source), SOURCE)})", FALLBACK))


def _where_from(card: AlertCard, allow: Hosts) -> Iterator[Json]:
    """Who published it, where the link really leads, when, and for which watchlist."""
    yield _source(card.source, card.url, allow)
    when = _when(card.published, card.first_seen)
    watch = mrkdwn(cut(one_line(card.watch), SOURCE)) or "?"
    yield _mrkdwn(f"· {when} · watch *{watch}*")


def _source(source: str, url: str | None, allow: Hosts) -> Json:
    source = cut(one_line(source), SOURCE) or "unknown source"
    link = safe_link(url, allow) if url else None
    host = domain(link) if link else ""
    if host and host.casefold() not in source.casefold():
        source = f"{source} · {cut(host, SOURCE)}"
    return {"type": "plain_text", "text": source, "emoji": False}


def _when(published: Published | None, first_seen: datetime) -> str:
    match published:
        case Published(at, False):
            return small_date(at)
        case Published():
            return str(published)
        case None:
            return f"first seen {small_date(first_seen)}"


def _why(card: AlertCard, allow: Hosts) -> Iterable[Json]:
    parts = [small_print(card.why, Room(SMALL_PRINT, allow))]
    if card.left_out:
        parts.append(mrkdwn(cut(one_line(f"not quoted: {', '.join(card.left_out)}"), SMALL_PRINT)))
    return [_mrkdwn(part) for part in parts if part.strip()]


def _card_fallback(card: AlertCard) -> str:
    title = "".join(run.text for run in runs(card.headline, LIMITS.headline))
    source = cut(one_line(card.source), SOURCE)
    match card.published:
        case Published(at, False):
            when = f"{at:%H:%M} UTC"
        case Published():
            when = str(card.published)
        case None:
            when = moment(card.first_seen)
    watch = cut(one_line(card.watch), SOURCE)
    return escape(cut(f"{watch}: {title or '(no headline)'} ({source}, {when})", FALLBACK))


def _answer(answer: Answer, allow: Hosts) -> Payload:
    room = Room(LIMITS.text_total, allow)
    title = room.take(one_line(answer.title) or "Done.", LIMITS.sentence_total)
    sign = TONE_SIGN[answer.tone]
    fallback = channels_named(escape(cut(f"{sign}{title}", FALLBACK)))
    buttons = list(_actions(answer.buttons, allow))
    blocks = [block(section(with_channels(f"{sign}{title}", bold=True)))]
    most = MOST_BLOCKS - len(buttons) - 1
    for number, each in enumerate(answer.blocks):
        if room.left <= 1 or len(blocks) == most:
            rest = len(answer.blocks) - number
            blocks.append(block(section([text(f"… {rest} more did not fit here.")])))
            break
        drawn = block(*_parts(each, room))
        if drawn["elements"]:
            blocks.append(drawn)
    return Payload(fallback, blocks + buttons)


def _parts(part: Block, room: Room) -> Iterator[Json]:
    match part:
        case Paragraph(pieces):
            yield section(line(pieces, room))
        case Code(said):
            yield preformatted(said, room)
        case Bullets(lines):
            yield bullets(_lines(lines, room))
        case Table():
            yield from _table(part, room)
        case Extract():
            yield from _extract(part, room)
        case _:
            assert_never(part)


def _lines(lines: Sequence[Line], room: Room) -> list[list[Json]]:
    drawn = (line(pieces, room) for pieces in lines[:MOST_ROWS])
    return [elements for elements in drawn if elements]


def _table(table: Table, room: Room) -> Iterator[Json]:
    """A row as a line: Slack's own tables are one to a message, and older clients show none."""
    separator, nothing = plain(" · "), plain("–")
    yield section([text(room.take(one_line(" · ".join(table.header)) or "·"), bold=True)])
    rows = [
        tuple(
            piece
            for number, cell in enumerate(row)
            for piece in (*separator * bool(number), *(cell if _says(cell) else nothing))
        )
        for row in table.rows
    ]
    yield bullets(_lines(rows, room))


def _says(cell: Line) -> bool:
    return any(not isinstance(piece, Literal) or piece.text.strip() for piece in cell)


def _extract(extract: Extract, room: Room) -> Iterator[Json]:
    elements = headline(extract.headline, extract.url, room, LIMITS.headline)
    elements.append(text(room.take(f" · {one_line(extract.source)}", SOURCE) or " "))
    when = published(extract.published, None)
    if extract.published is not None and extract.published.seen:
        elements.append(text(" · seen "))
    else:
        elements.append(text(" · " if when is not None else " · undated"))
    if when is not None:
        elements.append(when)
    yield section(elements)
    for sentence in extract.sentences:
        yield quoted(quotation(sentence, room, LIMITS.sentence_total))


def _actions(buttons: Sequence[Button], allow: Hosts) -> Iterator[Json]:
    seen: Counter[str] = Counter()
    drawn = [
        element
        for button in buttons[: LIMITS.buttons]
        if (element := _button(button, seen, allow)) is not None
    ]
    if drawn:
        yield {"type": "actions", "elements": drawn}


def _button(button: Button, seen: Counter[str], allow: Hosts) -> Json | None:
    """A button; None where its address is none that people may be sent to."""
    label = cut(one_line(button.label), BUTTON_TEXT) or "…"
    drawn: Json = {
        "type": "button",
        "text": {"type": "plain_text", "text": label, "emoji": False},
    }
    if button.url is not None:
        link = safe_link(button.url, allow)
        if link is None:
            return None
        drawn["url"] = link
    elif button.value:
        drawn["value"] = button.value[:BUTTON_VALUE]
    if button.style is not Style.PLAIN:
        drawn["style"] = str(button.style)
    drawn["action_id"] = _unique(OPEN if button.url is not None else button.action, seen)
    return drawn


def _unique(action: str, seen: Counter[str]) -> str:
    """Ids are unique within a block, so a second button of the same action gets a number."""
    seen[action] += 1
    return action if seen[action] == 1 else f"{action}#{seen[action]}"


def _context(*elements: Json) -> Json:
    return {"type": "context", "elements": list(elements)}


def _mrkdwn(said: str) -> Json:
    # verbatim: bare addresses and channel names in it are not made into links.
    return {"type": "mrkdwn", "text": said, "verbatim": True}
