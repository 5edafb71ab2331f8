"""The one value of a filter, brought to normal form or refused.

It makes Filter nodes; whether an article passes is decided in `filters`.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from itertools import islice

from rules import languages
from rules.fault import Edit, Fault
from rules.fuzzy import nearest
from rules.gazetteer import country_code, nearest_country
from rules.lexer import Kind, Lexeme
from rules.query import Filter, FilterKind

_WORDS_OF_A_COUNTRY = 4
_AGE = re.compile(r"([1-9]\d{0,3})([hdw])", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-./])(\d{1,2})\2(\d{4})")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*", re.IGNORECASE)


def read_filter(name: Lexeme, value: Lexeme, text: str) -> Filter:
    """A filter out of its name and its value; `text` is the value without quotes."""
    kind = FilterKind(name.value)
    span = (name.span[0], value.span[1])
    return Filter(kind, _NORMAL[kind](text.strip(), value), f"{kind}:{value.text}", span)


def _plain(text: str, _: Lexeme) -> str:
    return text


def _source(text: str, value: Lexeme) -> str:
    """The host, where an address or a host was written; else the publisher's name."""
    if " " in text or "." not in text:
        return text
    host = text.partition("://")[2] or text
    host = host.partition("/")[0].partition(":")[0].lower().removeprefix("www.")
    if not host:
        raise Fault(
            "empty_field",
            value.span,
            f"'{text}' names no site.",
            hint="source:reuters.com AND Kursk",
        )
    return host


def _language(text: str, value: Lexeme) -> str:
    if text.lower() in languages.NAMES:
        return languages.NAMES[text.lower()]
    language = _LANGUAGE.fullmatch(text)
    if language is None:
        near = nearest(text.lower(), languages.NAMES)
        raise Fault(
            "bad_language",
            value.span,
            f"'{text}' is no language code. Codes have two or three letters, such as en or fil.",
            Edit(*value.span, languages.NAMES[near]) if near else None,
            "lang:en AND Kursk",
        )
    return language[1].lower()


def _country(text: str, value: Lexeme) -> str:
    code = country_code(text)
    if code is None:
        near = nearest_country(text)
        meant = f" Did you mean {near}?" if near else ""
        quoted = f'"{near}"' if near and " " in near else near
        raise Fault(
            "unknown_country",
            value.span,
            f"I know no country '{text}'.{meant} A name of several words needs quotes.",
            Edit(*value.span, quoted) if quoted else None,
            'country:"North Korea" AND Kursk',
        )
    return code


def longer_country(value: Lexeme, following: Iterable[Lexeme]) -> Edit | None:
    """The quotes that are missing around a country's name of several words."""
    name = value.text
    for lexeme in islice(following, _WORDS_OF_A_COUNTRY):
        if lexeme.kind is not Kind.WORD:
            return None
        name = f"{name} {lexeme.text}"
        if country_code(name):
            return Edit(value.span[0], lexeme.span[1], f'"{name}"')
    return None


def _day(text: str, value: Lexeme) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        meant = _other_day(text)
        raise Fault(
            "bad_date",
            value.span,
            f"'{text}' is no date. Write year-month-day, or an age such as within:2d.",
            Edit(*value.span, meant) if meant else None,
            "Kursk after:2024-10-31",
        ) from None


def _other_day(text: str) -> str | None:
    """A day written in another way, if it can be but one."""
    if found := _YEAR_FIRST.fullmatch(text):
        return _iso(found[1], found[2], found[3])
    found = _YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    first, sign, second, year = found.groups()
    day_first, month_first = _iso(year, second, first), _iso(year, first, second)
    if sign == ".":
        return day_first
    return None if day_first and month_first and first != second else day_first or month_first


def _iso(*year_month_day: str) -> str | None:
    with suppress(ValueError):
        return date(*map(int, year_month_day)).isoformat()
    return None


def _age(text: str, value: Lexeme) -> str:
    age = _AGE.fullmatch(text)
    if age is None:
        raise Fault(
            "bad_date",
            value.span,
            f"'{text}' is no age. Write hours, days or weeks: 12h, 7d, 2w.",
            hint="Kursk within:7d",
        )
    return age[1] + age[2].lower()


_NORMAL = {
    FilterKind.SOURCE: _source,
    FilterKind.LANG: _language,
    FilterKind.COUNTRY: _country,
    FilterKind.SOURCE_COUNTRY: _country,
    FilterKind.AUTHOR: _plain,
    FilterKind.TAG: _plain,
    FilterKind.URL: _plain,
    FilterKind.AFTER: _day,
    FilterKind.BEFORE: _day,
    FilterKind.WITHIN: _age,
}
