"""How the HTML of entries becomes plain text."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.feeds.plaintext import one_line, plain_text

# Characters that a reference can name; html.unescape maps or drops the others, as HTML says.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n\t\r "))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p>One<p>Two", "One\n\nTwo"),
        ("<div><div>One</div></div>Two", "One\n\nTwo"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("One <br> two", "One\ntwo"),
        ("<p>  One\n  two\t three </p>", "One two three"),
        ("North <b>Korea</b>n troops", "North Korean troops"),
        ("<b>North </b> Korea", "North Korea"),
        ("<b>North</b> <i>Korea</i>", "North Korea"),
        ("AT&amp;T &lt;b&gt; &#8217; &eacute; &nbsp;x", "AT&T <b> ’ é \xa0x"),
        ("a<script>alert('<p>')</script>b<style>p { x }</style>c", "abc"),
        ("a<SCRIPT src=x></SCRIPT>b", "ab"),
        ("a<svg><title>no</title><text>no</text></svg>b", "ab"),
        ("<pre>a\n  b\n\n\n c</pre>d", "a\n  b\n\n\n c\n\nd"),
        ("x<pre>a <b> b</b>\tc</pre>", "x\n\na  b\tc"),
        ("<ul><li>one</li><li>two</li></ul>", "one\n\ntwo"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("<!-- a comment --><p>text", "text"),
        ("a<img src=x onerror=alert(1)>b", "ab"),
        ("<p></p><p> </p><p>x</p>", "x"),
        ("<![CDATA[5 < 6]]>", "5 < 6"),
        ("<![if mso]>x<![endif]>", "x"),
        ("<![bogus[x]]>y", "y"),
        ("<!doctype html><html><head><title>no</title></head><body>yes</body></html>", "yes"),
        ("5 < 6 and 7 > 6", "5 < 6 and 7 > 6"),
        ("no tag\nat all\n\nbut &amp; lines", "no tag\nat all\n\nbut & lines"),
        ("one\r\ntwo\r\n\r\n\r\nthree", "one\ntwo\n\nthree"),
        ("</pre></script></div>x", "x"),
        ("<svg/>x", "x"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_html_becomes_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@given(st.text())
def test_no_string_is_too_broken(markup: str) -> None:
    plain_text(markup)


SCRAPS = (
    *("<p>", "</p>", "<pre>", "</pre>", "<br>", "<script>", "</script>", "<td>", "<svg>", "</svg>"),
    *("<![CDATA[", "]]>", "<![", "<!--", "-->", "<!doctype", "<?", "&#0;", "&amp", "&#xfffff;"),
    *"<>/![]-&#;\"'= \n\0xé",
)


@given(st.lists(st.sampled_from(SCRAPS), max_size=40))
def test_no_heap_of_markup_is_too_broken(pieces: list[str]) -> None:
    text = plain_text("".join(pieces))
    assert text == text.strip()


@given(TEXT)
def test_escaped_text_in_pre_comes_back_as_it_was(text: str) -> None:
    assert plain_text(f"<pre>{html.escape(text)}</pre>") == text.strip()


@given(st.lists(TEXT, max_size=5))
def test_paragraphs_stay_apart_and_their_words_stay_together(paragraphs: list[str]) -> None:
    white = re.compile(r"[ \t\n\r\f]+")
    said = [white.sub(" ", text).strip(" ") for text in paragraphs]
    expected = "\n\n".join(text for text in said if text.strip()).strip()
    assert plain_text("".join(f"<p>{html.escape(text)}</p>" for text in paragraphs)) == expected


def test_one_line_makes_every_gap_a_blank() -> None:
    assert one_line("  North\n\tKorea\xa0 and  Kursk ") == "North Korea and Kursk"
