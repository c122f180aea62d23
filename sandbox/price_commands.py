"""Price commands: for many offers, and for the base marketplace of one."""

from __future__ import annotations

from typing import Any

from sandbox.call import Answer, Call, Limit, Operations
from sandbox.command_book import Task, accept, cost, criteria, find, page_of_tasks
from sandbox.commands import plain_task
from sandbox.errors import ApiError, invalid
from sandbox.price_changes import command_price
from sandbox.stock import OfferError, checked_amount, set_price

operation = Operations()

_WRITE = "sale:offers:write"
PRICE = "/sale/offer-price-change-commands"
SINGLE = "/offers/{offerId}/change-price-commands"


@operation("PUT", f"{PRICE}/{{commandId}}", _WRITE, limits=(Limit("priceCommands", cost=cost),))
def change_prices(call: Call) -> Answer:
    work = command_price(call.body.get("modification") or {})
    tasks = [Task(offer_id, "price", work) for offer_id in criteria(call)]
    return accept(call, PRICE, call.params["commandId"], tasks)


@operation("GET", f"{PRICE}/{{commandId}}", _WRITE)
def price_report(call: Call) -> Answer:
    return Answer(body=find(call, PRICE).report(call.now))


@operation("GET", f"{PRICE}/{{commandId}}/tasks", _WRITE)
def price_tasks(call: Call) -> Answer:
    return Answer(body={"tasks": [plain_task(task) for task in page_of_tasks(call, PRICE)]})


@operation("PUT", f"{SINGLE}/{{commandId}}", _WRITE, limits=(Limit("priceCommands"),))
def change_price(call: Call) -> Answer:
    """The price of one offer on its base marketplace (allegro-api #9296)."""
    offer = call.offer(call.params["offerId"])
    command_id = call.params["commandId"]
    price: dict[str, Any] = (call.body.get("input") or {}).get("buyNowPrice") or {}
    if price.get("currency") != offer.currency:
        raise invalid(422, f"The currency must be {offer.currency}", "input.buyNowPrice.currency")
    try:
        amount = checked_amount(price.get("amount", ""), offer.currency)
    except OfferError as error:
        path = "input.buyNowPrice.amount"
        raise ApiError(422, error.code, str(error), path=path) from error
    if (SINGLE, command_id) in call.world.commands:
        raise ApiError(409, "CommandAlreadyExists", "Command id was already used")
    call.world.commands[SINGLE, command_id] = amount
    delay = call.world.settings.commandDelaySeconds
    call.world.later(delay, lambda moment: set_price(call.world, offer, amount))
    status = "RUNNING" if delay else "SUCCESSFUL"
    body = {
        "id": command_id,
        "input": {"buyNowPrice": price},
        "output": {"status": status, "errors": []},
    }
    return Answer(200, body)
