"""Scripts: which signs make up words, and which scripts write words without spaces.

It knows character classes as parts of regular expressions; folding and meaning are elsewhere.
"""

import re

from rules.folding import INVISIBLE, marks

# Written without spaces: a term matches inside the run, so each sign with its marks is one token.
_IDEOGRAMS = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3041-\u3096\u309d-\u309f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"  # Han and hiragana
)
_UNSPACED = (
    f"{_IDEOGRAMS}"
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
)
# A katakana name must fill its run, so a run is one token.
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\uff66-\uff9f\u3099-\u309c"
_HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"
_ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff"

APOSTROPHES = "'’‘ʼʻʹ′＇`´"
HYPHENS = "-‐‑‒–—―−/⁄／－"

EXTENDING = re.escape(marks() + INVISIBLE)
"""Signs that continue a word without being letters, escaped for a character class."""

WORD_SIGN = rf"[^\W_]|[{EXTENDING}]"
"""One sign of a word: letter, digit, mark or invisible sign."""

_RUNS = re.compile(
    rf"(?P<row>[{_IDEOGRAMS}]+(?![{EXTENDING}]))"
    rf"|(?P<single>[{_UNSPACED}][{EXTENDING}]*)"
    rf"|(?P<katakana>[{_KATAKANA}{EXTENDING}]+)"
    rf"|(?P<hangul>[{_HANGUL}]+)"
    rf"|(?P<other>[^{_UNSPACED}{_KATAKANA}{_HANGUL}]+)"
)
_SPECIAL = re.compile(f"[{_UNSPACED}{_KATAKANA}{_HANGUL}]")
_SINGLE = re.compile(f"[{_UNSPACED}]")
_HANGUL_WORD = re.compile(f"[{_HANGUL}]+")
_ARABIC_SIGN = re.compile(f"[{_ARABIC}]")


def script_runs(word: str) -> list[tuple[int, int, bool]]:
    """Where `word` parts because of its scripts: spans of its tokens, usually one.

    The third value tells a row of signs without marks, each of which is a token of its own.
    """
    if word.isascii() or not _SPECIAL.search(word):
        return [(0, len(word), False)]
    return [(*run.span(), run["row"] is not None) for run in _RUNS.finditer(word)]


def is_unspaced(token: str) -> bool:
    """Whether `token` is one sign of a script that is written without spaces."""
    return not token.isascii() and _SINGLE.match(token) is not None


def is_hangul(token: str) -> bool:
    """Whether `token` is a Korean word, to whose end particles attach."""
    return not token.isascii() and _HANGUL_WORD.fullmatch(token) is not None


def is_arabic(token: str) -> bool:
    """Whether `token` is written in Arabic script, where one-letter words attach in front."""
    return not token.isascii() and _ARABIC_SIGN.match(token) is not None
