"""Finds numbers in a sentence that count something: 3,000, twenty-five, two dozen, 1.2 million.

Dates, times, ages, measures, money, ranks and names with numbers are left out. What is counted, it
ignores; number words are English.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_UNITS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SPELLED = {word: value for value, word in enumerate(_UNITS, 1)}
_SPELLED |= {word: 10 * value for value, word in enumerate(_TENS, 2)}
_SPELLED |= {
    f"{ten}{joint}{unit}": _SPELLED[ten] + _SPELLED[unit]
    for ten in _TENS
    for unit in _UNITS[:9]
    for joint in ("-", " - ")
}
_SCALES = {
    "dozen": 12, "hundred": 100, "thousand": 1_000, "lakh": 100_000, "million": 1_000_000,
}  # fmt: skip
_LARGEST = 1_000_000_000

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*"
_WORDS = "|".join(sorted(_SPELLED, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w.,:/$€£¥#'’&-])"
    rf"(?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?!,?\d)|\d+(?:\.\d+)?)|(?P<word>{_WORDS}|an?))"
    rf"(?:[ -](?P<scale>{'|'.join(_SCALES)}))?(?![\w%°:/]|[.,]\d|-[a-z0-9])",
    re.IGNORECASE,
)
_NO_COUNT_BEFORE = re.compile(
    rf"(?:\b{_MONTH}\.?|\b(?:No|Nos|[Nn]umber|[Ff]light|[Aa]ged?|Boeing|Airbus|Highway|Route|"
    r"Interstate|[Cc]hapter|[Dd]ay|[Pp]age|[Gg]roup|[Aa]rticle|Cup|Rs|US\$|USD|magnitude|Channel|"
    r"Olympics|Street|St)\.?)\s*\Z"
)
_NO_COUNT_AFTER = re.compile(
    rf"[ -]?(?:(?:{_MONTH})\b|percent|per cent|(?:years?|months?|weeks?|days?|hours?|minutes?|"
    r"seconds?|yrs?|hrs?|mins?)\b|(?:miles?|met(?:er|re)s?|kilomet\w+|km|kg|feet|foot|ft|inch(?:es)?|"
    r"degrees?|dollars?|euros?|pounds?|tons?|tonnes?|times|points?|acres|hectares|mph|o.clock|"
    r"[ap]\.?m\.?|GMT|[ECP][SD]T|st|nd|rd|th|billion|trillion)\b)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d\Z")


@dataclass(frozen=True, slots=True)
class Number:
    """A counting number at text[start:end]."""

    value: int
    start: int
    end: int


def numbers(text: str) -> Iterator[Number]:
    """The counting numbers of a sentence, in order."""
    for found in _NUMBER.finditer(text):
        value = _value(found["digits"], found["word"], found["scale"])
        if value is None or not 0 < value <= _LARGEST:
            continue
        if _NO_COUNT_AFTER.match(text, found.end()):
            continue
        if _NO_COUNT_BEFORE.search(text, max(0, found.start() - 14), found.start()):
            continue
        yield Number(int(value), found.start(), found.end())


def _value(digits: str | None, word: str | None, scale: str | None) -> float | None:
    """What the parts of a number come to; None for a year, a bare article and a decimal."""
    factor = _SCALES[scale.lower()] if scale else 1
    if word:
        if word.lower() in ("a", "an"):
            return float(factor) if scale else None
        return float(_SPELLED[word.lower()] * factor)
    assert digits is not None  # noqa: S101 - a number is written in digits or in words
    if not scale and ("." in digits or _YEAR.match(digits)):
        return None
    if len(digits) > 12:
        return None
    return float(digits.replace(",", "")) * factor
