"""How a local Slack reaches the app: over a socket, or by signed requests to the app's address.

Every delivery is kept with how long its acknowledgement took, and can be sent again as it was.
"""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.servers.slack_sockets import Sockets, Unanswered
from tests.servers.slack_world import Json

SIGNING_SECRET = "local-signing-secret"
TIMED_OUT = "operation_timeout: the app did not acknowledge"


@dataclass(frozen=True)
class Delivered:
    """One payload that was sent, and the seconds until it was acknowledged."""

    kind: str
    payload: Json
    seconds: float


class Line:
    """One app's line. With a `request_url` everything goes there instead of over a socket."""

    def __init__(self, sockets: Sockets) -> None:
        self.sockets = sockets
        self.request_url = ""
        self.signing_secret = SIGNING_SECRET
        self.delivered: list[Delivered] = []
        self.skew = 0.0

    async def deliver(self, kind: str, payload: Json, **more: Any) -> Json:
        """Send a payload; what came with the acknowledgement. Raises Unanswered."""
        began = time.monotonic()
        if self.request_url:
            answer = await self._post(kind, payload, more)
        else:
            answer = await self.sockets.deliver(kind, payload, **more)
        self.delivered.append(Delivered(kind, payload, time.monotonic() - began))
        return answer

    async def tell(self, event: Json, team: str, number: str) -> None:
        """Send an event, and once more if nobody acknowledges it."""
        payload = {
            "token": "legacy",
            "team_id": team,
            "api_app_id": "A0LOCAL",
            "type": "event_callback",
            "event_id": f"Ev{number}",
            "event_time": int(time.time()),
            "event": event,
        }
        try:
            await self.deliver("events_api", payload)
        except Unanswered:
            await self.deliver("events_api", payload, retry_attempt=1, retry_reason="timeout")

    async def again(self, number: int = -1) -> Json:
        """Send something once more that was sent before, exactly as it was."""
        before = self.delivered[number]
        return await self.deliver(before.kind, before.payload, retry_attempt=1)

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """Send a request as it stands; the status and the body of the answer."""
        timeout = aiohttp.ClientTimeout(total=self.sockets.patience)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(self.request_url, data=body, headers=headers) as answer,
        ):
            return answer.status, await answer.read()

    def signed(self, body: bytes, at: float | None = None) -> dict[str, str]:
        """The headers that prove that a request is Slack's."""
        stamp = str(int(time.time() + self.skew if at is None else at))
        base = f"v0:{stamp}:".encode() + body
        mark = hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}

    async def _post(self, kind: str, payload: Json, more: Json) -> Json:
        body, form = as_request(kind, payload)
        headers = self.signed(body) | {"Content-Type": form}
        if "retry_attempt" in more:
            headers["X-Slack-Retry-Num"] = str(more["retry_attempt"])
        try:
            status, answer = await self.post(body, headers)
        except (TimeoutError, aiohttp.ClientError):
            raise Unanswered(f"{TIMED_OUT} {kind}") from None
        if status != 200:
            raise Unanswered(f"{TIMED_OUT} {kind}: it answered {status}")
        try:
            return dict(json.loads(answer)) if answer else {}
        except ValueError:
            return {"text": answer.decode()}


def as_request(kind: str, payload: Json) -> tuple[bytes, str]:
    """A payload as the body of a request, and its content type."""
    form = "application/x-www-form-urlencoded"
    match kind:
        case "slash_commands":
            return urlencode(payload).encode(), form
        case "interactive":
            return urlencode({"payload": json.dumps(payload)}).encode(), form
        case _:
            return json.dumps(payload).encode(), "application/json"
