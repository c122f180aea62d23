"""An offer of one account copied to another: what it would be there, and what is in the way.

The copy is what Allegro's document says of the offer; delivery, after-sales, producer and place are those
of the account it goes to, because their ids belong to an account.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.money import Money
from inventory.queries import available_by_product
from offers.candidates import Candidate, Preview, Wanted, with_wishes
from offers.documents import picture_urls
from offers.models import Offer
from offers.preparing import terms_of
from offers.publishing.bodies import MOST_IMAGES, agreed, safety, sold
from offers.publishing.facts import Place, ProductFacts, Terms
from offers.publishing.obstacles import not_read
from offers.publishing.readiness import readiness
from offers.queries import feeding_warehouse_ids
from offers.queries.duplicates import duplicates_of
from offers.targets import Part, pieces
from offers.values import html_of_sections
from settings_app.models import Integration


@dataclass(frozen=True, slots=True)
class Copy:
    """An offer to copy. What is None comes from it: its price, and the stock of the account it goes to."""

    offer_id: int
    price: Money | None = None
    quantity: int | None = None
    although: bool = False


def preview_copies(
    *,
    integration: Integration,
    copies: Sequence[Copy],
    activate: bool,
    but: Collection[int] = (),
) -> Preview:
    """What would become of copies of these offers in ``integration``; writes nothing.

    Offers of other organizations and of the account itself are left out. ``but``: publications not to
    count as duplicates. Raises what reading Allegro's marketplaces raises.
    """
    terms = terms_of(integration=integration)
    offers = (
        Offer.objects.filter(
            organization_id=integration.organization_id,
            pk__in=[one.offer_id for one in copies],
        )
        .exclude(integration=integration)
        .select_related("content")
        .prefetch_related("links__product")
        .in_bulk()
    )
    facts = {one.offer_id: _facts(offers[one.offer_id]) for one in copies if one.offer_id in offers}
    facts = _with_stock(integration, facts)
    duplicates = duplicates_of(
        integration_id=integration.pk,
        codes={one.id: one.code for one in facts.values()},
        but=but,
    )
    return Preview(
        terms,
        tuple(
            _candidate(one, facts[one.offer_id], offers[one.offer_id], terms, activate, duplicates)
            for one in copies
            if one.offer_id in facts
        ),
    )


def copied_body(
    document: Mapping[str, Any],
    product: ProductFacts,
    terms: Terms,
    *,
    images: Sequence[str],
    activate: bool,
    quantity: int,
    price: Money,
) -> dict[str, Any]:
    """The body of ``POST /sale/product-offers`` for a copy of the offer that ``document`` describes."""
    body = {
        "name": product.title,
        "external": {"id": product.code},
        "category": document.get("category"),
        "productSet": [_element(one, terms) for one in document.get("productSet") or []],
        "parameters": [_parameter(one) for one in document.get("parameters") or []],
        "images": list(images[:MOST_IMAGES]),
        "description": document.get("description"),
        "language": document.get("language"),
        **sold(activate=activate, quantity=quantity, price=price, elsewhere={}),
        **agreed(terms),
    }
    if terms.tax_rate is None and document.get("taxSettings"):
        body["taxSettings"] = document["taxSettings"]
    return {name: value for name, value in body.items() if value not in (None, [], {})}


def document_of(offer: Offer) -> Mapping[str, Any]:
    """What is kept of the offer in full; empty before it was read."""
    content = getattr(offer, "content", None)
    found: Mapping[str, Any] = content.document if content is not None else {}
    return found


def _facts(offer: Offer) -> ProductFacts:
    document = document_of(offer)
    links = [one for one in offer.links.all() if one.units_per_offer == 1]
    only = links[0].product if len(offer.links.all()) == len(links) == 1 else None
    category = str((document.get("category") or {}).get("id") or "")
    price = Money(offer.price, offer.currency) if offer.price is not None else None
    return ProductFacts(
        # A copy without a product of ours goes by its offer's number, turned so that it is no product's.
        id=only.pk if only else -offer.pk,
        code=offer.external_id or (only.code if only else f"KOPIA-{offer.allegro_id}"),
        title=offer.title,
        description=html_of_sections(document.get("description")),
        images=tuple(picture_urls(document)),
        price=price,
        quantity=offer.stock_available,
        tracked=only.track_inventory if only else False,
        archived=only.is_archived if only else False,
        active=only.active if only else True,
        our_category=category,
        place=Place(category) if category else None,
    )


def _with_stock(
    integration: Integration, facts: Mapping[int, ProductFacts]
) -> dict[int, ProductFacts]:
    """Where one product of ours is behind the offer, what the target's warehouses have of it counts."""
    available = available_by_product(
        organization_id=integration.organization_id,
        product_ids=[one.id for one in facts.values() if one.id > 0 and one.tracked],
        warehouse_ids=feeding_warehouse_ids(integration_id=integration.pk),
    )
    found = {}
    for offer_id, one in facts.items():
        left = available.get(one.id)
        quantity = pieces([Part(left, 1)], buffer=integration.stock_buffer)
        found[offer_id] = one if left is None else replace(one, quantity=quantity)
    return found


def _candidate(
    copy: Copy,
    facts: ProductFacts,
    offer: Offer,
    terms: Terms,
    activate: bool,
    duplicates: Mapping[int, Any],
) -> Candidate:
    wanted = Wanted(facts.id, price=copy.price, quantity=copy.quantity, although=copy.although)
    product = with_wishes(facts, wanted)
    found = readiness(product, terms, activate=activate)
    if not document_of(offer).get("productSet"):
        found = [not_read(offer_id=offer.pk)]
    return Candidate(
        wanted, product, tuple(found), duplicates.get(facts.id), source_offer_id=offer.pk
    )


def _element(element: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """A product of the catalogue by its id alone, which brings its newest data, made safe by our terms."""
    product = {"id": (element.get("product") or {}).get("id")}
    quantity = element.get("quantity") or {"value": 1}
    return {"product": product, "quantity": quantity, **safety(terms)}


def _parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """Ids of a dictionary win over its words: Allegro refuses both together."""
    kept: dict[str, Any] = {"id": parameter.get("id")}
    for name in ("rangeValue", "valuesIds", "values"):
        if parameter.get(name):
            kept[name] = parameter[name]
            break
    return kept
