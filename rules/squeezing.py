"""A text squeezed to letters, digits and spaces, in a few passes over its bytes.

Whatever a token is made of stands in the squeezed text in one piece, whichever hyphens, points,
accents or invisible signs stood in it. It ignores where words begin and end in a chunk: that
letters are missing tells that a word is missing, but never the other way round.
"""

import functools
import re
import unicodedata
from typing import NamedTuple

from rules.chunks import without_addresses
from rules.folding import fold

FIELD_END = b"\xff"
"""Stands between title and body; no text in UTF-8 holds it."""

_SIGNS = bytes(range(128))
_SPACES = b" \t\n\r"
_KEPT = bytes(sign for sign in _SIGNS if chr(sign).isalnum()) + _SPACES + FIELD_END
_OTHERS = bytes(byte for byte in range(256) if byte not in _KEPT)
# Most signs beyond ASCII are quotation marks and dashes: U+2000 to U+203F, none of which folds to
# letters, begin with the same two bytes. What asks for a closer look becomes a mark: the first byte
# of any other sign, and what tags and entities begin with.
_PUNCTUATION = 0xE2
_NO_BREAK_SPACE = b"\xc2\xa0"
_RARE_PUNCTUATION = re.compile(rb"\xe2[^\x80]")
_FOREIGN, _SUSPICION, _SUSPECTS = b"\1", b"\2", b"<&"
_FIRST_BYTES = bytes(each for each in range(0xC2, 0xF5) if each != _PUNCTUATION)
_PLAIN = bytes.maketrans(_SPACES, b" " * len(_SPACES)).lower()
_MARKS = bytes.maketrans(
    _SUSPECTS + _FIRST_BYTES, _SUSPICION * len(_SUSPECTS) + _FOREIGN * len(_FIRST_BYTES)
)
_MARKED = _PLAIN.translate(_MARKS)
_UNMARKED = bytes(byte for byte in _OTHERS if byte not in _SUSPECTS + _FIRST_BYTES)
_ENTITY = re.compile(rb"&[#0-9A-Za-z]{1,33};")
_WEB = b"www"


class Squeezed(NamedTuple):
    """The letters and digits of texts: in lower case, folded, those of ASCII alone; and spaces.

    `is_foreign` tells that there were others, which are left out.
    """

    letters: bytes
    is_foreign: bool


def squeeze(texts: bytes, *, addresses: bool = False) -> Squeezed | None:
    """The letters of texts in UTF-8, with FIELD_END where it stands between them.

    None if they hold tags or entities, which may stand for more. Addresses of the web and of mail
    are left out, since the words around them count as neighbours; it is faster to keep them.
    """
    letters = texts.translate(_MARKED, _UNMARKED)
    if _FOREIGN in letters and _NO_BREAK_SPACE in texts:
        texts = texts.replace(_NO_BREAK_SPACE, b" ")
        letters = texts.translate(_MARKED, _UNMARKED)
    if _SUSPICION in letters:
        if b"<" in texts or _ENTITY.search(texts):
            return None
        letters = letters.replace(_SUSPICION, b"")
    if not addresses and (_WEB in letters or b"@" in texts or (b"/" in texts and b"://" in texts)):
        return _folded(_without_addresses(texts))
    if _FOREIGN in letters or _RARE_PUNCTUATION.search(texts):
        return _folded(texts)
    return Squeezed(letters, is_foreign=False)


def _without_addresses(texts: bytes) -> bytes:
    parts = (without_addresses(part.decode()).encode() for part in texts.split(FIELD_END))
    return FIELD_END.join(parts)


def _folded(texts: bytes) -> Squeezed:
    """Every sign beyond ASCII by itself: folding a word is folding its signs."""
    is_foreign = False
    for sign in set(texts.translate(None, _SIGNS + FIELD_END).decode()):
        letters, has_others = _letters_of(sign)
        is_foreign |= has_others
        if letters:
            texts = texts.replace(sign.encode(), letters)
    return Squeezed(texts.translate(_PLAIN, _OTHERS), is_foreign)


@functools.lru_cache(maxsize=16_384)
def _letters_of(sign: str) -> tuple[bytes, bool]:
    """What a sign folds to in ASCII, and whether a token with it may hold anything else."""
    folded = fold(sign)
    kinds = {unicodedata.category(each)[0] for each in sign + folded}
    return letters_of(folded), not folded.isascii() and not kinds.isdisjoint("LMN")


def letters_of(token: str) -> bytes:
    """A token as it stands in a squeezed text, without its letters beyond ASCII."""
    return token.encode("ascii", "ignore").translate(_PLAIN, _OTHERS)
