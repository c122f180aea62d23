"""Offers edited as the seller does it in Allegro's panel: one at a time, or many."""

from __future__ import annotations

from typing import Any

from sandbox import panel
from sandbox.control.request import Control, ControlError, Endpoint
from sandbox.control.sellers import shown_offer
from sandbox.state.offers import Offer
from sandbox.state.world import World


def edit(control: Control) -> Any:
    """Change fields of one offer, with the events that follow from it."""
    offer = _offer(control.world, control.params["offerId"])
    panel.check(control.world, offer, control.body)
    panel.apply(control.world, offer, control.body)
    return shown_offer(offer)


def edit_many(control: Control) -> Any:
    """``edits``: what to change in each of many offers, named by ``id``. All are checked first."""
    edits = control.body.get("edits")
    if not isinstance(edits, list) or not all(isinstance(one, dict) for one in edits):
        raise ControlError("edits must be a list of objects")
    world = control.world
    pairs = []
    for one in edits:
        offer = _offer(world, one.get("id"))
        body = {name: value for name, value in one.items() if name != "id"}
        panel.check(world, offer, body)
        pairs.append((offer, body))
    for offer, body in pairs:
        panel.apply(world, offer, body)
    return {"edited": len(pairs)}


def _offer(world: World, offer_id: Any) -> Offer:
    offer = world.offers.get(str(offer_id))
    if offer is None:
        raise ControlError(f"no such offer: {offer_id}", 404)
    return offer


ENDPOINTS = (
    Endpoint("PATCH", "/offers", edit_many),
    Endpoint("PATCH", "/offers/{offerId}", edit),
)
