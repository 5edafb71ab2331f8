"""How a sentence means a figure: as it is, as a part, as a forecast, or as of another time.

English signs around the number decide, the nearest first; what is counted, it ignores.
"""

import re
from enum import StrEnum


class Sense(StrEnum):
    """How a sentence means its figure."""

    STATED = "stated"
    EXPECTED = "expected"
    PART = "a part of the whole"
    PAST = "of another time"


_BEFORE, _AFTER = 80, 60  # characters that are looked at to either side of a number

_PART_BEFORE = re.compile(
    r"\b(?:including|includes?|included|another|additional|further|extra|each|both"
    r"|among (?:them|the \w+)|of (?:them|whom|those)|out of|other|first|last)"
    r"\s+(?:were |are |was |is )?(?:at least |about |some |the )*\Z",
    re.IGNORECASE,
)
_PART_AFTER = re.compile(
    r"\s*(?:more|others?|additional|further"
    r"|(?:of|out of) (?:them|whom|those|the|its|our|his|their)"
    r"|(?:people |others |were |are |remain(?:ed)? )*"
    r"(?:in critical|critically|seriously|severely|gravely)|[^.;]{0,30}\banother)\b",
    re.IGNORECASE,
)
_PARTS_LISTED = re.compile(
    r"\b(?:including|among (?:them|those)|of whom|includes?)\b", re.IGNORECASE
)
_EXPECTED_BEFORE = re.compile(
    r"\b(?:could|may|might|would|will|if|up to|as many as|expect\w*|fear(?:s|ed|ing)?|potentially"
    r"|possibly|unconfirmed|risk\w*|threat\w*|likely|rumou?r\w*|plan(?:s|ned|ning)?|aim\w*"
    r"|claim(?:s|ed) (?:to|that|it)|simulat\w+|drill)\b[^.;]{0,60}\Z",
    re.IGNORECASE,
)
_EXPECTED_AFTER = re.compile(
    r"[^.;,]{0,25}\b(?:feared|expected|presumed|believed|could|may|might)\b", re.IGNORECASE
)
_PAST = re.compile(
    r"\b(?:1[6-9]|20)\d\d\b"
    r"|\b(?:last|previous|past) (?:year|month|decade|week|century|summer|winter|spring)\b"
    r"|\b(?:years?|months?|decades?|weeks?) (?:ago|earlier|before)\b"
    r"|\b(?:previously|history|historic|deadliest|worst|anniversary|similar|century|annually|yearly"
    r"|commemorat\w+)\b"
    r"|\bsince the\b|\bthis year\b|\b(?:month|week|year)s? after\b|\bat the time\b"
    r"|\b(?:every|each|per|a) year\b|\bdays earlier\b"
    r"|\bearlier (?:this|estimat|report|toll|figure|count)"
    r"|\bearlier (?:\w+ ){0,3}(?:estimated|put|reported|said|indicated)\b|\bas of [A-Z][a-z]+ \d"
    r"|\b(?:another|separate|other|different) "
    r"(?:attack|incident|accident|blast|bombing|crash|protest)",
    re.IGNORECASE,
)


def sense(sentence: str, start: int, end: int) -> Sense:
    """How a sentence means the number sentence[start:end]."""
    before = sentence[max(0, start - _BEFORE) : start]
    after = sentence[end : end + _AFTER]
    if _PAST.search(sentence):
        return Sense.PAST
    if _PART_BEFORE.search(before) or _PART_AFTER.match(after) or _PARTS_LISTED.search(before):
        return Sense.PART
    if _EXPECTED_BEFORE.search(before) or _EXPECTED_AFTER.match(after):
        return Sense.EXPECTED
    return Sense.STATED
