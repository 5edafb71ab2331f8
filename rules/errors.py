"""Why a query is refused, where, and what to write instead.

It only carries and shows; every reason is found elsewhere.
"""

from rules.query import Span

_WIDTH = 60


EXAMPLE = "North Korea AND Kursk"
"""What is suggested where nothing is left of a query that could be mended."""


class QueryError(Exception):
    """A query that cannot be understood.

    `code` names the kind of mistake, `span` its columns in the text as the user typed it, `message`
    says what is wrong. `suggestion` is the query that was meant (None: that cannot be told), and
    `example` shows then how such a thing is written.
    """

    def __init__(
        self,
        code: str,
        span: Span,
        message: str,
        suggestion: str | None = None,
        text: str = "",
        *,
        example: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.span = span
        self.message = message
        self.suggestion = suggestion
        self.text = text
        self.example = example

    @property
    def remedy(self) -> str:
        """What to write, with what it is, such as `Did you mean: Iran OR Iraq`; or nothing."""
        if self.suggestion:
            return f"Did you mean: {self.suggestion}"
        return f"For example: {self.example}" if self.example else ""

    def caret(self) -> str:
        """Two lines for a fixed-width font: the text around the mistake, and carets under it."""
        return caret(self.text, self.span)


def caret(typed: str, span: Span) -> str:
    """Two lines for a fixed-width font: the text around a span, and carets under the span."""
    start, end = span
    text = "".join(" " if char.isspace() or not char.isprintable() else char for char in typed)
    first = 0 if end <= _WIDTH and len(text) <= _WIDTH else max(0, start - _WIDTH // 2)
    last = min(len(text), first + _WIDTH)
    head = "…" if first else ""
    tail = "…" if last < len(text) else ""
    column = len(head) + start - first
    width = max(1, min(end, last) - start)
    return f"{head}{text[first:last]}{tail}\n{' ' * column}{'^' * width}"
