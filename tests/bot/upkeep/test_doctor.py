"""The doctor names what is broken with its remedy, and touches nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.config import Slack, defaults
from bot.store.alone import alone
from bot.store.store import Store
from bot.upkeep.doctor import Verdict, examine
from bot.web.health import Ready, serving


async def verdicts(settings, now=None):
    found = await examine(settings, now or datetime.now(UTC))
    return {each.part: (each.verdict, each.said) for each in found}


@pytest.fixture
async def made(sqlite_url):
    await (await Store.open(sqlite_url)).close()
    return defaults(database={"url": sqlite_url}, web={"bind": ""})


async def test_a_fresh_installation_is_well_but_for_what_was_not_started(made):
    found = await verdicts(made)
    assert [part for part, (verdict, _) in found.items() if verdict is Verdict.BROKEN] == []
    assert found["database"][0] is Verdict.WELL
    assert found["schema"][0] is Verdict.WELL


async def test_before_the_first_start_nothing_is_made(sqlite_url, tmp_path):
    found = await verdicts(defaults(database={"url": sqlite_url}, web={"bind": ""}))
    assert found["database"][0] is Verdict.LOOK
    assert not (tmp_path / "watchfloor.db").exists()


async def test_the_doctor_leaves_nothing_behind(made, tmp_path):
    before = sorted(each.name for each in tmp_path.iterdir())
    await verdicts(made)
    assert sorted(each.name for each in tmp_path.iterdir()) == before


async def test_a_damaged_file_is_broken_and_says_how_to_restore(made, tmp_path):
    file = tmp_path / "watchfloor.db"
    damaged = bytearray(file.read_bytes())
    damaged[8192:16384] = b"\xff" * 8192
    file.write_bytes(damaged)
    verdict, said = (await verdicts(made))["database"]
    assert verdict is Verdict.BROKEN
    assert "restore" in said


@pytest.mark.parametrize(("version", "verdict"), [("9999", "broken"), ("0009", "worth a look")])
async def test_the_schema_is_compared_and_left_alone(made, version, verdict):
    store = await Store.open(made.database.url)

    async def pretend(connection):
        statement = "update alembic_version set version_num = ?"
        await connection.exec_driver_sql(statement, (version,))

    await store.database.write(pretend)
    await store.close()
    for _ in range(2):
        assert (await verdicts(made))["schema"][0].value == verdict


async def test_a_clock_that_is_wrong_is_noticed(made):
    assert (await verdicts(made))["clock"][0] is Verdict.WELL
    wrong = datetime.now(UTC) + timedelta(minutes=5)
    assert (await verdicts(made, wrong))["clock"][0] is Verdict.BROKEN


async def test_tokens_are_judged_by_their_shape_and_never_shown(made):
    secret = "swapped-and-wrong"
    slack = Slack(
        enabled=True, bot_token=SecretStr(secret), app_token=SecretStr("xapp-1-A012345-67-89")
    )
    found = await verdicts(made.model_copy(update={"slack": slack}))
    assert found["SLACK_BOT_TOKEN"][0] is Verdict.LOOK
    assert found["SLACK_APP_TOKEN"][0] is Verdict.WELL
    assert secret not in str(found)


@pytest.mark.parametrize(("database", "verdict"), [(True, Verdict.WELL), (False, Verdict.BROKEN)])
async def test_a_running_worker_is_asked_whether_it_is_ready(made, database, verdict):
    async def look():
        return Ready(database=database, chats={}, waiting=0)

    async with serving(("127.0.0.1", 0), look) as port:
        settings = made.model_copy(update={"web": defaults(web={"bind": f"127.0.0.1:{port}"}).web})
        assert (await verdicts(settings))["worker"][0] is verdict
    with alone(made.database.url):
        assert (await verdicts(settings))["worker"][0] is Verdict.BROKEN
    assert (await verdicts(settings))["worker"][0] is Verdict.LOOK


def shell(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_the_commands_of_the_shell_do_what_they_say(tmp_path):
    config = tmp_path / "config.toml"
    text = f'[database]\nurl = "sqlite:///{tmp_path}/watchfloor.db"\n[web]\nbind = ""\n'
    config.write_text(text, "utf-8")
    here = ("--config", str(config))
    assert shell("migrate", *here).exit_code == 0
    rows = [json.loads(row) for row in shell("doctor", "--json", *here).stdout.splitlines()]
    assert {row["part"] for row in rows} >= {"configuration", "database", "schema", "disk", "clock"}
    copy = str(tmp_path / "copy.db")
    assert shell("backup", copy, *here).exit_code == 0
    assert shell("restore", copy, *here).exit_code == 3
    assert shell("restore", copy, *here, "--yes").exit_code == 0
    assert json.loads(shell("export", *here).stdout)["watchlists"] == []
    assert shell("purge", *here).stdout.startswith("Deleted: 0 articles")
