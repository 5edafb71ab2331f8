"""A text squeezed to nothing but its letters and digits, in a few passes over its bytes.

Whatever a token is made of stands in the squeezed text in one piece, whichever hyphens, points,
accents or invisible signs stood in it. It ignores where words begin and end: that letters are
missing tells that a word is missing, but never the other way round.
"""

import functools
import re
import unicodedata
from typing import NamedTuple

from rules.chunks import without_addresses
from rules.folding import fold

_SIGNS = bytes(range(128))
_LETTERS = bytes(sign for sign in _SIGNS if chr(sign).isalnum())
_OTHERS = bytes(byte for byte in range(256) if byte not in _LETTERS)
_LOWER = _SIGNS.lower() + bytes(128)
# Most signs beyond ASCII are quotation marks and dashes: U+2000 to U+203F, none of which folds to
# letters, begin with the same two bytes. The first byte of any other becomes a mark.
_PUNCTUATION, _EVERYDAY = b"\xe2", b"\xe2\x80"
_MARK = b"\1"
_MARKED = _SIGNS.lower() + _MARK * 128
_FIRST_BYTES = {*range(0xC2, 0xF5)} - {*_PUNCTUATION}
_UNMARKED = bytes(byte for byte in _OTHERS if byte not in _FIRST_BYTES)
_ENTITY = re.compile(rb"&[#0-9A-Za-z]{1,33};")
_TAG = b"<"
_ADDRESSES = (b"@", b"://")
_WEB = b"www"


class Squeezed(NamedTuple):
    """The letters and digits of a text: in lower case, folded, those of ASCII alone.

    `is_foreign` tells that there were others, which are left out.
    """

    letters: bytes
    is_foreign: bool


def squeeze(text: bytes) -> Squeezed | None:
    """The letters of a text in UTF-8; None if it holds tags or entities, which may stand for more.

    Addresses of the web and of mail are left out, since words around them count as neighbours.
    """
    if _TAG in text or (b"&" in text and _ENTITY.search(text)):
        return None
    if any(sign in text for sign in _ADDRESSES):
        return _folded(without_addresses(text.decode()).encode())
    letters = text.translate(_MARKED, _UNMARKED)
    if _WEB in letters:
        return _folded(without_addresses(text.decode()).encode())
    if _MARK in letters or text.count(_PUNCTUATION) != text.count(_EVERYDAY):
        return _folded(text)
    return Squeezed(letters, is_foreign=False)


def _folded(text: bytes) -> Squeezed:
    """Every sign beyond ASCII by itself: folding a word is folding its signs."""
    is_foreign = False
    for sign in set(text.translate(None, _SIGNS).decode()):
        letters, has_others = _letters_of(sign)
        is_foreign |= has_others
        if letters:
            text = text.replace(sign.encode(), letters)
    return Squeezed(text.translate(_LOWER, _OTHERS), is_foreign)


@functools.lru_cache(maxsize=16_384)
def _letters_of(sign: str) -> tuple[bytes, bool]:
    """What a sign folds to in ASCII, and whether a token with it may hold anything else."""
    folded = fold(sign)
    kinds = {unicodedata.category(each)[0] for each in sign + folded}
    return letters_of(folded), not folded.isascii() and not kinds.isdisjoint("LMN")


def letters_of(token: str) -> bytes:
    """A token as it stands in a squeezed text, without its letters beyond ASCII."""
    return token.encode("ascii", "ignore").translate(_LOWER, _OTHERS)
