"""From an HTTP answer to a result or to the error that says what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from connectors.allegro.errors import (
    AllegroError,
    AuthError,
    Conflict,
    FieldError,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from connectors.allegro.operation import Operation, Retry
from connectors.allegro.transport import Query, WireAnswer

# Long unbroken runs of token characters; Allegro quotes refused tokens in its error texts.
_SECRET = re.compile(r"[A-Za-z0-9_~+/=.-]{32,}")

_BY_STATUS: dict[int, type[AllegroError]] = {
    401: AuthError,
    403: Forbidden,
    404: NotFound,
    408: Unavailable,
    409: Conflict,
    410: NotFound,
    412: Conflict,
    425: Unavailable,
    429: RateLimited,
}


@dataclass(frozen=True)
class Answer:
    """A successful answer: decoded JSON body (None when empty) and what is worth keeping."""

    operation: Operation
    status: int
    body: Any
    headers: Mapping[str, str]
    trace_id: str
    attempts: int
    retry_after: float | None = None

    def mapping(self) -> dict[str, Any]:
        """Give the body as an object; raises Unavailable when it is anything else."""
        if isinstance(self.body, dict):
            return self.body
        raise self.garbage("an object was expected")

    def records(self, key: str | None = None) -> list[Any]:
        """Give the list of objects under ``key``, or the body itself when ``key`` is None.

        A missing list raises Unavailable: taken for "nothing there", it would end offers and
        orders that are alive.
        """
        found = self.body if key is None else self.mapping().get(key)
        if isinstance(found, list) and all(isinstance(one, dict) for one in found):
            return found
        raise self.garbage(f"a list of objects was expected in {key or 'the body'}")

    def number(self, key: str, default: int) -> int:
        """Give a count from the body, or ``default`` when it is missing or null."""
        value = self.mapping().get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else default

    def identifier(self, key: str = "id") -> str:
        """Give a non-empty id from the body; raises Unavailable when there is none."""
        value = self.mapping().get(key)
        if isinstance(value, str) and value:
            return value
        raise self.garbage(f"no {key}")

    def garbage(self, why: str) -> Unavailable:
        """Describe a successful status with an unusable body."""
        return Unavailable(
            f"unusable answer: {why}",
            status=self.status,
            code="unusable_answer",
            trace_id=self.trace_id,
            attempts=self.attempts,
            operation=self.operation.name,
            outcome_unknown=self.operation.retry is Retry.ONCE,
        )


class Caller(Protocol):
    """What a resource needs of the client: the one way to make a call."""

    def request(
        self,
        name: str,
        *,
        path: Mapping[str, str] | None = None,
        query: Query | None = None,
        body: Any = None,
        content: bytes | None = None,
        content_type: str = "",
        cost: int = 1,
    ) -> Answer:
        """Make the call named ``name`` in the operation table; see AllegroClient.request."""


def answer_of(wire: WireAnswer, operation: Operation, attempts: int) -> Answer:
    """Turn a complete HTTP answer into a result, or raise the matching AllegroError."""
    readable, body = _decoded(wire)
    if not (wire.status // 100 == 2 or wire.status in operation.also_ok):
        raise error_of(wire, operation, attempts)
    answer = Answer(
        operation, wire.status, body, wire.headers, wire.trace_id, attempts, wire.retry_after
    )
    if not readable:
        raise answer.garbage("not JSON")
    return answer


def error_of(wire: WireAnswer, operation: Operation, attempts: int) -> AllegroError:
    """Build the error for an answer that is no result."""
    readable, body = _decoded(wire)
    errors = field_errors(body)
    kind = _kind(wire.status, readable, errors)
    first = errors[0] if errors else _oauth_style(body)
    return kind(
        first.message or f"HTTP {wire.status}",
        status=wire.status,
        code=_code(wire.status, readable, first),
        trace_id=wire.trace_id,
        user_message=first.user_message,
        retry_after=wire.retry_after,
        outcome_unknown=kind is Unavailable and operation.retry is Retry.ONCE,
        attempts=attempts,
        errors=errors,
        operation=operation.name,
    )


def field_errors(body: Any) -> list[FieldError]:
    """Read Allegro's ``errors`` list, tolerating nulls and anything that is not an entry."""
    found = body.get("errors") if isinstance(body, dict) else None
    return [_field_error(one) for one in found or () if isinstance(one, dict)]


def without_secrets(text: str) -> str:
    """Remove anything that could be a token from a text that will be kept or shown."""
    return _SECRET.sub("[removed]", text)


def _kind(status: int, readable: bool, errors: list[FieldError]) -> type[AllegroError]:
    if status in (401, 429):
        return _BY_STATUS[status]
    if not readable or not 400 <= status < 500:
        # HTML comes from a gateway, which knows nothing of offers and orders: its 404 is no "gone".
        return Unavailable
    if status == 404 and any("Function is not available" in one.message for one in errors):
        return Rejected  # a wrong address of ours, not a missing thing
    return _BY_STATUS.get(status, Rejected)


def _code(status: int, readable: bool, first: FieldError) -> str:
    if 300 <= status < 400:
        return "unexpected_redirect"
    return first.code or ("" if readable else "unusable_answer")


def _decoded(wire: WireAnswer) -> tuple[bool, Any]:
    try:
        return True, wire.json()
    except ValueError:
        return False, None


def _oauth_style(body: Any) -> FieldError:
    if not isinstance(body, dict):
        return FieldError("")
    message = _text(body.get("error_description")) or _text(body.get("message"))
    return FieldError(_text(body.get("error")) or _text(body.get("code")), without_secrets(message))


def _field_error(raw: dict[str, Any]) -> FieldError:
    metadata = raw.get("metadata")
    return FieldError(
        code=_text(raw.get("code")),
        message=without_secrets(_text(raw.get("message"))),
        path=_text(raw.get("path")),
        user_message=_text(raw.get("userMessage")),
        details=_text(raw.get("details")),
        metadata={str(k): _text(v) for k, v in metadata.items()}
        if isinstance(metadata, dict)
        else {},
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
