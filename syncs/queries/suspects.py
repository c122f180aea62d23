"""What a check has to look at more closely: found set-wise, in one statement a window of offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from core.enums import WorkState
from inventory.queries import available_by_product
from offers.enums import LinkState, PublicationStatus
from offers.models import Offer, OfferPush
from offers.queries import feeding_warehouse_ids
from settings_app.enums import ConflictStrategy, SyncedField
from settings_app.models import Integration
from settings_app.queries import field_rules
from syncs.comparison import ON_SALE, Ours, Theirs
from syncs.enums import DiscrepancyKind, SyncKind
from syncs.models import Discrepancy, SyncRun
from syncs.models.discrepancies import UNSETTLED

# An offer the list did not show counts as gone after so many whole listings, for the index lags.
LISTINGS_BEFORE_GONE = 3


@dataclass(frozen=True, slots=True)
class Suspect:
    """An offer that may disagree, with both sides as far as the listing tells them."""

    offer_id: int
    allegro_id: str
    title: str
    product_id: int | None
    ours: Ours
    listed: Theirs
    not_listed: bool


def linked_window(*, integration: Integration, after: int, limit: int) -> list[int]:
    """The next linked offers of the account after an id, in the order of ids."""
    linked = Offer.objects.filter(
        integration=integration, link_state=LinkState.LINKED, pk__gt=after
    )
    return list(linked.order_by("pk").values_list("pk", flat=True)[:limit])


def price_is_ours(integration: Integration) -> bool:
    """Whether the seller said that our catalogue decides the price: by the field's rule, else by the
    account's strategy. "Ask me" and "the newer change" do not say so."""
    rule = field_rules(integration=integration)[SyncedField.PRICE]
    return rule.enabled and rule.strategy == ConflictStrategy.DB_WINS


def gone_before(*, integration: Integration) -> datetime | None:
    """Offers missing since before this moment were left out by enough whole listings in a row."""
    listings = SyncRun.objects.filter(
        integration=integration, kind=SyncKind.PULL_OFFERS, state=WorkState.DONE
    ).order_by("-pk")
    # The run that marked it is one of them: it was marked before that run ended.
    ends = list(listings.values_list("finished_at", flat=True)[:LISTINGS_BEFORE_GONE])
    return ends[-1] if len(ends) == LISTINGS_BEFORE_GONE else None


_SUSPECTS = """
    SELECT o.id, o.allegro_id, o.title, one.products, one.units, goal.quantity, one.price,
        one.currency, last.publication_status = 'ACTIVE' AND last.quantity > 0, ended.elsewhere,
        o.publication_status, o.stock_available, o.price, o.currency,
        coalesce(o.missing_since < %(gone_before)s, FALSE), open.any
    FROM unnest(%(ids)s::bigint[], %(goals)s::int[]) AS goal (offer_id, quantity)
    JOIN offers_offer o ON o.id = goal.offer_id
    LEFT JOIN syncs_offeratlastcheck last ON last.offer_id = o.id
    LEFT JOIN LATERAL (
        SELECT array_agg(link.product_id ORDER BY link.id) AS products,
            array_agg(link.units_per_offer ORDER BY link.id) AS units,
            min(product.selling_currency) AS currency,
            -- A set has no price of its own among its products.
            CASE WHEN count(*) = 1 AND min(link.units_per_offer) = 1
                THEN min(round(product.selling_price, 2)) END AS price,
            bool_and(product.sync_enabled AND product.active AND product.archived_at IS NULL) AS meant
        FROM offers_offerlink link JOIN products_product product ON product.id = link.product_id
        WHERE link.offer_id = o.id
    ) AS one ON TRUE
    LEFT JOIN LATERAL (
        SELECT EXISTS (
            SELECT 1 FROM offers_offerlink other_link
            JOIN offers_offer other ON other.id = other_link.offer_id
            WHERE other_link.organization_id = o.organization_id
                AND other_link.product_id = ANY(one.products) AND other.id <> o.id
                AND other.integration_id = o.integration_id
                AND other.publication_status = ANY(%(on_sale)s)
        ) AS elsewhere
    ) AS ended ON o.publication_status = 'ENDED' AND one.meant
    LEFT JOIN LATERAL (
        SELECT EXISTS (SELECT 1 FROM syncs_discrepancy d
            WHERE d.offer_id = o.id AND d.status = ANY(%(unsettled)s)) AS any
    ) AS open ON TRUE
    WHERE (o.publication_status = ANY(%(on_sale)s) AND (
            o.stock_available <> goal.quantity
            OR (goal.quantity = 0 AND o.stock_available = 0)
            OR (%(price)s AND o.price <> one.price AND o.currency = one.currency)))
        OR (o.publication_status = 'ENDED' AND one.meant AND (NOT ended.elsewhere
            OR (last.publication_status = 'ACTIVE' AND last.quantity > 0)))
        OR o.missing_since < %(gone_before)s
        OR open.any
    ORDER BY o.id
"""


def suspects_among(
    *, integration: Integration, goals: Mapping[int, int | None], gone: datetime | None
) -> list[Suspect]:
    """Offers that may disagree, or did before, out of those with a goal (None: not ours to say).

    What the listing shows in agreement, and nothing is open about, is left out; so is an ended offer
    without stock. Three statements, whatever their number.
    """
    of_price = price_is_ours(integration)
    with connection.cursor() as cursor:
        cursor.execute(
            _SUSPECTS,
            {
                "ids": list(goals),
                "goals": list(goals.values()),
                "gone_before": gone,
                "on_sale": [str(one) for one in ON_SALE],
                "price": of_price,
                "unsettled": [str(one) for one in UNSETTLED],
            },
        )
        rows = [_Row(*row) for row in cursor.fetchall()]
    pieces = _pieces(integration, [row for row in rows if row.status == PublicationStatus.ENDED])
    return [
        _suspect(row, pieces.get(row.offer_id), of_price)
        for row in rows
        if row.is_suspect or pieces.get(row.offer_id, 0) > 0
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    offer_id: int
    allegro_id: str
    title: str
    product_ids: list[int] | None
    units: list[int] | None
    goal: int | None
    price: Decimal | None
    currency: str | None
    was_on_sale: bool | None
    elsewhere: bool | None
    status: str
    shown: int | None
    shown_price: Decimal | None
    shown_currency: str
    not_listed: bool
    is_open: bool

    @property
    def is_suspect(self) -> bool:
        """Whatever its stock."""
        return self.status != PublicationStatus.ENDED or self.is_open or self.not_listed


def _pieces(integration: Integration, rows: Sequence[_Row]) -> dict[int, int]:
    """How many units of each offer could be sold; where no stock is kept, nobody can say."""
    left = available_by_product(
        organization_id=integration.organization_id,
        product_ids={pk for row in rows for pk in row.product_ids or ()},
        warehouse_ids=feeding_warehouse_ids(integration_id=integration.pk),
    )
    found: dict[int, int] = {}
    for row in rows:
        parts = list(zip(row.product_ids or (), row.units or (), strict=True))
        if parts and all(pk in left for pk, _units in parts):
            found[row.offer_id] = min(
                (left[pk] - integration.stock_buffer) // units for pk, units in parts
            )
    return found


def _suspect(row: _Row, pieces: int | None, with_price: bool) -> Suspect:
    return Suspect(
        offer_id=row.offer_id,
        allegro_id=row.allegro_id,
        title=row.title,
        product_id=row.product_ids[0] if row.product_ids else None,
        ours=Ours(
            quantity=row.goal,
            price=row.price if with_price else None,
            currency=row.currency or "",
            pieces=pieces,
            was_on_sale=bool(row.was_on_sale),
            sold_elsewhere=bool(row.elsewhere),
        ),
        listed=Theirs(
            status=row.status,
            quantity=row.shown,
            price=row.shown_price,
            currency=row.shown_currency,
        ),
        not_listed=row.not_listed,
    )


def known_of(*, offer_ids: Sequence[int]) -> dict[int, list[Discrepancy]]:
    """Every discrepancy there ever was about these offers, by offer."""
    found: dict[int, list[Discrepancy]] = {}
    for one in Discrepancy.objects.filter(offer_id__in=offer_ids).order_by("pk"):
        found.setdefault(one.offer_id, []).append(one)
    return found


_REMEMBER = """
    INSERT INTO syncs_offeratlastcheck AS kept
        (organization_id, offer_id, publication_status, quantity, checked_at)
    SELECT o.organization_id, o.id, o.publication_status, goal.quantity, %(now)s
    FROM unnest(%(ids)s::bigint[], %(goals)s::int[]) AS goal (offer_id, quantity)
    JOIN offers_offer o ON o.id = goal.offer_id
    WHERE NOT EXISTS (SELECT 1 FROM syncs_discrepancy d WHERE d.offer_id = o.id
        AND d.kind = %(status)s AND d.status <> 'RESOLVED')
    ORDER BY o.id
    ON CONFLICT (offer_id) DO UPDATE SET publication_status = excluded.publication_status,
        quantity = excluded.quantity, checked_at = excluded.checked_at
    WHERE (kept.publication_status, kept.quantity)
        IS DISTINCT FROM (excluded.publication_status, excluded.quantity)
"""


def remember(*, goals: Mapping[int, int | None], now: datetime) -> None:
    """Keep how these offers stand, but for those whose status is disputed. Writes only what moved."""
    with connection.cursor() as cursor:
        cursor.execute(
            _REMEMBER,
            {
                "ids": list(goals),
                "goals": list(goals.values()),
                "now": now,
                "status": str(DiscrepancyKind.STATUS),
            },
        )


def pushes_under_way(*, offer_ids: Sequence[int]) -> set[int]:
    """Those of the offers whose stock is on its way to Allegro: a difference there is none yet."""
    moving = OfferPush.objects.filter(
        offer_id__in=offer_ids, state__in=[WorkState.PENDING, WorkState.RUNNING]
    )
    return set(moving.values_list("offer_id", flat=True))
