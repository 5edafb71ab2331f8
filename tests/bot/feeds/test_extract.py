"""Finding the article in a page: what is kept, what is left out, how its bytes become text."""

import subprocess
import sys

import pytest

from bot.feeds.belonging import belongs
from bot.feeds.extract import LONGEST_TEXT, article_text, decoded
from tests.servers.pages import FILLER, article_page


def page(*paragraphs: str, around: str = "") -> bytes:
    return article_page("Talks go on", *paragraphs, around=around)


def test_every_paragraph_is_kept_and_stands_by_itself():
    text = article_text(page(*FILLER), "text/html")
    assert text.split("\n\n")[-len(FILLER) :] == list(FILLER)


def test_menus_comments_and_footers_are_left_out():
    comments = "<section id='comments'><h2>Comments</h2><p>Belgorod is next, I say!</p></section>"
    text = article_text(page(*FILLER, around=comments), "text/html")
    for foreign in ("War", "Belgorod", "Home", "rights"):
        assert foreign not in text


def test_a_page_without_an_article_gives_nothing():
    assert article_text(b"<html><body><div id=app></div></body></html>", "text/html") == ""
    assert article_text(b"", "text/html") == ""


def test_the_text_is_bounded_and_ends_after_a_paragraph():
    many = [f"{text} {'word ' * 60}".strip() for text in FILLER * 20]
    text = article_text(page(*many), "text/html")
    assert 40_000 < len(text) <= LONGEST_TEXT
    assert text.endswith("word")


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("Łódź".encode(), "text/html", "Łódź"),
        ("Курск".encode("cp1251"), "text/html; charset=windows-1251", "Курск"),
        ("<meta charset=koi8-r>Курск".encode("koi8-r"), "text/html", "<meta charset=koi8-r>Курск"),
        ("\ufeffКурск".encode("utf-16le"), "text/html; charset=utf-8", "Курск"),
        ("Курск".encode(), "text/html; charset=nonsense", "Курск"),
        ("Курск".encode(), "text/html; charset=us-ascii", "Курск"),
        ("café".encode("latin-1"), "text/html", "café"),
    ],
)
def test_bytes_are_read_as_they_were_meant(body, content_type, text):
    assert decoded(body, content_type) == text


def test_characters_that_no_database_takes_do_not_come_through():
    text = article_text(page(*FILLER, "Zero \x00 and \x1f and &#xD800; signs."), "text/html")
    assert not {"\x00", "\x1f", "\ud800"} & set(text)


@pytest.mark.parametrize(
    ("title", "text", "verdict"),
    [
        ("North Korean troops reach Kursk", "Troops from North Korea were seen.", True),
        ("North Korean troops reach Kursk", "We value your privacy. Accept all cookies?", False),
        ("Minister resigns after protests", "Sign in to continue reading this story", False),
        ("Talks", "We value your privacy.", True),
        ("", "Anything", True),
        ("Путин прибыл в Пхеньян", "Президент России Владимир Путин прибыл с визитом", True),
        ("北朝鮮、ロシアに派兵", "北朝鮮がロシアのクルスク州に派兵したと発表した。", True),
        ("北朝鮮、ロシアに派兵", "ログインしてください。会員登録が必要です。", False),
    ],
)
def test_a_page_belongs_to_a_title_whose_words_it_has(title, text, verdict):
    assert belongs(title, text) is verdict


def test_the_bot_itself_never_loads_the_library():
    code = "import sys, bot.app; sys.exit(any(m in sys.modules for m in ('trafilatura', 'lxml')))"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
