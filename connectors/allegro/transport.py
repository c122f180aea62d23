"""Sending one HTTP request and reading its whole answer, safely.

Knows nothing of Allegro's meaning: no retries, no error mapping. Redirects are never followed (a
token must not travel, and Allegro's 303 is itself the answer), cookies are not kept, ``.netrc`` is
not used, and neither a slow nor an endless answer can hold a worker.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError as Urllib3Error
from urllib3.exceptions import NewConnectionError

MAX_BODY_BYTES = 64 * 1024 * 1024
_CHUNK = 64 * 1024

QueryValue = str | int | float | bool | Decimal | datetime | None
Query = Mapping[str, QueryValue | Sequence[QueryValue]]


class TransportFailed(Exception):
    """No complete answer. ``sent`` tells whether the request may have reached the server."""

    def __init__(
        self,
        reason: str,
        *,
        sent: bool,
        status: int = 0,
        trace_id: str = "",
        ms: int = 0,
        timed_out: bool = False,
    ) -> None:
        """Keep what is known of the broken exchange; ``reason`` holds no address and no data."""
        super().__init__(reason)
        self.reason = reason
        self.sent = sent
        self.status = status
        self.trace_id = trace_id
        self.ms = ms
        self.timed_out = timed_out


@dataclass(frozen=True)
class WireRequest:
    """What is put on the wire; ``authorization`` stays apart so that nothing prints it."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: tuple[tuple[str, str], ...] = ()
    content: bytes | None = None
    authorization: str = field(default="", repr=False)


@dataclass(frozen=True)
class WireAnswer:
    """A complete answer of any status. Header names are lower case; ``ms`` is the whole time."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    ms: int

    @property
    def trace_id(self) -> str:
        """Allegro's id of the exchange; OAuth and gateways send none (allegro-api#7999)."""
        return self.headers.get("trace-id", "")

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, from either form of Retry-After; None when absent or unreadable."""
        return retry_after_seconds(self.headers.get("retry-after"))

    def json(self) -> Any:
        """Decode the body, None for an empty one. Raises ValueError when it is not JSON."""
        return json.loads(self.content) if self.content else None


class Transport:
    """One connection pool with timeouts. Not meant to be shared between processes."""

    def __init__(self, *, connect_timeout: float = 5.0, read_timeout: float = 30.0) -> None:
        """Take timeouts in seconds; reading the whole answer may take twice ``read_timeout``."""
        self._timeouts = (connect_timeout, read_timeout)
        self._deadline = 2 * read_timeout
        self._session = requests.Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.clear()
        adapter = HTTPAdapter(max_retries=0)
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def send(self, request: WireRequest) -> WireAnswer:
        """Send once and read to the end. Raises TransportFailed when there is no full answer."""
        started = time.monotonic()
        try:
            response = self._session.request(
                request.method,
                request.url,
                params=list(request.query),
                data=request.content,
                headers={"Accept-Encoding": "gzip, deflate", **request.headers},
                auth=_Authorization(request.authorization),
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException as broken:
            raise _failure(broken, started) from None
        with response:
            return _read(response, started, self._deadline)


class _Authorization(requests.auth.AuthBase):
    """Sets the header itself, which also keeps ``.netrc`` from overriding it."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._value:
            request.headers["Authorization"] = self._value
        return request


def query_pairs(query: Query | None) -> tuple[tuple[str, str], ...]:
    """Flatten a query: None is left out, sequences repeat the name, moments become UTC.

    Raises ValueError for a naive datetime.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in (query or {}).items():
        several = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        pairs.extend((name, _query_text(one)) for one in several if one is not None)
    return tuple(pairs)


def retry_after_seconds(value: str | None) -> float | None:
    """Read Retry-After as seconds, from a number or an HTTP date; None when unreadable."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _seconds_until(value)
    return seconds if 0 <= seconds < float("inf") else None


def _seconds_until(value: str) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _query_text(value: QueryValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment in a query needs a time zone")
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _read(response: requests.Response, started: float, deadline: float) -> WireAnswer:
    headers = {name.lower(): value for name, value in response.headers.items()}

    def broken(reason: str, *, timed_out: bool = False) -> TransportFailed:
        return TransportFailed(
            reason,
            sent=True,
            status=response.status_code,
            trace_id=headers.get("trace-id", ""),
            ms=_ms(started),
            timed_out=timed_out,
        )

    content = bytearray()
    try:
        # read1 gives what has arrived: a drip-fed answer must meet the deadline, not outlast it.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            content += chunk
            if len(content) > MAX_BODY_BYTES:
                raise broken("answer too large")
            if time.monotonic() - started > deadline:
                raise broken("answer too slow", timed_out=True)
    except Urllib3Error as cut:
        raise broken(f"answer cut off ({type(cut).__name__})") from None
    return WireAnswer(response.status_code, headers, bytes(content), _ms(started))


def _failure(broken: requests.RequestException, started: float) -> TransportFailed:
    cause = getattr(broken.args[0] if broken.args else None, "reason", None)
    never_sent = isinstance(broken, requests.ConnectTimeout) or isinstance(
        cause, NewConnectionError
    )
    return TransportFailed(
        f"no answer ({type(broken).__name__})",
        sent=not never_sent,
        ms=_ms(started),
        timed_out=isinstance(broken, requests.Timeout),
    )


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
