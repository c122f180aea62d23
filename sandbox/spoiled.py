"""Answers that go wrong on the way: cut off, half sent, garbled, refused. The work of faults."""

from __future__ import annotations

import asyncio
import contextlib

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from sandbox.errors import ApiError
from sandbox.faults import Fault
from sandbox.server import cut, hang_up

_CODES = {
    429: "TOO_MANY_REQUESTS",
    503: "SERVICE_UNAVAILABLE",
    504: "ServiceTimeoutException",
}
_GARBAGE = b"<html><body><h1>502 Bad Gateway</h1>\x00\xff{not json"

_SILENCE_SECONDS = 120.0

Struck = dict[str, Fault]


def failure(fault: Fault) -> ApiError:
    """The error a fault of kind ``status`` answers with."""
    headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
    code = _CODES.get(fault.status, "InternalServerError")
    return ApiError(fault.status, code, "The service failed on request of a test", headers=headers)


def before_work(struck: Struck, kind: str) -> Fault | None:
    """A fault that keeps the request from having any effect, if one of this kind struck."""
    fault = struck.get(kind)
    return fault if fault is not None and not fault.after_effect else None


async def delay(struck: Struck) -> None:
    if "latency" in struck:
        await asyncio.sleep(struck["latency"].latency_ms / 1000)


def spoil(response: Response, struck: Struck) -> Response:
    """The answer as it arrives after the faults that struck it."""
    if "drop" in struck:
        return Dropped()
    if "timeout" in struck:
        return Silent(struck["timeout"].latency_ms / 1000 or _SILENCE_SECONDS)
    if "truncate" in struck:
        return Half(response)
    if "garbage" in struck:
        media = response.headers.get("content-type", "text/html")
        return Response(_GARBAGE, response.status_code, media_type=media)
    return response


class Dropped(Response):
    """No answer at all: the connection is reset."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cut(scope.get("client"))
        await _gone(receive)


class Silent(Response):
    """No answer until the client gives up, or the connection is reset after so long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(status_code=504)
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_gone(receive), self._seconds)
        cut(scope.get("client"))


class Half(Response):
    """The headers and half of the body; then the server hangs up."""

    def __init__(self, whole: Response) -> None:
        super().__init__(status_code=whole.status_code)
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytes(self._whole.body)
        start: Message = {
            "type": "http.response.start",
            "status": self._whole.status_code,
            "headers": list(self._whole.raw_headers),
        }
        await send(start)
        half = body[: len(body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        hang_up(scope.get("client"))
        await _gone(receive)


async def _gone(receive: Receive) -> None:
    """Wait until the server has noticed that the connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        continue
