"""Glue: words that lost the space between them, as `UnThe`, `Chinawhich`, `Austinwill`.

It proposes readings; the plain reading always stays. It ignores what anybody searches for.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A capital inside these is a matter of spelling, not a lost space.
_NAME_PREFIXES = _words(
    """
    mc mac de di da du la le lo van von fitz st san el al bin ben o d l m n i e x
    """
)

_LONGEST_PREFIX = max(map(len, _NAME_PREFIXES))

FUNCTION_WORDS = _words(
    """
    about above according accused added after again against agreed ahead almost alone along
    already also although always amid among and another announced around asked attacked became
    because become been before began behind being believe below between beyond both but called
    came cannot cause claimed confirmed continues could declared denied despite does doing
    during each either else ever every first for found from further gave had has have having
    here however including instead into just last later launched leads made make makes many
    might more most much must near never next nor not once only other others over plans
    previously rather reported reportedly said says saying sends sent several shall should shows
    signed since some soon still such than that the their them then there these they this those
    though through thus told took toward towards under until upon urged using very visited voted
    wants warned was well went were what when where whether which while who whom whose will with
    within without would yesterday yet your
    """
)
"""Words of the language that are found stuck to the end of a name. Endings that real names have
(all, any, are, can, her, ton, on, in, is) are left out."""

_LENGTHS = sorted({len(word) for word in FUNCTION_WORDS})
_SHORTEST_NAME = 5
_SHORTEST_GLUE = _LENGTHS[0]
_ENDINGS = frozenset(word[-_SHORTEST_GLUE:] for word in FUNCTION_WORDS)


def inner_words(word: str) -> list[tuple[int, int]]:
    """Spans of the words that stand in `word` without a space: [Un][The], but McDonald, iPhone."""
    if word.islower() or word.isupper() or word[1:].islower():
        return [(0, len(word))]
    cuts = [0]
    for at in range(1, len(word)):
        if word[at].isupper() and word[at - 1].islower() and _is_seam(word, cuts[-1], at):
            cuts.append(at)
    return list(zip(cuts, [*cuts[1:], len(word)], strict=True))


def _is_seam(word: str, start: int, at: int) -> bool:
    long_enough = at - start > 1 and len(word) - at > 1
    return long_enough and (
        at - start > _LONGEST_PREFIX or word[start:at].lower() not in _NAME_PREFIXES
    )


def words_before_glue(word: str) -> list[str]:
    """Names of five or more letters that stand before a function word stuck to them."""
    if word[-_SHORTEST_GLUE:] not in _ENDINGS or not word[1:].islower():
        return []
    return [
        word[:-length]
        for length in _LENGTHS
        if len(word) - length >= _SHORTEST_NAME and word[-length:] in FUNCTION_WORDS
    ]
