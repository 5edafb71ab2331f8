"""Tells page furniture (share buttons, bylines, dates, credits, cookie lines) from reporting.

It judges one line or sentence by its looks, or an article's sentences beside each other; it ignores
what an article is about and never changes a text.
"""

import functools
import re
from collections.abc import Sequence

from rules import sentences

Span = tuple[int, int]

REMEMBERED = 32
"""Articles whose sentences are remembered: one is quoted for every place that is told of it, and
then hardly ever again."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A line made of nothing but these, numbers and signs is a button, a counter, a label or a date.
_PAGE_WORDS = _words("""
    close open menu home search share shares shared sharing tweet tweets retweet like likes pin
    print email mail e comment comments reply replies view views read reads reading subscribe
    subscribed subscription subscribers sign signup login log in out up register account
    newsletter newsletters advertisement advertisements advertising ad ads advert sponsored
    promoted more less show hide next previous prev back top bottom skip to content main loading
    load icon icons logo facebook twitter x whatsapp telegram linkedin instagram youtube tiktok
    reddit pinterest threads bluesky messenger viber line wechat weibo vk rss feed link links
    copy copied url permalink save saved bookmark bookmarks follow followers following us our on
    this the a of story article news via play pause mute unmute watch listen audio video videos
    photo photos image images picture pictures gallery slideshow caption related topics topic
    tags tag category categories section sections trending popular latest recommended none null
    undefined nan true false date time last update updated updates published posted modified
    created edited first at by min mins minute minutes hour hours day days ago px font size text
    aa source sources credit credits copyright am pm gmt utc est edt et cet cest bst msk kst jst
    ist pst pdt local monday tuesday wednesday thursday friday saturday sunday mon tue tues wed
    thu thurs fri sat sun january february march april may june july august september
    october november december jan feb mar apr jun jul aug sep sept oct nov dec st rd th enero
    febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre de del
    lunes martes miércoles jueves viernes sábado domingo compartir comentarios comentario
    publicidad cerrar janvier février mars avril mai juin juillet août septembre octobre
    novembre décembre le partager commentaires publicité fermer januar februar märz juni juli
    oktober dezember uhr teilen kommentare anzeige schließen января февраля марта апреля мая
    июня июля августа сентября октября ноября декабря поделиться комментарии реклама закрыть
""")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_TOKEN = re.compile(r"[^\W_]+")

# "Source: Japan Times", "Photo: AP", "Read more: ..."; signs and brackets before it do not count.
_LABEL = re.compile(
    r"(?:file |handout |stock )?(?:sources?|photos?|photographs?|pictures?|images?"
    r"|illustrations?|credits?"
    r"|photo credits?|image credits?|image source|graphics?|screenshot|caption|video|read more"
    r"|read also"
    r"|also read|see also|more on this|related(?: articles?| stor(?:y|ies)| news)?|recommended"
    r"|tags?|topics?"
    r"|keywords|category|categories|filed under|authors?|editors?|edited by|written by|reporters?"
    r"|published(?: on)?|updated|last updated?|posted(?: on)?|contact|e-?mail|tel|phone"
    r"|copyright|disclaimer"
    r"|fuente|foto|fotos|lire aussi|à lire aussi|quelle|lesen sie auch|фото|источник"
    r"|читайте также)"
    r"\s*[:：]\s*\S",
    re.IGNORECASE,
)
# A caption names itself: "Image of soldiers practising". Reports on pictures say "Images show".
_CAPTION = re.compile(
    r"(?:file |handout |still )?(?:photo|image|picture|illustration|photograph|screenshot"
    r"|screengrab|map)"
    r"(?: (?:of|by|from|courtesy|credit|provided|taken|dated|via|released|supplied)\b|\))",
    re.IGNORECASE,
)
_NAME = r"[^()\[\]|/]{0,40}"
_AGENCIES = (
    r"(?:Getty(?: Images)?|AP|Associated Press|Reuters|AFP|EPA(?:-EFE)?|EFE|TASS|Sputnik"
    r"|Xinhua|Kyodo"
    r"|Yonhap|KCNA|KNS|Shutterstock|i?Stock|Alamy|Anadolu|AA|NurPhoto|Bloomberg|DPA|ANSA|UPI"
    r"|PA|Zuma|Pool)"
)
# Who took the picture stands at the end: "(Getty Images)", "/ Ng Han Guan / AP Photo".
_CREDIT = re.compile(
    r"(?:"
    rf"[(\[|/–—-](?:[^()\[\]|/]{{0,40}}[/|])*\s*"
    rf"(?:Getty Images|AP Photo|{_NAME} via {_AGENCIES}){_NAME}"
    rf"|(?:\A|[.!?)\]|(\[”\"]\s*){_AGENCIES}\s?/\s?{_NAME}"
    rf"|(?:\A|[.!?(\[|/”\"]\s*){_NAME}\s?/\s?{_AGENCIES}"
    r"|[(\[]\s*(?:file|handout|archive|stock)(?: photo| image)?"
    rf"|[(\[](?:photo|image|picture)s?(?: by|:| via){_NAME}"
    r"|©[^©]{0,60}"
    r")\s*[)\]|.]*\s*\Z",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:By|Por|Par|Von|Di|От|Автор|Text by|Story by|Words by|Analysis by|Opinion by)\b",
    re.IGNORECASE,
)
_BYLINE_PARTICLES = _words(
    "and y et und и de van von der den bin al el in for with at the staff writer"
)
# How the page speaks about itself or to its reader. Each begins the line.
_PAGE_SPEECH = re.compile(
    r"(?:(?:this|the) (?:article|story|post|report|piece|content|material|text|item) (?:was"
    r"|has been|is|were)"
    r" (?:originally |first |also |automatically |re)*(?:published|posted|appeared|updated"
    r"|corrected"
    r"|translated|produced|generated|edited|syndicated|amended|part of)"
    r"|(?:originally|first) (?:published|posted|appeared) (?:on|in|at|by)\b"
    r"|the post\b.{0,200}\bappeared first on\b"
    r"|all rights reserved|copyright\b|©|\(c\) ?\d{4}|reproduction (?:without|is|in)"
    r"|(?:we|this (?:web)?site|our (?:web)?site|our partners) (?:and our partners )?uses? cookies"
    r"|(?:by (?:continuing|clicking|using|signing|subscribing|browsing"
    r"|accepting))\b.{0,80}\b(?:you|site|page)"
    r"|(?:accept|reject|manage) (?:all )?(?:cookies|preferences|consent)|cookie (?:policy"
    r"|settings|consent)"
    r"|privacy (?:policy|notice)|terms (?:of|and) (?:use|service|conditions)"
    r"|(?:please )?(?:click|tap|swipe|scroll) (?:here|to|on|down|the)\b"
    r"|(?:please )?(?:sign up|subscribe|register|log in|sign in|join us|follow us"
    r"|follow .{2,40} on"
    r"|like us|find us|contact us|download (?:the|our)|get (?:the|our) (?:latest|app"
    r"|newsletter|free)"
    r"|join (?:our|the) (?:telegram|whatsapp|channel|newsletter|conversation)|support our"
    r"|donate|send (?:us|your))\b"
    r"|(?:please )?enable javascript|your browser|you (?:are|have) (?:now )?(?:subscribed"
    r"|logged|reading)"
    r"|(?:read|see|find out|learn|show|load) more\b|read (?:the )?(?:full|whole|original|next)\b"
    r"|continue reading|keep reading|skip (?:to|advertisement)|advertisement\b|story continues"
    r"|article continues"
    r"|listen to this|watch (?:the|this|our|more|live|now)\b.{0,40}\Z|share this|most (?:read"
    r"|popular|viewed)\b"
    r"|you (?:may|might) also|more (?:from|on|stories|news)\b|don[’']t miss|recommended for"
    r"|sponsored"
    r"|(?:\()?(?:additional )?(?:reporting|writing|editing|compiled|edited|translated|produced"
    r"|written) by\b"
    r"|our standards|have a (?:tip|story)|got a tip|\d+ (?:comments?|shares?|views?)\b"
    r"|(?:with|includes?) (?:reporting|information|material|files) from\b)",
    re.IGNORECASE,
)
_ALT_TEXT = re.compile(
    r"\b(?:logo|icon|avatar|thumbnail|banner|screenshot|headshot|placeholder)\s*\Z", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]{1,64}@[\w-]+\.[\w.-]+|(?<!\w)[@#]\w+")
_BARE_DOMAIN = re.compile(r"[\w-]{1,60}(?:\.[A-Za-z]{2,10}){1,3}\Z")
_ADDRESS_SIGN = re.compile(r"[@#]|://|www\.")
_EDGE = re.compile(r"\A[^\w©@#(“‘\"«„]+")
_END_MARK = re.compile(r"[.!?…。！？؟۔।॥։።]['\"”’»)\]」』）]*\Z")
# Each begins with a sign that is quickly found; what stands before is looked at only there.
_DIRT = tuple(
    map(
        re.compile,
        (
            # "Kim UnThe"
            r"[A-Z](?<=[a-z].)(?:(?<=T)h(?:e|at|is|ey|ere)|(?<=S)he|(?<=H)e|(?<=I)t|(?<=B)ut"
            r"|(?<=W)(?:e|hich|hile|hen|ith)|(?<=A)(?:nd|t)|(?<=O)n|(?<=F)or)\b",
            # "to a A stunning", "Washington That"
            r" (?=An?\b)(?:(?<=\ba )|(?<=\ban )|(?<=\bby )|(?<=\bto )|(?<=\bthe )|(?<=\band )"
            r"|(?<=\bwith ))| (?=The\b)(?:(?<=\ba )|(?<=\ban )|(?<=\bthe ))"
            r"| (?<=[a-z,] )(?:That|There|Which|And|But|Has|Was|Were|Are|Is|While|Whose)\b",
            # "Chinawhich"
            r"[A-Z][a-z]{2,}(?:which|another|whose|although|would|could|should"
            r"|(?<!Good)(?<!Free)will)\b",
            # "Putin. declared"
            r"\. [a-z](?<=\w{5}..[a-z])",
            r"\)[A-Z][a-z]",
        ),
    )
)
_LONGEST_FURNITURE = 1000  # characters
_LONGEST_ALT_WORD = 12
_LONGEST_LABELLED = 250  # longer than any caption read so far
_MOST_TWINS = 20  # equal sentences that are looked at; more are a loop, not an article
_REPEAT_FROM = 12  # characters; shorter doublings ("bye bye") are speech


def is_furniture(text: str) -> bool:
    """Whether a line or sentence, by its looks alone, belongs to the page and not to the report.

    True for what holds no letter. A text of several lines is furniture when each of its lines is.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return all(_line_is_furniture(line) for line in lines)


def _line_is_furniture(line: str) -> bool:
    line = _EDGE.sub("", line).strip()
    if len(line) > _LONGEST_FURNITURE:
        return False
    return (
        _is_page_words(line)
        or _PAGE_SPEECH.match(line) is not None
        or _is_caption(line)
        or _is_byline(line)
        or _is_doubled(line)
    )


def _is_page_words(line: str) -> bool:
    """Whether a line holds only addresses, numbers, signs and the words of buttons and dates."""
    bare = _ADDRESS.sub(" ", line) if _ADDRESS_SIGN.search(line) else line
    others = (word for word in _WORD.finditer(bare) if word[0].lower() not in _PAGE_WORDS)
    if next(others, None) is None or _BARE_DOMAIN.match(line):
        return True
    ends_so = _ALT_TEXT.search(line, max(0, len(line) - _LONGEST_ALT_WORD))
    return ends_so is not None and len(_WORD.findall(bare)) <= 6


def _is_caption(line: str) -> bool:
    """Whether a line is labelled as a source or picture, or ends by saying who took one."""
    bare = _unbracketed(line)
    if len(line) <= _LONGEST_LABELLED and (_LABEL.match(bare) or _CAPTION.match(bare)):
        return True
    # A sentence that ends as sentences do carries no credit; this spares most of them the search.
    plain = _END_MARK.search(line) and line.rstrip(" .|")[-1:] not in (")", "]")
    return not plain and _CREDIT.search(line[-160:]) is not None


def _unbracketed(line: str) -> str:
    """The line without brackets around it; "(Graphic: x.com/y) Most voters ..." keeps its own."""
    if line[:1] in ("(", "[") and len(line) - max(line.rfind(")"), line.rfind("]")) < 10:
        return line.lstrip("([ ")
    return line


def _is_byline(line: str) -> bool:
    """Whether the line holds "By", names and at most a date: no word of it is in lower case."""
    match = _BYLINE.match(line)
    if match is None or len(line) > 120 or _END_MARK.search(line):
        return False
    names = [
        word
        for word in _WORD.findall(line[match.end() :])
        if word.lower() not in _PAGE_WORDS and word.lower() not in _BYLINE_PARTICLES
    ]
    return 0 < len(names) <= 10 and not any(word[0].islower() for word in names)


def _is_doubled(line: str) -> bool:
    """Whether the line is one text twice, as a heading and its link come out of some pages."""
    half, odd = divmod(len(line), 2)
    if half < _REPEAT_FROM:
        return False
    return line[:half].strip() == line[half + odd :].strip()


def is_heading(text: str) -> bool:
    """Whether a text ends without the mark that ends a sentence."""
    return _END_MARK.search(text.rstrip()) is None


def first_dirt(text: str) -> int | None:
    """Where the damage in a sentence begins (glued words, stray capitals), or None."""
    return min((found.start() for sign in _DIRT if (found := sign.search(text))), default=None)


@functools.lru_cache(maxsize=REMEMBERED)
def reporting(title: str, body: str) -> tuple[Span, ...]:
    """The sentences of a body that report: no furniture, no doubled heading, not the title again.

    Of a sentence that stands there twice only one counts: the one within the longer line, since the
    other is a caption or a standfirst.
    """
    known = frozenset(_TOKEN.findall(title.lower()))
    told: dict[tuple[str, ...], list[Span]] = {}
    for start, end in sentences(body):
        text = body[start:end]
        words = tuple(_TOKEN.findall(text.lower()))
        if not is_furniture(text) and not _repeats(words, known):
            told.setdefault(words, []).append((start, end))
    return tuple(sorted(filter(None, (_one_of(body, spans) for spans in told.values()))))


def _repeats(words: Sequence[str], title: frozenset[str]) -> bool:
    """Whether these words say no more than the title does."""
    return bool(title) and sum(word in title for word in words) >= 0.85 * len(words)


def _one_of(body: str, spans: Sequence[Span]) -> Span | None:
    """Which of several equal sentences counts; None if they are a heading told again."""
    if len(spans) == 1:
        return spans[0]
    if is_heading(body[spans[0][0] : spans[0][1]]):
        return None
    return max(spans[:_MOST_TWINS], key=lambda span: _line_length(body, *span))


def _line_length(body: str, start: int, end: int) -> int:
    """The length of the line around a sentence, as far as 1,000 characters to either side."""
    before = body.rfind("\n", max(0, start - 1000), start)
    after = body.find("\n", end, end + 1000)
    return (after if after >= 0 else end + 1000) - (before if before >= 0 else start - 1000)
