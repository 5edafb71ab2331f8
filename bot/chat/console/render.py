"""Draws messages for a terminal: cards in a box, answers below their title; plain text when piped.

Pure: a message in, something that rich can print out. Foreign text is cleaned here, so that no
headline can steer the terminal.
"""

from collections.abc import Iterator
from dataclasses import replace

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from bot.chat.hygiene import clean, one_line, runs, safe_link
from bot.message import (
    AlertCard,
    Answer,
    Block,
    Bullets,
    Button,
    Code,
    Extract,
    Line,
    Link,
    Literal,
    Message,
    Paragraph,
    Quote,
    Table,
    Tone,
    Update,
    When,
)
from bot.model import Published, Severity

SIGN = {Severity.ROUTINE: "🔵", Severity.NOTABLE: "🟠", Severity.CRITICAL: "🔴"}
BORDER = {Severity.ROUTINE: "blue", Severity.NOTABLE: "yellow", Severity.CRITICAL: "red"}
TONE = {
    Tone.PLAIN: "bold",
    Tone.GOOD: "bold green",
    Tone.WARNING: "bold yellow",
    Tone.FAULT: "bold red",
}
LONGEST = 100_000  # a terminal scrolls: nothing is cut but the absurd


def draw(
    message: Message,
    *,
    boxed: bool,
    allow: frozenset[str] = frozenset(),
    pressable: bool = False,
) -> RenderableType:
    """A message as rich prints it; `boxed` where a person looks at a terminal.

    Addresses on hosts of `allow` (`host:port`) are shown though they are not public. `pressable`
    says that a button's label can be typed, so they are named.
    """
    if isinstance(message, Answer):
        return _answer(message, boxed=boxed, allow=allow, pressable=pressable)
    if isinstance(message, Update):
        lines = _update_lines(message, boxed=boxed, allow=allow)
        return Group(*(_indented(line, boxed=boxed) for line in lines), Text(""))
    return _card(message, boxed=boxed, allow=allow)


def below(card: AlertCard | None) -> Text:
    """The line above a reply, which names its card; None is one of before the last start."""
    named = _named(card) if card else Text("an earlier alert")
    return Text.assemble(Text("↳ more on ", style="dim"), named)


def changes(before: AlertCard | None, after: AlertCard) -> Text | None:
    """A line with what is new in a card, or None where nothing is that people can see.

    Without the card as it was, all that may change counts as new.
    """
    news = [
        _line(now)
        for was, now in (
            (before.corroboration if before else (), after.corroboration),
            (before.note if before else (), after.note),
        )
        if now and now != was
    ]
    if before is not None and before.severity is not after.severity:
        news.insert(0, Text(f"now {SIGN[after.severity]} {after.severity}"))
    if not news and (before is None or _as_seen(before) == _as_seen(after)):
        return None
    return Text("▸ updated: ") + Text(" · ").join([*news, _named(after)])


def _as_seen(card: AlertCard) -> AlertCard:
    return replace(card, buttons=())


def _named(card: AlertCard) -> Text:
    return Text(f"{one_line(card.watch)}: ") + _quote(card.headline)


def _card(card: AlertCard, *, boxed: bool, allow: frozenset[str]) -> RenderableType:
    lines = list(_card_lines(card, boxed=boxed, allow=allow))
    title = Text(f"{SIGN[card.severity]} {one_line(card.watch)}")
    if not boxed:
        return Group(title, *(_indented(line, boxed=False) for line in lines), Text(""))
    return Panel(
        Group(*lines),
        title=title,
        title_align="left",
        border_style=BORDER[card.severity],
        box=box.ROUNDED,
        padding=(0, 1),
    )


def _card_lines(card: AlertCard, *, boxed: bool, allow: frozenset[str]) -> Iterator[Text]:
    yield _headline(card.headline)
    if card.note:
        yield _line(card.note, style="dim")
        yield from _press_hint(card.buttons, boxed=boxed)
        return
    yield Text(_origin(card.source, card.published), style="dim")
    for sentence in card.sentences:
        yield from (Text(""), _quote(sentence))
    yield Text("")
    if card.left_out:
        terms = ", ".join(map(one_line, card.left_out))
        yield Text(f"no room to quote: {terms}", style="dim")
    yield _line(card.why, style="dim")
    if card.corroboration:
        yield _line(card.corroboration, style="dim")
    if link := card.url and safe_link(card.url, allow):
        yield Text(link, style=f"dim link {link}" if boxed else "", overflow="fold")
    yield from _press_hint(card.buttons, boxed=boxed)


def _update_lines(update: Update, *, boxed: bool, allow: frozenset[str]) -> Iterator[Text]:
    for passage in update.passages:
        yield from (Text(one_line(change), style="bold") for change in passage.changes)
        yield Text("│ ") + _quote(passage.quote)
    if not update.quotes_headline:
        yield _headline(update.headline)
    yield Text(_origin(update.source, update.published), style="dim")
    if update.why:
        yield _line(update.why, style="dim")
    if link := update.url and safe_link(update.url, allow):
        yield Text(link, style=f"dim link {link}" if boxed else "", overflow="fold")
    yield from _press_hint(update.buttons, boxed=boxed)


def _press_hint(buttons: tuple[Button, ...], *, boxed: bool) -> Iterator[Text]:
    """How the buttons of a card are typed; in a pipe nobody types."""
    typed = [
        f"{button.label.lower().removesuffix('?').removesuffix(' story')} {button.value}"
        for button in buttons
        if button.action and button.value
    ]
    if boxed and typed:
        yield Text(f"type: {', '.join(typed)}", style="dim")


def _indented(line: Text, *, boxed: bool, by: int = 2) -> RenderableType:
    """A line moved to the right. In a pipe a Padding would cut what should come out whole."""
    if boxed:
        return Padding(line, (0, 0, 0, by))
    return Text.assemble(" " * by, line) if line else line


def _origin(source: str, published: Published | None) -> str:
    return " · ".join(filter(None, (one_line(source), str(published) if published else "undated")))


def _answer(
    answer: Answer, *, boxed: bool, allow: frozenset[str], pressable: bool
) -> RenderableType:
    parts: list[RenderableType] = [Text(clean(answer.title), style=TONE[answer.tone])]
    for block in answer.blocks:
        parts += _block(block, allow, boxed=boxed)
    if pressable and answer.buttons:
        parts += [Text(""), _indented(_buttons(answer.buttons), boxed=boxed)]
    return Group(*parts)


def _buttons(buttons: tuple[Button, ...]) -> Text:
    pressable = [button for button in buttons if button.action]
    shown = Text("type ", style="dim")
    for number, button in enumerate(pressable):
        shown.append(" or " if number else "")
        shown.append(button.label.lower(), style="bold not dim")
    return shown


def _block(block: Block, allow: frozenset[str], *, boxed: bool) -> Iterator[RenderableType]:
    match block:
        case Paragraph():
            yield _indented(_line(block.line, allow), boxed=boxed)
        case Code():
            for line in clean(block.text).split("\n"):
                yield _indented(Text(line, "cyan", no_wrap=True), boxed=boxed, by=4)
        case Bullets():
            for item in block.lines:
                yield _indented(Text.assemble("• ", _line(item, allow)), boxed=boxed)
        case Table() if boxed:
            yield Padding(_table(block, allow), (0, 0, 0, 2), expand=False)
        case Table():
            yield from (_indented(line, boxed=False) for line in _table_lines(block, allow))
        case Extract():
            yield Text("")
            yield from (_indented(line, boxed=boxed) for line in _extract(block, allow))


def _table(table: Table, allow: frozenset[str]) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in table.header:
        grid.add_column(name, overflow="fold", header_style="dim")
    for row in table.rows:
        grid.add_row(*(_line(cell, allow) for cell in row))
    return grid


def _table_lines(table: Table, allow: frozenset[str]) -> Iterator[Text]:
    """A row as one line: in a pipe nothing is folded, and a grid would cut what is too wide."""
    rows = [[_line(cell, allow) for cell in row] for row in table.rows]
    header = [Text(name, style="dim") for name in table.header]
    widths = [max(cell.cell_len for cell in column) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        line = Text()
        for cell, width in zip(row, (*widths[:-1], 0), strict=True):
            line.append_text(cell).append(" " * (width - cell.cell_len + 2) if width else "")
        yield line


def _extract(extract: Extract, allow: frozenset[str]) -> Iterator[Text]:
    yield _headline(extract.headline)
    yield Text(_origin(extract.source, extract.published), style="dim")
    yield from map(_quote, extract.sentences)
    if link := extract.url and safe_link(extract.url, allow):
        yield Text(link, style="dim", overflow="fold")


def _headline(quote: Quote) -> Text:
    shown = _quote(quote)
    shown.stylize("bold")
    return shown


def _quote(quote: Quote) -> Text:
    shown = Text()
    for run in runs(quote, LONGEST):
        shown.append(run.text, style="bold yellow" if run.bold else "")
    return shown


def _line(line: Line, allow: frozenset[str] = frozenset(), style: str = "") -> Text:
    shown = Text(style=style)
    for piece in line:
        match piece:
            case Literal():
                accent = "cyan" if piece.code else "bold" if piece.bold else ""
                shown.append(clean(piece.text), style=accent)
            case Link():
                link = safe_link(piece.url, allow)
                shown.append(clean(piece.text), style=f"link {link}" if link else "")
            case When():
                shown.append(str(Published(piece.at, piece.day_only)))
    return shown
