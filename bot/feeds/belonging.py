"""Whether a text belongs to an article's title: a wall, a menu or a front page seldom does. Pure.

It compares words and knows nothing of their meaning.
"""

import re

FEWEST_WORDS = 3
LEAST_SHARE = 0.25
_WORD = re.compile(r"[^\W\d_]{4,}")
_STEM = 5
_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2,}")


def belongs(title: str, text: str) -> bool:
    """Whether a quarter of the title's words stand in the text, by their first five letters.

    A title of fewer than three words of four letters or more tells too little, and then it does.
    """
    low = text.casefold()
    stems = _stems(title)
    if len(stems) < FEWEST_WORDS:
        return True
    return sum(stem in low for stem in stems) >= LEAST_SHARE * len(stems)


def _stems(title: str) -> set[str]:
    """The words' beginnings; of scripts without spaces, every two signs beside each other."""
    low = title.casefold()
    runs = _WITHOUT_SPACES.findall(low)
    pairs = {run[at : at + 2] for run in runs for at in range(len(run) - 1)}
    words = _WORD.findall(_WITHOUT_SPACES.sub(" ", low))
    return pairs | {word[:_STEM] for word in words}
