"""What those who run a place ask of /watchfloor, on every platform."""

from bot.config import Managers, WhoManages


async def test_who_may_manage_is_shown_and_chosen(seat):
    chat = seat.here.platform if seat.nowhere else "slack"
    shown = await seat.type(f"watchfloor managers --chat {chat}")
    assert "admins may manage" in shown
    await seat.type(f"watchfloor managers anyone --chat {chat}")
    assert await seat.bot.store.managing.of(seat.bot.home.id, chat) == WhoManages(Managers.ANYONE)
    assert "anyone may manage" in await seat.type(f"watchfloor managers --chat {chat}")


async def test_the_audit_and_a_code_for_a_further_chat_are_had_by_typing(seat):
    assert "watchfloor link" in await seat.type("watchfloor link")
    assert "issued a code for" in await seat.type("watchfloor audit")
