"""The page for people: what this is, who sells here, and a button to buy something."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.html import esc, hidden, link, page
from sandbox.oauth import read_form
from sandbox.purchases import PurchaseError, Wish, buy
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller
from sandbox.state.world import World

_PER_PAGE = 25
_RECENT = 15


def page_routes(world: World) -> list[Route]:
    return [
        Route("/", _home(world), methods=["GET"]),
        Route("/shop/{login}", _shop(world), methods=["GET"]),
        Route("/shop/{login}/buy", _buy(world), methods=["POST"]),
    ]


Endpoint = Callable[[Request], Awaitable[Response]]


def _home(world: World) -> Endpoint:
    async def show(request: Request) -> Response:
        world.settle()
        rows = "".join(
            f"<tr><td>{link(f'/shop/{login}', login)}</td><td>{esc(seller.company)}</td>"
            f"<td>{esc(seller.marketplace)}</td><td class=number>{len(seller.offers)}</td>"
            f"<td class=number>{len(seller.forms.by_id)}</td></tr>"
            for login, seller in world.logins.items()
        )
        apps = "".join(
            f"<li><strong>{esc(app.name)}</strong>, client id <code>{esc(app.client_id)}</code></li>"
            for app in world.apps.values()
        )
        body = (
            "<p>This process answers like Allegro: consent page, tokens, offers, orders and "
            "their journals. Its sellers and goods are invented. Choose a seller to see the "
            "offers, to buy one as an ordinary buyer would, and to edit one as its seller.</p>"
            '<h2>Sellers</h2><div class="scroll"><table><thead><tr><th>Login</th><th>Company</th>'
            "<th>Marketplace</th><th class=number>Offers</th><th class=number>Orders</th></tr>"
            f"</thead><tbody>{rows}</tbody></table></div>"
            f"<h2>Registered applications</h2><ul>{apps}</ul>"
            f"<p>To enter a code shown by an application: "
            f"{link('/skojarz-aplikacje', 'connect a device')}. The control interface is under "
            f"<code>/_control/</code>; <code>sandbox/README.md</code> describes it.</p>"
        )
        return page("Allegro sandbox", body)

    return show


def _shop(world: World) -> Endpoint:
    async def show(request: Request) -> Response:
        world.settle()
        seller = world.logins.get(request.path_params["login"])
        if seller is None:
            return page("No such seller", f"<p>{link('/', 'All sellers')}</p>", status=404)
        asked = request.query_params.get("q", "").strip()
        number = request.query_params.get("page", "1")
        current = max(1, int(number)) if number.isdigit() else 1
        body = (
            _message(request)
            + _search(seller, asked)
            + _offers(world, seller, asked, current)
            + _orders(seller)
        )
        return page(seller.login, body)

    return show


def _message(request: Request) -> str:
    order, error = request.query_params.get("bought"), request.query_params.get("error")
    if order:
        return f'<p class="good" role="status">Bought. The order is <code>{esc(order)}</code>.</p>'
    return f'<p class="bad" role="alert">{esc(error)}</p>' if error else ""


def _search(seller: Seller, asked: str) -> str:
    return (
        f"<p>{link('/', 'All sellers')}</p>"
        f'<form method="get" class="bar"><label class="field">Find an offer'
        f'<input type="search" name="q" value="{esc(asked)}" placeholder="title or SKU"></label>'
        f"<button>Find</button></form>"
    )


def _matches(offer: Offer, asked: str) -> bool:
    wanted = asked.lower()
    where = (offer.id, (offer.external_id or "").lower(), offer.name.lower())
    return any(wanted in text for text in where)


def _offers(world: World, seller: Seller, asked: str, current: int) -> str:
    ids = list(seller.offers)
    if asked:
        ids = [item for item in ids if _matches(world.offers[item], asked)]
    start = (current - 1) * _PER_PAGE
    rows = "".join(_row(world.offers[item], seller) for item in ids[start : start + _PER_PAGE])
    last = max(1, -(-len(ids) // _PER_PAGE))
    path = f"/shop/{seller.login}"
    before = link(path, "Previous", q=asked, page=current - 1) if current > 1 else ""
    after = link(path, "Next", q=asked, page=current + 1) if current < last else ""
    return (
        f"<h2>Offers ({len(ids)})</h2><div class=scroll><table class=offers><thead><tr>"
        f"<th>Offer</th><th>SKU</th>"
        f"<th class=number>Price</th><th class=number>Left</th><th>Status</th><th>Buy</th></tr>"
        f"</thead><tbody>{rows}</tbody></table></div>"
        f'<p class="pages">{before} <span>Page {current} of {last}</span> {after}</p>'
    )


def _row(offer: Offer, seller: Seller) -> str:
    button = "<td></td>"
    if offer.status == "ACTIVE":
        button = (
            f'<td><form method="post" action="/shop/{esc(seller.login)}/buy" class="buy">'
            f"{hidden({'offer': offer.id})}"
            f'<label><span class="quiet">Pieces</span><input type="number" name="quantity" '
            f'value="1" min="1" max="{offer.available}"></label>'
            f'<button class="primary" aria-label="Buy {esc(offer.name)}">Buy</button></form></td>'
        )
    return (
        f'<tr><td><span class=what><img src="/pictures/{esc(offer.id)}.svg" alt="" width="44" '
        f'height="44" loading="lazy"><span>{link(_own(seller, offer), offer.name)}'
        f"<small>{esc(offer.id)}</small></span></span></td>"
        f"<td>{esc(offer.external_id or '')}</td>"
        f"<td class=number>{esc(offer.price)} {esc(offer.currency)}</td>"
        f"<td class=number>{offer.available}</td>"
        f'<td><span class="tag {esc(offer.status.lower())}">{esc(offer.status)}</span></td>'
        f"{button}</tr>"
    )


def _own(seller: Seller, offer: Offer) -> str:
    return f"/shop/{seller.login}/offers/{offer.id}"


def _orders(seller: Seller) -> str:
    recent = seller.forms.ordered("lineItems.boughtAt", None, None)[-_RECENT:][::-1]
    rows = "".join(
        f"<tr><td><code>{esc(form_id)}</code></td><td>{esc(moment)}</td>"
        f"<td>{esc(seller.forms.by_id[form_id]['status'])}</td>"
        f"<td class=number>{esc(_total(seller, form_id))}</td></tr>"
        for moment, form_id in recent
    )
    return (
        f"<h2>Latest orders</h2><div class=scroll><table><thead><tr><th>Order</th><th>Bought</th>"
        f"<th>Status</th><th class=number>To pay</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _total(seller: Seller, form_id: str) -> str:
    total = seller.forms.by_id[form_id]["summary"]["totalToPay"]
    return f"{total['amount']} {total['currency']}"


def _buy(world: World) -> Endpoint:
    async def purchase(request: Request) -> Response:
        values = await read_form(request)
        world.settle()
        login = request.path_params["login"]
        seller = world.logins.get(login)
        quantity = values.get("quantity", "1")
        if seller is None or not quantity.isdigit():
            return page("This cannot be bought", f"<p>{link('/', 'All sellers')}</p>", status=400)
        try:
            form = buy(world, seller, [(values.get("offer", ""), int(quantity))], Wish())
        except PurchaseError as error:
            return _to_shop(login, "error", str(error))
        return _to_shop(login, "bought", form["id"])

    return purchase


def _to_shop(login: str, name: str, value: str) -> Response:
    return RedirectResponse(f"/shop/{login}?{urlencode({name: value})}", 303)
