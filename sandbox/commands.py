"""Quantity, publication and bulk commands."""

from __future__ import annotations

from typing import Any

from sandbox.call import BETA, Answer, Call, Limit, Operations
from sandbox.command_book import Task, accept, cost, criteria, find, page_of_tasks
from sandbox.errors import invalid
from sandbox.offer_document import bare_document
from sandbox.price_changes import marketplace_price
from sandbox.requirements import problems
from sandbox.state.offers import Offer
from sandbox.state.world import World
from sandbox.stock import OfferError, activate, end, set_available

operation = Operations()

_WRITE = "sale:offers:write"
QUANTITY = "/sale/offer-quantity-change-commands"
PUBLICATION = "/sale/offer-publication-commands"
BULK = "/sale/offer-bulk-modification-commands"


def _change_stock(kind: Any, value: Any) -> Any:
    """Work that sets or moves the quantity. FIXED must be above zero (the description)."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid(422, "value must be a whole number", "modification.value")
    if kind == "FIXED":
        if value <= 0:
            raise invalid(422, "FIXED value must be greater than 0", "modification.value")
        return lambda world, offer: set_available(world, offer, value)
    if kind == "GAIN":
        return lambda world, offer: set_available(world, offer, offer.available + value)
    raise invalid(422, "changeType must be FIXED or GAIN", "modification.changeType")


@operation(
    "PUT", f"{QUANTITY}/{{commandId}}", _WRITE, limits=(Limit("quantityCommands", cost=cost),)
)
def change_quantity(call: Call) -> Answer:
    """One value for up to 1000 offers."""
    modification = call.body.get("modification") or {}
    work = _change_stock(modification.get("changeType"), modification.get("value"))
    tasks = [Task(offer_id, "quantity", work) for offer_id in criteria(call)]
    return accept(call, QUANTITY, call.params["commandId"], tasks)


@operation(
    "PUT", f"{PUBLICATION}/{{commandId}}", _WRITE, limits=(Limit("publicationCommands", cost=cost),)
)
def change_publication(call: Call) -> Answer:
    action = (call.body.get("publication") or {}).get("action")
    if action not in ("ACTIVATE", "END"):
        raise invalid(422, "action must be ACTIVATE or END", "publication.action")

    def work(world: World, offer: Offer) -> None:
        if action == "END":
            end(world, offer, "USER")
            return
        _ready(world, offer)
        activate(world, offer)

    tasks = [Task(offer_id, "publication", work) for offer_id in criteria(call)]
    return accept(call, PUBLICATION, call.params["commandId"], tasks)


def _ready(world: World, offer: Offer) -> None:
    """Raises OfferError with the first thing that keeps the offer from sale."""
    seller = world.sellers[offer.seller_id]
    found = problems(world, seller, bare_document(offer, seller, ""))
    if found:
        raise OfferError(found[0].code, found[0].message)


def _bulk_cost(call: Call) -> int:
    return max(1, len(call.body.get("modifications") or []))


@operation("POST", BULK, _WRITE, media=BETA, limits=(Limit("priceCommands", cost=_bulk_cost),))
def change_in_bulk(call: Call) -> Answer:
    """Different values for up to 25 offers."""
    command_id = call.body.get("commandId")
    if not isinstance(command_id, str) or not command_id:
        raise invalid(422, "commandId is required", "commandId")
    changes = call.body.get("modifications")
    if not isinstance(changes, list) or not 1 <= len(changes) <= 25:
        raise invalid(422, "1 to 25 modifications are accepted", "modifications")
    tasks = [task for change in changes for task in _bulk_tasks(change)]
    return accept(call, BULK, command_id, tasks)


def _bulk_tasks(change: dict[str, Any]) -> list[Task]:
    offer_id = str(change.get("offerId", ""))
    tasks = []
    stock = change.get("stock")
    if stock:
        work = _change_stock(stock.get("changeType"), stock.get("value"))
        tasks.append(Task(offer_id, "stock", work))
    for place, price in (change.get("prices") or {}).items():
        tasks.append(Task(offer_id, "price", marketplace_price(place, price)))
    if not offer_id or not tasks:
        raise invalid(422, "offerId and stock or prices are required", "modifications")
    return tasks


def plain_task(task: Task) -> dict[str, Any]:
    return {
        "offer": {"id": task.offer_id},
        "field": task.subject,
        "status": task.status,
        "message": task.message,
        "errors": task.errors,
    }


@operation("GET", f"{QUANTITY}/{{commandId}}", _WRITE)
def quantity_report(call: Call) -> Answer:
    return Answer(body=find(call, QUANTITY).report(call.now))


@operation("GET", f"{QUANTITY}/{{commandId}}/tasks", _WRITE)
def quantity_tasks(call: Call) -> Answer:
    return Answer(body={"tasks": [plain_task(task) for task in page_of_tasks(call, QUANTITY)]})


@operation("GET", f"{PUBLICATION}/{{commandId}}", _WRITE)
def publication_report(call: Call) -> Answer:
    return Answer(body=find(call, PUBLICATION).report(call.now))


@operation("GET", f"{PUBLICATION}/{{commandId}}/tasks", _WRITE)
def publication_tasks(call: Call) -> Answer:
    return Answer(body={"tasks": [plain_task(task) for task in page_of_tasks(call, PUBLICATION)]})


@operation("GET", f"{BULK}/{{commandId}}", _WRITE)
def bulk_report(call: Call) -> Answer:
    return Answer(body=find(call, BULK).report(call.now))


@operation("GET", f"{BULK}/{{commandId}}/tasks", _WRITE)
def bulk_tasks(call: Call) -> Answer:
    tasks = [
        {
            "subject": {"offerId": task.offer_id, "field": task.subject},
            "status": task.status,
            "message": task.message,
            "errors": task.errors,
        }
        for task in page_of_tasks(call, BULK)
    ]
    return Answer(body={"tasks": tasks})
