"""The names data is complete, unequivocal, and does not fall into the traps that names set."""

import itertools
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict

import pytest

from rules import names
from rules.folding import fold
from rules.names import Territory

UN_MEMBERS = """
    AF AL DZ AD AO AG AR AM AU AT AZ BS BH BD BB BY BE BZ BJ BT BO BA BW BR BN BG BF BI CV KH CM CA
    CF TD CL CN CO KM CG CD CR CI HR CU CY CZ DK DJ DM DO EC EG SV GQ ER EE SZ ET FJ FI FR GA GM GE
    DE GH GR GD GT GN GW GY HT HN HU IS IN ID IR IQ IE IL IT JM JP JO KZ KE KI KP KR KW KG LA LV LB
    LS LR LY LI LT LU MG MW MY MV ML MT MH MR MU MX FM MD MC MN ME MA MZ MM NA NR NP NL NZ NI NE NG
    MK NO OM PK PW PA PG PY PE PH PL PT QA RO RU RW KN LC VC WS SM ST SA SN RS SC SL SG SK SI SB SO
    ZA SS ES LK SD SR SE CH SY TJ TZ TH TL TG TO TT TN TR TM TV UG UA AE GB US UY UZ VU VE VN YE ZM
    ZW
""".split()  # noqa: SIM905 -- a table of codes reads better than 193 quoted strings
LOCALES = [
    "ar", "de", "es", "fa", "fr", "he", "hi", "id", "it", "ja",
    "ko", "nl", "pl", "pt", "ru", "th", "tr", "uk", "vi", "zh",
]  # fmt: skip
BY_CODE = {territory.alpha2: territory for territory in names.TERRITORIES}
CONTINUOUS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def every_form(territory: Territory) -> set[str]:
    return {
        territory.name,
        *territory.names,
        *territory.abbreviations,
        *territory.demonyms,
        *territory.plurals,
        *territory.capitals,
        *itertools.chain.from_iterable(territory.foreign.values()),
    }


def letters(form: str) -> str:
    """The folded form without spaces and signs: "Basse-Terre" and "Basseterre" are one."""
    return "".join(c for c in fold(form) if c.isalnum() or unicodedata.category(c)[0] == "M")


def words(phrase: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in re.split(r"[\s,.&'’-]+", phrase) if word)


def test_the_list_of_members_is_the_193_of_the_united_nations():
    assert len(UN_MEMBERS) == len(set(UN_MEMBERS)) == 193


@pytest.mark.parametrize("code", UN_MEMBERS)
def test_every_member_of_the_united_nations_has_name_demonym_and_capital(code):
    territory = BY_CODE[code]
    assert territory.name
    assert territory.demonyms
    assert territory.capitals


def test_the_territories_are_the_249_of_iso_3166_and_kosovo():
    assert len(names.TERRITORIES) == 250
    assert "XK" in BY_CODE


def test_codes_are_unique_well_formed_and_in_order():
    alpha2 = [territory.alpha2 for territory in names.TERRITORIES]
    alpha3 = [territory.alpha3 for territory in names.TERRITORIES]
    assert alpha2 == sorted(set(alpha2))
    assert len(set(alpha3)) == len(alpha3)
    assert all(re.fullmatch("[A-Z]{2}", code) for code in alpha2)
    assert all(re.fullmatch("[A-Z]{3}", code) for code in alpha3)


def test_a_form_of_two_territories_is_marked_ambiguous_in_both():
    owners: dict[str, set[str]] = defaultdict(set)
    for territory in names.TERRITORIES:
        for form in every_form(territory):
            owners[letters(form)].add(territory.alpha2)
    unmarked = {
        (form, code)
        for form, codes in owners.items()
        for code in codes
        if len(codes) > 1 and form not in map(letters, BY_CODE[code].ambiguous)
    }
    assert not unmarked


def test_what_is_marked_ambiguous_is_a_form_of_its_row():
    strays = {(t.alpha2, form) for t in names.TERRITORIES for form in t.ambiguous - every_form(t)}
    assert not strays


def test_forms_are_composed_trimmed_and_never_repeated_in_their_field():
    for territory in names.TERRITORIES:
        english = (territory.name, *territory.names)
        fields = [english, territory.demonyms, territory.plurals, territory.capitals]
        for forms in [*fields, territory.abbreviations, *territory.foreign.values()]:
            assert len(forms) == len({*forms})
            for form in forms:
                assert form == unicodedata.normalize("NFC", form.strip())
                assert letters(form)
                assert "’" not in form


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_names_every_territory(locale):
    assert [t.alpha2 for t in names.TERRITORIES if not t.foreign.get(locale)] == []


def test_there_are_no_other_languages():
    assert {locale for t in names.TERRITORIES for locale in t.foreign} == set(LOCALES)


def test_no_form_is_a_list_form_or_a_description_of_a_list_form():
    """The sources write "Congo - Kinshasa", "Hong Kong SAR China" and "Аландские о-ва"."""
    dirty = re.compile(r"\s[-–—]\s|SAR China|R\.A\.S\.|\bRAE\b|\bDAK\b|ÖİB|о-ва?\b|[();]")
    found = {
        form
        for territory in names.TERRITORIES
        for form in every_form(territory)
        if dirty.search(form)
    }
    assert found == {"Cocos (Keeling) Islands"}


@pytest.mark.parametrize(
    ("code", "form", "foreigner"),
    [
        ("NE", "Nigerien", "NG"),
        ("NG", "Nigerian", "NE"),
        ("DM", "Commonwealth of Dominica", "DO"),
        ("GN", "Guinean", "PG"),
        ("GQ", "Equatorial Guinean", "GN"),
        ("GW", "Bissau-Guinean", "GN"),
        ("AS", "American Samoan", "WS"),
        ("SS", "South Sudanese", "SD"),
        ("KP", "North Korean", "KR"),
        ("SK", "Slovak", "SI"),
        ("SI", "Slovene", "SK"),
        ("MR", "Mauritanian", "MU"),
        ("MU", "Mauritian", "MR"),
        ("AT", "Austrian", "AU"),
        ("GM", "Gambian", "ZM"),
        ("LR", "Liberian", "LY"),
        ("CD", "DRC", "CG"),
        ("TW", "Republic of China", "CN"),
        ("VC", "Vincentian", "LC"),
        ("CN", "中国", "TW"),
        ("IN", "印度", "ID"),
        ("ID", "印度尼西亚", "IN"),
        ("SO", "索马里", "ML"),
        ("KP", "북한", "KR"),
        ("KR", "남한", "KP"),
    ],
)
def test_neighbours_in_spelling_keep_their_own_forms(code, form, foreigner):
    assert form in every_form(BY_CODE[code])
    assert letters(form) not in map(letters, every_form(BY_CODE[foreigner]))


@pytest.mark.parametrize(
    ("code", "demonyms"),
    [
        ("BF", {"Burkinabe"}),
        ("BW", {"Botswanan", "Motswana", "Batswana"}),
        ("CI", {"Ivorian"}),
        ("KG", {"Kyrgyz", "Kyrgyzstani"}),
        ("KZ", {"Kazakh", "Kazakhstani"}),
        ("LS", {"Mosotho", "Basotho"}),
        ("MK", {"Macedonian", "North Macedonian"}),
        ("MM", {"Burmese"}),
        ("PS", {"Palestinian"}),
        ("SZ", {"Swazi", "Emaswati"}),
        ("TL", {"Timorese", "East Timorese"}),
        ("TW", {"Taiwanese"}),
        ("WS", {"Samoan"}),
        ("XK", {"Kosovar", "Kosovan"}),
        ("DK", {"Danish", "Dane", "Danes"}),
        ("GB", {"British", "Briton", "Britons"}),
        ("FR", {"French", "Frenchman", "Frenchmen"}),
    ],
)
def test_people_are_called_what_news_calls_them(code, demonyms):
    assert demonyms <= {*BY_CODE[code].demonyms, *BY_CODE[code].plurals}


@pytest.mark.parametrize(
    ("code", "form"),
    [
        ("CD", "Congolese"),
        ("CG", "Congolese"),
        ("DM", "Dominican"),
        ("DO", "Dominican"),
        ("GE", "Georgia"),
        ("JO", "Jordan"),
        ("TD", "Chad"),
        ("TR", "Turkey"),
        ("GN", "Guinea"),
        ("GN", "Guinean"),
        ("US", "American"),
        ("MV", "Malé"),
        ("RE", "Réunion"),
        ("IS", "Island"),
        ("GD", "Grenade"),
        ("TG", "Того"),
        ("SD", "수단"),
        ("ML", "مالي"),
        ("CF", "CAR"),
    ],
)
def test_homonyms_prove_nothing_alone(code, form):
    assert form in BY_CODE[code].ambiguous


@pytest.mark.parametrize("form", ["Korea", "Korean", "Congo", "Kongo"])
def test_a_name_that_two_countries_share_equally_is_no_name_of_either(form):
    assert all(fold(form) not in map(fold, every_form(t)) for t in names.TERRITORIES)


@pytest.mark.parametrize(
    ("code", "locale", "forms"),
    [
        ("KP", "ru", {"Северная Корея", "КНДР"}),
        ("KP", "ja", {"北朝鮮"}),
        ("KP", "ko", {"북한", "조선민주주의인민공화국"}),
        ("KP", "zh", {"朝鲜", "朝鮮", "北韩", "北朝鲜"}),
        ("KP", "fr", {"Corée du Nord"}),
        ("KP", "ar", {"كوريا الشمالية"}),
        ("KR", "ko", {"한국", "대한민국"}),
        ("US", "ru", {"США"}),
        ("US", "ja", {"アメリカ", "米国"}),
        ("US", "vi", {"Mỹ", "Hoa Kỳ"}),
        ("US", "he", {"ארצות הברית", 'ארה"ב'}),
        ("GB", "tr", {"İngiltere"}),
        ("GB", "ko", {"영국"}),
        ("CD", "fr", {"RDC", "République démocratique du Congo"}),
        ("SA", "ar", {"السعودية"}),
        ("PS", "fa", {"فلسطین"}),
        ("TW", "zh", {"台湾", "台灣", "臺灣"}),
        ("HK", "ja", {"香港"}),
        ("BY", "de", {"Belarus", "Weißrussland"}),
        ("IL", "hi", {"इज़राइल", "इजराइल"}),
        ("AU", "ko", {"호주"}),
        ("RU", "uk", {"Росія", "РФ"}),
    ],
)
def test_other_languages_have_the_names_that_their_news_uses(code, locale, forms):
    assert forms <= set(BY_CODE[code].foreign[locale])


@pytest.mark.parametrize(
    "spellings",
    [
        {"Zelensky", "Zelenskyy", "Zelenskiy", "Zelenskyi", "Selenskyj"},
        {"Kyiv", "Kiev"},
        {"Kharkiv", "Kharkov"},
        {"Odesa", "Odessa"},
        {"Gaddafi", "Qaddafi", "Kadhafi"},
        {"Hezbollah", "Hizbullah", "Hizballah", "Hizbollah"},
        {"Houthi", "Huthi"},
        {"Türkiye", "Turkey"},
    ],
)
def test_spellings_of_one_name_stand_in_one_group(spellings):
    assert any(spellings <= set(group) for group in names.ALIASES)


def test_a_spelling_stands_in_one_group_only():
    spellings = [words(spelling) for group in names.ALIASES for spelling in group]
    assert len(spellings) == len({*spellings})
    assert all(len(group) > 1 for group in names.ALIASES)


def test_no_group_of_spellings_joins_two_territories():
    owner = {
        letters(form): territory.alpha2
        for territory in names.TERRITORIES
        for form in every_form(territory) - territory.ambiguous
    }
    for group in names.ALIASES:
        assert len({owner[letters(s)] for s in group if letters(s) in owner}) <= 1


@pytest.mark.parametrize(
    "phrase",
    [
        "Northern Ireland", "New Mexico", "New Guinea", "guinea pig", "British Columbia",
        "South China Sea", "Indian Ocean", "Gulf of Oman", "Gulf of Mexico", "Jordan Valley",
        "Michael Jordan", "Niger Delta", "Georgia Tech", "South America", "海地区", "理查德",
        "马里乌波尔", "约旦河", "인도주의", "그리스도", "กาชาด",
    ],
)  # fmt: skip
def test_longer_names_that_mean_something_else_are_known(phrase):
    assert phrase in names.LONGER_NAMES


def test_every_longer_name_contains_a_name_and_is_none():
    forms = {form for territory in names.TERRITORIES for form in every_form(territory)}
    phrases = {words(form) for form in forms}
    runs = {fold(form) for form in forms if CONTINUOUS.search(form)}
    full_names = {fold(n) for t in names.TERRITORIES for n in (t.name, *t.names)}
    for longer in names.LONGER_NAMES:
        parts = words(longer)
        pieces = {
            parts[start:end]
            for start, end in itertools.combinations(range(len(parts) + 1), 2)
            if end - start < len(parts)
        }
        assert pieces & phrases or any(run in fold(longer) for run in runs), longer
        assert fold(longer) not in full_names | runs, longer
    assert len({*map(fold, names.LONGER_NAMES)}) == len(names.LONGER_NAMES)


def test_everyday_words_are_folded_and_are_no_names():
    known = {
        word
        for territory in names.TERRITORIES
        for form in (territory.name, *territory.names, *territory.demonyms, *territory.capitals)
        for word in words(form)
    } | {word for group in names.ALIASES for spelling in group for word in words(spelling)}
    assert {"kurds", "kurdish", "indie", "plague"} <= names.EVERYDAY
    assert all(word == fold(word) and word.isalpha() for word in names.EVERYDAY)
    assert not names.EVERYDAY & known


def test_capitals_only_words_are_acronyms_that_spell_a_word():
    assert {"US", "WHO", "IT", "IS", "AID", "ICE", "ACT", "UN"} <= names.CAPITALS_ONLY
    assert all(re.fullmatch("[A-Z]{2,6}", word) for word in names.CAPITALS_ONLY)
    assert not names.CAPITALS_ONLY & {"OR", "AND", "NOT", "NEAR", "OF", "IRAN", "NATO"}


def test_a_territory_can_be_a_key():
    assert len(set(names.TERRITORIES)) == len(names.TERRITORIES)


def test_reading_the_data_is_quick():
    """The best of five, each in a process of its own, where `rules` has read it once already."""
    code = (
        "import importlib, time, rules.names\nstarted = time.perf_counter()\n"
        "importlib.reload(rules.names)\nprint(time.perf_counter() - started)"
    )
    runs = [subprocess.check_output([sys.executable, "-c", code], text=True) for _ in range(5)]
    assert min(map(float, runs)) < 0.06
