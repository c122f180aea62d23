"""What can go wrong when talking to Allegro, arranged by what the caller can do about it.

    AllegroError
    ├── AuthError        the token is refused: ask the seller to connect again
    │   ├── DevicePending     device flow: the seller has not answered yet, poll on
    │   ├── DeviceSlowDown    device flow: poll on, five seconds slower (RFC 8628, 3.5)
    │   ├── DeviceDenied      device flow: the seller refused, stop
    │   └── DeviceExpired     device flow: the code is wrong, used or too old, ask for a new one
    ├── RateLimited      a budget is used up: come back after ``retry_after`` seconds
    ├── Unavailable      Allegro or the network failed: the same call may be tried later
    ├── NotFound         no such thing, or no longer
    ├── Conflict         the state moved on: read again, then decide
    └── Rejected         Allegro understood and refused: see ``errors`` for the fields
        └── Forbidden    missing scope, or somebody else's offer or order

``retryable`` answers "may the very same call simply be repeated later?". ``outcome_unknown`` is
true when a call that must not be repeated blindly got no clear answer: read the state first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class FieldError:
    """One entry of Allegro's ``errors`` list.

    ``message`` is English and for developers, ``user_message`` is localised by Accept-Language
    and meant to be shown, ``path`` is a JSON path into the request.
    """

    code: str
    message: str = ""
    path: str = ""
    user_message: str = ""
    details: str = ""
    metadata: dict[str, str] = field(default_factory=dict)


class AllegroError(Exception):
    """Any failed call. ``str()`` starts with the trace id, which Allegro's support asks for."""

    retryable = False

    def __init__(
        self,
        message: str = "",
        *,
        status: int = 0,
        code: str = "",
        trace_id: str = "",
        user_message: str = "",
        retry_after: float | None = None,
        outcome_unknown: bool = False,
        attempts: int = 1,
        errors: Sequence[FieldError] = (),
        operation: str = "",
    ) -> None:
        """Describe the failure; ``status`` is 0 when no HTTP answer was received.

        ``retry_after`` is in seconds. An unknown outcome takes ``retryable`` away.
        """
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.trace_id = trace_id
        self.user_message = user_message
        self.retry_after = retry_after
        self.outcome_unknown = outcome_unknown
        self.attempts = attempts
        self.errors: tuple[FieldError, ...] = tuple(errors)
        self.operation = operation
        if outcome_unknown:
            self.retryable = False

    def __str__(self) -> str:
        """Read as ``[trace] status code: message``."""
        head = f"[{self.trace_id}] " if self.trace_id else ""
        what = " ".join(part for part in (str(self.status or ""), self.code) if part)
        return head + ": ".join(part for part in (what, self.message) if part)


class AuthError(AllegroError):
    """The token, code or client credentials are refused; repeating will not help."""


class DevicePending(AuthError):
    """The seller has not confirmed the device code yet: poll again after the interval."""

    retryable = True


class DeviceSlowDown(DevicePending):
    """Polled too fast: add five seconds to the interval, for good (RFC 8628, section 3.5)."""


class DeviceDenied(AuthError):
    """The seller refused the connection."""


class DeviceExpired(AuthError):
    """The device code is wrong, already used or too old; Allegro does not say which."""


class RateLimited(AllegroError):
    """A request budget is used up, Allegro's or our own in front of it."""

    retryable = True


class Unavailable(AllegroError):
    """No usable answer: the network, a gateway or Allegro itself failed."""

    retryable = True


class NotFound(AllegroError):
    """There is no such thing, or no longer: merged forms and old operations vanish."""


class Conflict(AllegroError):
    """The thing is in another state than the call assumed."""


class Rejected(AllegroError):
    """Allegro understood the call and refused it; ``errors`` names fields and reasons."""


class Forbidden(Rejected):
    """The token is good, the call is not allowed to it.

    Either the token lacks the scope (``code == "AccessDenied"``: the seller must give consent
    again, a refresh adds no scope, allegro-api#10441), or the thing belongs to another seller.
    """
