"""What foreign text and addresses may not carry into a chat."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.hygiene import claims_other_host, clean, cut, domain, one_line, runs, safe_link
from bot.message import Literal, Quote

HOSTILE = [
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *range(0x200B, 0x2010),
    *range(0x2060, 0x2065),
    *(0xFEFF, 0x00AD, 0x061C, 0xE0001, 0xE0061, 0xE007F, 0x2028, 0x2029, 0x00, 0x1B, 0x85, 0x9B),
    *(0xE0000, 0xE0100, 0xFFFE, 0x1FFFF, 0xD800, 0xDFFF, 0x3164, 0x2800),
]
HONEST = [
    "Kursk: North Korean troops – “the first” since 1950",
    "مقتل ثلاثة جنود في غزة، بحسب وزارة الصحّة",
    "צַהַ״ל תקף בצפון הַשַּׁבָּת",
    "ประเทศไทยยืนยันว่าน้ำท่วมที่กรุงเทพฯ",
    "Việt Nam và Campuchia ký thoả thuận",  # codespell:ignore nam
    "北朝鮮がミサイルを発射、日本海に落下",
    "भारत ने सीमा पर सैनिक भेजे",
    "러시아, 쿠르스크에서 반격",
    "🟠 🇺🇦 ✈️ 👍🏽",
]


@pytest.mark.parametrize("code", HOSTILE, ids=hex)
def test_a_character_that_lies_is_stripped(code: int) -> None:
    assert clean(f"a{chr(code)}b") == "ab"


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_of_any_script_stays_as_it_is(text: str) -> None:
    assert clean(text) == text
    assert clean(unicodedata.normalize("NFD", text)) == unicodedata.normalize("NFD", text)


def test_of_all_of_unicode_only_honest_formats_stay() -> None:
    formats = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    every = (chr(code) for code in range(0x110000))
    kept = [
        char for char in every if unicodedata.category(char) in formats and clean(f"a{char}") != "a"
    ]
    assert "".join(kept) == (
        "\t\n\r\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
    )


def test_piled_up_accents_are_thinned_to_two() -> None:
    assert clean("Z" + "\u0301" * 50 + "a") == "Z\u0301\u0301a"


def test_piled_up_marks_of_one_script_are_thinned_to_three() -> None:
    assert clean("ส" + "\u0e47" * 50) == "ส" + "\u0e47" * 3


def test_line_breaks_stay_and_tabs_become_spaces() -> None:
    assert clean("a\r\nb\tc\n") == "a\nb c\n"


def test_one_line_has_single_spaces_only() -> None:
    assert one_line("  a\n\n b\u00a0\tc\u2028d ") == "a b cd"


@given(st.text())
def test_cleaning_twice_changes_nothing_more_and_always_encodes(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")


@given(st.text(), st.integers(0, 60))
def test_cut_text_is_never_longer_than_allowed_and_begins_as_the_text_does(
    text: str, limit: int
) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))


def test_text_that_fits_is_not_cut() -> None:
    assert cut("twelve chars", 12) == "twelve chars"


def test_a_cut_ends_after_a_whole_word() -> None:
    assert cut("Russian missile strikes hit Kharkiv", 30) == "Russian missile strikes hit…"


def test_a_cut_inside_a_long_word_keeps_what_fits() -> None:
    assert cut("x" * 50, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    "character", ["e\u0301", "👍🏽", "🇺🇦", "✈️", "각", "\u1100\u1161\u11a8", "क्ष", "👨\u200d👩"]
)
@pytest.mark.parametrize("limit", range(5, 15))
def test_a_visible_character_is_never_cut_in_two(character: str, limit: int) -> None:
    kept = cut(character * 20, limit).removesuffix("…")
    assert kept == character * (len(kept) // len(character))


def test_text_of_marks_alone_is_still_cut() -> None:
    assert len(cut("\u0301" * 100, 10)) == 10


def test_runs_are_bold_where_the_quotation_matched() -> None:
    quote = Quote("Troops of North Korea near Kursk.", ((10, 21), (27, 32)))
    assert runs(quote, 100) == (
        Literal("Troops of "),
        Literal("North Korea", bold=True),
        Literal(" near "),
        Literal("Kursk", bold=True),
        Literal("."),
    )


def test_runs_survive_highlights_that_overlap_or_leave_the_text() -> None:
    quote = Quote("abcdef", ((2, 4), (0, 3), (5, 99), (9, 12)))
    assert runs(quote, 100) == (
        Literal("abc", bold=True),
        Literal("d", bold=True),
        Literal("e"),
        Literal("f", bold=True),
    )


@given(
    st.text(max_size=80),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=4),
    st.integers(1, 60),
)
def test_runs_are_one_clean_line_within_the_limit(
    text: str, highlights: list[tuple[int, int]], limit: int
) -> None:
    said = "".join(run.text for run in runs(Quote(text, tuple(highlights)), limit))
    assert len(said) <= limit
    assert "\n" not in said
    assert "  " not in said
    assert said == said.strip()


def test_a_link_loses_its_trackers_and_keeps_the_rest() -> None:
    assert (
        safe_link("https://news.test/a?id=7&utm_source=x&fbclid=y#top")
        == "https://news.test/a?id=7#top"
    )
    assert safe_link("https://news.test/a?q=a+b&c") == "https://news.test/a?q=a+b&c"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://news.test/a",
        "//news.test/a",
        "news.test/a",
        "https://user:secret@news.test/",
        "https://user@news.test/",
        "http://localhost/",
        "http://printer/",
        "http://router.local/",
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f.0.0.1/",
        "http://0x7f.1/",
        "http://10.0.0.8/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[fe80::1]/",
        "http://[::1",
        "http://news.test:99999/",
        "https://",
        "https://bank.com log in",
        "https://bank.com\\@news.test/",
        "https://a<b.test/",
        "",
        "https://news.test/" + "a" * 1_500,
    ],
)
def test_an_address_that_people_must_not_be_sent_to_becomes_no_link(url: str) -> None:
    assert safe_link(url) is None


def test_an_address_on_the_allow_list_counts_as_public() -> None:
    assert safe_link("http://127.0.0.1:8080/a", {"127.0.0.1:8080"}) == "http://127.0.0.1:8080/a"
    assert safe_link("http://127.0.0.1:8081/a", {"127.0.0.1:8080"}) is None


def test_a_look_alike_host_shows_itself() -> None:
    assert safe_link("https://аррӏе.com/a") == "https://xn--80ak6aa92e.com/a"


def test_a_link_cannot_leave_its_brackets() -> None:
    assert (
        safe_link("https://news.test/a|b> <c)`'\"\n") == "https://news.test/a%7Cb%3E%20%3Cc)%60'%22"
    )


@given(st.text())
def test_any_text_gives_a_safe_address_or_none(text: str) -> None:
    for candidate in (text, f"https://{text}", f"https://news.test/{text}?{text}"):
        link = safe_link(candidate)
        assert link is None or (link.isascii() and not set('<>|" \n') & set(link))


def test_the_domain_is_shown_without_www() -> None:
    assert domain("https://www.reuters.com/world/x") == "reuters.com"


@pytest.mark.parametrize(
    "label",
    [
        "https://bank.com",
        "Log in at bank.com now",
        "www.bank.com",
        "BANK.COM",
        "bank\uff0ecom",
        "visit банк.рф",
        "news.test.evil.com",
        "https://news.test@evil.com/a",
        "http://10.0.0.1/",
        "read https://news.test/a and bank.com",
    ],
)
def test_a_label_that_names_another_host_is_found_out(label: str) -> None:
    assert claims_other_host(label, "https://news.test/a")


def test_an_address_may_stand_for_itself() -> None:
    for url in ("http://127.0.0.1:8080/feeds/1.atom", "https://www.news.test/a.html?b=c.d"):
        assert not claims_other_host(url, url)
        assert not claims_other_host(url.removeprefix("https://"), url)


@pytest.mark.parametrize(
    "label",
    [
        "Missiles hit Kharkiv, U.S. says",
        "It ended. Then it began",
        "v2.5 of the plan",
        "news.test: x",
    ],
)
def test_an_ordinary_headline_claims_no_host(label: str) -> None:
    assert not claims_other_host(label, "https://www.news.test/a")
