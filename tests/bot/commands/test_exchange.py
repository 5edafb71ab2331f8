"""Watchlists as a file: written and read as the same, and no hostile file does any harm."""

import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import watchfile
from bot.commands.invocation import LONGEST_FILE, Invocation, Reply
from bot.errors import CommandError
from bot.message import Answer, File, Line, Literal, Table, Tone
from bot.model import Actor, Cadence, Destination, Platform, Severity
from tests.stage import Stage

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HERE = Destination(Platform.CONSOLE)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
rows = st.fixed_dictionaries(
    {"name": texts, "query": texts, "destinations": st.lists(texts, max_size=3)},
    optional={"min_sources": st.integers(1, 10), "paused": st.just(True)},
)


@given(st.lists(rows, min_size=1, max_size=5), st.sampled_from(watchfile.FORMATS))
def test_what_is_written_is_read_as_the_same_whatever_stands_in_it(watchlists, form):
    sheet = watchfile.Sheet((), tuple(watchlists))
    assert watchfile.read(watchfile.write(sheet, form, AT)) == sheet


@given(
    st.dictionaries(
        texts,
        st.one_of(texts, st.integers(), st.floats(), st.booleans(), st.none(), st.lists(texts)),
        max_size=4,
    ),
    texts,
    texts,
)
def test_the_file_of_wrong_rows_can_be_read_again(row, remark, table):
    tomllib.loads(watchfile.with_remarks([(table, row, remark)]).decode())


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(data):
    with pytest.raises(CommandError):
        watchfile.read(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfename", "no text in UTF-8"),
        (b"a = 1\nb = \xe9", "line 2"),
        (b"[[watchlists]]\nname = 'x", "no TOML"),
        (b'{"watchlists": [}', "no JSON"),
        (b"[" * 100_000, "no TOML"),
        (b"a = " + b"[" * 100_000, "nested too deep"),
        (b'{"a":' * 50_000, "JSON"),
        (b'{"watchlists": 1' + b"0" * 5000 + b"}", "JSON"),
        (b"watchlists = 3", "[[watchlists]]"),
        (b'{"watchlists": ["x"]}', "[[watchlists]]"),
        (b"x = 1", "no [[watchlists]]"),
        (b"", "no [[watchlists]]"),
        (b"[[watchlist]]\nname = 'x'", "For [[watchlist]], write [[watchlists]]"),
        (b"#" * (LONGEST_FILE + 1), "longer than 256 KB"),
        (b"[[watchlists]]\n" * (watchfile.MOST_ROWS + 1), "more than 500 rows"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_a_file_that_cannot_be_taken_says_why(data, said):
    with pytest.raises(CommandError) as refused:
        watchfile.read(data)
    assert said in f"{refused.value.message}\n{refused.value.caret}"


async def sent(stage: Stage, data: bytes | str, *, manager: bool = True, channel=HERE) -> Reply:
    raw = data.encode() if isinstance(data, str) else data

    async def file() -> File:
        return File("mine.toml", raw, "")

    actor = Actor(Platform.CONSOLE, "ann", "ann", manager)
    asked = Invocation(
        "watch import",
        {"file": "mine.toml"},
        actor,
        stage.bot.home.id,
        stage.clock.now,
        channel,
        file=file,
    )
    return await stage.bot.commands.answer(asked)


async def pressed(stage: Stage, reply: Reply, label: str = "Save") -> Reply:
    assert isinstance(reply.message, Answer)
    (button,) = [each for each in reply.message.buttons if each.label == label]
    return await stage.invoke(button.action, {"value": button.value})


def said(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    return f"{reply.message.title}\n{reply.message.blocks}"


def rows_of(reply: Reply) -> list[list[str]]:
    """What the table of a preview says, cell by cell."""
    assert isinstance(reply.message, Answer)
    table = reply.message.blocks[0]
    assert isinstance(table, Table)
    return [[text(cell) for cell in row] for row in table.rows]


def file_of(reply: Reply) -> str:
    assert isinstance(reply.message, Answer)
    assert reply.message.file is not None
    return reply.message.file.data.decode()


def text(line: Line) -> str:
    return "".join(piece.text for piece in line if isinstance(piece, Literal))


def one(**keys: object) -> str:
    return json.dumps({"watchlists": [{"name": "kursk", "query": "Kursk", **keys}]})


async def watchlists(stage: Stage):
    return await stage.bot.store.watchlists.of(stage.bot.home.id)


async def test_all_that_a_watchlist_is_goes_out_and_comes_back(made):
    shown = await sent(
        made,
        one(severity="critical", delivery="daily", min_sources=3, paused=True),
    )
    await pressed(made, shown)
    (kept,) = await watchlists(made)
    assert (kept.severity, kept.cadence, kept.min_sources, kept.enabled, kept.destinations) == (
        Severity.CRITICAL,
        Cadence.DAILY,
        3,
        False,
        (HERE,),
    )
    exported = (await made.ask("/watch export")).message
    assert isinstance(exported, Answer)
    assert exported.file is not None
    assert exported.file.name == "watchlists-2026-11-22.toml"
    (row,) = tomllib.loads(exported.file.data.decode())["watchlists"]
    assert row == {
        "name": "kursk",
        "query": "Kursk",
        "destinations": ["console"],
        "severity": "critical",
        "delivery": "daily",
        "min_sources": 3,
        "paused": True,
    }
    assert "1 the same" in said(await sent(made, exported.file.data))


async def test_a_changed_row_changes_the_watchlist_of_its_name_and_can_be_undone(made):
    await pressed(made, await sent(made, one()))
    changed = await sent(made, one(name="KURSK", query="Kursk AND Sumy"))
    assert "1 changed" in said(changed)
    await pressed(made, changed)
    (kept,) = await watchlists(made)
    assert (kept.name, kept.query, kept.revision) == ("KURSK", "Kursk AND Sumy", 2)
    await made.ask("/watch undo kursk")
    assert (await watchlists(made))[0].query == "Kursk"


async def test_what_a_row_does_not_say_stays_as_it_is(made):
    await pressed(
        made, await sent(made, one(severity="critical", delivery="hourly", min_sources=2))
    )
    await made.ask("/watch pause kursk --for 8h")
    (was,) = await watchlists(made)
    shown = await sent(made, '[[watchlists]]\nname = "kursk"\nquery = "Iran OR Somalia"\n')
    assert rows_of(shown) == [["kursk", "changed", "", "Kursk → Iran OR Somalia"]]
    await pressed(made, shown)
    (now,) = await watchlists(made)
    assert now == replace(
        was, query="Iran OR Somalia", revision=was.revision + 1, changed_at=now.changed_at
    )
    assert now.paused_until is not None


async def test_the_preview_of_a_file_tells_each_setting_that_would_differ(made):
    await pressed(made, await sent(made, one(severity="critical", paused=True)))
    shown = await sent(
        made,
        json.dumps(
            {
                "watchlists": [
                    {"name": "Kursk", "query": "Kursk", "delivery": "daily", "paused": False},
                    {"name": "sumy", "query": "Sumy", "min_sources": 2, "paused": True},
                ]
            }
        ),
    )
    assert [row[2] for row in rows_of(shown)] == [
        "name: kursk → Kursk · delivery: each alert at once → daily digests · resumed",
        "notable · alerts to console · each alert at once, from 2 independent sources on · paused",
    ]
    await pressed(made, shown)
    (kursk, sumy) = await watchlists(made)
    assert (kursk.name, kursk.severity, kursk.cadence, kursk.enabled) == (
        "Kursk",
        Severity.CRITICAL,
        Cadence.DAILY,
        True,
    )
    assert (sumy.min_sources, sumy.enabled) == (2, False)


async def test_rows_that_have_no_room_in_the_preview_are_told_in_a_file(made):
    rows = [{"name": f"n{n}", "query": f"Kursk AND w{n}"} for n in range(11)]
    await pressed(made, await sent(made, json.dumps({"watchlists": rows})))
    for row in rows:
        row["severity"] = "critical"
    shown = await sent(made, json.dumps({"watchlists": rows}))
    (last,) = file_of(shown).splitlines()
    assert last == "# n10 · changed · severity: notable → critical · Kursk AND w10"
    rows.append({"name": "wrong", "query": "Kursk AND ("})
    mend = file_of(await sent(made, json.dumps({"watchlists": rows})))
    assert mend.startswith(last)
    assert [each["name"] for each in tomllib.loads(mend)["watchlists"]] == ["wrong"]


async def test_an_exported_file_brings_everything_back_as_it_was(made):
    await pressed(made, await sent(made, one()))
    exported = file_of(await made.ask("/watch export"))
    await made.ask("/watch pause kursk")
    changed = await sent(made, one(query="Sumy", severity="critical", delivery="hourly"))
    await pressed(made, changed)
    shown = await sent(made, exported)
    assert rows_of(shown)[0][2] == (
        "severity: critical → notable · delivery: hourly digests → each alert at once · resumed"
    )
    await pressed(made, shown)
    (now,) = await watchlists(made)
    assert (now.query, now.severity, now.cadence, now.enabled) == (
        "Kursk",
        Severity.NOTABLE,
        Cadence.INSTANT,
        True,
    )


async def test_what_was_changed_since_the_preview_stays_as_it_is(made):
    await pressed(made, await sent(made, one()))
    late = await sent(made, one(query="Sumy"))
    await made.ask("/watch pause kursk")
    assert "Left as they are" in said(await pressed(made, late))
    assert (await watchlists(made))[0].query == "Kursk"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"query": "Iran AND (Hormuz"}, "never closed"),
        ({"query": "Iran AND @nolist"}, "nolist"),
        ({"query": 5}, "query is missing"),
        ({"name": " "}, "name is missing"),
        ({"name": 'a "b"'}, "cannot be typed"),
        ({"name": "a\u202eb"}, "cannot be typed"),
        ({"name": "x" * 81}, "80 is the most"),
        ({"severity": "loud"}, "no severity"),
        ({"delivery": "weekly"}, "no delivery"),
        ({"min_sources": 99}, "independent sources"),
        ({"min_sources": True}, "is a number"),
        ({"min_sources": 10**4000}, "independent sources"),
        ({"paused": "yes"}, "true or false"),
        ({"destinations": "console"}, "is a list"),
        ({"destinations": ["teams:1"]}, "names no chat"),
        ({"loudness": "critical"}, "no key 'loudness'"),
    ],
    ids=str,
)
async def test_a_wrong_row_says_what_is_wrong_and_spoils_no_other(made, row, wrong):
    rows = [{"name": "kursk", "query": "Kursk"} | row, {"name": "sumy", "query": "Sumy"}]
    shown = await sent(made, json.dumps({"watchlists": rows}))
    assert "1 new, 1 wrong" in said(shown)
    assert wrong in said(shown)
    assert isinstance(shown.message, Answer)
    assert shown.message.file is not None
    assert wrong in shown.message.file.data.decode()
    await pressed(made, shown)
    assert [each.name for each in await watchlists(made)] == ["sumy"]


async def test_a_name_that_stands_twice_is_taken_once(made):
    rows = [{"name": "kursk", "query": "Kursk"}, {"name": "Kursk", "query": "Sumy"}]
    assert "1 new, 1 wrong" in said(await sent(made, json.dumps({"watchlists": rows})))


async def test_a_mention_in_a_name_is_text(made):
    await pressed(made, await sent(made, one(name="<!channel> @everyone")))
    assert [each.name for each in await watchlists(made)] == ["<!channel> @everyone"]


async def test_channels_of_elsewhere_become_the_one_where_it_is_imported(made):
    shown = await sent(made, one(destinations=["slack:C1", "discord:5"]))
    assert "slack:C1, discord:5. What has no other channel alerts to console" in said(shown)
    await pressed(made, shown)
    assert (await watchlists(made))[0].destinations == (HERE,)


async def test_a_row_that_takes_a_watchlist_out_of_a_private_channel_says_so(made):
    room = (Destination.parse("slack:C1"),)  # unknown channels count as private
    told = {"severity": Severity.NOTABLE, "by": "ann", "at": made.clock.now}
    await made.bot.store.watchlists.add(
        made.bot.home.id, "kursk", "Kursk", destinations=room, **told
    )
    shown = rows_of(await sent(made, one(destinations=["console"])))
    assert "comes out of a private channel" in shown[0][2]
    stays = rows_of(await sent(made, one(severity="critical")))
    assert "private" not in stays[0][2]


async def test_a_file_may_not_make_us_look_up_a_thousand_channels(made):
    rows = [{"name": f"n{n}", "query": "Kursk", "destinations": [f"slack:C{n}"]} for n in range(60)]
    shown = await sent(made, json.dumps({"watchlists": rows}))
    assert "10 wrong" in said(shown)
    assert "more than 50 channels" in said(shown)


async def test_lists_come_along_and_may_name_each_other(made):
    rows = {
        "lists": [{"name": "a", "query": "Kursk OR @b"}, {"name": "b", "query": "Sumy"}],
        "watchlists": [{"name": "w", "query": "@a"}],
    }
    await pressed(made, await sent(made, json.dumps(rows)))
    assert set(await made.bot.store.lists.texts(made.bot.home.id)) == {"a", "b"}
    exported = (await made.ask("/watch export --format json")).message
    assert isinstance(exported, Answer)
    assert exported.file is not None
    assert "3 the same" in said(await sent(made, exported.file.data))


async def test_a_wrong_list_takes_along_only_those_who_need_it(made):
    rows = {
        "lists": [
            {"name": "a", "query": "Kursk OR @b"},
            {"name": "b", "query": "@a"},
            {"name": "c", "query": "Sumy"},
            {"name": "d e", "query": "Sumy"},
            {"name": "c", "query": "twice"},
            {"name": "f", "query": "x", "more": 1},
        ],
        "watchlists": [{"name": "w", "query": "@a"}, {"name": "x", "query": "@c"}],
    }
    shown = await sent(made, json.dumps(rows))
    assert "2 new, 6 wrong" in said(shown)


async def test_a_list_that_would_break_a_watchlist_is_wrong(made):
    rows = {
        "lists": [{"name": "a", "query": "Kursk"}],
        "watchlists": [{"name": "w", "query": "@a"}],
    }
    await pressed(made, await sent(made, json.dumps(rows)))
    shown = await sent(made, json.dumps({"lists": [{"name": "a", "query": "Kursk AND ("}]}))
    assert "1 wrong" in said(shown)


async def test_five_hundred_rows_are_judged_and_saved(made):
    rows = [{"name": f"n{n}", "query": f"Kursk AND w{n}"} for n in range(watchfile.MOST_ROWS)]
    shown = await sent(made, json.dumps({"watchlists": rows}))
    assert "500 new" in said(shown)
    assert "… and 490 more, in the file" in said(shown)


async def test_only_managers_import_and_everyone_exports(made):
    refused = await sent(made, one(), manager=False)
    assert isinstance(refused.message, Answer)
    assert refused.message.tone is Tone.FAULT
    forged = await made.invoke("watch:import", {"value": ""}, manager=False)
    assert "Only a manager" in said(forged)
    assert "No watchlists yet" in said(await made.ask("/watch export", manager=False))


async def test_without_a_channel_nobody_knows_where_alerts_would_go(made):
    assert "in a channel" in said(await sent(made, one(), channel=None))


async def test_a_path_that_cannot_be_read_is_said_so(made, tmp_path):
    assert "cannot be read" in await made.type(f"/watch import {tmp_path}/none.toml")
    assert "is no file" in await made.type(f"/watch import {tmp_path}")
    (tmp_path / "a b.json").write_text(one())
    assert "1 new" in await made.type(f'/watch import "{tmp_path}/a b.json"')
