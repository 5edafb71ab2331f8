"""Literal text in Discord's markdown: it shows as itself, and nothing in it lives."""

import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.discord import markdown
from bot.chat.hygiene import clean, one_line
from bot.message import Literal
from tests.servers.discord_hostile import addresses, lines, quotes, wild
from tests.servers.discord_markdown import alive, read, seen

often = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def without_accents(text):
    return "".join(char for char in text if unicodedata.category(char)[0] != "M")


@often
@given(wild)
def test_escaped_text_shows_as_itself_and_nothing_in_it_lives(text):
    shown = markdown.escape(clean(text))

    assert alive(shown) == []
    assert {style for run in read(shown) for style in run.styles} == set()
    assert seen(shown) == clean(text)


@often
@given(wild, st.integers(1, 400))
def test_fitted_text_is_never_too_long_and_never_ends_inside_an_escape(text, limit):
    shown = markdown.fitted(one_line(text), limit)

    assert len(shown) <= limit
    assert alive(shown) == []
    assert one_line(text).startswith(seen(shown).removesuffix("…").rstrip())


@often
@given(quotes())
def test_a_quotation_shows_the_words_of_its_source(quote):
    shown = markdown.quoted(quote, 5000)
    styles = {style for run in read(shown) for style in run.styles}

    assert styles <= {"bold"}
    # Where a highlight parts a letter from its accents, one accent more may stay.
    assert without_accents(one_line(quote.text)).startswith(
        without_accents(seen(shown)).removesuffix("…").rstrip()
    )


@often
@given(lines, st.integers(20, 2000))
def test_a_line_is_never_too_long(line, limit):
    assert len(markdown.line(line, limit)) <= limit


@often
@given(wild, addresses)
def test_a_masked_link_never_names_a_host_that_it_does_not_lead_to(text, url):
    for run in read(markdown.link(text, url, 2000)):
        if run.url is not None:
            assert "bank.com" not in run.text


@often
@given(wild, st.integers(10, 400))
def test_a_code_block_holds_everything_inside_it(text, limit):
    shown = markdown.code_block(text, limit)

    assert len(shown) <= limit
    assert all(run.styles == {"block"} for run in read(shown) if run.text)


def test_bold_words_that_touch_become_one():
    line = (Literal("North ", bold=True), Literal("Korea", bold=True), Literal(" said"))

    assert markdown.line(line, 100) == "**North Korea** said"
