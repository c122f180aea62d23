"""Knobs of the sandbox, all changeable while it runs through ``/_control/settings``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

# Requests, or changed offers for commands, per window, with Allegro's own numbers:
# a name, and then what is permitted within how many seconds.
DEFAULT_LIMITS: dict[str, list[float]] = {
    "client": [9000, 60],
    "offerWrites": [2490, 60],
    "offerWritesHourly": [74_700, 3600],
    "offerReads": [3500, 60],
    "offerParts": [7000, 60],
    "quantityCommands": [9000, 60],
    "quantityCommandsHourly": [250_000, 3600],
    "priceCommands": [9000, 60],
    "priceCommandsHourly": [150_000, 3600],
    "publicationCommands": [9000, 60],
    "publicationCommandsHourly": [250_000, 3600],
    "priceRules": [5, 1],
    "categorySuggestions": [5, 1],
    "carriers": [50, 1],
    "shipments": [50, 1],
    "returnsPerSeller": [25, 1],
    "returnsPerClient": [50, 1],
}


class SettingsError(ValueError):
    """A setting does not exist or has a value of the wrong kind."""


@dataclass
class Settings:
    """Durations are seconds of the sandbox clock unless the name says otherwise."""

    accessTokenSeconds: int = 43_199
    refreshTokenSeconds: int = 90 * 86_400
    refreshGraceSeconds: int = 60
    authorizationCodeSeconds: int = 10
    deviceCodeSeconds: int = 3600
    deviceIntervalSeconds: int = 5
    listingLagSeconds: float = 2.0
    eventLagSeconds: float = 0.0
    commandDelaySeconds: float = 1.0
    operationDelaySeconds: float = 1.0
    operationKeepSeconds: float = 7 * 86_400.0
    qualificationDelaySeconds: float = 5.0
    refundDelaySeconds: float = 1.0
    invoiceScanSeconds: float = 2.0
    claimDelaySeconds: float = 1.0
    imageLifetimeSeconds: int = 3 * 3600
    orderEventRetentionSeconds: int = 60 * 86_400
    offerEventRetentionSeconds: int = 86_400
    restoreStockOnCancel: bool = False
    sentOnWaybill: bool = False
    decideClaims: bool = False
    automaticClaims: bool = False
    ordersPerWaybill: int = 10
    commissionPercent: float = 9.0
    checkUserAgent: bool = True
    checkMediaType: bool = True
    limitsEnabled: bool = True
    limitsScale: float = 1.0
    blockSeconds: int = 60
    retryAfterOn429: bool = False
    limits: dict[str, list[float]] = field(
        default_factory=lambda: {name: list(value) for name, value in DEFAULT_LIMITS.items()}
    )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def change(self, values: dict[str, Any]) -> None:
        """Set the named knobs. Raises SettingsError, and then nothing has changed."""
        known = {item.name: getattr(self, item.name) for item in fields(self)}
        checked = {name: _checked(name, value, known) for name, value in values.items()}
        for name, value in checked.items():
            if name == "limits":
                self.limits.update(value)
            else:
                setattr(self, name, value)


def _checked(name: str, value: Any, known: dict[str, Any]) -> Any:
    if name not in known:
        raise SettingsError(f"no such setting: {name}; known: {', '.join(sorted(known))}")
    if name == "limits":
        return _checked_limits(value)
    present = known[name]
    if isinstance(present, bool):
        if not isinstance(value, bool):
            raise SettingsError(f"{name} must be true or false")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise SettingsError(f"{name} must be a number of zero or more")
    return int(value) if isinstance(present, int) else float(value)


def _checked_limits(value: Any) -> dict[str, list[float]]:
    if not isinstance(value, dict):
        raise SettingsError('limits must be an object such as {"client": [100, 60]}')
    for name, limit in value.items():
        if name not in DEFAULT_LIMITS:
            raise SettingsError(f"no such limit: {name}; known: {', '.join(DEFAULT_LIMITS)}")
        numbers = isinstance(limit, list) and all(isinstance(part, int | float) for part in limit)
        if not numbers or len(limit) != 2 or limit[0] < 0 or limit[1] <= 0:
            raise SettingsError(f"limit {name} must be [permitted, seconds]")
    return value
