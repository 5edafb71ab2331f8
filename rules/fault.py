"""A mistake found in a cleaned query, before it is shown to anybody.

It says what is wrong in columns of the cleaned text and how one edit may mend it; `parser` turns it
into a QueryError in the user's own columns.
"""

from dataclasses import dataclass

from rules.query import Span


@dataclass(frozen=True, slots=True)
class Edit:
    """Put `text` in the place of `start` to `end`."""

    start: int
    end: int
    text: str

    def apply(self, whole: str) -> str:
        """The whole text with the edit carried out, single spaces at the seam."""
        left, right = whole[: self.start], whole[self.end :]
        if not self.text:
            left, right = left.rstrip(), right.lstrip()
            tight = left.endswith("(") or right.startswith(")") or not left or not right
            return left + ("" if tight else " ") + right
        if self.text.endswith(" "):
            right = right.lstrip()
        return left + self.text + right


class Fault(Exception):
    """A mistake: its code, its span in the cleaned text, the reason, and what may help.

    An `edit` makes of the query what was meant, `otherwise` does where that comes out unclear; a
    `hint` is only an example of how such a thing is written.
    """

    def __init__(
        self,
        code: str,
        span: Span,
        message: str,
        edit: Edit | None = None,
        hint: str | None = None,
        *,
        otherwise: Edit | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.span = span
        self.message = message
        self.edit = edit
        self.hint = hint
        self.otherwise = otherwise
