"""Watchlists are made, shown, changed and ended by commands; every change is kept."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.commands.invocation import Invocation, Reply
from bot.message import Answer, FieldKind, Form, Tone
from bot.model import Actor, Destination, Platform, Severity
from tests.stage import Stage, staged


@pytest.fixture
async def stage(sqlite_url: str) -> AsyncIterator[Stage]:
    """The seeds have come in; the watchlist of the scenario stands."""
    async with staged("north-korea-kursk", sqlite_url) as made:
        await made.play(made.scenario)
        yield made


def said(reply: Reply) -> str:
    """Everything that an answer says, as one text."""
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


def press(reply: Reply, label: str) -> tuple[str, dict[str, str]]:
    """The invocation that a button of this reply stands for."""
    assert isinstance(reply.message, Answer)
    (button,) = [button for button in reply.message.buttons if button.label == label]
    return button.action, {"value": button.value}


async def test_adding_shows_the_reading_and_what_it_would_have_matched_before_it_saves(stage):
    preview = await stage.ask("/watch add rutte Rutte OR Ryabkov --")
    assert isinstance(preview.message, Answer)
    preview = await stage.ask("/watch add nato Rutte AND North Korea")
    text = said(preview)
    assert (
        '("Rutte" AND "North Korea")' in text.replace("Rutte AND", '"Rutte" AND') or "AND" in text
    )
    assert "It would have matched 2 " in text
    assert "5 held since" in text
    names = [each.name for each in await stage.bot.store.watchlists.of(stage.bot.home.id)]
    assert "nato" not in names


async def test_a_conversation_that_gets_no_alerts_asks_for_a_channel(stage):
    alone = Invocation(
        "watch add",
        {"name": "dprk", "query": "Kursk"},
        Actor(Platform.SLACK, "U1", "ann", manager=True),
        stage.bot.home.id,
        stage.clock.now,
        channel=None,
    )
    text = said(await stage.bot.commands.answer(alone))
    assert "gets no alerts" in text
    assert "/watch add dprk --channel CHANNEL Kursk" in text
    form = (await stage.bot.commands.answer(replace(alone, values={}))).message
    assert isinstance(form, Form)
    (places,) = [field for field in form.fields if field.kind is FieldKind.PLACES]
    assert (places.value, places.required) == ("", True)


async def test_words_side_by_side_that_stand_nowhere_are_asked_about(stage):
    text = said(await stage.ask("/watch add troops Korean troops NATO OR Kursk sudden region"))
    assert "“Korean troops NATO” stands in none of the 5 articles looked at" in text
    assert "Did you mean (Kursk AND sudden AND region)?" in text
    assert "exact phrase" not in text


async def test_words_side_by_side_that_stand_somewhere_are_left_in_peace(stage):
    preview = await stage.ask("/watch add troops Kursk region OR North Korea")
    assert "phrase" not in said(preview)
    assert isinstance(preview.message, Answer)
    assert preview.message.tone is Tone.PLAIN


async def test_many_silent_phrases_are_counted(stage):
    runs = "oil spill OR spy satellite OR test launch OR box office OR state secret"
    text = said(await stage.ask(f"/watch add quiet {runs}"))
    assert text.count("Did you mean") == 3
    assert "so it is with 2 more phrases" in text


async def test_what_was_saved_is_listed_and_alerts_from_then_on(stage):
    preview = await stage.ask("/watch add nato --severity critical Rutte AND North Korea")
    saved = await stage.invoke(*press(preview, "Save"))
    assert "Saved" in said(saved)
    watchlist = await stage.bot.store.watchlists.find(stage.bot.home.id, "NATO")
    assert watchlist is not None
    assert (watchlist.query, str(watchlist.severity)) == ("Rutte AND North Korea", "critical")
    assert "nato" in said(await stage.ask("/watch list"))


async def test_a_cancelled_preview_changes_nothing_and_cannot_be_saved_later(stage):
    preview = await stage.ask("/watch add nato Rutte")
    await stage.invoke(*press(preview, "Cancel"))
    late = await stage.invoke(*press(preview, "Save"))
    assert "gone" in said(late)
    assert await stage.bot.store.watchlists.find(stage.bot.home.id, "nato") is None


async def test_a_wrong_query_is_answered_with_a_caret_and_keeps_what_was_typed(stage):
    form = await stage.invoke("watch:form", {"value": "", "name": "x", "query": "Iran AND"})
    text = said(form)
    assert "^" in text
    assert form.message.tone is Tone.FAULT
    again = await stage.invoke(*press(form, "Fix it"))
    assert isinstance(again.message, Form)
    values = {field.key: field.value for field in again.message.fields}
    assert (values["name"], values["query"]) == ("x", "Iran AND")


async def test_a_wrong_query_in_a_command_line_shows_the_caret_too(stage):
    refused = await stage.ask("/watch add x (Iran OR Iraq")
    assert "^" in said(refused)


async def test_without_a_query_a_form_asks_for_it(stage):
    asked = await stage.ask("/watch add hormuz")
    assert isinstance(asked.message, Form)
    assert asked.message.fields[0].value == "hormuz"
    given = {"name": "hormuz", "query": "Hormuz AND tanker", "severity": "notable"}
    preview = await stage.invoke(
        asked.message.action, {"value": asked.message.value, **given, "channel": "console"}
    )
    assert "Saved" in said(await stage.invoke(*press(preview, "Save")))


async def test_a_name_that_is_taken_is_said_so_at_once(stage):
    refused = await stage.ask('/watch add "North Korea AND Kursk" Iran')
    assert "already" in said(refused)


async def test_editing_shows_what_it_was_and_makes_a_new_revision(stage):
    name = '"North Korea AND Kursk"'
    preview = await stage.ask(f"/watch edit {name} North Korea AND (Kursk OR Ussuriysk)")
    assert "North Korea AND Kursk" in said(preview)
    await stage.invoke(*press(preview, "Save"))
    watchlist = await stage.bot.store.watchlists.find(stage.bot.home.id, "North Korea AND Kursk")
    assert watchlist.revision == 2
    history = await stage.bot.store.watchlists.history(stage.bot.home.id, watchlist.id)
    assert len(history) == 2


async def test_a_form_that_renames_and_moves_shows_both_as_they_were(stage):
    form = await stage.ask('/watch edit "North Korea AND Kursk"')
    filled = {each.key: each.value for each in form.message.fields}
    filled |= {"value": form.message.value, "name": "kursk", "channel": "console slack:C1"}
    preview = said(await stage.invoke(form.message.action, filled))
    assert "I cannot send alerts to slack:C1" in preview
    filled |= {"channel": "console", "severity": "routine"}
    preview = said(await stage.invoke(form.message.action, filled))
    assert "name: North Korea AND Kursk → kursk" in preview
    assert "severity: notable → routine" in preview
    assert "delivery:" not in preview
    assert "It was" not in preview


async def test_what_comes_out_of_a_private_channel_is_said_to_be_seen_with_its_history(stage):
    store, home, now = stage.bot.store, stage.bot.home.id, stage.clock.now
    await store.workspaces.take_seat(home, Platform.SLACK, "T1")
    room, general = Destination.parse("slack:C1"), Destination.parse("slack:C2")
    for place in (room, general):
        await store.places.note_owner(place, "T1")
        await store.places.note_privacy(place, place == room, now)
    kept = {"severity": Severity.NOTABLE, "by": "bob", "at": now}
    await store.watchlists.add(home, "minsk", "Minsk", destinations=(room, general), **kept)

    async def move(channel: str) -> str:
        actor = Actor(Platform.SLACK, "U1", "ann", manager=True)
        values = {"watch": "minsk", "query": "Minsk OR Gomel", "channel": channel}
        asked = Invocation("watch edit", values, actor, home, now, room, seat="T1")
        return said(await stage.bot.commands.answer(asked))

    assert "comes out of a private channel" in await move("slack:C2")
    for stays in ("slack:C1", "slack:C1 slack:C2"):
        answered = await move(stays)
        assert "I read it as" in answered
        assert "private" not in answered


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("/watch pause kurk --for 8h", '/watch pause --for 8h "North Korea AND Kursk"'),
        ("/watch edit kurk --severity critical Iran OR Iraq", "--severity critical"),
        ("/watch edit kurk Iran OR Iraq", '"North Korea AND Kursk" Iran OR Iraq'),
    ],
)
async def test_a_wrong_name_is_answered_with_the_line_that_was_meant(stage, typed, meant):
    typed = typed.replace("kurk", '"North Korea AND Kurk"')
    refused = await stage.ask(typed)
    assert "There is no watchlist" in said(refused)
    line = refused.message.blocks[-1].text
    assert meant in line
    assert "There is no watchlist" not in said(await stage.ask(line))


async def test_a_preview_that_was_overtaken_is_not_saved(stage):
    name = '"North Korea AND Kursk"'
    slow = await stage.ask(f"/watch edit {name} Iran")
    quick = await stage.ask(f"/watch edit {name} Iraq", who="ben")
    await stage.invoke(*press(quick, "Save"), who="ben")
    assert "changed by somebody else" in said(await stage.invoke(*press(slow, "Save")))


async def test_nobody_saves_a_preview_of_somebody_else(stage):
    preview = await stage.ask("/watch add nato Rutte")
    assert "belongs to" in said(await stage.invoke(*press(preview, "Save"), who="eve"))


async def test_everyone_may_read_and_only_managers_may_change(stage):
    assert "1 watchlist" in said(await stage.ask("/watch list", manager=False))
    for line in (
        "/watch add nato Rutte",
        '/watch remove "North Korea AND Kursk"',
        '/watch pause "North Korea AND Kursk"',
        '/watch edit "North Korea AND Kursk" Iran',
        "/feeds add https://example.org/feed",
        "/watchfloor status",
    ):
        refused = await stage.ask(line, manager=False)
        assert refused.message.tone is Tone.FAULT, line
        assert ("admin" if "watchfloor" in line else "manager") in said(refused), line
    forged = await stage.invoke(
        "watch:form", {"value": "", "name": "x", "query": "Iran"}, manager=False
    )
    assert "manager" in said(forged)


async def test_a_paused_watchlist_is_quiet_until_it_is_resumed(sqlite_url):
    async with staged("north-korea-kursk", sqlite_url) as stage:
        assert "paused" in said(await stage.ask('/watch pause "North Korea AND Kursk"'))
        edited = await stage.ask('/watch edit "North Korea AND Kursk" Kursk')
        assert "It is paused, and stays so." in said(edited)
        await stage.play(stage.scenario)
        assert stage.cards == []
        assert "on again" in said(await stage.ask('/watch resume "North Korea AND Kursk"'))


async def test_removing_asks_first_and_then_the_watchlist_is_gone(stage):
    asked = await stage.ask('/watch remove "North Korea AND Kursk"')
    assert await stage.bot.store.watchlists.find(stage.bot.home.id, "North Korea AND Kursk")
    await stage.invoke(*press(asked, "Remove"))
    assert "No watchlists" in said(await stage.ask("/watch list"))


async def test_show_says_what_the_terms_really_find(stage):
    assert "north korean" in said(await stage.ask('/watch show "North Korea AND Kursk"'))


async def test_a_mistyped_name_is_answered_with_the_nearest(stage):
    assert "North Korea AND Kursk" in said(await stage.ask('/watch show "North Korea AND Kurks"'))


async def test_test_runs_a_query_that_is_no_watchlist_yet(stage):
    assert "3 matched" in said(await stage.ask("/watch test --hours 300 North Korea AND Kursk"))
    assert "1 matched" in said(await stage.ask("/watch test --hours 300 Ryabkov"))


async def test_every_change_leaves_an_audit_row(stage):
    preview = await stage.ask("/watch add nato Rutte")
    await stage.invoke(*press(preview, "Save"))
    await stage.ask("/watch pause nato")
    rows = await stage.bot.store.audit.of(stage.bot.home.id, 10)
    assert len([row for row in rows if "ann" in str(row)]) == 2
