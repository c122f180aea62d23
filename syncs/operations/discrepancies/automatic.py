"""Rules that settle by themselves what they match, within the switches, and with a brake."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from connectors.allegro.client import AllegroClient
from offers.enums import LinkState
from offers.models import Offer
from settings_app.models import Integration
from syncs.enums import AutoResolve, DiscrepancyKind, DiscrepancyStatus, EntryKind, Resolution
from syncs.models import Discrepancy, DiscrepancyEntry, SyncRun
from syncs.operations.discrepancies.findings import entry
from syncs.operations.discrepancies.resolving import BulkReport, resolve_many
from syncs.operations.steps import step

AT_ONCE = 40


def apply_rules(run: SyncRun, _client: AllegroClient) -> None:
    """One batch of open discrepancies of the account whose rule settles by itself.

    Nobody stands behind these writes, so what would rewrite our own values on a large share of the
    account's offers is held for a person; pushes have the brake of stock. What a switch or the state
    of things forbids stays open, and its history says why.
    """
    held = _held(run)
    rows = list(_due(run).filter(pk__gt=run.position["after"])[:AT_ONCE])
    report = _resolved([one for one in rows if not (held and _rewrites_ours(one))])
    with step(run) as taken:
        position = taken.position
        _tell_refused(report)
        position["settled"] = int(position.get("settled", 0)) + len(report.done)
        position["held"] = held
        if len(rows) == AT_ONCE:
            position["after"] = rows[-1].pk
        else:
            position["phase"] = "end"


def _due(run: SyncRun) -> QuerySet[Discrepancy]:
    rows: QuerySet[Discrepancy] = Discrepancy.objects.filter(
        integration_id=run.integration_id,
        status=DiscrepancyStatus.OPEN,
        rule__enabled=True,
    )
    return (
        rows.exclude(rule__auto_resolve=AutoResolve.NONE)
        .select_related("rule", "integration", "offer", "product", "organization")
        .order_by("pk")
    )


def _rewrites_ours(row: Discrepancy) -> bool:
    return row.rule is not None and row.rule.auto_resolve == AutoResolve.ALLEGRO


def _held(run: SyncRun) -> int:
    """How many rewrites of our values the brake holds; 0 when they may be made."""
    if "held" in run.position:
        return int(run.position["held"])
    wanted = _due(run).filter(
        rule__auto_resolve=AutoResolve.ALLEGRO,
        kind__in=[DiscrepancyKind.QUANTITY, DiscrepancyKind.PRICE],
    )
    count = wanted.count()
    return count if count > allowed(run.integration) else 0


def allowed(integration: Integration) -> int:
    """So many of our own values rules may rewrite in one run: the account's brake, as for its pushes."""
    linked = Offer.objects.filter(integration=integration, link_state=LinkState.LINKED).count()
    share = linked * integration.brake_share_percent // 100
    return max(int(integration.brake_minimum), share)


def _resolved(rows: Sequence[Discrepancy]) -> BulkReport:
    report = BulkReport()
    for row in rows:
        assert row.rule is not None
        one = resolve_many(
            discrepancies=[row],
            resolution=Resolution(row.rule.auto_resolve),
            actor=None,
            now=timezone.now(),
            rule=row.rule,
            comment=_("By the rule “%(rule)s”.") % {"rule": row.rule.name},
        )
        report.done += one.done
        report.refused += one.refused
    return report


def _tell_refused(report: BulkReport) -> None:
    """Say in the history why a rule did not settle it; the same reason once in a row."""
    last = dict(
        DiscrepancyEntry.objects.filter(discrepancy__in=[row for row, _error in report.refused])
        .order_by("discrepancy_id", "-pk")
        .distinct("discrepancy_id")
        .values_list("discrepancy_id", "comment")
    )
    now = timezone.now()
    DiscrepancyEntry.objects.bulk_create(
        entry(row, EntryKind.HELD, now=now, rule=row.rule, comment=error.told)
        for row, error in report.refused
        if last.get(row.pk) != error.told
    )
