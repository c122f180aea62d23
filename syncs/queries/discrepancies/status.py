"""How all stand: the accounts, and what is open in numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import Organization
from syncs.enums import DiscrepancyKind, Severity
from syncs.models import Discrepancy
from syncs.models.discrepancies import UNSETTLED
from syncs.queries.runs import account_rows


def sync_status(*, organization: Organization, now: datetime) -> dict[str, Any]:
    """How the accounts stand: newest runs, open discrepancies by severity and kind."""
    rows: QuerySet[Discrepancy] = Discrepancy.objects.for_organization(organization).filter(
        status__in=UNSETTLED
    )
    counts = _counted(rows)
    return {
        "at": now,
        "accounts": account_rows(organization=organization),
        "open": sum(counts.values()),
        "by_severity": {
            one.name.lower(): sum(n for (sev, _kind), n in counts.items() if sev == one)
            for one in Severity
        },
        "by_kind": {
            one.value: sum(n for (_sev, kind), n in counts.items() if kind == one)
            for one in DiscrepancyKind
        },
    }


def _counted(rows: QuerySet[Discrepancy]) -> dict[tuple[int, str], int]:
    counted = rows.order_by().values_list("severity", "kind").annotate(n=Count("pk"))
    return {(severity, kind): n for severity, kind, n in counted}


def grave_count(*, organization: Organization) -> int:
    """How many high and critical ones are open, counted up to 100."""
    rows = Discrepancy.objects.for_organization(organization).filter(
        status__in=UNSETTLED, severity__gte=Severity.HIGH
    )
    return int(rows.order_by().values("pk")[:100].count())
