"""Codes of languages as feeds write them, and what people write for them instead.

Two letters are ISO 639-1. Which articles are in a language is asked of the articles, not of this.
"""

NAMES = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "russian": "ru",
    "arabic": "ar", "chinese": "zh", "korean": "ko", "japanese": "ja", "ukrainian": "uk",
    "persian": "fa", "farsi": "fa", "hebrew": "he", "turkish": "tr", "portuguese": "pt",
}  # fmt: skip
_SECOND_LETTERS = {
    "a": "abefkmnrsvyz", "b": "aeghimnors", "c": "aehorsuvy", "d": "aevz", "e": "elnostu",
    "f": "afijory", "g": "adlnuv", "h": "aeiortuyz", "i": "adegiknostuw", "j": "aiv",
    "k": "agijklmnorsuvwy", "l": "abginotuv", "m": "ghiklnrsty", "n": "abdeglnorvy", "o": "cjmrs",
    "p": "ailst", "q": "u", "r": "mnouw", "s": "acdeghiklmnoqrstuvw", "t": "aeghiklnorstwy",
    "u": "gkrz", "v": "eio", "w": "ao", "x": "h", "y": "io", "z": "ahu",
}  # fmt: skip
"""The codes of two letters, by the first of them."""
_MEANT = {
    "ua": "uk", "jp": "ja", "cn": "zh", "gr": "el", "cz": "cs", "dk": "da", "ir": "fa", "us": "en",
    "gb": "en", "il": "he", "vn": "vi", "kp": "ko", "by": "be", "rs": "sr", "eng": "en",
    "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "rus": "ru", "ara": "ar",
    "zho": "zh", "chi": "zh", "kor": "ko", "jpn": "ja", "ukr": "uk", "fas": "fa", "per": "fa",
    "heb": "he", "tur": "tr", "por": "pt", "ita": "it", "pol": "pl", "nld": "nl", "dut": "nl",
}  # fmt: skip
"""Codes of countries, and of three letters, where feeds write another code."""


def meant(code: str) -> str | None:
    """The code that feeds write where somebody writes `code`; None if none is known."""
    return _MEANT.get(code)


def is_known(code: str) -> bool:
    """Whether it may be a language's code; of three letters there are thousands."""
    if len(code) == 2:
        return code[1] in _SECOND_LETTERS.get(code[0], "")
    return len(code) == 3 and code not in _MEANT
