"""What counts as a sentence and a paragraph, and that no text is lost on the way."""

import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.sentences import paragraphs, sentences

SEEDS = Path(__file__).parents[2] / "seeds" / "north-korea-kursk"


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def blocks(text: str) -> list[str]:
    return [text[start:end] for start, end in paragraphs(text)]


def seed(number: str) -> str:
    (path,) = SEEDS.glob(f"{number}_*.txt")
    return path.read_text(encoding="utf-8")


# "|" marks where a sentence must end; the text is joined again without it.
ENDS = [
    # plain
    "It rained. |Then it stopped! |Did it? |Yes.",
    "It rose 3.5 percent to 1.200,50 euros. |Then it fell.",
    # glued
    "escalate the Ukrainian war.|“We have been clear,” he said.",
    "a briefing on Monday.|The Chinese foreign ministry said so.",
    "“over the next several weeks.”|“We believe so.”",
    "closer to Ukraine.”|The spokesperson left.",
    "she added.|‘Very dangerous’|The U.S. National Security Council confirmed it.",
    "Kursk region.|U.S. President Joe Biden spoke.",
    'He said.|"We will go."|The end came. |"Now," she said.',
    "It was NATO.|The UN.|In Kyiv it was late.",
    "It happened in 2022.|The war went on.",
    # acronyms and abbreviations
    "The U.S. National Security Council met.",
    "He met them in Washington, D.C. |The talks failed.",
    "The U.K. and the U.S. |On Monday they met the U.N. Security Council.",
    "It was in the U.S.|The end.",
    "Mr. Smith, Dr. No, Gen. Jones, Lt. Col. Lee and Sen. Cruz met in St. Petersburg. |They left.",
    "George W. Bush met J. D. Vance. |They spoke.",
    "See No. 5. |No. |He would not.",
    "The Acme Inc. Board met Acme Inc. |It was late.",
    "On Jan. 5 and on FRIDAY, DEC. 1 it snowed in Jan. |It thawed.",
    "He left at 3 p.m. Monday and came at 5 a.m. |The plane was late.",
    "“We love the U.S. They love us,” he said.",
    "He is a Ph.D. |He left.",
    "FAIRFAX, Va. (AP) — It was meant to be fun but it wasn’t. |I should go. |They don't. |We do.",
    # names with a stop in them
    "News.Az reports. |Then ASP.NET failed.",
    "It gave Volkswagen (VOWG_p.DE) and GE (GE.N) much. |Then it took it.",
    "Read https://t.me/Abc.Def?A=B.C for more. |Then go.",
    # marks behind the stop belong to the sentence before
    "He asked “Why?” and left. |“No.” |She stayed. |(He went.) |[They did not.] |Fine.",
    "„Wir gehen.“ |Er ging. |„Ja.“|Dann kam sie.",
    "«Да». |Он ушел. |« Oui. » |Il part.",
    # omissions
    "“What should be done … I mean, anyway,” he said. |Wait… |Then he ran.",
    "He said “[...] The war” again. |Then... |He left.",
    # damage is left alone
    "It began weeks after Xi and Putin. declared a partnership.",
    # other languages
    "他说。|“你好。”|然后他走了！|真的吗？|是的。",
    "彼は「行く。」と述べた。|終わり。",
    "قال الرئيس ذلك. |هل هذا صحيح؟ |نعم.",
    "यह सच है। |वह गया।",
    "یہ سچ ہے۔ |وہ گیا۔",
    "В. В. Путин прибыл в г. Москву в 2024 г. в ул. Ленина. |Он ушел.",
    "Er kam am 3. Oktober 2024 an. |Dann ging er.",
    "La reunión en EE. UU. terminó. |Él se fue a EE.UU. |El viernes volvió.",
    "¿Qué pasó? |¡Nada! |Así fue.",
    "საქართველო კარგია. |ის წავიდა.",
]


@pytest.mark.parametrize("marked", ENDS)
def test_a_sentence_ends_at(marked: str) -> None:
    assert split(marked.replace("|", "")) == [part.strip() for part in marked.split("|")]


def test_all_fourteen_glued_joints_of_an_article_are_found() -> None:
    joints = [
        *("war.|“We", "Monday.|The", "conflict.|“Our", "Friday.|If", "analysts.|“North"),
        *("week.|“If", "added.|‘Very", "dangerous’|The", "weeks.”|“We", "Monday.|“A"),
        *("Ukraine.”|The", "region.|U.S.", "Putin.|“Very", "Elections.|“The"),
    ]
    text = seed("000")
    ends = {end for _, end in sentences(text)}
    found = []
    for joint in joints:
        before, after = joint.split("|")
        at = text.find(before + after)
        while at + len(before) not in ends and at >= 0:
            at = text.find(before + after, at + 1)
        found.append(joint if at >= 0 else f"missed {joint}")
    assert found == joints
    assert len(joints) == 14


def test_a_blank_line_ends_sentence_and_paragraph() -> None:
    text = "Troops leave\n\nfor the front\r\n\r\nand return"
    assert split(text) == blocks(text) == ["Troops leave", "for the front", "and return"]


def test_a_single_line_break_after_a_full_stop_ends_the_paragraph() -> None:
    assert blocks("It rained. It poured.\nThen it stopped.\r\nWe left.") == [
        "It rained. It poured.",
        "Then it stopped.",
        "We left.",
    ]


def test_a_line_break_that_the_width_forced_is_white_space() -> None:
    text = (
        "The president said on Monday that\nNorth Korea had sent its soldiers to\nRussia. He left."
    )
    assert len(paragraphs(text)) == 1
    assert len(sentences(text)) == 2


def test_an_abbreviation_at_the_end_of_a_line_does_not_end_the_paragraph() -> None:
    assert len(sentences("The order was given by Gen.\nSmith late on Monday, they said.")) == 1


def test_a_heading_on_its_own_line_is_a_paragraph() -> None:
    text = "Very dangerous\nThe National Security Council confirmed on Monday that it was so."
    assert blocks(text) == text.split("\n")


def test_each_bullet_is_a_paragraph() -> None:
    assert blocks("They agreed on:\n- more soldiers\n- more shells") == [
        "They agreed on:",
        "- more soldiers",
        "- more shells",
    ]


def test_nothing_is_made_of_nothing() -> None:
    assert sentences("") == paragraphs(" \n\t\u00a0 \n") == ()


ANY_TEXT = st.text() | st.text(
    st.sampled_from("Aa .!?…“”‘’\"'«»„()\n\r\u2029。？\u00a05,;U.S-•字"), max_size=80
)


@given(ANY_TEXT)
@example("A.\u2029B")
@example("« Oui. »")
def test_every_character_but_white_space_lies_in_exactly_one_span(text: str) -> None:
    for spans in (sentences(text), paragraphs(text)):
        covered = "".join(text[start:end] for start, end in spans)
        assert "".join(covered.split()) == "".join(text.split())
        assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
        flat = [offset for span in spans for offset in span]
        assert flat == sorted(flat)


@given(ANY_TEXT)
def test_no_sentence_reaches_over_the_end_of_its_paragraph(text: str) -> None:
    within = paragraphs(text)
    for start, end in sentences(text):
        assert any(first <= start and end <= last for first, last in within)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "\n",
            "a\n",
            "•\n",
            " ",
            "\u00a0",
            "x",
            ". ",
            "? ",
            "。",
            ".A",
            ".)",
            "A. ",
            "a. A",
            "U.S. ",
        ),
        *("1. ", "a.”", '"', "“", "(", "’A", ". \u00a0»", "http://", "http://."),
    ],
)
def test_a_hostile_megabyte_takes_no_time_to_speak_of(piece: str) -> None:
    text = (piece * 1_000_000)[:1_000_000]
    began = time.process_time()
    sentences(text)
    assert time.process_time() - began < 3.0  # about 0.6 s at worst where this was written
