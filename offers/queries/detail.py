"""One offer as its page shows it."""

from __future__ import annotations

from typing import Any

from offers.enums import LinkState, MarketplaceState
from offers.models import Offer, OfferMarketplace
from offers.problem_codes import meaning_of
from offers.queries.candidates import link_candidates
from offers.queries.documents import readable_document
from offers.queries.fields import field_rows, fields_of
from offers.queries.history import history_of
from offers.queries.problems import offer_problems
from offers.queries.sync_states import sync_state
from offers.reasons import link_reason, status_label, status_tone
from settings_app.queries import field_rules

_TONES: dict[str, str] = {
    MarketplaceState.APPROVED: "ok",
    MarketplaceState.REFUSED: "danger",
    MarketplaceState.NOT_REQUESTED: "neutral",
}


def offer_detail(*, offer: Offer) -> dict[str, Any]:
    """What an offer's page shows: values, fields, document, products, problems, history, and why."""
    links = list(offer.links.select_related("product").order_by("pk"))
    fields = fields_of(offer=offer)
    return {
        "offer": offer,
        "links": links,
        "reason": link_reason(offer),
        "status_label": status_label(offer.publication_status),
        "status_tone": status_tone(offer.publication_status),
        "candidates": link_candidates(offer=offer, without=[link.product_id for link in links]),
        "detached": offer.link_state in (LinkState.DETACHED, LinkState.IGNORED),
        "fields": field_rows(fields=fields, rules=field_rules(integration=offer.integration)),
        "sync": sync_state(offer, fields),
        "document": readable_document(offer=offer),
        "marketplaces": _marketplaces(offer),
        "problems": offer_problems(offer=offer),
        "history": history_of(offer=offer),
    }


def _marketplaces(offer: Offer) -> list[dict[str, Any]]:
    """Additional marketplaces with their state, and each refusal in words."""
    return [
        {
            "place": place,
            "label": _label(place.state),
            "tone": _TONES.get(place.state, "info"),
            "refusals": [meaning_of(code) for code in place.refusal_codes],
        }
        for place in OfferMarketplace.objects.filter(offer=offer).order_by("marketplace")
    ]


def _label(state: str) -> str:
    return str(MarketplaceState(state).label) if state in MarketplaceState.values else state
