"""Filters: conditions on an article as a whole, answered from its own data.

`country:` looks into the text and is therefore `match`'s; everything else is decided here.
"""

from datetime import UTC, datetime, time

from rules.document import Document, Field
from rules.folding import fold
from rules.gazetteer import country_code, tokens_of
from rules.query import Filter, FilterKind

Place = tuple[Field, str]
"""The field that answered, and its text."""


def passes(wanted: Filter, document: Document) -> Place | None:
    """The data of the article that answers the filter, or None."""
    return _CHECKS[wanted.kind](wanted, document)


def _source(wanted: Filter, document: Document) -> Place | None:
    if document.source and is_source(wanted.value, document.source):
        return Field.SOURCE, document.source
    return None


def is_source(wanted: str, source: str) -> bool:
    """Whether a source is the wanted host, lies under it, or is the wanted publisher."""
    host, own = wanted.lower().strip("."), source.lower().strip().removeprefix("www.")
    if "." in host and (own == host or own.endswith(f".{host}")):
        return True
    return tokens_of(wanted) == tokens_of(source) != ()


def _lang(wanted: Filter, document: Document) -> Place | None:
    if document.language:
        base = document.language.replace("_", "-").split("-")[0].strip().lower()
        if base == wanted.value:
            return Field.LANGUAGE, document.language
    return None


def _source_country(wanted: Filter, document: Document) -> Place | None:
    if document.source_country and country_code(document.source_country) == wanted.value:
        return Field.SOURCE_COUNTRY, document.source_country
    return None


def _author(wanted: Filter, document: Document) -> Place | None:
    if document.author and _holds(tokens_of(document.author), tokens_of(wanted.value)):
        return Field.AUTHOR, document.author
    return None


def _holds(tokens: tuple[str, ...], part: tuple[str, ...]) -> bool:
    starts = range(len(tokens) - len(part) + 1)
    return bool(part) and any(tokens[at : at + len(part)] == part for at in starts)


def _tag(wanted: Filter, document: Document) -> Place | None:
    own = next((tag for tag in document.tags if tokens_of(tag) == tokens_of(wanted.value)), None)
    return (Field.TAG, own) if own is not None else None


def _url(wanted: Filter, document: Document) -> Place | None:
    if document.url and fold(wanted.value) in fold(document.url):
        return Field.URL, document.url
    return None


def _after(wanted: Filter, document: Document) -> Place | None:
    return _published(document) if _is_from(wanted, document, after=True) else None


def _before(wanted: Filter, document: Document) -> Place | None:
    return _published(document) if _is_from(wanted, document, after=False) else None


def _is_from(wanted: Filter, document: Document, *, after: bool) -> bool:
    if document.published is None:
        return False
    midnight = datetime.combine(wanted.day, time(), UTC)
    return (document.published >= midnight) is after


def _within(wanted: Filter, document: Document) -> Place | None:
    if document.published is None or document.seen is None:
        return None
    young = document.seen - document.published <= wanted.age
    return _published(document) if young else None


def _published(document: Document) -> Place:
    assert document.published is not None  # noqa: S101 - the callers looked
    return Field.PUBLISHED, document.published.isoformat()


_CHECKS = {
    FilterKind.SOURCE: _source,
    FilterKind.LANG: _lang,
    FilterKind.SOURCE_COUNTRY: _source_country,
    FilterKind.AUTHOR: _author,
    FilterKind.TAG: _tag,
    FilterKind.URL: _url,
    FilterKind.AFTER: _after,
    FilterKind.BEFORE: _before,
    FilterKind.WITHIN: _within,
}
