"""What the rules are held against: one article, as its feed gave it.

It keeps texts exactly as they came, because evidence points into them; reading is `text`'s.
"""

from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from enum import StrEnum


class Field(StrEnum):
    """A part of an article that a term or a filter looks at."""

    TITLE = "title"
    BODY = "body"
    SOURCE = "source"
    LANGUAGE = "lang"
    COUNTRY = "country"
    SOURCE_COUNTRY = "sourcecountry"
    AUTHOR = "author"
    TAG = "tag"
    URL = "url"
    PUBLISHED = "published"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Document:
    """An article.

    `source` is a host name (feeds.reuters.com) or a publisher's name (Japan Times), `names` what
    else the source is called, `language` a code such as en or en-US, `source_country` a code or
    name of a country. `published` and `seen` (when it reached us) are aware instants.
    """

    title: str
    body: str
    _: KW_ONLY
    source: str | None = None
    language: str | None = None
    published: datetime | None = None
    author: str | None = None
    tags: tuple[str, ...] = ()
    url: str | None = None
    source_country: str | None = None
    seen: datetime | None = None
    names: tuple[str, ...] = ()
