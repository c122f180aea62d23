"""Setting what an offer has for sale, by setting the stock behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core.errors import HubError, StateConflict
from inventory.models import StockLevel, Warehouse
from inventory.operations import ensure_default_warehouse, set_on_hand
from inventory.operations.bundles import refuse_bundle
from inventory.queries import available_by_product
from offers.enums import PushCause
from offers.models import Offer, OfferLink
from offers.operations.requesting import refuse_stopped, request_push
from offers.queries import feeding_warehouse_ids
from offers.stock_reasons import target_reason
from offers.targets import targets_for
from products.models import Product


class NotSettable(StateConflict):
    """The offer's quantity cannot be set through its stock."""

    code = "stock_not_settable"


class SetOfSeveral(HubError):
    """One number cannot say which of several products there is less of."""

    status: ClassVar[int] = 422
    code = "offer_has_several_products"


@dataclass(frozen=True, slots=True)
class StockChange:
    """What setting an offer's quantity does to our stock: pieces in one warehouse, before and after."""

    product: Product
    warehouse: Warehouse
    before: int
    after: int


def plan_offer_stock(*, offer: Offer, available: int) -> StockChange:
    """What :func:`set_offer_stock` would do; writes nothing. Raises what it raises."""
    link = _only_link(offer)
    refuse_bundle(organization_id=offer.organization_id, product_id=link.product_id)
    target = targets_for(integration=offer.integration, offer_ids=[offer.pk])[offer.pk]
    if target.quantity is None and target.reason not in ("NO_STOCK_KEPT", "ZERO_LEFT"):
        reason = target_reason(target.reason)
        raise NotSettable(reason.text, remedy=reason.remedy)
    feeding = feeding_warehouse_ids(integration_id=offer.integration_id)
    left = available_by_product(
        organization_id=offer.organization_id,
        product_ids=[link.product_id],
        warehouse_ids=feeding,
    ).get(link.product_id, 0)
    # 0 means that nothing is left to sell; above it, the account's buffer comes on top.
    buffer = offer.integration.stock_buffer if available else 0
    wanted = available * link.units_per_offer + buffer
    warehouse = _warehouse(offer, feeding)
    level = StockLevel.objects.filter(product_id=link.product_id, warehouse=warehouse).first()
    before = level.on_hand if level else 0
    after = before + wanted - left
    if after < 0:
        raise NotSettable(
            _("%(warehouse)s would have to hold %(n)d pieces.")
            % {"warehouse": warehouse.name, "n": after},
            remedy=_("The rest lies in other warehouses: set the product's stock there."),
        )
    return StockChange(link.product, warehouse, before, after)


@transaction.atomic
def set_offer_stock(
    *, offer: Offer, available: int, actor: User | None, now: datetime, key: str
) -> StockChange:
    """Have ``available`` units of an offer for sale: our stock is set so, and Allegro follows.

    The product's pieces in the warehouse that feeds the account first are set to what makes this offer
    sell ``available`` units with what is reserved and the account's buffer left alone; 0 leaves
    nothing to sell. Our stock stays the truth: other offers of the product follow it too, and the next
    sale counts from here. The same ``key`` counts once. Raises :class:`NotSettable` (not linked, not
    tracked, ended, …), :class:`SetOfSeveral`, ``BundleHasNoStock``, ``CannotPush`` while writing stock
    is stopped, and ``StateConflict`` when the stock moved in this moment; then nothing was changed.
    """
    refuse_stopped(offer)
    change = plan_offer_stock(offer=offer, available=available)
    set_on_hand(
        organization_id=offer.organization_id,
        product_id=change.product.pk,
        warehouse=change.warehouse,
        on_hand=change.after,
        reason=_("Set for offer %(number)s") % {"number": offer.allegro_id},
        actor=actor,
        now=now,
        key=key,
        expected=change.before,
    )
    request_push(
        organization_id=offer.organization_id,
        offer_ids=[offer.pk],
        reason=PushCause.PERSON,
        actor=actor,
        now=now,
    )
    return change


def _only_link(offer: Offer) -> OfferLink:
    links = list(OfferLink.objects.filter(offer=offer).select_related("product")[:2])
    if not links:
        reason = target_reason("UNLINKED")
        raise NotSettable(reason.text, remedy=reason.remedy)
    if len(links) > 1:
        raise SetOfSeveral(
            _("The offer sells several products together."),
            remedy=_("Set the stock of each product; the scarcest decides what is shown."),
        )
    only: OfferLink = links[0]
    return only


def _warehouse(offer: Offer, feeding: tuple[int, ...]) -> Warehouse:
    if feeding:
        found: Warehouse = Warehouse.objects.get(pk=feeding[0])
        return found
    return ensure_default_warehouse(organization_id=offer.organization_id)
