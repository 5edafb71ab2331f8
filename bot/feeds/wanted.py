"""Pages that are wanted: how far each has come, and the claim of who reads it now.

How a page is read stands in `pagereader`, which of them are wanted in `bot.alerts.weighing`.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.model import ArticleId


class PageState(StrEnum):
    """How far the page of an article has come; one that nobody wanted has no state."""

    WANTED = "wanted"
    ASKED = "asked"
    READ = "read"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class WantedPage:
    """A page that was claimed for reading; `lease` proves the claim when the outcome is recorded.

    `attempts` counts the claims so far, this one included.
    """

    article: ArticleId
    url: str
    title: str
    lease: str
    attempts: int
