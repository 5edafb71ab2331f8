"""A supervisor learns over HTTP whether the bot lives and whether news can flow."""

import aiohttp

from bot.web.health import Ready, serving


async def get(port: int, path: str) -> tuple[int, dict[str, object]]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.json()


async def well() -> Ready:
    return Ready(database=True, chats={"slack": "ready"}, waiting=2)


async def ill() -> Ready:
    return Ready(database=True, chats={"slack": "refused", "console": "ready"}, waiting=0)


async def test_alive_while_it_answers_at_all():
    async with serving(("127.0.0.1", 0), ill) as port:
        assert await get(port, "/healthz") == (200, {"alive": True})


async def test_ready_when_the_database_answers_and_every_chat_is_connected():
    async with serving(("127.0.0.1", 0), well) as port:
        status, body = await get(port, "/readyz")
    assert status == 200
    assert body == {
        "ready": True,
        "database": True,
        "chats": {"slack": "ready"},
        "waiting": 2,
        "oldest_seconds": 0.0,
        "late": [],
    }


async def test_not_ready_while_a_chat_refuses_us():
    async with serving(("127.0.0.1", 0), ill) as port:
        status, body = await get(port, "/readyz")
    assert (status, body["ready"]) == (503, False)
