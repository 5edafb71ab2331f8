"""What goes wrong on demand: lost answers, 429 and 5xx, silence. It decides nothing by chance."""

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from tests.servers.discord_world import Json


@dataclass(eq=False)
class Fault:
    """One kind of trouble for requests whose path holds `path`, `times` times.

    `stored` lets the request do its work before the trouble strikes. Without a `status` the answer
    never comes: the connection breaks at once, or stays silent when `silent`.
    """

    method: str
    path: str
    stored: bool = False
    status: int | None = None
    silent: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: Json | str = field(default_factory=dict)
    times: int = 1


class Faults:
    """The troubles that wait, first come first served."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._over = asyncio.Event()

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def clear(self) -> None:
        """No more troubles."""
        self._waiting.clear()

    def take(self, request: web.Request) -> Fault | None:
        for fault in self._waiting:
            if fault.times and fault.method == request.method and fault.path in request.path:
                fault.times -= 1
                return fault
        return None

    async def strike(self, fault: Fault, request: web.Request) -> web.Response:
        """Answer as the fault says; without a status, not at all."""
        if fault.status is None:
            if fault.silent:
                await self._over.wait()
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=499)
        if isinstance(fault.body, str):
            return web.Response(status=fault.status, text=fault.body, headers=fault.headers)
        return answer(fault.body, fault.status, fault.headers)

    def end_silences(self) -> None:
        self._over.set()

    def lose_answer(self, path: str = "/messages", *, method: str = "POST", times: int = 1) -> None:
        """Store the message, then break the connection before the answer."""
        self.add(Fault(method, path, stored=True, times=times))

    def break_before(
        self, path: str = "/messages", *, method: str = "POST", times: int = 1
    ) -> None:
        """Break the connection before anything is stored."""
        self.add(Fault(method, path, times=times))

    def stay_silent(
        self, path: str = "/messages", *, method: str = "POST", stored: bool = False
    ) -> None:
        """Never answer."""
        self.add(Fault(method, path, stored=stored, silent=True))

    def limit(
        self,
        seconds: float,
        path: str = "/messages",
        *,
        method: str = "POST",
        via: bool = True,
        times: int = 1,
    ) -> None:
        """Answer 429: Discord's own with a Via header, Cloudflare's ban (no JSON) without."""
        headers = {"Retry-After": str(int(seconds + 0.999))}
        body: Json | str = "error code: 1015"
        if via:
            headers |= {"Via": "1.1 google", "X-RateLimit-Scope": "user"}
            body = {
                "message": "You are being rate limited.",
                "retry_after": seconds,
                "global": False,
            }
        self.add(Fault(method, path, status=429, headers=headers, body=body, times=times))

    def fail(
        self,
        status: int = 503,
        path: str = "/messages",
        *,
        method: str = "POST",
        stored: bool = False,
        times: int = 1,
    ) -> None:
        """Answer a 5xx, before or after storing."""
        body = {"message": f"{status}: Server Error", "code": 0}
        self.add(Fault(method, path, stored=stored, status=status, body=body, times=times))


def answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A JSON answer with the bare content type that discord.py compares with."""
    if body is None:
        return web.Response(status=204)
    response = web.json_response(body, status=status, headers=headers)
    response.headers["Content-Type"] = "application/json"
    return response
