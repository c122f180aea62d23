"""A call made ready for sending: address, headers, query and body."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from connectors.allegro.endpoints import Endpoints
from connectors.allegro.exchange import Exchange
from connectors.allegro.operation import Host, Operation
from connectors.allegro.transport import Query, WireAnswer, WireRequest, query_pairs

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Payload:
    """The variable part of a call. ``body`` goes as JSON, ``content`` as raw bytes.

    ``cost`` is what the call takes from its budget, in requests or in offers.
    """

    path: Mapping[str, str]
    query: Query
    body: Any = None
    content: bytes | None = None
    content_type: str = ""
    cost: int = 1


@dataclass
class Call:
    """One call on its way; ``renewed`` says that a fresh token has been asked for."""

    operation: Operation
    url: str
    path: str
    headers: dict[str, str]
    query: tuple[tuple[str, str], ...]
    content: bytes | None
    cost: int
    renewed: bool = False

    def wire(self, token: str) -> WireRequest:
        """Give the request to send with a token."""
        return WireRequest(
            self.operation.method,
            self.url,
            self.headers,
            self.query,
            self.content,
            f"Bearer {token}",
        )

    def exchange(self, wire: WireAnswer, attempt: int) -> Exchange:
        """Give the record of one attempt."""
        return Exchange(
            operation=self.operation.name,
            method=self.operation.method,
            path_template=self.operation.path,
            path=self.path,
            host=self.operation.host,
            query=self.query,
            request_headers=dict(self.headers),
            request_body=self.content,
            status=wire.status,
            response_headers=dict(wire.headers),
            response_body=wire.content,
            ms=wire.ms,
            attempt=attempt,
            trace_id=wire.trace_id,
        )


def prepared(
    operation: Operation, payload: Payload, *, endpoints: Endpoints, user_agent: str, language: str
) -> Call:
    """Make a call ready. Raises ValueError for a bad id or a query name Allegro does not know."""
    unknown = set(payload.query) - operation.query
    if unknown:
        raise ValueError(f"{operation.name} knows no query {', '.join(sorted(unknown))}")
    path = filled_path(operation.path, payload.path)
    base = endpoints.upload if operation.host is Host.UPLOAD else endpoints.api
    headers = {
        "Accept": operation.media,
        "Accept-Language": language,
        "User-Agent": user_agent,
    }
    content = payload.content
    if payload.body is not None:
        content = json.dumps(payload.body, ensure_ascii=False, allow_nan=False).encode()
    if content is not None:
        headers["Content-Type"] = payload.content_type or operation.content_type or operation.media
    query = query_pairs(payload.query)
    return Call(operation, base + path, path, headers, query, content, payload.cost)


def filled_path(template: str, values: Mapping[str, str]) -> str:
    """Put ids into a path template, escaped as single segments.

    Raises ValueError for a missing, empty or dot-only id, which would address something else.
    """

    def segment(match: re.Match[str]) -> str:
        value = str(values.get(match[1], ""))
        if not value.strip("."):
            raise ValueError(f"{template} needs a {match[1]}")
        return quote(value, safe="")

    return _PLACEHOLDER.sub(segment, template)
