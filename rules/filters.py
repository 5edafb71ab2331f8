"""Filters: conditions on an article as a whole, answered from its own data.

An article answers with keys, and a filter asks for any of its own; so an index of keys and a single
question can never disagree. `country:` looks into the text and is `match`'s.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time

from rules.document import Document, Field
from rules.folding import fold
from rules.gazetteer import Tokens, country_code, tokens_of
from rules.query import Filter, FilterKind

Place = tuple[Field, str]
"""The field that answered, and its text."""
Key = tuple[FilterKind, str | Tokens]

KEYED = frozenset(
    {
        FilterKind.SOURCE,
        FilterKind.LANG,
        FilterKind.SOURCE_COUNTRY,
        FilterKind.AUTHOR,
        FilterKind.TAG,
    }
)
"""The kinds that keys answer; the others compare."""
_LONGEST_NAME = 6


def base_language(code: str) -> str:
    """`en` for en-US and en_GB."""
    return code.replace("_", "-").split("-")[0].strip().lower()


def wanted_keys(wanted: Filter) -> Iterator[Key]:
    """The keys of a filter of a keyed kind; any one of them is enough."""
    if wanted.kind is FilterKind.SOURCE:
        host = wanted.value.lower().strip(".")
        if "." in host:
            yield wanted.kind, host
        yield wanted.kind, tokens_of(wanted.value)
    elif wanted.kind in (FilterKind.AUTHOR, FilterKind.TAG):
        yield wanted.kind, tokens_of(wanted.value)
    else:
        yield wanted.kind, wanted.value


def answers(document: Document) -> Mapping[Key, Place]:
    """Every key that a document answers, with the text that does."""
    return dict(_answers(document))


def _answers(document: Document) -> Iterator[tuple[Key, Place]]:
    for name in filter(None, (*document.names, document.source)):
        for key in _source_keys(name):
            yield (FilterKind.SOURCE, key), (Field.SOURCE, name)
    if document.language:
        key = (FilterKind.LANG, base_language(document.language))
        yield key, (Field.LANGUAGE, document.language)
    if document.source_country and (code := country_code(document.source_country)):
        yield (FilterKind.SOURCE_COUNTRY, code), (Field.SOURCE_COUNTRY, document.source_country)
    if document.author:
        for part in _parts(tokens_of(document.author)):
            yield (FilterKind.AUTHOR, part), (Field.AUTHOR, document.author)
    for tag in document.tags:
        yield (FilterKind.TAG, tokens_of(tag)), (Field.TAG, tag)


def same_name(one: str, other: str) -> bool:
    """Whether two names of a source are the same to a filter; capitals and signs do not count."""
    read = tokens_of(one)
    return read == tokens_of(other) and bool(read or one == other)


def _source_keys(source: str) -> Iterator[str | Tokens]:
    """A host and every host above it, and the words of a publisher's name."""
    labels = source.lower().strip().split(".")
    for at in range(len(labels)):
        yield ".".join(labels[at:])
    yield tokens_of(source)


def _parts(tokens: Tokens) -> Iterator[Tokens]:
    for start in range(len(tokens)):
        for end in range(start + 1, min(start + _LONGEST_NAME, len(tokens)) + 1):
            yield tokens[start:end]


def passes(wanted: Filter, document: Document) -> Place | None:
    """The data of the article that answers the filter, or None."""
    if wanted.kind in KEYED:
        known = answers(document)
        return next((known[key] for key in wanted_keys(wanted) if key in known), None)
    if wanted.kind is FilterKind.URL:
        found = document.url and fold(wanted.value) in fold(document.url)
        return (Field.URL, document.url) if found and document.url else None
    published = document.published
    if published is None or not _is_in_time(wanted, published, document.seen):
        return None
    return Field.PUBLISHED, published.isoformat()


def _is_in_time(wanted: Filter, published: datetime, seen: datetime | None) -> bool:
    if wanted.kind is FilterKind.WITHIN:
        return seen is not None and seen - published <= wanted.age
    midnight = datetime.combine(wanted.day, time(), UTC)
    return (published >= midnight) is (wanted.kind is FilterKind.AFTER)
