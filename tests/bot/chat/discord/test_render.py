"""What Discord gets from our messages: within every limit, and nothing in it alive but our own."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat.discord import render
from bot.message import (
    Answer,
    Bullets,
    Button,
    Extract,
    Field,
    FieldKind,
    Form,
    Literal,
    Paragraph,
    Quote,
    Table,
    plain,
)
from bot.model import Published
from tests.servers.discord_hostile import NOW, actions, messages, wild, words
from tests.servers.discord_limits import check_message, check_modal
from tests.servers.discord_markdown import Run, pings, read, seen

often = settings(max_examples=60, suppress_health_check=list(HealthCheck))


def is_channel(run):
    """A channel's name may be shown in answers; it pings nobody."""
    return re.fullmatch(r"<#\d+>", run.text)


def texts(payload):
    """Every text of a payload that Discord reads as markdown."""
    embed = payload["embeds"][0]
    return [embed[part] for part in ("title", "description") if part in embed]


@often
@given(messages, st.sampled_from(["", "delivery 1"]))
def test_every_message_is_taken_by_discord(message, key):
    check_message(render.message(message, mark=render.mark_of(key) if key else ""))


@often
@given(messages)
def test_nothing_pings(message):
    payload = render.message(message)

    assert pings(payload) == []
    assert payload["allowed_mentions"] == {"parse": []}
    runs = [run for text in texts(payload) for run in read(text)]
    assert not [run for run in runs if run.styles & {"mention", "emoji"} and not is_channel(run)]


@often
@given(messages)
def test_no_link_is_alive_but_safe_ones_of_ours(message):
    payload = render.message(message)
    links = [run.url for text in texts(payload) for run in read(text) if run.url]
    links += [payload["embeds"][0].get("url", "https://example.com/a")]

    assert all(re.match(r"https?://(example\.com|xn--|[\w.-]+\.[\w-]+)", url) for url in links)
    assert not any("evil.example" in url for url in links)


@often
@given(messages)
def test_every_message_is_found_again_by_its_mark_and_by_no_other(message):
    mark = render.mark_of("delivery 1")
    payload = render.message(message, mark=mark)

    assert render.is_marked(payload, mark)
    assert not render.is_marked(payload, render.mark_of("delivery 2"))


@often
@given(actions, st.text(max_size=60), st.sampled_from(["", "abcdefgh", "-_-_-_-_"]))
def test_what_a_button_means_comes_back_as_it_was(action, value, mark):
    assert render.read_custom_id(render.custom_id(action, value, mark)) == (action, value)


@often
@given(
    st.builds(
        Form,
        title=wild,
        action=actions,
        fields=st.lists(
            st.builds(
                Field,
                key=words,
                label=wild,
                kind=st.sampled_from(FieldKind),
                value=wild,
                hint=wild,
                choices=st.lists(
                    st.tuples(words, wild), max_size=30, unique_by=lambda choice: choice[0]
                ).map(tuple),
                required=st.booleans(),
                longest=st.integers(1, 20_000),
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda each: each.key,
        ).map(tuple),
        value=st.text(max_size=60),
    )
)
def test_every_form_is_taken_by_discord(form):
    check_modal(render.modal(form))


def test_a_form_with_six_questions_is_our_mistake():
    form = Form("Six", "watch:form", tuple(Field(str(n), str(n)) for n in range(6)))

    with pytest.raises(ValueError, match="6 questions"):
        render.modal(form)


def test_a_button_that_means_too_much_is_our_mistake():
    with pytest.raises(ValueError, match="100"):
        render.custom_id("watch:form", "x" * 100)


def test_a_headline_that_names_another_host_is_no_link(card):
    lying = replace(card, headline=Quote("Visit bank.com now"))

    embed = render.message(lying)["embeds"][0]

    assert "url" not in embed
    assert embed["footer"]["text"] == "Reuters · example.com"


def test_a_headline_that_was_cut_says_so(card):
    embed = render.message(replace(card, headline=Quote("The PLA said", cut_end=True)))["embeds"][0]

    assert embed["title"] == "The PLA said …"


def test_the_publisher_and_the_host_are_named_once_when_they_are_the_same(card):
    embed = render.message(replace(card, source="example.com"))["embeds"][0]

    assert embed["footer"]["text"] == "example.com"


def test_a_source_that_gives_only_a_day_shows_no_hour(card):
    embed = render.message(replace(card, published=Published(NOW, day_only=True)))["embeds"][0]

    assert "timestamp" not in embed
    assert embed["footer"]["text"] == "Reuters · example.com · 22 Nov 2026"


def test_a_source_that_gives_no_date_shows_when_we_saw_it(card):
    embed = render.message(replace(card, published=None))["embeds"][0]

    assert "timestamp" not in embed
    assert embed["description"].endswith(f"-# first seen <t:{int(NOW.timestamp())}:f>")


def test_an_answer_too_long_for_one_message_says_how_much_is_missing():
    answer = Answer("Long", (Bullets(tuple(plain("x" * 300) for _ in range(40))),))

    description = render.message(answer)["embeds"][0]["description"]

    assert re.search(r"… and \d+ lines more$", description)
    assert seen(description).count("\n") + int(re.findall(r"(\d+) lines", description)[0]) == 40


def test_a_title_longer_than_a_title_may_be_is_shown_below():
    embed = render.message(Answer("word " * 80))["embeds"][0]

    assert "title" not in embed
    assert seen(embed["description"]) == ("word " * 80).strip()


def test_a_channel_is_shown_by_its_name_in_an_answer():
    here = "discord:123456789012345678"
    line = (Literal("Alerts go to "), Literal(f"{here}, {here}", code=True), Literal(" now."))
    command = (Literal(f"/watch add --channel {here}", code=True),)
    answer = Answer(f"Saved for {here}.", (Paragraph(line), Paragraph(command)))

    assert render.message(answer)["embeds"][0]["description"].split("\n") == [
        "**Saved for <#123456789012345678>.**",
        "Alerts go to <#123456789012345678>, <#123456789012345678> now.",
        f"`/watch add --channel {here}`",
    ]


def test_a_person_is_not_taken_for_a_channel():
    said = plain("made by ann (discord:123456789012345678)")

    assert render.message(Answer("x", (Paragraph(said),)))["embeds"][0]["description"] == (
        "made by ann (discord:123456789012345678)"
    )


def test_where_alerts_go_is_chosen_from_the_channels():
    field = Field("channel", "Alerts go to", FieldKind.PLACES, "discord:1 discord:2")

    part = render.modal(Form("New", "watch:form", (field,)))["components"][0]["component"]

    assert part["type"] == 8
    assert [each["id"] for each in part["default_values"]] == ["1", "2"]


def test_places_in_other_chats_are_typed():
    field = Field("channel", "Alerts go to", FieldKind.PLACES, "discord:1 slack:C1")

    part = render.modal(Form("New", "watch:form", (field,)))["components"][0]["component"]

    assert (part["type"], part["value"]) == (4, "discord:1 slack:C1")


def test_a_table_is_a_list_of_rows():
    table = Table(("name", "query"), (((Literal("kursk", bold=True),), plain("Kursk AND Sudzha")),))

    assert render.message(Answer("1 watchlist", (table,)))["embeds"][0]["description"] == (
        "- **kursk** · Kursk AND Sudzha"
    )


def test_a_look_up_shows_headline_source_day_and_quotation():
    extract = Extract(
        Quote("Troops reach Kursk"),
        "https://example.com/b",
        "Reuters",
        Published(NOW),
        (Quote("They came by train.", ((10, 18),)),),
    )

    [head, quotation] = render.message(Answer("1 hit", (extract,)))["embeds"][0][
        "description"
    ].split("\n")

    assert read(head)[0] == Run(
        "Troops reach Kursk", frozenset({"list", "link"}), "https://example.com/b"
    )
    assert seen(head).endswith("Reuters · 22 Nov 2026 14:31 UTC")
    assert quotation == "> They came **by train**."


def test_two_buttons_that_mean_the_same_are_one():
    twice = (Button("Save", "draft:save", "1"), Button("Keep", "draft:save", "1"))

    assert len(render.button_rows(twice)[0]["components"]) == 1


def test_a_nonce_fits_and_differs_by_key_and_by_words(card):
    payload, other = render.message(card), render.message(replace(card, watch="Renamed"))
    nonces = [
        render.nonce_of("delivery 1", payload),
        render.nonce_of("delivery 2", payload),
        render.nonce_of("delivery 1", other),
    ]

    assert len(set(nonces)) == 3
    assert all(len(nonce) <= 25 for nonce in nonces)
    assert render.nonce_of("delivery 1", render.message(card)) == nonces[0]
