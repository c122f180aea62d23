"""A real HTTP server on a free port that answers from a script, for faults of the wire."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Reply:
    """What the server does with one request, after ``delay`` seconds.

    ``declared_length`` above the real one cuts the answer off, ``drip`` sends one byte at a time
    with that many seconds between, ``drop`` closes the connection without a word, ``chunks`` sends
    chunked and, with ``drop``, breaks off before the last one.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    declared_length: int | None = None
    drip: float = 0.0
    drop: bool = False
    chunks: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the game."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: ScriptedServer

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = Seen(self.command, self.path, headers, self.rfile.read(length))
        reply = self.script.next_reply(seen)
        time.sleep(reply.delay)
        if reply.drop and not reply.chunks:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.head(reply)
        self.body(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - http.server's names

    def head(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.chunks:
            self.send_header("Transfer-Encoding", "chunked")
        elif reply.declared_length is None:
            self.send_header("Content-Length", str(len(reply.body)))
        else:
            self.send_header("Content-Length", str(reply.declared_length))
            self.close_connection = True
        self.end_headers()

    def body(self, reply: Reply) -> None:
        if reply.chunks:
            self.chunked(reply)
        elif reply.drip:
            for byte in reply.body:
                self.wfile.write(bytes([byte]))
                time.sleep(reply.drip)
        else:
            self.wfile.write(reply.body)

    def chunked(self, reply: Reply) -> None:
        for chunk in reply.chunks:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if reply.drop:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def log_message(self, *_: Any) -> None:
        """Stay quiet."""


class ScriptedServer:
    """Answers requests with the given replies in order, then with the last one for ever."""

    def __init__(self, *replies: Reply | Callable[[Seen], Reply]) -> None:
        self.replies = list(replies) or [Reply()]
        self.seen: list[Seen] = []
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def next_reply(self, seen: Seen) -> Reply:
        self.seen.append(seen)
        reply = self.replies[min(len(self.seen), len(self.replies)) - 1]
        return reply if isinstance(reply, Reply) else reply(seen)

    def _handler(self) -> type[_Handler]:
        return type("Handler", (_Handler,), {"script": self})
