"""The phases of a check that look for what exists on one side only. They ask Allegro nothing."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from connectors.allegro.client import AllegroClient
from syncs.locks import lock_discrepancies
from syncs.models import Discrepancy, DiscrepancyEntry, SyncRun
from syncs.operations.check_counts import count_report
from syncs.operations.discrepancies.findings import (
    FindingReport,
    Found,
    close,
    record_findings,
)
from syncs.operations.steps import Step, step
from syncs.queries.missing import (
    closed_without_offer,
    finding_of_offer,
    finding_of_product,
    product_window,
    strays,
    unlinked_window,
    unoffered_among,
    watches_products,
)
from syncs.queries.rules import rules_in_force

WINDOW = 1_000


def check_strays(run: SyncRun, _client: AllegroClient) -> None:
    """Close findings about what is no longer compared."""
    with step(run) as taken:
        gone = list(strays(integration=run.integration, limit=WINDOW).values_list("pk", flat=True))
        _close_all(taken, gone)
        if len(gone) < WINDOW:
            taken.position |= {"phase": "unlinked", "after": 0}


def check_unlinked(run: SyncRun, _client: AllegroClient) -> None:
    """One window of offers on sale that no product stands behind."""
    rows = unlinked_window(integration=run.integration, after=run.position["after"], limit=WINDOW)
    found = [
        Found(finding_of_offer(), offer_id=pk, product_id=None) for pk, _number, _title in rows
    ]
    with step(run) as taken:
        labels = {f"offer:{pk}": (number, title) for pk, number, title in rows}
        count_report(taken, _recorded(run, found), labels)
        taken.count(scanned=len(rows))
        if len(rows) == WINDOW:
            taken.position["after"] = rows[-1][0]
        else:
            watches = watches_products(integration=run.integration)
            taken.position |= {"phase": "unoffered" if watches else "rules", "after": 0}


def check_unoffered(run: SyncRun, _client: AllegroClient) -> None:
    """One window of products that no account offers."""
    ids = product_window(integration=run.integration, after=run.position["after"], limit=WINDOW)
    rows = unoffered_among(integration=run.integration, product_ids=ids)
    found = [
        Found(finding_of_product(one), offer_id=None, product_id=one.product_id) for one in rows
    ]
    with step(run) as taken:
        labels = {f"product:{one.product_id}": (one.code, one.name) for one in rows}
        count_report(taken, _recorded(run, found), labels)
        settled = closed_without_offer(
            organization_id=run.organization_id,
            product_ids=ids,
            still=[one.product_id for one in rows],
        )
        _close_all(taken, list(settled.values_list("pk", flat=True)))
        if len(ids) == WINDOW:
            taken.position["after"] = ids[-1]
        else:
            taken.position |= {"phase": "rules", "after": 0}


def _recorded(run: SyncRun, found: Sequence[Found]) -> FindingReport:
    return record_findings(
        organization_id=run.organization_id,
        integration_id=run.integration_id,
        found=found,
        looked_at=(),
        rules=rules_in_force(organization_id=run.organization_id),
        now=timezone.now(),
    )


def _close_all(taken: Step, pks: Sequence[int]) -> None:
    now = timezone.now()
    rows = [
        one
        for one in lock_discrepancies(organization_id=taken.run.organization_id, pks=pks)
        if not one.is_settled
    ]
    DiscrepancyEntry.objects.bulk_create(close(one, now=now) for one in rows)
    Discrepancy.objects.bulk_update(
        rows, ["status", "resolution", "resolved_at", "resolved_by"], batch_size=500
    )
    taken.position["closed"] = int(taken.position.get("closed", 0)) + len(rows)
