"""An offer's page for people: the seller's own panel, to edit what the product should notice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox import panel
from sandbox.html import esc, link, page
from sandbox.oauth import read_form
from sandbox.offer_document import offer_document
from sandbox.qualification import state_of
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller
from sandbox.state.world import World
from sandbox.stock import OfferError

Endpoint = Callable[[Request], Awaitable[Response]]


def panel_routes(world: World) -> list[Route]:
    path = "/shop/{login}/offers/{offer}"
    return [
        Route(path, _show(world), methods=["GET"]),
        Route(path, _save(world), methods=["POST"]),
    ]


def _show(world: World) -> Endpoint:
    async def show(request: Request) -> Response:
        world.settle()
        found = _found(world, request)
        if found is None:
            return page("No such offer", f"<p>{link('/', 'All sellers')}</p>", status=404)
        return _page(world, *found, saved="saved" in request.query_params)

    return show


def _save(world: World) -> Endpoint:
    async def save(request: Request) -> Response:
        values = await read_form(request)
        world.settle()
        found = _found(world, request)
        if found is None:
            return page("No such offer", f"<p>{link('/', 'All sellers')}</p>", status=404)
        seller, offer = found
        try:
            body = _edit(offer, values)
            panel.check(world, offer, body)
            panel.apply(world, offer, body)
        except (panel.EditError, OfferError) as error:
            return _page(world, seller, offer, error=str(error))
        return RedirectResponse(f"/shop/{seller.login}/offers/{offer.id}?saved=1", 303)

    return save


def _found(world: World, request: Request) -> tuple[Seller, Offer] | None:
    seller = world.logins.get(request.path_params["login"])
    offer = world.offers.get(request.path_params["offer"])
    if seller is None or offer is None or offer.seller_id != seller.id:
        return None
    return seller, offer


def _edit(offer: Offer, values: dict[str, str]) -> dict[str, Any]:
    """What the form changes; fields left as they are are no edit."""
    pieces = values.get("available", "")
    if not pieces.isdecimal() or len(pieces) > 6:
        raise panel.EditError("The pieces must be a whole number")
    wished: dict[str, Any] = {
        "name": values.get("name", ""),
        "price": values.get("price", ""),
        "available": int(pieces),
        "status": values.get("status", offer.status),
    }
    present = {
        "name": offer.name,
        "price": offer.price,
        "available": offer.available,
        "status": offer.status,
    }
    body = {name: value for name, value in wished.items() if value != present[name]}
    prices = {
        place: {"price": values[f"price@{place}"]}
        for place, (amount, _currency) in offer.elsewhere.items()
        if values.get(f"price@{place}", amount) != amount
    }
    return body | ({"marketplaces": prices} if prices else {})


def _page(
    world: World, seller: Seller, offer: Offer, *, error: str = "", saved: bool = False
) -> Response:
    message = f'<p class="bad" role="alert">{esc(error)}</p>' if error else ""
    if saved:
        message = '<p class="good" role="status">Saved. The journal tells of it.</p>'
    body = (
        f"<p>{link(f'/shop/{seller.login}', seller.login)}</p>{message}"
        f"<p>Edit the offer as its seller would on Allegro's own pages.</p>"
        f'<form method="post" class="panel">'
        f"{_field('name', 'Title', offer.name)}"
        f"{_field('price', f'Price, {offer.currency}', offer.price)}"
        f"{_field('available', 'Pieces', str(offer.available))}"
        f"{_places(offer)}{_statuses(offer)}"
        f'<button class="primary">Save</button></form>{_problems(world, seller, offer)}'
    )
    return page(offer.id, body, status=400 if error else 200, narrow=True)


def _field(name: str, label: str, value: str) -> str:
    return (
        f'<label class="field">{esc(label)}'
        f'<input name="{esc(name)}" value="{esc(value)}" required></label>'
    )


def _places(offer: Offer) -> str:
    return "".join(
        _field(f"price@{place}", f"{place}, {currency} ({state_of(offer, place).state})", amount)
        for place, (amount, currency) in offer.elsewhere.items()
    )


def _statuses(offer: Offer) -> str:
    choices = dict.fromkeys((offer.status, "ACTIVE", "ENDED"))
    options = "".join(f"<option>{esc(status)}</option>" for status in choices)
    return f'<label class="field">Status<select name="status">{options}</select></label>'


def _problems(world: World, seller: Seller, offer: Offer) -> str:
    found = offer_document(world, offer, seller, "")["validation"]["errors"]
    rows = "".join(f"<li><code>{esc(e['code'])}</code> {esc(e['message'])}</li>" for e in found)
    return f"<h2>What keeps it from sale</h2><ul>{rows}</ul>" if rows else ""
