"""Watching for products that run low: each fall is told of once, and taken back when it is over."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organization
from inventory.locks import lock_low_stock
from inventory.models import LowStock, StockLevel
from notifications.enums import Event, Severity
from notifications.models import Notification
from notifications.operations import notify, settle
from settings_app.queries import settings_of

# More products than this that run low at once are told of in one notice.
NAMED_ONE_BY_ONE = 3
MANY = "stock.low:many"

# A level with a minimum of its own is judged by that. The others of a product are judged together:
# what is free over all open warehouses against the product's minimum, else the organization's.
FIND_LOW = """
    WITH looked_at AS (
        SELECT product.id, product.code, product.minimum_stock
          FROM products_product AS product
         WHERE product.organization_id = %(organization)s
           AND (%(ids)s::bigint[] IS NULL OR product.id = ANY(%(ids)s::bigint[]))
           AND product.track_inventory AND product.active AND product.archived_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM inventory_bundlepart AS part WHERE part.bundle_id = product.id)
    ), counted AS (
        SELECT product.id, product.code,
               sum(level.on_hand - level.reserved) AS everywhere,
               coalesce(product.minimum_stock, %(threshold)s) AS threshold,
               bool_or(level.minimum IS NULL) AS judged_together,
               min(level.on_hand - level.reserved)
                   FILTER (WHERE level.on_hand - level.reserved <= level.minimum) AS lowest,
               min(level.minimum)
                   FILTER (WHERE level.on_hand - level.reserved <= level.minimum) AS lowest_from
          FROM looked_at AS product
          JOIN inventory_stocklevel AS level ON level.product_id = product.id
          JOIN inventory_warehouse AS place ON place.id = level.warehouse_id
         WHERE place.active OR place.is_default
         GROUP BY product.id, product.code, product.minimum_stock
    )
    SELECT id, code,
           CASE WHEN judged_together AND everywhere <= threshold THEN everywhere ELSE lowest END,
           CASE WHEN judged_together AND everywhere <= threshold THEN threshold ELSE lowest_from END
      FROM counted
     WHERE (judged_together AND everywhere <= threshold) OR lowest IS NOT NULL
     ORDER BY id
"""
MARK_LOW = """
    INSERT INTO inventory_lowstock (organization_id, product_id, available, threshold, since)
    SELECT %s, low.product_id, low.available, low.threshold, %s
      FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS low (product_id, available, threshold)
        ON CONFLICT (product_id) DO UPDATE
       SET available = excluded.available, threshold = excluded.threshold
     WHERE (inventory_lowstock.available, inventory_lowstock.threshold)
           IS DISTINCT FROM (excluded.available, excluded.threshold)
 RETURNING product_id, xmax = 0
"""


@dataclass(frozen=True, slots=True)
class Low:
    """A product at or below its threshold."""

    product_id: int
    code: str
    available: int
    threshold: int


@dataclass(slots=True)
class Watched:
    """What changed since the last look."""

    fallen: list[Low] = field(default_factory=list)
    recovered: list[int] = field(default_factory=list)


def watch_low_stock(
    *, organization_id: int, now: datetime, product_ids: Collection[int] | None = None
) -> Watched:
    """Look which of these products (None: all) are low now; tell of each fall once.

    Untracked, inactive and archived products and bundles are never low. Many that fall at once are
    one notice; a notice is taken back when its product has recovered, and so are notices of products
    sold beyond their stock. Idempotent, a fixed number of statements.
    """
    ids = None if product_ids is None else sorted(product_ids)
    with transaction.atomic():
        lock_low_stock(organization_id=organization_id)
        low = _find(organization_id, ids)
        watched = Watched(fallen=_mark(organization_id, low, now))
        over = LowStock.objects.filter(organization_id=organization_id).exclude(
            product_id__in=[one.product_id for one in low]
        )
        if ids is not None:
            over = over.filter(product_id__in=ids)
        watched.recovered = list(over.values_list("product_id", flat=True))
        LowStock.objects.filter(
            organization_id=organization_id, product_id__in=watched.recovered
        ).delete()
        _tell(organization_id, watched.fallen, now)
        _take_back(organization_id, now)
    return watched


def watch_all(*, now: datetime) -> int:
    """:func:`watch_low_stock` of every organization; returns how many products fell."""
    organizations = Organization.objects.order_by("pk").values_list("pk", flat=True)
    return sum(
        len(watch_low_stock(organization_id=pk, now=now).fallen) for pk in list(organizations)
    )


def _find(organization_id: int, ids: list[int] | None) -> list[Low]:
    organization = Organization.objects.get(pk=organization_id)
    threshold = settings_of(organization).low_stock_threshold
    with connection.cursor() as cursor:
        cursor.execute(
            FIND_LOW, {"organization": organization_id, "ids": ids, "threshold": threshold}
        )
        return [Low(*row) for row in cursor.fetchall()]


def _mark(organization_id: int, low: Sequence[Low], now: datetime) -> list[Low]:
    """Note which products are low; returns those that were not before."""
    with connection.cursor() as cursor:
        cursor.execute(
            MARK_LOW,
            [
                organization_id,
                now,
                [one.product_id for one in low],
                [one.available for one in low],
                [one.threshold for one in low],
            ],
        )
        new = {product_id for product_id, is_new in cursor.fetchall() if is_new}
    return [one for one in low if one.product_id in new]


def _tell(organization_id: int, fallen: Sequence[Low], now: datetime) -> None:
    if len(fallen) > NAMED_ONE_BY_ONE:
        notify(
            organization_id=organization_id,
            event=Event.STOCK_LOW,
            severity=Severity.WARNING,
            title=lambda: _("%(count)d products are low on stock") % {"count": len(fallen)},
            body=lambda: _("They reached the number from which their stock counts as low."),
            link=reverse("inventory:low"),
            dedupe_key=MANY,
            now=now,
        )
        return
    for one in fallen:
        notify(
            organization_id=organization_id,
            event=Event.STOCK_LOW,
            severity=Severity.WARNING,
            title=partial(_title, one),
            body=partial(_body, one),
            link=reverse("inventory:adjust", args=[one.product_id]),
            dedupe_key=f"stock.low:{one.product_id}",
            now=now,
        )


def _title(one: Low) -> str:
    return _("%(code)s is low on stock") % {"code": one.code}


def _body(one: Low) -> str:
    return ngettext(
        "%(left)d piece is left; it counts as low from %(from)d.",
        "%(left)d pieces are left; they count as low from %(from)d.",
        one.available,
    ) % {"left": one.available, "from": one.threshold}


def _take_back(organization_id: int, now: datetime) -> None:
    """Settle the open notices whose products are low, or sold beyond their stock, no more."""
    still = {
        Event.STOCK_LOW: LowStock.objects.filter(organization_id=organization_id),
        Event.STOCK_SHORT: StockLevel.objects.filter(
            organization_id=organization_id, reserved__gt=F("on_hand")
        ),
    }
    open_keys = set(
        Notification.objects.filter(
            organization_id=organization_id, event__in=still, read_at=None
        ).values_list("event", "dedupe_key")
    )
    for event, key in sorted(open_keys):
        product_id = key.rpartition(":")[2]
        rows = still[Event(event)]
        if product_id.isdecimal():
            rows = rows.filter(product_id=int(product_id))
        if not rows.exists():
            settle(organization_id=organization_id, dedupe_key=key, now=now)
