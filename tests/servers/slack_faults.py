"""What goes wrong on demand: lost answers, 429 and 5xx, silence. It decides nothing by chance."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.servers.slack_world import Json


@dataclass(eq=False)
class Fault:
    """One kind of trouble for `method`, `times` times; with a `channel`, for requests about that.

    `stored` lets the request do its work before the trouble strikes. Without a `status` the answer
    never comes: the connection breaks at once, or stays silent when `silent`.
    """

    method: str
    stored: bool = False
    status: int | None = None
    silent: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: Json | str = field(default_factory=dict)
    times: int = 1
    channel: str = ""


class Faults:
    """The troubles that wait, first come first served.

    `weather` is asked for each request that no planted fault waits for; a test of bad days sets it.
    """

    def __init__(self) -> None:
        self.weather: Callable[[str], Fault | None] = lambda _method: None
        self._waiting: list[Fault] = []
        self._over = asyncio.Event()

    def add(self, fault: Fault) -> None:
        """Plant a fault."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """No more troubles; what stays silent now breaks off."""
        self._waiting.clear()
        self.end_silences()

    def take(self, method: str, channel: str = "") -> Fault | None:
        """The fault that strikes this request, if one does."""
        for fault in self._waiting:
            if fault.times and fault.method == method and fault.channel in ("", channel):
                fault.times -= 1
                return fault
        return self.weather(method)

    async def strike(self, fault: Fault, request: web.Request) -> web.Response:
        """Answer as the fault says; without a status, not at all."""
        if fault.status is None:
            if fault.silent:
                await self._over.wait()
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=499)
        if isinstance(fault.body, str):
            return web.Response(
                status=fault.status,
                text=fault.body,
                headers=fault.headers,
                content_type="text/html",
            )
        return web.json_response(fault.body, status=fault.status, headers=fault.headers)

    def end_silences(self) -> None:
        """Whoever waits for an answer waits no longer."""
        self._over.set()
        self._over = asyncio.Event()

    def lose_answer(self, method: str = "chat.postMessage", *, times: int = 1) -> None:
        """Do the work, then break the connection before the answer."""
        self.add(Fault(method, stored=True, times=times))

    def break_before(self, method: str = "chat.postMessage", *, times: int = 1) -> None:
        """Break the connection before anything is stored."""
        self.add(Fault(method, times=times))

    def stay_silent(self, method: str = "chat.postMessage", *, stored: bool = False) -> None:
        """Never answer."""
        self.add(Fault(method, stored=stored, silent=True))

    def limit(self, seconds: int, method: str = "chat.postMessage", *, times: int = 1) -> None:
        """Answer 429 with Retry-After."""
        headers = {"Retry-After": str(seconds)}
        body = {"ok": False, "error": "ratelimited"}
        self.add(Fault(method, status=429, headers=headers, body=body, times=times))

    def fail(
        self,
        status: int = 500,
        method: str = "chat.postMessage",
        *,
        stored: bool = False,
        times: int = 1,
    ) -> None:
        """Answer a 5xx with a page that is no JSON, before or after storing."""
        page = "<html><body>Something went wrong</body></html>"
        self.add(Fault(method, stored=stored, status=status, body=page, times=times))

    def refuse(
        self,
        error: str,
        method: str = "chat.postMessage",
        *,
        stored: bool = False,
        status: int = 200,
        times: int = 1,
    ) -> None:
        """Answer with one of Slack's error codes."""
        body: Json = {"ok": False, "error": error}
        self.add(Fault(method, stored=stored, status=status, body=body, times=times))
