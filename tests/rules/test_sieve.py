"""The sieve: what it holds back without reading, and what it leaves to the matcher.

That it holds back no answer, the properties of test_narrowing.py and the fuzz see to.
"""

import pytest

import rules
from rules.squeezing import squeeze

LISTS = {"heads": "Putin OR Xi"}
PRESIDENT = "the president of the United States"


def passes(query, body, title="Title"):
    sieve = rules.sieve(rules.parse(query, lists=LISTS))
    assert sieve is not None
    return sieve.passes(title.encode(), body.encode())


@pytest.mark.parametrize(
    ("query", "body"),
    [
        (PRESIDENT, "The president met officials of the States; they stood united."),
        ('"drone strike"', "A strike by a drone."),
        ("ATLEAST/3 Putin", "Putin met Mr. Putin’s guest."),
        ("ATLEAST/3 (Putin OR Putins)", "Putin met the Putins."),
        ("ATLEAST/2 Putin", "Putin was put in office."),
        ("2 OF (Aleppo, Mosul, Raqqa)", "Only Mosul."),
        ("ATLEAST/2 (Putin NEAR/5 Xi)", "Putin, alone."),
        ("ATLEAST/2 @heads", "Putin, alone."),
        ("SCORE/5 (Aleppo^3, Mosul^2, Raqqa)", "Aleppo and Raqqa."),
        ("South China Sea AND rain", "South of China there is rain at sea."),
        ("(drone strike OR tank battle) NOT rain", "A battle, a drone, a tank, a strike."),
        ("drone strike", "дрон: a strike by a drone"),
        ("10 tanks", "10 cars and tanks"),
    ],
)
def test_words_apart_or_too_few_are_held_back(query, body):
    assert not passes(query, body)
    assert rules.match(rules.parse(query, lists=LISTS), rules.Document("Title", body)) is None


@pytest.mark.parametrize(
    "body",
    [
        "drone strike",
        "DRONE\nSTRIKES",
        "drone’s strike",
        "a drone-strike",
        "dro\u00adne strike",
        "drõne strike",
        "drone (http://x.org/a) strike",
        "Dronewhich strike",
        "\uff24\uff52\uff4f\uff4e\uff45 strike",
        "dro<b>ne</b> strike",
        "&#100;rone strike",
    ],
)
def test_a_phrase_passes_in_every_spelling(body):
    assert passes("drone strike", body)


def test_each_mention_counts_in_title_and_body():
    assert passes("ATLEAST/3 Putin", "Putin and P.U.T.I.N.", title="Pútin")
    assert not passes("ATLEAST/4 Putin", "Putin and P.U.T.I.N.", title="Pútin")


def test_what_must_stand_in_the_title_is_looked_for_there_alone():
    assert passes("title:(drone strike)", "Rain.", title="Drone strikes")
    assert not passes("title:(drone strike)", "A drone strike.", title="Rain")


@pytest.mark.parametrize("body", ["Курск", "Kursk"])
def test_letters_of_other_scripts_are_left_to_the_matcher(body):
    assert passes("2 OF (Курск, Белгород)", body) is (body == "Курск")


@pytest.mark.parametrize(
    "query",
    [
        "Kursk",
        "Kursk AND Belgorod",
        "Kursk OR source:reuters.com",
        "Clinton NEAR/10 email",
        "Zelensk*",
        "title:Syria",
        "Belgorod~",
        "Kursk NOT drone strike",
        "country:KP",
        "1 OF (Kursk, Belgorod)",
        "(drone strike OR Belgorod~) AND Kursk",
        " OR ".join(f"town{n} battle" for n in range(60)),
    ],
)
def test_where_an_index_of_words_tells_as_much_there_is_no_sieve(query):
    assert rules.sieve(rules.parse(query)) is None


@pytest.mark.parametrize(
    ("text", "letters", "is_foreign"),
    [
        ("“Quoted” – plain…", b"quoted plain", False),
        ("Ça va, “Pu-tin”…\n½ £3.50\xa0™", b"ca va putin 12 350 tm", True),
        ("mail a@b.org or see www.x.org", b"mail or see", False),
        ("Kursk (Курск)", b"kursk", True),
    ],
)
def test_a_squeezed_text_has_nothing_but_letters_digits_and_spaces(text, letters, is_foreign):
    found = squeeze(text.encode())
    assert found is not None
    assert found.letters.split() == letters.split()
    assert found.is_foreign == is_foreign


def test_tags_and_entities_are_not_squeezed_and_addresses_are_kept_on_demand():
    assert squeeze(b"a <b>tag</b>") is squeeze(b"an entity &amp; more") is None
    kept = squeeze(b"AT&T: a@b.org", addresses=True)
    assert kept is not None
    assert kept.letters == b"att aborg"
