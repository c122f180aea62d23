"""The smallest WSGI application: what the server and this machine can do at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def application(
    environ: dict[str, object], start_response: Callable[[str, list[tuple[str, str]]], object]
) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok\n"]
