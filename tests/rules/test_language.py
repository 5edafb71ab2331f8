"""What terms and operators find, section by section, as a table that a person can read.

Each row is a query, a text, and whether the text answers it. A row of three columns more gives a
title. Texts are as dirty as news is.
"""

import pytest

import rules
from rules.folding import fold

NAMES = [
    ("Sudan", "South Sudan signed.", False),
    ("Sudan", "Sudan and South Sudan signed.", True),
    ("Sudan", "Sudanese troops", True),
    ("Sudan", "South Sudanese troops", False),
    ("Guinea", "Equatorial Guinea", False),
    ("Guinea", "Papua New Guinea", False),
    ("Guinea", "a guinea pig", False),
    ("Ireland", "Northern Ireland", False),
    ("Mexico", "New Mexico", False),
    ("Samoa", "American Samoa", False),
    ("Niger", "Nigeria and Nigerian troops", False),
    ("Niger", "the Nigerien army", True),
    ("Korea", "South Korea said", True),
    ("Congo", "DR Congo said", True),
    ("Dominica", "the Dominican Republic", False),
    ("Ireland", "Irish troops", True),
    ("F-16", "two F-16s took off", True),
    ("F16", "two F-16s took off", True),
    ("F-16s", "an F16 took off", True),
    ("F-16", "an F-18 took off", False),
    ("1990", "in the 1990s", False),
    ("Kim Jong Un", "Kim Jongun spoke", True),
    ("North Korea", "North and South Koreans met", True),
    ("South Korea", "North and South Koreans met", True),
    ("North Korea", "South and North Korea", True),
    ("North Korea", "Korea, North, and others", True),
    ("North Korea", "in Korea north of the border", False),
    ("DPRK", "North Korea", False),
    ("Türkiye", "Turkey voted", True),
    ("Turkey", "Türkiye voted", True),
    ("Kyiv", "Kiev fell", True),
    ('"Kyiv"', "Kiev fell", False),
    ("Huthi", "Houthis fired", True),
    ("Houthis", "a Houthi drone", True),
    ("KIM JONG UN", "Kim Jong Un spoke", True),
    ("Kim Jong-un", "Kim Jongun spoke", True),
    ("North Korea troops", "North Korean troops", True),
    ('"India"', "Indian troops", False),
]
WORDS = [
    ("sanctions", "a sanction", True),
    ("party", "two parties", True),
    ("parties", "one party", True),
    ("class", "classes", True),
    ("news", "a new law", False),
    ("Hamas", "Hama fell", False),
    ("aid", "AID arrived", True),
    ("AID", "aid arrived", False),
    ("WHO", "who said so", False),
    ("who", "WHO said so", True),
    ("US", "join us", False),
    ("US", "the US. The", True),
    ("u.s.", "US troops", True),
    ("F16", "F-16 jets", True),
    ("F-16", "F16 jets", True),
    ("F-16", "F 16 jets", True),
    ("Jongun", "Kim Jong-un", True),
    ("Russian", "pro-Russian rebels", True),
    ("10000", "10 000 men", True),
    ("10 000", "10,000 men", True),
    ("3.5", "35 percent", False),
    ("3.5", "3.5 percent", True),
    ("100", "1000 men", False),
    ("Sanaa", "Sana’a fell", True),
    ("OBrien", "O’Brien said", True),
    ("troops", "the troops’ arrival", True),
    ("AT&T", "AT&amp;T said", True),
    ("Ukraine war drone", "drone war in Ukraine", False),
    ("href", '<a href="x">y</a>', False),
    ("north", "<b>N</b>orth", True),
]
SCRIPTS = [
    ("Lodz", "Łódź", True),
    ("Iran", "İran", True),
    ("NATO", "ＮＡＴＯ", True),
    ("Zürich", "Zu\u0308rich", True),
    ("Θεσσαλονίκη", "ΘΕΣΣΑΛΟΝΙΚΗ", True),
    ("ガザ", "カサを", False),
    ("ガザ", "ガザ地区", True),
    ("インド", "インドネシア", False),
    ("马里", "索马里局势", False),
    ("马里", "马里局势", True),
    ("印度", "印度尼西亚", False),
    ("中国", "其中，国家", False),
    ("東京 大学", "東京、大学", True),
    ("북한", "북한군이", True),
    ("인도", "인도네시아 정부", False),
    ("عراق", "العراق", True),
    ("العراق", "للعراق", True),
    ("हिन्दी", "हिन्दी में", True),
    ("ไทย", "ประเทศไทย", True),
]
GLUE = [
    ("dangerous", "‘Very dangerous’The U.S.", True),
    ("Kim Jong Un", "Kim Jong UnThe growing", True),
    ("Austin", "Lloyd Austinwill hold", True),
    ("China", "news Chinawhich has", True),
    ('"China"', "news Chinawhich has", False),
    ("=Kursk", "KurskThe", False),
    ("China", "Chinatown", False),
    ("India", "Indiana", False),
    ("Israel", "Israelis", True),
    ("Thail", "Thailand", False),
]
PATTERNS = [
    ('"Kim * Un"', "Kim Jong Il and Un", False),
    ("wom?n", "a woman", True),
    ("Hwasong*", "the Hwasong-17", True),
    ("KN-2*", "a KN-23 missile", True),
    ("col*r", "colour", True),
    ("abc*c", "abc", False),
    ("Kursk~", "Kusrk", True),
    ("Kursk~", "Kurds and Kurdish", False),
    ("Niger~", "Nigeria", False),
    ("Austria~1", "Australia", False),
    ("Gambia~1", "Zambia", False),
    ("Slovakia~2", "Slovenia", False),
    ("Zelensky~1", "Zelenskiy", True),
    ("=Turkey", "TURKEY", False),
    ('="North Korea"', "north Korea", False),
    ("=Korea", "North Korea’s", True),
]
OPERATORS = [
    ("drone NEAR refinery", "drone a b c d e f g h i j refinery", True),
    ("drone NEAR refinery", "drone a b c d e f g h i j k refinery", False),
    ("drone NEAR/0 strike", "drone strike", True),
    ("drone PRE/5 strike", "strike by a drone", False),
    ("refinery NEAR/p drone", "A drone.\n\nA refinery", False),
    ("(Kim NEAR/5 Putin) NEAR/5 Pyongyang", "Kim met in Pyongyang with Putin", True),
    ("Clinton NEAR/5 Clinton", "Clinton alone", False),
    ('"b1 c1 a1"~2', "c1 x b1 y a1", True),
    ('"b1 c1 a1"~1', "c1 x b1 y a1", False),
    ('"a1 a1"~3', "a1 x", False),
    ('"Kim Putin"~3', "Kim.\n\nPutin", False),
    ("ATLEAST/3 (Kursk OR Belgorod)", "Kursk Belgorod Kursk", True),
    ("SCORE/5 (coup^3, curfew^2)", "coup and curfew", True),
    ("SCORE/5 (coup^3, curfew^2, junta)", "coup and junta", False),
    ('"Kursk region"', "the Kursk\nregion", True),
    ('"Kursk region"', "in Kursk.\nRegion x", False),
    ("not Iran and Kursk", "Kursk", True),
    ("NOT NOT Kursk", "Kursk", True),
]
TABLE = NAMES + WORDS + SCRIPTS + GLUE + PATTERNS + OPERATORS


@pytest.mark.parametrize(("query", "text", "answers"), TABLE)
def test_the_text_answers_the_query_or_not(query, text, answers):
    found = rules.match(rules.parse(query), rules.Document("", text))
    assert (found is not None) is answers, found


@pytest.mark.parametrize(
    ("query", "given", "answers"),
    [
        ("source:reuters.com", {"source": "feeds.reuters.com"}, True),
        ("source:reuters.com", {"source": "notreuters.com"}, False),
        ("site:Reuters.com", {"source": "reuters.com"}, True),
        ('source:"Japan Times"', {"source": "Japan Times"}, True),
        ("source:News.Az", {"source": "News.Az"}, True),
        ("x1 lang:en", {"language": "en-US"}, True),
        ("x1 lang:en", {"language": None}, False),
        ("tag:war", {"tags": ("War",)}, True),
        ('author:"Vusala Abbasova"', {"author": "By Vusala Abbasova"}, True),
        ("url:/world/", {"url": "https://x.org/World/1"}, True),
        ("sourcecountry:AZ", {"source_country": "Azerbaijan"}, True),
        ("country:US", {}, False),
    ],
)
def test_filters_look_at_the_data_of_the_article(query, given, answers):
    found = rules.match(rules.parse(query), rules.Document("", "x1 join us", **given))
    assert (found is not None) is answers


@pytest.mark.parametrize(
    ("query", "text", "how"),
    [
        ("Kursk", "Kursk", "exact"),
        ("missile", "missiles", "plural"),
        ("North Korea", "North Koreans", "demonym"),
        ("Kyiv", "Kiev", "alias"),
        ("Kursk~", "Kusrk", "fuzzy"),
        ("China", "Chinawhich", "glue"),
        ("Jongun", "Jong-un", "hyphen"),
        ("Zelensk*", "Zelensky", "wildcard"),
        ("북한", "북한군이", "attached"),
        ("North Korea", "Korea, North", "inverted"),
        ("North Korea", "North and South Korea", "coordinated"),
    ],
)
def test_evidence_says_how_it_answers(query, text, how):
    found = rules.match(rules.parse(query), rules.Document("", f"x {text} y"))
    assert found is not None
    (piece,) = found.evidence
    shown = f"x {text} y"[piece.start : piece.end]
    assert (piece.how, piece.term) == (how, query)
    assert shown == ("China" if how == "glue" else text)
    assert piece.distance == (1 if how == "fuzzy" else None)


def test_a_further_reading_is_found_by_a_pattern_alone():
    assert rules.match(rules.parse("F16*"), rules.Document("", "F-16"))


LONGER = [
    ("Hong Kong", "the Hong Kong Special Administrative Region", True),
    ("North Korea", "the North Korean People's Army", True),
    ("Virgin Islands", "the British Virgin Islands", True),
    ("Marshall Islands", "the Marshall Islands", True),
    ("New Guinea", "Papua New Guinea", None),
    ("Guinea", "Papua New — Guinea", None),
    ("China", "South China-Sea", None),
    ("Japan", "Japan-Times", None),
    ("Saudi Arabia", "Saudi Arabian oil", True),
]


def test_a_rule_set_with_all_these_rules_finds_what_each_finds_alone():
    rows = TABLE + LONGER
    queries = {query: rules.parse(query) for query, _, _ in rows}
    ruleset = rules.Ruleset()
    for name, query in queries.items():
        ruleset.add(rules.Rule(name, query))
    for _, text, _ in rows:
        document = rules.Document(text, f"It said: {text} — and more.")
        alone = {name for name, query in queries.items() if rules.match(query, document)}
        assert set(ruleset.match(document).matches) == alone, text


@pytest.mark.parametrize(("query", "text", "answers"), [row for row in LONGER if row[2]])
def test_a_name_of_several_words_counts_by_itself(query, text, answers):
    assert bool(rules.match(rules.parse(query), rules.Document("", text))) is answers


def test_no_sign_folds_to_white_space_or_to_two_words():
    """Some ligatures are whole phrases, and some marks stand on a space of their own."""
    signs = map(chr, (*range(0xD800), *range(0xE000, 0x30000)))
    assert not [sign for sign in signs if not sign.isspace() and len(fold(sign).split()) > 1]
    assert fold("\ufdfa")
    assert fold("\ufe70") == ""
