"""What there is to read of an article: its feed's text, and its page's where that was read. Pure.

Everything that looks for words in an article, or quotes from it, takes the text from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.model import Article, Finding

BODY, PAGE = "body", "page"
_GAP = "\n\n"
_CUT_OFF = " .…[]"


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in one piece; from `page_from` on it is the page's, before that the feed's own."""

    text: str
    page_from: int

    def place(self, start: int, end: int) -> tuple[str, int, int]:
        """The field in which a part of the text stands, and its offsets there."""
        if start < self.page_from:
            return BODY, start, end
        return PAGE, start - self.page_from, end - self.page_from

    def spots(self, evidence: Iterable[Finding]) -> list[tuple[str, int, int]]:
        """Where findings stand in this text: term, start, end. Those in a title are left out."""
        shift = {PAGE: self.page_from} | ({BODY: 0} if self.page_from else {})
        return [
            (each.term, each.start + shift[each.field], each.end + shift[each.field])
            for each in evidence
            if each.field in shift and each.end + shift[each.field] <= len(self.text)
        ]


def reading(article: Article) -> Reading:
    """The feed's text, followed by the page's; a snippet that the page repeats counts once."""
    if not article.page:
        return Reading(article.body, len(article.body) + 1)
    lead = " ".join(article.body.split()).rstrip(_CUT_OFF)
    if not lead or lead in " ".join(article.page.split()):
        return Reading(article.page, 0)
    before = article.body + _GAP
    return Reading(before + article.page, len(before))
