"""Deciding which products sync, after they or the rules changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from core.row_ids import among
from products.enums import ChangeSource
from products.locks import lock_product_keys, rules_stay
from products.models import Product, SyncRule
from products.origin import Origin, changes_by
from products.queries.sync_rules import categories_below, live_rules
from products.syncing import unsettled


def decide_syncing(
    *, organization_id: int, product_ids: Collection[int], now: datetime
) -> list[int]:
    """Bring these products in line with choices and rules; returns those that start or stop to sync.

    Call it in the transaction that changed them, which also tells of them. Rules stay as they are until it
    ends. The history says which rule it was.
    """
    rules_stay(organization_id=organization_id)
    rules = live_rules(organization_id=organization_id)
    lock_product_keys(organization_id=organization_id, ids=product_ids)
    products = Product.objects.filter(
        organization_id=organization_id, pk__in=among(list(product_ids))
    )
    rows = unsettled(products, rules, categories_below(rules=rules))
    groups: dict[tuple[int, bool, bool], list[int]] = {}
    for pk, place, would_sync, moves in rows.values_list("pk", "place", "would_sync", "moves"):
        groups.setdefault((place, would_sync, moves), []).append(pk)
    for (place, would_sync, moves), ids in groups.items():
        _write(ids, rules, place, would_sync, by_rule=moves and place > 0, now=now)
    return sorted(pk for (_p, _s, moves), ids in groups.items() if moves for pk in ids)


def _write(
    ids: list[int],
    rules: list[SyncRule],
    place: int,
    would_sync: bool,
    *,
    by_rule: bool,
    now: datetime,
) -> None:
    rows = Product.objects.filter(pk__in=among(ids))
    values = {"sync_enabled": would_sync, "sync_rule_id": _key(rules, place)}
    if not by_rule:
        rows.update(**values)
        return
    with changes_by(Origin(ChangeSource.RULE, str(_key(rules, place))), None, now):
        rows.update(**values)


def _key(rules: list[SyncRule], place: int) -> int | None:
    return rules[place - 1].pk if place else None
