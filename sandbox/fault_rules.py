"""Reading a fault described as JSON."""

from __future__ import annotations

from typing import Any

from sandbox.faults import KINDS, Fault, FaultError

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
    "seed": "seed",
    "offerId": "offer_id",
    "code": "code",
}


def parsed(description: dict[str, Any], seed: int) -> Fault:
    """A rule without a number. ``seed`` is used where none is given. Raises FaultError."""
    unknown = set(description) - set(_FIELDS)
    if unknown:
        raise FaultError(f"unknown field {min(unknown)!r}; known: {', '.join(_FIELDS)}")
    if description.get("kind") not in KINDS:
        raise FaultError(f"kind must be one of: {', '.join(KINDS)}")
    values = {_FIELDS[name]: value for name, value in description.items() if value is not None}
    _check(fault := Fault(id=0, **{"seed": seed, **values}))
    return fault


def _check(fault: Fault) -> None:
    _check_numbers(fault)
    if not isinstance(fault.seed, int):
        raise FaultError("seed must be a whole number")
    texts = (fault.route, fault.code, fault.seller or "", fault.offer_id or "")
    if not all(isinstance(text, str) for text in texts):
        raise FaultError("route, seller, offerId and code must be text")


def _check_numbers(fault: Fault) -> None:
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


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
