"""The record of one request and its answer, for logs of calls and for contract tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Exchange:
    """One attempt of a call. Bodies may hold buyer data: keep them out of logs.

    ``path_template`` is the path of the description (``/order/checkout-forms/{id}``), ``path``
    the real one. ``request_headers`` never holds Authorization. ``status`` is 0 when there was no
    complete answer; ``ms`` counts from sending to the last byte; ``attempt`` from 1.
    """

    operation: str
    method: str
    path_template: str
    path: str
    host: str
    query: tuple[tuple[str, str], ...] = field(repr=False)
    request_headers: Mapping[str, str] = field(repr=False)
    request_body: bytes | None = field(repr=False)
    status: int
    response_headers: Mapping[str, str] = field(repr=False)
    response_body: bytes = field(repr=False)
    ms: int
    attempt: int
    trace_id: str
