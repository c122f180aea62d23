"""Faults on demand: what goes wrong, for whom, on which route, how often and how many times."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import Any

# Faults of an answer, in the order in which they are tried.
ANSWER_KINDS = (
    "latency", "drop", "timeout", "status", "revoked_token", "truncate", "garbage", "mixed",
)  # fmt: skip
EVENT_KINDS = ("lost_event", "doubled_event", "disorder", "delayed_event")
STATE_KINDS = ("stale_listing", "missing_from_listing")
TASK_KINDS = ("task_failed", "task_stuck")
# Routes that a rule strikes only if it names them.
_OAUTH = "/auth/oauth/"
KINDS = ANSWER_KINDS + EVENT_KINDS + STATE_KINDS + TASK_KINDS
# What a request struck by "mixed" meets: kind, status, and whether its work was done before.
_MIX = (
    ("status", 500, False),
    ("status", 503, False),
    ("status", 429, False),
    ("drop", 503, True),
    ("status", 504, True),
)


def share_of(seed: int, text: str, number: int) -> float:
    """A number from 0 up to 1, always the same for the same three."""
    digest = blake2b(f"{seed}/{text}/{number}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


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
    seed: int = 0
    offer_id: str | None = None
    code: str = "INTERNAL_SERVER_ERROR"
    hits: int = 0
    # Requests the burst under way has yet to strike.
    left: int = 0
    # How often each request was seen, for draws that do not depend on their order.
    seen: Counter[str] = field(default_factory=Counter)

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
            "seed": self.seed,
            "offerId": self.offer_id,
            "code": self.code,
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

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force under the next number."""
        fault.id = self._next_id
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
        method = route.partition(" ")[0]
        struck = (self._struck(rule, f"{method} {path}") for rule in concerned)
        return [rule for rule in struck if rule is not None]

    def _struck(self, rule: Fault, request: str) -> Fault | None:
        """The rule if it strikes this request; of "mixed", one of the things it may mean.

        The fate of a mixed request depends on the seed, what it asks and how often that was asked
        before, not on what else is under way: so a run with several workers can be repeated.
        """
        if rule.kind != "mixed":
            return rule if self._strikes(rule) else None
        rule.seen[request] += 1
        fate = share_of(rule.seed, request, rule.seen[request])
        if fate >= rule.probability or (rule.count is not None and rule.hits >= rule.count):
            return None
        rule.hits += 1
        kind, status, after = _MIX[int(fate / rule.probability * len(_MIX))]
        wait = 1 if rule.retry_after is None else rule.retry_after
        return replace(
            rule,
            kind=kind,
            status=status,
            after_effect=after,
            retry_after=wait if status == 429 else None,
        )

    def task(self, login: str, command: str, offer_id: str) -> Fault | None:
        """The fault that strikes one task of a command on this path, if any."""
        for rule in self.rules:
            concerned = (
                rule.kind in TASK_KINDS
                and rule.seller in (None, login)
                and rule.offer_id in (None, offer_id)
                and fnmatchcase(command, rule.route)
            )
            if concerned and self._strikes(rule):
                return rule
        return None

    def hidden(self, login: str) -> Callable[[str], bool] | None:
        """Which offers the seller's listing leaves out: always the same ones, while the rule is."""
        for rule in self.rules:
            if rule.kind == "missing_from_listing" and rule.seller in (None, login):
                share, seed = rule.probability, rule.seed
                return lambda offer_id: share_of(seed, offer_id, 0) < share
        return None

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
