"""Faults on demand: what goes wrong, for whom, on which route, how often and how many times."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

# Faults of an answer, in the order in which they are tried.
ANSWER_KINDS = ("latency", "drop", "status", "revoked_token", "truncate", "garbage")
EVENT_KINDS = ("lost_event", "doubled_event", "disorder", "delayed_event")
STATE_KINDS = ("stale_listing",)
# Routes that a rule strikes only if it names them.
_OAUTH = "/auth/oauth/"
KINDS = ANSWER_KINDS + EVENT_KINDS + STATE_KINDS


class FaultError(ValueError):
    """A fault was described wrongly."""


@dataclass
class Fault:
    """One rule. ``seller`` is a login, ``route`` a pattern such as ``GET /order/*``."""

    id: int
    kind: str
    seller: str | None = None
    route: str = "*"
    probability: float = 1.0
    count: int | None = None
    status: int = 503
    retry_after: int | None = None
    latency_ms: float = 0.0
    event_type: str | None = None
    after_effect: bool = False
    delay_seconds: float = 30.0
    burst: int = 1
    hits: int = 0
    # Requests the burst under way has yet to strike.
    left: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "seller": self.seller,
            "route": self.route,
            "probability": self.probability,
            "count": self.count,
            "status": self.status,
            "retryAfter": self.retry_after,
            "latencyMs": self.latency_ms,
            "eventType": self.event_type,
            "afterEffect": self.after_effect,
            "delaySeconds": self.delay_seconds,
            "burst": self.burst,
            "hits": self.hits,
        }

    def concerns(self, route: str, path: str, login: str | None) -> bool:
        """Whether the rule is about this request. Plain ``*`` means the API, not OAuth."""
        if self.seller is not None and self.seller != login:
            return False
        if path.startswith(_OAUTH) and _OAUTH not in self.route:
            return False
        method = route.split(" ", 1)[0]
        known_by = (route, route.partition(" ")[2], f"{method} {path}", path)
        return any(fnmatchcase(name, self.route) for name in known_by)


@dataclass
class Faults:
    """The rules in force. Draws come from the seed, so a run can be repeated."""

    seed: int
    rules: list[Fault] = field(default_factory=list)
    _next_id: int = 1

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def add(self, description: dict[str, Any]) -> Fault:
        """Add a rule described as JSON. Raises FaultError."""
        fault = _parsed(self._next_id, description)
        self._next_id += 1
        self.rules.append(fault)
        return fault

    def remove(self, fault_id: int | None) -> int:
        """Remove one rule, or all. Returns how many were removed."""
        before = len(self.rules)
        self.rules = [] if fault_id is None else [r for r in self.rules if r.id != fault_id]
        return before - len(self.rules)

    def answer(self, route: str, path: str, login: str | None) -> list[Fault]:
        """The faults that strike this request."""
        if not self.rules:
            return []
        concerned = (
            rule
            for rule in self.rules
            if rule.kind in ANSWER_KINDS and rule.concerns(route, path, login)
        )
        return [rule for rule in concerned if self._strikes(rule)]

    def event(self, login: str, kind: str) -> dict[str, Fault]:
        """The faults that strike an event of this type as it is written, by kind."""
        return {
            rule.kind: rule
            for rule in self.rules
            if rule.kind in EVENT_KINDS
            and rule.seller in (None, login)
            and rule.event_type in (None, kind)
            and self._strikes(rule)
        }

    def stale_listing(self, login: str) -> bool:
        """Whether the seller's listing stands still; decided anew for every page."""
        return any(
            rule.kind == "stale_listing" and rule.seller in (None, login) and self._strikes(rule)
            for rule in self.rules
        )

    def _strikes(self, rule: Fault) -> bool:
        if rule.count is not None and rule.hits >= rule.count:
            return False
        if rule.left:
            rule.left -= 1
            rule.hits += 1
            return True
        if rule.probability < 1.0 and self._random.random() >= rule.probability:
            return False
        rule.hits += 1
        rule.left = rule.burst - 1
        return True


_FIELDS = {
    "kind": "kind",
    "seller": "seller",
    "route": "route",
    "probability": "probability",
    "count": "count",
    "status": "status",
    "retryAfter": "retry_after",
    "latencyMs": "latency_ms",
    "eventType": "event_type",
    "afterEffect": "after_effect",
    "delaySeconds": "delay_seconds",
    "burst": "burst",
}


def _parsed(number: int, description: dict[str, Any]) -> Fault:
    unknown = set(description) - set(_FIELDS)
    if unknown:
        raise FaultError(f"unknown field {min(unknown)!r}; known: {', '.join(_FIELDS)}")
    if description.get("kind") not in KINDS:
        raise FaultError(f"kind must be one of: {', '.join(KINDS)}")
    values = {_FIELDS[name]: value for name, value in description.items() if value is not None}
    fault = Fault(id=number, **values)
    if not _number(fault.probability) or not 0 <= fault.probability <= 1:
        raise FaultError("probability must lie between 0 and 1")
    if fault.count is not None and (not isinstance(fault.count, int) or fault.count < 1):
        raise FaultError("count must be a whole number of 1 or more")
    if not isinstance(fault.status, int) or not 400 <= fault.status <= 599:
        raise FaultError("status must lie between 400 and 599")
    if not _number(fault.latency_ms) or not 0 <= fault.latency_ms <= 600_000:
        raise FaultError("latencyMs must lie between 0 and 600000")
    if not _number(fault.delay_seconds) or not 0 < fault.delay_seconds <= 86_400:
        raise FaultError("delaySeconds must lie between 0 and 86400")
    if not isinstance(fault.burst, int) or not 1 <= fault.burst <= 10_000:
        raise FaultError("burst must be a whole number between 1 and 10000")
    if not isinstance(fault.route, str) or not isinstance(fault.seller, str | None):
        raise FaultError("route and seller must be text")
    return fault


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
