"""Pictures show what is there, in any script, and no text of a feed does harm in them.

Warnings are errors in this suite, so a sign that the font has not would fail every test here.
"""

import io
import struct
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor

from bot.insight.charts import SOURCES, FigurePoint, StoryPoint, periods, story_chart, trend_chart
from bot.insight.sheet import letters, readable, ticks
from bot.insight.trend import Mention, trend

START = datetime(2024, 10, 25, 14, 20, tzinfo=UTC)
HOSTILE = [
    "朝鲜向俄罗斯派兵",
    "نتنياهو يعلن وقف إطلاق النار",
    "😀 🇺🇦 👩‍👩‍👧",
    "$x_1^2$ and $\\frac{1}{0}$",
    "_hidden",
    "\u202eevil\u0000\x1b[31m\n\n",
    "x" * 10_000,
    "",
    "\ud800",
]


def size_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def colours(png):
    """How many pixels have each colour."""
    with Image.open(io.BytesIO(png)) as picture:
        seen = picture.convert("RGB").getcolors(2**24) or []
    return Counter({colour: number for number, colour in seen})


def reports(*sources):
    return [
        StoryPoint(START + timedelta(hours=number), name) for number, name in enumerate(sources)
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_any_text_can_be_title_source_and_figure(text):
    png = story_chart(reports(text, "Reuters", text), [FigurePoint(START, text)], text)
    assert size_of(png)[0] == 1280


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_any_text_can_be_a_spikes_headline(text):
    days = [timedelta(days=n) for n in range(14)]
    calm = [Mention(START - day, "calm", "S") for day in days for _ in range(4)]
    storm = [Mention(START - timedelta(days=2), text, "S")] * 40
    found = trend(calm + storm, now=START, days=14, known_since=START - timedelta(days=99))
    assert len(found.spikes) == 1
    assert size_of(trend_chart(found, text))[0] == 1280


def test_a_trend_without_an_article_or_a_usual_level_is_drawn_too():
    empty = trend([], now=START, days=3, known_since=None)
    assert size_of(trend_chart(empty, "Nothing")) == size_of(trend_chart(empty, "Still nothing"))


def test_six_sources_have_colours_of_their_own_and_the_rest_share_one():
    named = [f"Source {number}" for number in range(6) for _ in range(2)]
    six = colours(story_chart(reports(*named), [], "Six"))
    assert all(six[ImageColor.getrgb(colour)] > 500 for colour in SOURCES)
    eight = story_chart(reports(*named, "Seventh", "Eighth"), [], "Eight")
    assert colours(eight)[ImageColor.getrgb("#BDBDBD")] > 500


def test_more_figures_need_a_longer_sheet_up_to_eight():
    heights = [
        size_of(
            story_chart(reports("A"), [FigurePoint(START, f"troops: {n}") for n in range(many)], "")
        )[1]
        for many in (0, 1, 8, 9, 30)
    ]
    assert heights[0] < heights[1] < heights[2] < heights[3] == heights[4]


def test_a_story_without_a_report_has_no_picture():
    with pytest.raises(ValueError, match="without a report"):
        story_chart([], [FigurePoint(START, "troops: 3,000")], "Empty")


def test_letters_that_the_font_has_not_become_an_ellipsis_and_signs_go():
    assert readable("Honduras cuts ties (與台灣斷交) today", "-") == "Honduras cuts ties (…) today"
    assert readable("台灣 and 香港 and Seoul", "-") == "… and … and Seoul"
    assert readable("Kyiv 🇺🇦 holds", "-") == "Kyiv holds"


def test_a_text_of_which_too_little_is_left_is_called_otherwise():
    assert readable("朝鲜 DPRK", "story 12") == "… DPRK"
    assert readable("朝鲜向俄罗斯派兵", "story 12") == "story 12"
    assert readable("\u200b\n", "story 12") == "story 12"


@given(st.text(max_size=60))
def test_what_is_readable_is_one_line_of_signs_that_the_font_has(text):
    shown = readable(text, "otherwise")
    assert shown
    assert all(ord(sign) in letters() for sign in shown)
    assert shown == " ".join(shown.split())


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.integers(0, 86_400))
def test_periods_cover_a_story_of_any_length_in_twelve_to_seventy_two_bars(span, second):
    first = START + timedelta(seconds=second)
    starts, step = periods(first, first + timedelta(seconds=span))
    assert 12 <= len(starts) <= 72
    assert starts[0] <= first
    assert first + timedelta(seconds=span) < starts[-1] + step
    assert 1 <= len(ticks(starts, step)) <= 8
    assert step >= timedelta(hours=1)
