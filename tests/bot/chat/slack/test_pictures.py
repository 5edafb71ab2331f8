"""Pictures of private answers go into the person's own conversation; the words come in any case."""

import pytest

from bot.chat.slack import conversation, pictures

ALT = "Bars per day, at most 30."
PNG = b"\x89PNG a picture"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(pictures, "PAUSE_SECONDS", 0.01)


async def asked(slack):
    await slack.type_command(slack.bob, slack.alerts, "/intel", "trend Kursk")
    return await slack.whispered(slack.bob)


def conversation_of(slack, person):
    return slack.channel_messages(slack.team.conversation(person.id))


def seen(slack, message):
    """What a person hears of each picture of a message, and its bytes."""
    files = slack.api.files.kept
    images = [block for block in message.blocks if block["type"] == "image"]
    return [(each["alt_text"], files[each["slack_file"]["id"]].data) for each in images]


async def test_the_words_come_where_it_was_asked_and_the_picture_to_the_person(slack, adapter):
    whisper = await asked(slack)
    [own] = conversation_of(slack, slack.bob)

    assert seen(slack, whisper) == []
    assert seen(slack, own) == [(ALT, PNG)]
    shown = slack.show(slack.alerts, slack.bob)
    assert "Trend of Kursk" in shown
    assert f"our own conversation -> https://local.slack.com/archives/{own.channel}/p" in shown
    assert slack.channel_messages(slack.alerts) == []


async def test_a_file_that_slack_is_still_looking_at_is_shown_a_moment_later(slack, adapter):
    slack.api.files.processing = 5
    await asked(slack)
    [own] = conversation_of(slack, slack.bob)
    assert seen(slack, own) == [(ALT, PNG)]


async def test_a_file_that_slack_never_shows_is_said_under_the_words(slack, adapter, caplog):
    slack.api.files.processing = 1000
    whisper = await asked(slack)
    assert conversation_of(slack, slack.bob) == []
    assert "The picture could not be sent" in slack.show(slack.alerts, slack.bob)
    assert "[Share here]" in slack.show(slack.alerts, slack.bob)
    assert whisper.buttons


async def test_without_the_right_to_write_files_the_words_say_which_is_missing(slack, adapter):
    slack.team.scopes.discard("files:write")
    await asked(slack)
    shown = slack.show(slack.alerts, slack.bob)
    assert "Trend of Kursk" in shown
    assert "Add the scope files:write" in shown


async def test_a_press_shares_words_and_picture_with_the_channel(slack, adapter):
    whisper = await asked(slack)
    await slack.click(slack.bob, whisper, "Share here")

    await slack.until(lambda: slack.channel_messages(slack.alerts))
    [public] = slack.channel_messages(slack.alerts)
    assert seen(slack, public) == [(ALT, PNG)]
    assert "Trend of Kursk" in public.text


@pytest.mark.parametrize("lost", ["files.getUploadURLExternal", "upload"])
async def test_where_the_picture_is_lost_the_words_are_shared_alone(slack, adapter, caplog, lost):
    whisper = await asked(slack)
    slack.faults.fail(500, lost)
    await slack.click(slack.bob, whisper, "Share here")

    await slack.until(lambda: slack.channel_messages(slack.alerts))
    [public] = slack.channel_messages(slack.alerts)
    assert seen(slack, public) == []
    assert "A picture was not uploaded" in caplog.text


async def test_a_picture_whose_answer_is_lost_is_shared_once(slack, adapter, caplog):
    whisper = await asked(slack)
    slack.api.files.processing = 0
    slack.faults.lose_answer("chat.postMessage")
    await slack.click(slack.bob, whisper, "Share here")

    await slack.until(lambda: "A picture was not posted" in caplog.text)
    assert len(slack.channel_messages(slack.alerts)) == 1


async def test_an_upload_that_hangs_does_not_keep_the_words(slack, adapter, monkeypatch):
    monkeypatch.setattr(conversation, "PICTURE_SECONDS", 0.3)
    slack.faults.stay_silent("upload")
    await asked(slack)
    assert "The picture could not be sent" in slack.show(slack.alerts, slack.bob)
