"""Channels that are lost: nothing is attempted there, and what they missed lately is not lost."""

from datetime import timedelta

from bot.model import DeliveryState, Destination, Platform, Receipt

HERE, THERE = Destination.parse("slack:C1"), Destination.parse("slack:C2")
HOUR = timedelta(hours=1)


async def states(store, home):
    counts = await store.outbox.counts(home.id)
    return {state: number for state, number in counts.items() if number}


async def test_what_waits_for_a_lost_channel_stops_at_once_and_other_channels_go_on(
    store, home, hand, now
):
    for key, to in (("a", "slack:C1"), ("b", "slack:C1"), ("c", "slack:C2")):
        await hand.post(home, key, to)

    assert await store.places.lose(HERE, "it is archived", now) == {home.id}

    assert [each.dedup_key for each in await hand.claim()] == ["c"]
    blocked = await store.outbox.troubled(home.id)
    assert [(each.dedup_key, each.error) for each in blocked] == [
        ("a", "it is archived"),
        ("b", "it is archived"),
    ]


async def test_a_channel_is_lost_once_however_often_that_is_told(store, home, hand, now):
    assert await store.places.lose(HERE, "gone", now) == set()
    await hand.post(home, "a")
    assert await store.places.lose(HERE, "gone, too", now + HOUR) is None
    (lost,) = await store.places.lost()
    assert (lost.destination, lost.lost_at, lost.why) == (HERE, now, "gone")


async def test_that_a_lost_channel_is_gone_for_good_is_news_once_more(store, home, hand, now):
    await store.places.lose(HERE, "archived", now)
    assert await store.places.lose(HERE, "deleted", now + HOUR, for_good=True) is not None
    assert await store.places.lose(HERE, "deleted", now + HOUR, for_good=True) is None
    assert await store.places.lose(HERE, "archived", now + HOUR) is None
    lost = await store.places.lost_at(HERE)
    assert (lost.for_good, lost.lost_at, lost.why) == (True, now, "deleted")
    assert await store.places.find_again(HERE, now + HOUR)
    assert await store.places.lost_at(HERE) is None


async def test_what_is_queued_for_a_lost_channel_is_never_handed_out(store, home, hand, now):
    await store.places.lose(HERE, "gone", now)
    await hand.post(home, "a")
    assert await hand.claim() == ()
    assert await states(store, home) == {DeliveryState.BLOCKED: 1}
    (blocked,) = await store.outbox.troubled(home.id)
    assert blocked.error == "gone"


async def test_an_attempt_under_way_ends_as_it_ends(store, home, hand, now):
    await hand.post(home, "a")
    (delivery,) = await hand.begin()
    await store.places.lose(HERE, "gone", now)
    assert await store.outbox.sent(delivery, Receipt(HERE, "1"), now)
    assert await states(store, home) == {DeliveryState.SENT: 1}


async def test_a_channel_that_is_back_is_told_what_it_missed_in_a_day(store, home, hand, now):
    await hand.post(home, "a")
    await store.places.lose(HERE, "archived", now)
    assert await store.places.find_again(HERE, now + HOUR)
    assert [each.dedup_key for each in await hand.claim(now + HOUR)] == ["a"]
    assert await store.places.lost() == ()


async def test_what_is_older_than_a_day_stays_where_it_is(store, home, hand, now):
    await hand.post(home, "a")
    await store.places.lose(HERE, "archived", now)
    assert await store.places.find_again(HERE, now + timedelta(hours=25))
    assert await hand.claim(now + timedelta(hours=25)) == ()


async def test_a_channel_that_was_never_lost_is_not_found_again(store, now):
    assert not await store.places.find_again(HERE, now)
    await store.places.note_owner(HERE, "T1")
    assert not await store.places.find_again(HERE, now)


async def test_lost_channels_are_looked_at_again_by_one_worker_at_a_time(store, now):
    await store.places.lose(HERE, "archived", now)
    await store.places.lose(Destination.parse("discord:5"), "gone", now)
    assert await store.places.to_look_at(Platform.SLACK, now - HOUR, now) == ()
    later = now + HOUR
    (lost,) = await store.places.to_look_at(Platform.SLACK, now, later)
    assert lost.destination == HERE
    assert await store.places.to_look_at(Platform.SLACK, now, later) == ()


async def test_whose_a_channel_is_is_remembered(store, now):
    assert await store.places.owner(HERE) is None
    await store.places.note_owner(HERE, "T1")
    await store.places.note_owner(HERE, "T2")
    await store.places.lose(HERE, "gone", now)
    assert await store.places.owner(HERE) == "T2"
    assert await store.places.owner(THERE) is None


async def test_the_channels_of_a_team_are_known_by_their_team_and_platform(store, now):
    for name, team in (
        ("slack:C1", "T1"),
        ("slack:C2", "T1"),
        ("slack:C3", "T2"),
        ("discord:1", "T1"),
    ):
        await store.places.note_owner(Destination.parse(name), team)
    await store.places.lose(THERE, "archived", now)
    assert await store.places.of_team(Platform.SLACK, "T1") == (HERE,)


async def test_a_team_that_changed_has_its_lost_channels_looked_at_soon(store, now):
    await store.places.note_owner(HERE, "T1")
    await store.places.note_owner(THERE, "T2")
    for place in (HERE, THERE):
        await store.places.lose(place, "archived", now)
    await store.places.look_soon(Platform.SLACK, "T1")
    (lost,) = await store.places.to_look_at(Platform.SLACK, now - HOUR, now)
    assert lost.destination == HERE


async def test_a_channel_is_open_to_a_workspace_once_it_is_known_to_be_so(store, home, other, now):
    await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")
    await store.places.note_owner(HERE, "T1")
    await store.places.note_owner(THERE, "T1")
    assert await store.places.open_to(home.id) == frozenset()
    await store.places.note_privacy(HERE, False, now)
    await store.places.note_privacy(THERE, True, now)
    assert await store.places.open_to(home.id) == {HERE}
    assert await store.places.open_to(other.id) == frozenset()
    await store.places.note_privacy(HERE, True, now)
    assert await store.places.open_to(home.id) == frozenset()


async def test_open_channels_are_known_by_name_and_no_others(store, home, other, now):
    await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")
    for place, name in ((HERE, " war  room\n"), (THERE, "general")):
        await store.places.note_owner(place, "T1")
        await store.places.note_privacy(place, place == HERE, now, name)
    both = (HERE, THERE)
    assert await store.places.names(home.id, both) == {THERE: "general"}
    assert await store.places.names(home.id, (HERE,)) == {}
    assert await store.places.names(other.id, both) == {}
    await store.places.note_privacy(HERE, None, now)
    await store.places.note_privacy(HERE, False, now, " war  room\n" + "x" * 200)
    names = await store.places.names(home.id, both)
    assert names[HERE].startswith("war room x")
    assert len(names[HERE]) == 100


async def test_a_channel_of_the_same_number_on_another_platform_is_another(store, home, now):
    await store.workspaces.take_seat(home.id, Platform.DISCORD, "T1")
    await store.places.note_owner(HERE, "T1")
    await store.places.note_privacy(HERE, False, now)
    assert await store.places.open_to(home.id) == frozenset()


async def test_who_sees_a_channel_is_asked_of_those_first_that_nobody_asked_about_for_long(
    store, now
):
    asked = (HERE, THERE, Destination.parse("slack:C3"))
    await store.places.note_privacy(HERE, False, now - HOUR)
    await store.places.note_privacy(THERE, None, now)
    assert await store.places.to_ask_about(asked, now, 9) == (asked[2], HERE)
    assert await store.places.to_ask_about(asked, now, 1) == (asked[2],)


async def test_a_question_in_vain_changes_nothing_and_a_changed_team_is_asked_about_anew(
    store, home, now
):
    await store.workspaces.take_seat(home.id, Platform.SLACK, "T1")
    await store.places.note_owner(HERE, "T1")
    await store.places.note_privacy(HERE, False, now)
    await store.places.note_privacy(HERE, None, now)
    assert await store.places.open_to(home.id) == {HERE}
    assert await store.places.to_ask_about([HERE], now, 9) == ()
    await store.places.look_soon(Platform.SLACK, "T1")
    assert await store.places.to_ask_about([HERE], now, 9) == (HERE,)
