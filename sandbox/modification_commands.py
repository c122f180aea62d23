"""Modification commands: one group of fields, the same for many offers."""

from __future__ import annotations

from sandbox.call import Answer, Call, Limit, Operations
from sandbox.command_book import Task, accept, cost, criteria, find, page_of_tasks
from sandbox.commands import plain_task
from sandbox.modifications import modification

operation = Operations()

_WRITE = "sale:offers:write"
MODIFICATION = "/sale/offer-modification-commands"


@operation(
    "PUT", f"{MODIFICATION}/{{commandId}}", _WRITE, limits=(Limit("quantityCommands", cost=cost),)
)
def modify(call: Call) -> Answer:
    """Delivery, payments, location and the like of up to 1000 offers."""
    field, work = modification(call.body.get("modification"), call.seller)
    tasks = [Task(offer_id, field, work) for offer_id in criteria(call)]
    return accept(call, MODIFICATION, call.params["commandId"], tasks)


@operation("GET", f"{MODIFICATION}/{{commandId}}", _WRITE)
def modification_report(call: Call) -> Answer:
    return Answer(body=find(call, MODIFICATION).report(call.now))


@operation("GET", f"{MODIFICATION}/{{commandId}}/tasks", _WRITE)
def modification_tasks(call: Call) -> Answer:
    return Answer(body={"tasks": [plain_task(task) for task in page_of_tasks(call, MODIFICATION)]})
