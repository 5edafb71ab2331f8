"""Folding: what makes two spellings of one word the same string.

Case, compatibility forms, accents on Latin and Greek letters, Arabic and Hebrew points all go;
marks that are letters in their script (kana voicing, Indic vowel signs, Thai tones, the short
Russian i) stay. It ignores where words begin and end.
"""

import functools
import unicodedata

# Letters that have no decomposition although readers take them for a plain letter with a stroke.
_STROKES = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ŀ": "l", "ı": "i", "ə": "e",
        "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ĸ": "k", "ŋ": "n", "ƙ": "k", "ɓ": "b",
        "ɗ": "d",
        # Russian yo; short i stays a letter of its own
        "ё": "е",
        # Arabic: carriers of hamza and madda, final ya and ta marbuta, Persian kaf and ya, tatweel
        "آ": "ا", "أ": "ا", "إ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "ـ": "",
    }
)  # fmt: skip

INVISIBLE = (
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060"
    "\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufe00\ufe01\ufe0e\ufe0f\ufeff"
)
"""Soft hyphen, zero-width signs, joiners, marks of direction: they never part or change a word."""

_DROP_INVISIBLE = str.maketrans(dict.fromkeys(INVISIBLE, ""))
_ASCII = frozenset(map(chr, range(128)))


@functools.cache
def marks() -> str:
    """Every combining mark in use; Python takes none of them for a part of a word."""
    return "".join(
        char
        for char in map(chr, range(0x300, 0x1F000))
        if unicodedata.category(char) in ("Mn", "Mc", "Me") and char not in INVISIBLE
    )


@functools.lru_cache(maxsize=16_384)
def fold_sign(sign: str) -> str:
    """`fold` for a single sign, remembered."""
    return fold(sign)


def fold(word: str) -> str:
    """The form under which a word is compared. Folding it again changes nothing."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKC", word.translate(_DROP_INVISIBLE)).casefold()
    plain = plain.replace(" ", "")  # ligatures of whole phrases, and marks that stand on a space
    plain = unicodedata.normalize("NFC", plain).translate(_STROKES)
    if plain.isascii():
        return plain
    kept: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFD", plain):
        if not unicodedata.combining(char):
            base = char
            kept.append(_digit(char))
        elif not _loses_marks(base) and not _is_point(char):
            kept.append(char)
    folded = unicodedata.normalize("NFC", "".join(kept)).translate(_STROKES)
    return folded if folded == word else fold(folded)


def _digit(char: str) -> str:
    """Digits of every script count as the digits 0 to 9."""
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def _loses_marks(base: str) -> bool:
    """Marks go after Latin and Greek letters only."""
    return base in _ASCII or "\u00c0" <= base < "\u0400" or "\u1e00" <= base < "\u2000"


def _is_point(mark: str) -> bool:
    """Arabic tashkeel and Hebrew points are reading aids; news leaves them out or puts them in."""
    return (
        "\u0591" <= mark <= "\u05c7"
        or "\u0610" <= mark <= "\u061a"
        or "\u064b" <= mark <= "\u065f"
        or mark == "\u0670"
    )
