"""Codes of languages as feeds write them, and what people write for them instead.

Two letters are ISO 639-1. Which articles are in a language is asked of the articles, not of this.
"""

NAMES = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "russian": "ru",
    "arabic": "ar", "chinese": "zh", "korean": "ko", "japanese": "ja", "ukrainian": "uk",
    "persian": "fa", "farsi": "fa", "hebrew": "he", "turkish": "tr", "portuguese": "pt",
}  # fmt: skip
_TWO_LETTERS = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz
    ia id ie ig ii ik in io is it iu iw ja ji jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb
    lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or
    os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    """.split()  # noqa: SIM905 -- a list of two hundred quoted codes would hide them
)
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
    return code in _TWO_LETTERS or (len(code) == 3 and code not in _MEANT)
