"""What belongs to the page, and what reports."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.stories.furniture import first_dirt, is_furniture, reporting
from rules.sentences import sentences

# All that is furniture by its looks in the five articles, each by how it begins; all else reports.
FURNITURE = {
    "000": ["date 2024-10-31", "News.Az"],
    "001": [
        "Last update: December 13",
        "Newsroom logo",
        "By Vusala Abbasova",
        "None",
        "This statement follows intelligence reports",  # the caption, with its credit
    ],
    "002": ["Tue Oct 29 2024", "icon-facebook"],
    "003": ["Image of North Korean", "(Source: Japan Times)", "Source: https://", "Comment (0)"],
    "004": [
        "close",
        "Russian President Putin visits North Korea (Getty",
        "North Korea has decided one North",
        "This article was originally published",
    ],
}
HEADINGS_TOLD_TWICE = {"004": 2}


@pytest.mark.parametrize("number", FURNITURE)
def test_of_an_article_this_is_furniture_and_nothing_else(
    number: str, seed: Callable[[str], str]
) -> None:
    body = seed(number)
    found = [body[start:end] for start, end in sentences(body) if is_furniture(body[start:end])]
    assert len(found) == len(FURNITURE[number])
    for text, opening in zip(found, FURNITURE[number], strict=True):
        assert text.startswith(opening)


@pytest.mark.parametrize(
    "line",
    [
        # buttons and counters
        *(
            "close",
            "Share",
            "Share on Facebook",
            "Comment (0)",
            "12 comments",
            "Read more",
            "× Close",
        ),
        *(
            "icon-facebook icon-twitter icon-whatsapp",
            "None",
            "Advertisement",
            "SIGN UP",
            "|",
            "***",
        ),
        # dates and bylines
        *("Tue Oct 29 2024", "Last update: December 13, 2024 11:34", "Published 3 hours ago"),
        *("29 de octubre de 2024", "Updated 10:15 AM EST, Tue October 29, 2024", "5 min read"),
        *("By Vusala Abbasova November 1, 2024", "By JANE DOE and John O’Neill", "Por Ana Ruiz"),
        # pictures
        *("Newsroom logo", "Image of soldiers practicing.", "(Source: Japan Times) |", "Photo: AP"),
        *("Kim Jong Un in Pyongyang. (Getty Images)", "Troops on parade / Ng Han Guan / AP Photo"),
        *("A tank near Kursk. REUTERS/Stringer", "The bridge after the strike (file photo)"),
        *("Two men shake hands Two men shake hands", "Soldiers march. Sputnik/Pool via REUTERS"),
        # the page about itself
        "This article was originally published on NBCNews.com",
        "We use cookies to improve your experience on our site.",
        "By continuing to use this site you agree to our terms.",
        "Sign up for our newsletter to get the latest.",
        "(Reporting by Jane Doe in Kyiv; Editing by John Roe)",
        "Additional reporting by Jane Doe.",
        "© 2024 The Daily. All rights reserved.",
        "Click here to read the full story.",
        "Follow us on Telegram",
        "The post Troops in Kursk appeared first on The Daily.",
        *("Source: https://example.org/a-b-c", "Tags: Russia, Kursk", "https://example.org/x"),
        *("desk@example.org", "@desk #Kursk #DPRK", "close\nclose", "Example.com"),
    ],
)
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Satellite images released last week show North Korean personnel at a Russian base.",
        "Images show Russian troops in Kursk, according to a Reuters/Ipsos poll.",
        "Video released by Ukraine shows soldiers in Russia’s Far East.",
        "By Monday, 10,000 troops had reached Kursk.",
        "Close ties between Moscow and Pyongyang worry Beijing.",
        "Share prices fell on Monday.",
        "None of the soldiers returned.",
        "The source said the troops would arrive on Sunday.",
        "Advertisers left the country.",
        "“Very dangerous,” Biden said (AFP).",
        "Russia said it would follow the United States.",
        "(Graphic: example.org/2zo) Some 85 percent of those who voted would do so again.",
        "Putin signed it - the first such pact since the Cold War.",
        "More than 3,000 soldiers are on the way.",
        "‘Very dangerous’",
        "Kim left.",
        "朝鲜向俄罗斯派兵。",
        "Северная Корея отправила солдат.",
        "May voted against June.",
    ],
)
def test_reporting(line: str) -> None:
    assert not is_furniture(line)


@pytest.mark.parametrize("number", FURNITURE)
def test_all_other_sentences_of_an_article_report_once(
    number: str, seed: Callable[[str], str]
) -> None:
    body = seed(number)
    others = len(sentences(body)) - len(FURNITURE[number]) - HEADINGS_TOLD_TWICE.get(number, 0)
    assert len(reporting("", body)) == others


def test_the_title_told_again_does_not_report() -> None:
    body = "Troops reach Kursk\n\nTroops reach Kursk.\n\nKyiv said on Monday that they had."
    told = [body[start:end] for start, end in reporting("Troops reach Kursk - The Daily", body)]
    assert told == ["Kyiv said on Monday that they had."]


def test_a_heading_told_twice_does_not_report() -> None:
    body = "Why it matters\n\nWhy it matters\n\nKyiv said on Monday that they had."
    assert [body[start:end] for start, end in reporting("", body)] == [body.split("\n\n")[-1]]


def test_of_a_sentence_told_twice_the_one_in_running_text_reports() -> None:
    sentence = "A few soldiers have entered Ukraine, officials say."
    body = f"{sentence}\n\nMiller spoke on Monday. {sentence} He left."
    spans = [span for span in reporting("", body) if body[slice(*span)] == sentence]
    assert spans == [(body.rfind(sentence), body.rfind(sentence) + len(sentence))]


@pytest.mark.parametrize(
    ("text", "damage"),
    [
        ("its leader Kim Jong UnThe growing relationship", "The growing"),
        ("adding new urgency to a A stunning turn", " A stunning"),
        ("confirmed this week by Washington That North Korea sends", " That North"),
        ("unwelcome news Chinawhich has long been", "Chinawhich"),
        ("after Xi and Putin. declared a partnership", ". d"),
        ("the government of Japananother U.S. ally", "Japananother"),
    ],
)
def test_damage_is_found_where_it_begins(text: str, damage: str) -> None:
    assert first_dirt(text) == text.index(damage)


@pytest.mark.parametrize(
    "text",
    [
        "Kim Jong Un met Mr. McDonald of YouTube and LinkedIn in The Hague at 3 p.m. on Monday.",
        "The U.S. and the U.N. said a vitamin A programme at Acme Inc. would go on.",
        "Goodwill towards Ukraine is not enough, Zelensky said.",
    ],
)
def test_sound_text_has_no_damage(text: str) -> None:
    assert first_dirt(text) is None


@given(st.text(), st.text())
def test_what_reports_lies_in_order_in_the_body_and_is_no_furniture(title: str, body: str) -> None:
    spans = reporting(title, body)
    assert list(spans) == sorted(spans)
    assert not any(is_furniture(body[start:end]) for start, end in spans)


def test_sentences_that_differ_in_a_figure_are_not_the_same() -> None:
    body = "Seoul counts 3,000 soldiers. Washington is silent. Seoul counts 10,000 soldiers."
    assert len(reporting("", body)) == 3
