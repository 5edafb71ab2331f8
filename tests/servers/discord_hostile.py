"""What articles may try against a chat: hostile text, and messages made of it."""

import string
from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.message import (
    AlertCard,
    Answer,
    Bullets,
    Button,
    ChangedFigure,
    Code,
    Extract,
    Link,
    Literal,
    Paragraph,
    Quote,
    Style,
    Table,
    Tone,
    Update,
    When,
)
from bot.model import Published, Severity

NOW = datetime(2026, 11, 22, 14, 31, tzinfo=UTC)

HOSTILE = (
    "",
    " \n\t ",
    "@everyone @here <@1> <@&2> <#3> </watch add:4> <:x:5> <t:0:R>",
    "[bank.com](http://evil.example)",
    "[a](<http://evil.example>) https://evil.example/x <https://evil.example>",
    "\\[bank\\](http://evil.example) \\\\[x](http://evil.example)",
    "**bold** __under__ *it* _it_ ~~gone~~ ||spoiler|| `code` ```block```",
    "# Heading\n## Two\n-# small\n> quote\n>>> all\n- list\n1. first",
    "``` unclosed",
    "**",
    "\\",
    "a\\",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200b\u200d\ufeff\u00ad",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035aa\u0300\u0301\u0302\u0303",
    "👩‍👩‍👧‍👦🇺🇦🏳️‍🌈" * 400,
    "é" * 10_000,
    "*" * 10_000,
    "[" * 10_000,
    "1." * 5_000,
    "> " * 5_000,
    "word " * 2_000,
    "محادثات حول مضيق هرمز " * 400,
    "discord.gg/evil discord:123456789012345678",
)

# By number: the strategies are shown in reports, and 10,000 characters would be, too.
hostile = st.integers(0, len(HOSTILE) - 1).map(HOSTILE.__getitem__)
wild = st.one_of(
    hostile,
    st.text(max_size=300),
    st.text(alphabet="*_~|`<>[]()#@:/\\-+.1 \nhtpsevryonewcm", max_size=120),
    st.builds("".join, st.lists(hostile, max_size=3)),
)
addresses = st.one_of(
    st.sampled_from(
        [
            "https://example.com/a",
            "https://example.com/b",
            "https://example.com/a)b(c",
            "javascript:alert(1)",
            "https://user:pass@example.com/",
            "http://127.0.0.1/",
            "https://example.com/" + "x" * 3000,
            "https://example.com/" + "(" * 600,
        ]
    ),
    wild,
)
published = st.one_of(st.none(), st.builds(Published, st.just(NOW), st.booleans()))


@st.composite
def quotes(draw):
    text = draw(wild)
    edge = st.integers(0, len(text))
    spans = draw(st.lists(st.tuples(edge, edge), max_size=4))
    return Quote(text, tuple((min(span), max(span)) for span in spans))


pieces = st.one_of(
    st.builds(Literal, wild, st.booleans(), st.booleans()),
    st.builds(Link, wild, addresses),
    st.builds(When, st.just(NOW), st.booleans()),
)
lines = st.lists(pieces, max_size=4).map(tuple)
words = st.text(alphabet=string.ascii_lowercase + "-", min_size=1, max_size=12)
actions = st.builds("{}:{}".format, words, words)
buttons = st.lists(
    st.one_of(
        st.builds(Button, wild, actions, st.text(max_size=60), style=st.sampled_from(Style)),
        st.builds(Button, wild, actions, url=addresses),
    ),
    max_size=30,
).map(tuple)
cards = st.builds(
    AlertCard,
    headline=quotes(),
    url=st.one_of(st.none(), addresses),
    severity=st.sampled_from(Severity),
    source=wild,
    published=published,
    first_seen=st.just(NOW),
    watch=wild,
    sentences=st.lists(quotes(), max_size=4).map(tuple),
    left_out=st.lists(wild, max_size=3).map(tuple),
    why=lines,
    buttons=buttons,
    corroboration=lines,
    note=st.one_of(st.just(()), lines),
)
updates = st.builds(
    Update,
    headline=quotes(),
    url=st.one_of(st.none(), addresses),
    source=wild,
    published=published,
    first_seen=st.just(NOW),
    figures=st.lists(st.builds(ChangedFigure, wild, wild, wild, quotes()), max_size=9).map(tuple),
    sentences=st.lists(quotes(), max_size=9).map(tuple),
    why=lines,
    buttons=buttons,
)
blocks = st.one_of(
    st.builds(Paragraph, lines),
    st.builds(Code, wild),
    st.builds(Bullets, st.lists(lines, max_size=4).map(tuple)),
    st.builds(
        Table, st.just(("a", "b")), st.lists(st.tuples(lines, lines), max_size=12).map(tuple)
    ),
    st.builds(
        Extract,
        headline=quotes(),
        url=st.one_of(st.none(), addresses),
        source=wild,
        published=published,
        sentences=st.lists(quotes(), max_size=3).map(tuple),
    ),
)
answers = st.builds(
    Answer,
    title=wild,
    blocks=st.lists(blocks, max_size=6).map(tuple),
    buttons=buttons,
    tone=st.sampled_from(Tone),
)
messages = st.one_of(cards, updates, answers)
