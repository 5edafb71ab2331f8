"""What a term really searches for: segments of alternatives, each a sequence of slots.

`North Korea troops` has two segments: the name with its demonyms and inverted forms, and a word
with its plural. It knows how a term is compared with tokens but never looks at a text: `finder`
does.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from rules import gazetteer
from rules.chunks import GAP, Chunk, Reading, read_chunk
from rules.evidence import How
from rules.folding import fold
from rules.gazetteer import Around, Tokens
from rules.known_words import capitals_only, is_place
from rules.patterns import Glob, Prefix, Similar
from rules.plurals import other_number
from rules.query import Phrase, Run, Word
from rules.scripts import APOSTROPHES, WORD_SIGN, is_arabic, is_hangul, is_unspaced

Pattern = Glob | Similar | Prefix

_LONGEST_NAME = 8
_LETTERS_BEFORE_GLUE = 5
# One-letter words that Arabic writes onto the next word, and the article.
_ARABIC_ARTICLE = "ال"
_ARABIC_PREFIXES = (
    *("و", "ف", "ب", "ك", "ل", "ال", "وال", "فال", "بال", "كال"),
    *("لل", "ولل"),  # l- and the article grow together
)


@dataclass(frozen=True, slots=True)
class Slot:
    """What may stand at one place: known tokens, or tokens that a pattern accepts.

    `raw` asks for this very spelling, `anything` takes any one word, `glued` also takes a word that
    stands before a function word stuck to it, `loose` lets a sign of punctuation stand before it.
    """

    accepts: Mapping[str, How] = field(default_factory=dict)
    pattern: Pattern | None = None
    raw: str | None = None
    anything: bool = False
    glued: bool = False
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to meet a segment. `comma` asks for a comma between its first two words."""

    slots: tuple[Slot, ...]
    how: How = How.EXACT
    comma: bool = False


Segment = tuple[Alternative, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """A compiled term. `longer` gives, for what was found, the longer names it must not be part of.

    With `slop` the segments stand in any order, with at most so many other words among them.
    """

    written: str
    segments: tuple[Segment, ...]
    longer: Mapping[Tokens, tuple[Around, ...]] = field(default_factory=dict)
    slop: int | None = None


def compile_term(node: Run | Phrase) -> Term:
    """What a term of a query searches for."""
    return _compile(node, node.written)


@functools.lru_cache(maxsize=4096)
def _compile(node: Run | Phrase, written: str) -> Term:
    """Remembers terms as they were written: nodes are equal however they were typed."""
    if isinstance(node, Phrase):
        return _compile_phrase(node)
    if any(word.exact or word.edits or _is_glob(word.text) for word in node.words):
        return Term(written, _run_segments(node.words))
    words = _without_shouting(node.words)
    tokens = gazetteer.tokens_of(" ".join(word.text for word in words))
    return Term(written, _run_segments(words), _longer_names(tokens))


def _compile_phrase(node: Phrase) -> Term:
    segments: list[Segment] = []
    for word in node.words if node.exact else _without_shouting(node.words):
        if word.text == "*":
            segments.append((Alternative((Slot(anything=True),)),))
        elif _is_glob(word.text):
            segments.append(_glob_segment(word.text))
        elif node.exact:
            segments.append(_exact_segment(word.text))
        else:
            segments.extend(_literal_segments(word.text))
    return Term(node.written, tuple(segments), slop=node.slop)


def _without_shouting(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """KIM JONG UN means Kim Jong Un: where every word is in capitals they tell nothing."""
    if len(words) < 2 or not all(word.text.isupper() for word in words):
        return words
    return tuple(Word(word.text.lower(), word.exact, word.edits) for word in words)


def _is_glob(text: str) -> bool:
    return "*" in text or "?" in text


def _longer_names(tokens: Tokens) -> dict[Tokens, tuple[Around, ...]]:
    """For a run that is a name and nothing else: what makes each of its forms part of another."""
    if not gazetteer.is_name(tokens):
        return {}
    forms = [tokens]
    owner = gazetteer.named(tokens)
    if owner:
        forms.extend(gazetteer.sure_demonyms(owner))
    return {form: around for form in forms if (around := gazetteer.longer(form))}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token of a run, with the word it came from and what the hyphens of that word may join."""

    token: str
    typed: str
    word: Word
    first: bool


def _run_segments(words: tuple[Word, ...]) -> tuple[Segment, ...]:
    segments: list[Segment] = []
    plain: list[Word] = []
    for word in words:
        if word.exact or word.edits or _is_glob(word.text):
            segments.extend(_plain_segments(plain))
            plain = []
            segments.append(_special_segment(word))
        else:
            plain.append(word)
    return (*segments, *_plain_segments(plain))


def _special_segment(word: Word) -> Segment:
    if word.exact:
        return _exact_segment(word.text)
    if word.edits:
        folded = fold(read_chunk(word.text, typed=True).tokens[0])
        spellings = frozenset(name[0] for name in gazetteer.aliases((folded,)) if len(name) == 1)
        similar = Similar(folded, word.edits, spellings)
        return (Alternative((Slot({folded: How.EXACT}, similar),)),)
    return _glob_segment(word.text)


def _plain_segments(words: list[Word]) -> list[Segment]:
    """Segments of bare words: names first, the longest name that fits, then single words."""
    pieces: list[_Piece] = []
    joined: dict[int, list[tuple[int, str]]] = {}
    for word in words:
        chunk = read_chunk(word.text, typed=True)
        for extra in _joined(chunk):
            joined.setdefault(len(pieces) + extra[0], []).append(extra[1:])
        for index, token in enumerate(t for t in chunk.tokens if t != GAP):
            pieces.append(_Piece(token, word.text, word, index == 0))
    _join_thousands(pieces, joined)
    segments: list[Segment] = []
    at = 0
    while at < len(pieces):
        name = _name_segment(pieces, at, joined)
        length, segment = name or _word_segment(pieces, at, joined)
        segments.append(segment)
        at += length
    return segments


def _join_thousands(pieces: list[_Piece], joined: dict[int, list[tuple[int, str]]]) -> None:
    """`10 000` is also `10000`."""
    for at, piece in enumerate(pieces[:-1]):
        following = pieces[at + 1].token
        if _is_digits(piece.token) and _is_digits(following) and len(following) == 3:
            joined.setdefault(at, []).append((2, piece.token + following))


def _is_digits(token: str) -> bool:
    return token.isdigit() and len(token) <= 3


def _joined(chunk: Chunk) -> list[tuple[int, int, str]]:
    """The words that a hyphenated word joins to: index, length, token."""
    found = [x for x in chunk.extras if x.reading is Reading.JOINED]
    return [(x.index, x.length, x.token) for x in found if x.length == len(chunk.tokens)]


def _name_segment(
    pieces: list[_Piece], at: int, joined: Mapping[int, list[tuple[int, str]]]
) -> tuple[int, Segment] | None:
    for length in range(min(_LONGEST_NAME, len(pieces) - at), 0, -1):
        tokens = tuple(piece.token for piece in pieces[at : at + length])
        owner = gazetteer.named(tokens)
        others = _other_spellings(tokens)
        if owner is None and not others:
            continue
        slots_of = (
            _kind_slots if length == 1 and not owner and not is_place(tokens[0]) else name_slots
        )
        ways = [Alternative(slots_of(tokens))]
        ways.extend(_with_joined_words(tokens, at, joined))
        ways.extend(Alternative(slots_of(name), How.ALIAS) for name in others)
        if owner:
            demonyms = dict.fromkeys(gazetteer.sure_demonyms(owner))
            ways.extend(Alternative(name_slots(name), How.DEMONYM) for name in demonyms)
            ways.extend(rearranged(tokens, list(demonyms)))
        return length, tuple(ways)
    return None


def _other_spellings(tokens: Tokens) -> tuple[Tokens, ...]:
    """The aliases of a name, also where it stands in the plural: Houthis, Huthis."""
    found = gazetteer.aliases(tokens)
    for number in other_number(tokens[-1], ""):
        found = found or gazetteer.aliases((*tokens[:-1], number))
    return found


def _kind_slots(tokens: Tokens) -> tuple[Slot, ...]:
    """Slots for a name that may stand in the plural: Houthi, but no place and no person."""
    last = _Piece(tokens[-1], tokens[-1], Word(tokens[-1]), first=True)
    return (*name_slots(tokens[:-1]), _tolerant_slot(last))


def _with_joined_words(
    tokens: Tokens, at: int, joined: Mapping[int, list[tuple[int, str]]]
) -> Iterator[Alternative]:
    """Kim Jongun, for a name that was typed as Kim Jong-un."""
    for first in range(len(tokens)):
        for length, token in joined.get(at + first, ()):
            if first + length <= len(tokens):
                spelled = (*tokens[:first], token, *tokens[first + length :])
                yield Alternative(name_slots(spelled), How.HYPHEN)


def rearranged(tokens: Tokens, demonyms: list[Tokens]) -> list[Alternative]:
    """Korea, North; North and South Korea; North and South Koreans."""
    if len(tokens) < 2 or not gazetteer.neighbours(tokens):
        return []
    head, tail = tokens[0], tokens[1:]
    ways = [Alternative(name_slots((*tail, head)), How.INVERTED, comma=True)]
    tails = [tail, *(name[1:] for name in demonyms if name[0] == head)]
    for other in gazetteer.neighbours(tokens):
        for sign in ("and", "or"):
            ways.extend(
                Alternative(name_slots((head, sign, other, *end)), How.COORDINATED) for end in tails
            )
    return ways


def name_slots(tokens: Tokens) -> tuple[Slot, ...]:
    """Slots for a name of our own data: its script's spellings, and glue."""
    return tuple(
        _slot(token, _spellings(token), glued=True, loose=index == 0)
        for index, token in enumerate(tokens)
    )


def _tolerant_slots(pieces: list[_Piece]) -> tuple[Slot, ...]:
    return tuple(_tolerant_slot(piece) for piece in pieces)


def _tolerant_slot(piece: _Piece) -> Slot:
    accepts = dict(_spellings(piece.token))
    typed = piece.typed if fold(piece.typed) == piece.token else piece.token
    for word in other_number(piece.token, typed):
        accepts.setdefault(word, How.PLURAL)
    return _slot(piece.token, accepts, glued=True, loose=piece.first)


def _word_segment(
    pieces: list[_Piece], at: int, joined: Mapping[int, list[tuple[int, str]]]
) -> tuple[int, Segment]:
    for length, token in joined.get(at, ()):
        apart = Alternative(_tolerant_slots(pieces[at : at + length]))
        whole = _Piece(token, token, pieces[at].word, first=True)
        return length, (apart, Alternative((_tolerant_slot(whole),), How.HYPHEN))
    return 1, (Alternative((_tolerant_slot(pieces[at]),)),)


def _spellings(token: str) -> dict[str, How]:
    """The forms of a token that its script, and not its meaning, makes equal."""
    accepts = {token: How.EXACT}
    capitals = capitals_only(token.upper())
    if capitals and token != capitals:
        accepts[capitals] = How.EXACT
    if is_arabic(token):
        accepts |= {f"{prefix}{token}": How.ATTACHED for prefix in _ARABIC_PREFIXES}
        if token.startswith(_ARABIC_ARTICLE):
            accepts |= {f"{sign}{token[2:]}": How.ATTACHED for sign in ("لل", "ولل")}
    return accepts


def _slot(token: str, accepts: dict[str, How], *, glued: bool, loose: bool = False) -> Slot:
    pattern = None
    if is_hangul(token):
        pattern = Prefix(token, gazetteer.longer_words(token))
    return Slot(
        accepts,
        pattern,
        glued=glued and len(token) >= _LETTERS_BEFORE_GLUE,
        loose=loose and is_unspaced(token),
    )


def _literal_segments(text: str) -> list[Segment]:
    """Segments of a quoted word: its parts, or what its hyphens join to."""
    chunk = read_chunk(text, typed=True)
    tokens = [token for token in chunk.tokens if token != GAP]
    slots = tuple(
        _slot(token, _spellings(token), glued=False, loose=index == 0)
        for index, token in enumerate(tokens)
    )
    apart = Alternative(slots)
    ways = [Alternative((Slot({x[2]: How.EXACT}),), How.HYPHEN) for x in _joined(chunk)]
    return [(apart, *ways)]


def _exact_segment(text: str) -> Segment:
    chunk = read_chunk(text, typed=True)
    raw = [text[start:end] for start, end in chunk.spans]
    slots = tuple(
        Slot({token: How.EXACT}, raw=word)
        for token, word in zip(chunk.tokens, raw, strict=True)
        if token != GAP
    )
    return (Alternative(slots),)


_PART = re.compile(rf"(?:{WORD_SIGN}|[*?.{APOSTROPHES}])+")
_INNER_SIGN = re.compile(rf"[{APOSTROPHES}]|(?<!\d)\.|\.(?!\d)")


def _glob_segment(text: str) -> Segment:
    slots: list[Slot] = []
    for part in _PART.findall(text):
        if _is_glob(part):
            slots.append(Slot(pattern=Glob(fold(_INNER_SIGN.sub("", part)))))
        else:
            tokens = gazetteer.tokens_of(part)
            slots.extend(_slot(token, _spellings(token), glued=False) for token in tokens)
    return (Alternative(tuple(slots)),)
