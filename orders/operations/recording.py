from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orders.models import Order
from settings_app.models import Integration


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording a checkout form did."""

    order: Order
    created: bool
    changed: bool


def record_checkout_form(
    *, integration: Integration, form: Mapping[str, Any], now: datetime, trace_id: str = ""
) -> Recorded:
    raise NotImplementedError
