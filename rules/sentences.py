"""Where the sentences and paragraphs of a text lie, as offsets; the text itself is never changed.

It ignores grammar and knows no language: marks, capitals, line breaks and a list of abbreviations
decide. Glued text ("Monday.The", "war.“We", "‘Very dangerous’The") is split like any other.
"""

import functools
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

Span = tuple[int, int]

_REMEMBERED = 32


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Marks that end a sentence whatever follows: Chinese, Japanese, Arabic, Urdu, Hindi, Armenian,
# Ethiopic, Burmese, Khmer and Greek ones. They are no part of numbers or abbreviations.
_FINAL = "。｡！？．؟۔।॥։።፧။។៕\u037e"
_MARK = re.compile(
    rf"""(?P<stop>[.!?…‼⁇⁈⁉{_FINAL}]+)
    |(?P<quote>["“”„«»‘’'])
    |(?P<line>[{_BREAKS}]\s*)
    |(?P<url>(?:https?://|www\.)[!-~]*[\w/=&\#%+~-])""",
    re.VERBOSE | re.ASCII,
)
_SPACE = re.compile(r"\s*")
_BREAK = re.compile(rf"\r\n|[{_BREAKS}]")
_WORD_BEFORE = re.compile(r"[\w.’']*\Z")
_WORD_AHEAD = re.compile(r"[\"“‘«„'(\[\s]{0,4}([^\W\d_]{1,12})(\.?)")
_RUN_AHEAD = re.compile(r"\S{1,40}")
_BULLET = re.compile(r"[•‣▪●○◦*+\-–—·][^\S\n]|\d{1,2}[.)]\s")
_DANGLING = re.compile(
    r"(?:[,;:–—(\[“‘„-]|\b(?:a|an|the|of|in|on|at|to|by|for|from|with|and|or|de|la|el|le|les|der|die"
    r"|das|von|und|et|y|в|на|и|с))\Z",
    re.IGNORECASE,
)

# News has about 30 marks in 1,000 characters. What stands behind this many is one last sentence, so
# that a hostile text of nothing but marks costs no more than a long honest one.
_MOST_MARKS = 60_000

_SHUT = frozenset(")]}”’›」』）】》〉")
_EITHER = frozenset("\"'“‘«»")
_OPEN = frozenset("\"'“‘«»„‚‹([{「『（【《〈¿¡")
_CONTINUES = frozenset(",;:)]}”’%…/|、，；：.!?")
_FRENCH_CLOSERS = frozenset((" »", "\u00a0»", "\u202f»"))
_PARTICLES = frozenset("とのがをはにもや")  # 「…。」と述べた goes on after the bracket

# Never the last word of a sentence, when they begin with a capital.
_TITLES = _words("""
    Mr Mrs Ms Mx Messrs Dr Prof Gen Lt Col Maj Capt Cmdr Cdr Adm Sgt Cpl Pvt Brig Sen Rep Reps
    Sens Gov Rev Hon Amb Sec Supt Insp Det St Ste Ft Mt Sr Sra Srta Dra Gral Lic Mme Mlle
    MM Ing Dott Sig Avv Hr Fr Nr Ул Им Акад Ген Проф
""")
_NEVER_LAST = _words("""
    vs cf ph approx ca eg ie bzw usw bspw ул им акад ген проф св
""")
# They end a sentence only where the next word plainly begins one.
_RARELY_LAST = _words("""
    inc corp ltd co bros jr sr etc al ed eds dept univ assn ave blvd rd est oz lb млн млрд тыс
    руб др гг
""")
# The same, when they begin with a capital: "FAIRFAX, Va. (AP)".
_STATES = _words("""
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Kan Ky Mass Md Mich Minn Mont Neb Nev Okla Pa Tenn
    Tex Va Vt Wis Wyo
""")
_CALENDAR = _words("""
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Fri Sat Sun
""")
_BEFORE_NUMBER = _words("""
    no nos art sec fig pp p vol nr núm num ch para ст п №
""")
_MONTHS = _words("""
    januar jänner februar märz april mai juni juli august september oktober november dezember
""")
# Words that begin sentences and hardly ever go on with a name after "U.S." or "Inc.".
_OPENERS = _words("""
    a an the this that these those it its he his she her they their we our you i in on at by for
    from with after before since during while when where as if but and or so yet although though
    despite however meanwhile moreover also both some many most several other another all each
    every no not there here what who why how then now today later earlier according under over
    last next asked until among instead still even only once because between such any two three
    more it’s he’s she’s el los las un una le les il elle ils der die das ein eine er sie es im
    am nach mit das auch aber os um он она они это но по
""")
# After a full stop without a space these are the end of a name (News.Az), not a new sentence.
_DOMAINS = _words("""
    com net org info gov edu az ru ua kz uz kg tj md pl cz sk fr uk eu cn jp kr kp ir iq tr tv
    io ai ro rs bg hu fi dk ee lv lt ge gr il br mx ca ch nl se sg hk tw vn th pk ph lk ng za
    ke
""")


class _Cut(NamedTuple):
    """A sentence ends at `end`, perhaps its paragraph too; no other ends before `resume`."""

    end: int
    resume: int
    paragraph: bool


class _Quotes:
    """Which quotation marks are open, so that a straight or German one can be read."""

    __slots__ = ("double", "single")

    def __init__(self) -> None:
        self.double = ""
        self.single = False

    def pass_over(self, text: str, at: int) -> None:
        """Take note of the quotation mark at `at`."""
        if text[at] in "‘'’":
            self.single = _opens_single(text, at) or (self.single and not _shuts_single(text, at))
        else:
            self.double = self._after_double(text, at)

    def _after_double(self, text: str, at: int) -> str:
        mark = text[at]
        after_space = at == 0 or text[at - 1].isspace()
        before_space = at + 1 >= len(text) or text[at + 1].isspace()
        if before_space != after_space:
            return mark if after_space else ""
        if mark == '"':
            return "" if self.double else mark
        if mark == "“":
            return "" if self.double == "„" else mark
        return "" if mark in "”»" else mark

    def shuts(self, text: str, at: int) -> bool:
        """Whether the mark at `at`, right behind the end of a sentence, still belongs to it."""
        mark = text[at]
        if mark in _SHUT:
            return True
        if mark not in _EITHER:
            return False
        if at + 1 >= len(text) or text[at + 1].isspace():
            return True
        return self.single if mark in "'‘" else self._after_double(text, at) == ""


@functools.lru_cache(maxsize=_REMEMBERED)
def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text, in order, as spans trimmed of white space.

    Every character that is no white space lies in exactly one span. Takes time linear in the text.
    The last texts are remembered: who quotes one asks for each place that is told of it.
    """
    return tuple(_spans(text, (cut.end for cut in _cuts(text))))


def paragraphs(text: str) -> tuple[Span, ...]:
    """The paragraphs of a text, with the same promises as `sentences`.

    A paragraph ends at a blank line, at a line break after the end of a sentence, and at a line
    break that was not forced by the width of the page: behind a heading, before a bullet.
    """
    return tuple(_spans(text, (cut.end for cut in _cuts(text) if cut.paragraph)))


def _past_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _spans(text: str, ends: Iterable[int]) -> Iterator[Span]:
    start = 0
    for end in (*ends, len(text)):
        first = min(_past_space(text, start), end)
        last = end
        while last > first and text[last - 1].isspace():
            last -= 1
        if first < last:
            yield first, last
        start = end


def _cuts(text: str) -> Iterator[_Cut]:
    quotes = _Quotes()
    widest = max(map(len, text.splitlines()), default=0)
    start = settled = line_start = 0
    for mark in islice(_MARK.finditer(text), _MOST_MARKS):
        at, kind = mark.start(), mark.lastgroup
        cut: _Cut | None = None
        if at >= settled:
            if kind == "stop":
                cut = _at_stop(text, start, at, mark.end(), quotes)
            elif kind == "quote":
                cut = _at_quote(text, at, quotes)
            elif kind == "line":
                cut = _at_line(text, line_start, at, mark.end(), widest)
        if kind == "quote":
            quotes.pass_over(text, at)
        elif kind == "line":
            line_start = mark.end()
        if cut:
            start, settled = cut.end, cut.resume
            if cut.paragraph:
                quotes = _Quotes()
            yield cut


def _at_stop(text: str, start: int, begin: int, end: int, quotes: _Quotes) -> _Cut | None:
    """Whether the marks text[begin:end] end the sentence that began at `start`."""
    close = _past_closers(text, end, quotes)
    resume = _past_space(text, close)
    cut = _Cut(close, resume, _BREAK.search(text, close, resume) is not None)
    if resume >= len(text):
        return cut
    if any(mark in _FINAL for mark in text[begin:end]):
        bracketed = close > end and text[resume] in _PARTICLES
        return None if bracketed or text[resume] in _CONTINUES else cut
    glued = resume == close
    if not _may_begin(text, resume, glued=glued):
        return None
    if end - begin > 1 or text[begin] == "…":
        omission = begin > 0 and (text[begin - 1].isspace() or text[begin - 1] in "([")
        return None if omission and text[begin] in ".…" and not cut.paragraph else cut
    if text[begin] != ".":
        return cut
    ends = _full_stop_ends(
        text, start, begin, resume, glued=glued and close == end, quoted=bool(quotes.double)
    )
    return cut if ends else None


def _past_closers(text: str, at: int, quotes: _Quotes) -> int:
    while at < len(text):
        if quotes.double == "«" and text[at : at + 2] in _FRENCH_CLOSERS:
            at += 2
        elif quotes.shuts(text, at):
            at += 1
        else:
            break
    return at


def _may_begin(text: str, at: int, *, glued: bool) -> bool:
    """Whether a sentence can begin at `at`; `glued` if no space stands before it."""
    first = text[at]
    if first in _OPEN:
        return True
    if first.islower() and not "ა" <= first <= "ჿ":  # Georgian has no capitals in running text
        return False
    return first.isalpha() if glued else first not in _CONTINUES


def _full_stop_ends(
    text: str, start: int, dot: int, resume: int, *, glued: bool, quoted: bool
) -> bool:
    """Whether the single full stop at `dot` is more than a part of an abbreviation or number."""
    before = _WORD_BEFORE.search(text, max(0, dot - 20), dot)
    word = before[0].lstrip("’'") if before else ""
    last = word.rsplit(".", 1)[-1]
    if last.isdecimal():
        return _ends_after_number(text, start, dot - len(last), resume)
    if (last.title() in _CALENDAR and last[0].isupper()) or last.lower() in _BEFORE_NUMBER:
        return not text[resume].isdecimal()
    if last.lower() in _NEVER_LAST or (last[:1].isupper() and last.capitalize() in _TITLES):
        return False
    if _is_dotted(word) or last.lower() in _RARELY_LAST or last in _STATES:
        return not quoted and _plainly_begins(text, resume)
    return not (glued and _is_name(text, last, resume))


def _ends_after_number(text: str, start: int, begin: int, resume: int) -> bool:
    if not text[start:begin].strip():
        return False  # "1. The first point"
    ahead = _WORD_AHEAD.match(text, resume)
    return not (ahead and ahead[1].lower() in _MONTHS)  # German "am 3. Oktober"


def _is_dotted(word: str) -> bool:
    """Whether the word is an initial or ends as a dotted acronym does: J, U.S, Ph.D, p.m, EE.UU."""
    *earlier, last = word.split(".")
    if len(last) == 1:
        return last.isalpha()
    if len(last) == 2 and last[0] == last[1] and last.isupper():
        return True  # Spanish doubles the letters of a plural: EE. UU., FF. AA.
    return len(last) == 2 and bool(earlier) and len(earlier[-1]) <= 2 and last.isalpha()


def _plainly_begins(text: str, at: int) -> bool:
    ahead = _WORD_AHEAD.match(text, at)
    return ahead is not None and not ahead[2] and ahead[1].lower() in _OPENERS


def _is_name(text: str, last: str, at: int) -> bool:
    """Whether a full stop without spaces joins the parts of one name: News.Az, ASP.NET."""
    ahead = _WORD_AHEAD.match(text, at)
    if ahead is None or ahead.start(1) != at:
        return False
    if ahead[1].isupper() and text[ahead.end(1) : ahead.end(1) + 1] in (")", ">", "]"):
        return True  # a stock's code: (GE.N), (VOWG_p.DE)
    return ahead[1].lower() in _DOMAINS or (
        len(ahead[1]) > 1 and ahead[1].isupper() and last.isupper()
    )


def _at_quote(text: str, at: int, quotes: _Quotes) -> _Cut | None:
    """A closing quotation mark with a capitalised word glued to it: ‘Very dangerous’The U.S. ..."""
    begins = text[at + 1 : at + 2].isupper() and text[at + 2 : at + 3].islower()
    if not begins or at == 0 or not text[at - 1].isalnum():
        return None
    single = text[at] in "’'"
    shuts = (
        quotes.single and text[at - 1].islower()
        if single
        else quotes.double and quotes.shuts(text, at)
    )
    return _Cut(at + 1, at + 1, paragraph=False) if shuts else None


def _at_line(text: str, line_start: int, end: int, resume: int, widest: int) -> _Cut | None:
    """Whether the line break text[end:resume] ends a paragraph, no sentence ending before it."""
    cut = _Cut(end, resume, paragraph=True)
    breaks = _BREAK.findall(text, end, resume)
    if (
        resume >= len(text)
        or len(breaks) > 1
        or breaks == ["\u2029"]
        or _BULLET.match(text, resume)
    ):
        return cut
    if text[resume].islower() or _DANGLING.search(text, max(line_start, end - 12), end):
        return None
    # A line that had room for the next word was ended on purpose: a heading, a caption, a list.
    ahead = _RUN_AHEAD.match(text, resume)
    needed = end - line_start + 1 + (len(ahead[0]) if ahead else 0)
    return cut if needed <= 0.8 * widest else None


def _opens_single(text: str, at: int) -> bool:
    before = text[at - 1 : at] if at else " "
    return text[at] != "’" and not before.isalnum() and text[at + 1 : at + 2].isalnum()


def _shuts_single(text: str, at: int) -> bool:
    return not text[at + 1 : at + 2].islower()
