"""What is known of one call to Allegro: where it goes, what it speaks, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connectors.allegro.limits import Bucket

PUBLIC = "application/vnd.allegro.public.v1+json"


class Retry(StrEnum):
    """Whether a call without a clear answer may be sent again.

    REPEATABLE: reading, deleting, setting a state, or carrying a command id.
    ONCE: sending it twice may do it twice; the caller reads the state first.
    """

    REPEATABLE = "repeatable"
    ONCE = "once"


class Host(StrEnum):
    """Which of Allegro's hosts serves the operation."""

    API = "api"
    UPLOAD = "upload"


@dataclass(frozen=True)
class Operation:
    """One call: where it goes, what it speaks, what it costs and how it may be repeated.

    ``media`` is sent as Accept and, for JSON bodies, as Content-Type. ``scope`` is empty when any
    token will do. ``also_ok`` lists answers outside 2xx that are results, not errors.
    """

    name: str
    method: str
    path: str
    scope: str = ""
    bucket: Bucket = Bucket.DEFAULT
    retry: Retry = Retry.REPEATABLE
    media: str = PUBLIC
    content_type: str = ""
    host: Host = Host.API
    query: frozenset[str] = frozenset()
    also_ok: frozenset[int] = frozenset()
