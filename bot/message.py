"""What we say, before any platform: cards, answers and forms of literal text, links and highlights.

Text in here is never markup. Each platform's `render.py` escapes and cuts it; this module knows no
platform and no limit.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.model import Published, Severity


@dataclass(frozen=True, slots=True)
class Literal:
    """A run of text, shown as it is. `code` keeps every character and sets it in a fixed width."""

    text: str
    bold: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """Text that opens an address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class When:
    """An instant, shown in the reader's own time zone where the platform can."""

    at: datetime
    day_only: bool = False


Piece = Literal | Link | When
Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of a source, with the spans in it that matched.

    `cut_start` and `cut_end` say that the source's sentence goes on there; platforms show `…`.
    """

    text: str
    highlights: tuple[tuple[int, int], ...] = ()
    cut_start: bool = False
    cut_end: bool = False


class Style(StrEnum):
    """How a button looks."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. With a `url` it opens that; else `action` and `value` come back to us.

    Both are kept short (together at most 90 characters: Discord's custom_id holds 100), and all
    that the press means lies in the store, so a button works after a restart.
    """

    label: str
    action: str
    value: str = ""
    url: str | None = None
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class AlertCard:
    """One alert: headline first, why last.

    `left_out` names matched terms for which no quoted sentence had room. `why` says what matched,
    as the watchlist's own terms and the fields in which they stand. `corroboration` says how many
    sources carry the story. `note` says what people did with the card; with it the card shrinks
    to its headline, the note and the buttons.
    """

    headline: Quote
    url: str | None
    severity: Severity
    source: str
    published: Published | None
    first_seen: datetime
    watch: str
    sentences: tuple[Quote, ...]
    left_out: tuple[str, ...]
    why: Line
    buttons: tuple[Button, ...] = ()
    corroboration: Line = ()
    note: Line = ()


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure that changed, as a line like `troops: 3,000 → around 10,000`, and who says so.

    Without `before` it is the first of its kind. `quote` is the sentence that gives `after`.
    """

    what: str
    before: str
    after: str
    quote: Quote

    @property
    def said(self) -> str:
        """The change in one line."""
        return f"{self.what}: {f'{self.before} → ' if self.before else ''}{self.after}"


@dataclass(frozen=True, slots=True)
class Passage:
    """A quotation, below what changed according to it."""

    changes: tuple[str, ...]
    quote: Quote


@dataclass(frozen=True, slots=True)
class Update:
    """What a later article brings to a story that people were told of; goes to the card's thread.

    The figures and the sentences are this article's, verbatim.
    """

    headline: Quote
    url: str | None
    source: str
    published: Published | None
    first_seen: datetime
    figures: tuple[ChangedFigure, ...]
    sentences: tuple[Quote, ...]
    why: Line
    buttons: tuple[Button, ...] = ()

    @property
    def passages(self) -> tuple[Passage, ...]:
        """What is quoted, figures first, each sentence once with all that it says."""
        quoted = [figure.quote for figure in self.figures] + list(self.sentences)
        return tuple(
            Passage(
                tuple(figure.said for figure in self.figures if figure.quote.text == text),
                replace(
                    next(quote for quote in quoted if quote.text == text),
                    highlights=tuple(
                        mark for quote in quoted if quote.text == text for mark in quote.highlights
                    ),
                ),
            )
            for text in dict.fromkeys(quote.text for quote in quoted)
        )

    @property
    def quotes_headline(self) -> bool:
        """Whether the headline stands in a quotation, so that it need not be said twice.

        One that breaks off does if a quotation begins with what is left of it.
        """
        said, quoted = self.headline.text, [passage.quote.text for passage in self.passages]
        if said.endswith(("…", "...")):
            begun = said.rstrip("…. ")
            return bool(begun) and any(text.startswith(begun) for text in quoted)
        return bool(said) and any(said in text for text in quoted)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of text that wraps."""

    line: Line


@dataclass(frozen=True, slots=True)
class Code:
    """Text of fixed width, line breaks kept: a query, a caret under it."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """Several lines of equal rank."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a header; a platform without tables shows each row as a line."""

    header: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """A quotation from an article, with its headline, address, publisher and day."""

    headline: Quote
    url: str | None
    source: str
    published: Published | None
    sentences: tuple[Quote, ...]


Block = Paragraph | Code | Bullets | Table | Extract


class Tone(StrEnum):
    """What an answer amounts to."""

    PLAIN = "plain"
    GOOD = "good"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that goes with an answer: a PNG, its file name, and the same in words."""

    name: str
    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class File:
    """A file to keep, which goes with an answer to one person. `about` says what it holds."""

    name: str
    data: bytes
    about: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command says. A file reaches only the one who asked, and never a channel."""

    title: str
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = Tone.PLAIN
    picture: Picture | None = None
    file: File | None = None


class FieldKind(StrEnum):
    """What a form's field takes."""

    TEXT = "text"
    LONG_TEXT = "long text"
    CHOICE = "choice"
    PLACES = "places"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. `choices` are (value, label) pairs for CHOICE.

    PLACES are channels, as destinations with spaces between; a platform offers those that it has.
    A FILE is sent along with the form; where people type at the machine itself, they name its path.
    """

    key: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    value: str = ""
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True
    longest: int = 3000


@dataclass(frozen=True, slots=True)
class Form:
    """Questions to fill in. A modal where the platform has one; the console says how to type it.

    Submitting calls the command layer with `action`, `value` and the fields by key. `usage` is the
    command line that asks for the same.
    """

    title: str
    action: str
    fields: tuple[Field, ...]
    value: str = ""
    submit: str = "Preview"
    usage: str = ""


Message = AlertCard | Update | Answer


def plain(text: str) -> Line:
    """A line of one literal run."""
    return (Literal(text),)


def many(number: int, noun: str) -> str:
    """`1 feed`, `2 feeds`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
