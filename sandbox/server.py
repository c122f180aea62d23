"""The HTTP server: uvicorn, with a way to cut a connection as a broken network would."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

# Open connections by the client's address, which is all that a request knows of its own.
_open: dict[tuple[str, int], asyncio.Transport] = {}


class CuttableProtocol(H11Protocol):
    """HTTP/1.1 whose connections are findable, for the fault "dropped connection"."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        if peer:
            _open[peer[0], peer[1]] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        peer = self.transport.get_extra_info("peername")
        if peer:
            _open.pop((peer[0], peer[1]), None)
        super().connection_lost(exc)


def cut(client: tuple[str, int] | None) -> None:
    """Reset the connection at once, without another byte."""
    transport = _of(client)
    if transport is not None:
        transport.abort()


def hang_up(client: tuple[str, int] | None) -> None:
    """Send what has been written so far and close."""
    transport = _of(client)
    if transport is not None:
        transport.close()


def _of(client: tuple[str, int] | None) -> asyncio.Transport | None:
    return _open.get((client[0], client[1])) if client else None
