"""A query to begin with, out of a headline: its names in quotes, or its longest words. Pure.

What it proposes can always be read, and a person mends it before saving. Which names are known, the
rules tell.
"""

import re
from collections.abc import Iterator
from contextlib import suppress

import rules

MOST = 3
LONGEST_NAME = 80
_ADDRESS = re.compile(r"<?https?://\S+")
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
# Small words that stand inside of names, such as Mohammed bin Salman.
_WITHIN = frozenset({"el", "al", "bin", "de", "der", "van", "von"})
_TELLING = frozenset({"demonym", "alias", "name"})
LONGEST_KNOWN = 3  # words, of a name that is looked for in a headline of capitals
# Words with a capital only because they begin a headline, or because all do.
_PLAIN = frozenset(
    """
    a about after again all amid an and any are as at back be been before begins being breaking
    but by calls can could day did do down during every fears final first five for four from had
    has have he her here his how if in into is it its just last live more most near new no not
    now of off on one or our out over president prime minister report reports says seven she six
    some than that the their them then there these they this three to top two under until up
    update updates video was watch we were what when where which while who why will with would
    yet you your
    """.split()  # noqa: SIM905 -- a list of a hundred quoted words would hide them
)


def suggested(text: str) -> tuple[str, str]:
    """A name and a query for a watchlist, from a headline; both empty where nothing can be made."""
    line = next((each for each in _ADDRESS.sub(" ", text).splitlines() if _WORD.search(each)), "")
    words = list(_WORD.finditer(line))
    found = _names(line, words) or _longest([each.group() for each in words])
    query = " AND ".join(f'"{each}"' for each in found)
    try:
        rules.parse(query)
    except rules.QueryError:
        return "", ""
    return " ".join(found).casefold()[:LONGEST_NAME].strip(), query


def _names(line: str, words: list[re.Match[str]]) -> list[str]:
    """Runs of words with capitals, the first ones; where nearly every word has one, known names.

    What begins a headline has a capital anyway: a word there counts if it is known, or if little
    else is a name.
    """
    long = [each.group() for each in words if len(each.group()) > 3]
    if len(long) > 2 and sum(map(_is_capital, long)) > 0.8 * len(long):
        return list(dict.fromkeys(_known([each.group() for each in words])))[:MOST]
    runs: list[list[re.Match[str]]] = []
    for word in words:
        follows = bool(runs and runs[-1]) and line[runs[-1][-1].end() : word.start()] == " "
        if _is_capital(word.group()) and word.group().casefold() not in _PLAIN:
            if not follows:
                runs.append([])
            runs[-1].append(word)
        elif follows and word.group().casefold() in _WITHIN:
            runs[-1].append(word)
        elif runs and runs[-1]:
            runs.append([])
    found = [each for each in dict.fromkeys(map(_trimmed, runs)) if len(each) > 1]
    first = words[0].group() if words else ""
    if len(found) > 2 and found[0] == first and not _is_known(first):
        found = found[1:]
    return found[:MOST]


def _known(words: list[str]) -> Iterator[str]:
    """The names among words that the rules know, the longest at each place."""
    at = 0
    while at < len(words):
        for length in range(LONGEST_KNOWN, 0, -1):
            name = " ".join(words[at : at + length])
            if len(words) >= at + length and name.casefold() not in _PLAIN and _is_known(name):
                yield name
                at += length
                break
        else:
            at += 1


def _is_known(name: str) -> bool:
    """Whether the rules know a country of this name, or find no plural of a word, as of names."""
    with suppress(rules.QueryError):
        rules.parse(f'country:"{name}"')
        return True
    try:
        found = rules.explain(rules.parse(name))
    except rules.QueryError:
        return False
    ways = {str(variant.how) for each in found for variant in each.variants}
    return bool(ways & _TELLING or ways == {"exact"}) and " " not in name


def _trimmed(run: list[re.Match[str]]) -> str:
    while run and run[-1].group().casefold() in _WITHIN:
        run = run[:-1]
    return " ".join(each.group() for each in run)


def _is_capital(word: str) -> bool:
    return word[0].isupper()


def _longest(words: list[str]) -> list[str]:
    """The longest words that are no small ones, in their order."""
    own = list(dict.fromkeys(each for each in words if each.casefold() not in _PLAIN))
    chosen = sorted(own, key=len, reverse=True)[:MOST]
    return [each for each in own if each in chosen]
