"""Price automation: the rules there are, those of an offer, and the command that assigns them."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.call import Answer, Call, Limit, Operations
from sandbox.catalogue.price_rules import RULES, UPDATED_AT
from sandbox.command_book import Task, accept, cost, criteria, find, page_of_tasks
from sandbox.commands import plain_task
from sandbox.errors import invalid
from sandbox.price_rules import rule_change
from sandbox.state.clock import iso

operation = Operations()

_READ = "sale:offers:read"
AUTOMATION = "/sale/offer-price-automation-commands"
_RULE_READS = (Limit("priceRules"),)


@operation("POST", AUTOMATION, "sale:offers:write", limits=(Limit("priceCommands", cost=cost),))
def change_rules(call: Call) -> Answer:
    """Set or remove rules of up to 1000 offers, marketplace by marketplace."""
    command_id = _command_id(call)
    work = rule_change(call.body.get("modification"), call.seller)
    tasks = [Task(offer_id, "sellingMode.priceAutomation", work) for offer_id in criteria(call)]
    return accept(call, AUTOMATION, command_id, tasks)


def _command_id(call: Call) -> str:
    """The id sent, or a new one: the description leaves it optional."""
    given = call.body.get("id")
    if given is None:
        return call.world.identities.uuid()
    try:
        return str(uuid.UUID(str(given)))
    except ValueError:
        raise invalid(422, f"{given} is no UUID", "id") from None


@operation("GET", f"{AUTOMATION}/{{commandId}}", _READ)
def automation_report(call: Call) -> Answer:
    return Answer(body=find(call, AUTOMATION).report(call.now))


@operation("GET", f"{AUTOMATION}/{{commandId}}/tasks", _READ)
def automation_tasks(call: Call) -> Answer:
    return Answer(body={"tasks": [plain_task(task) for task in page_of_tasks(call, AUTOMATION)]})


@operation("GET", "/sale/price-automation/rules", _READ, limits=_RULE_READS)
def rules(call: Call) -> Answer:
    """Allegro's own rules, the same for every seller."""
    listed = [
        {
            "id": rule.id,
            "type": rule.kind,
            "name": rule.name,
            "default": True,
            "updatedAt": UPDATED_AT,
        }
        for rule in RULES.values()
    ]
    return Answer(body={"rules": listed})


@operation("GET", "/sale/price-automation/offers/{offerId}/rules", _READ, limits=_RULE_READS)
def offer_rules(call: Call) -> Answer:
    offer = call.offer(call.params["offerId"])
    listed: list[dict[str, Any]] = [
        {
            "marketplace": {"id": place},
            "rule": {"id": rule.rule_id},
            "configuration": rule.configuration,
            "updatedAt": iso(rule.updated_at),
        }
        for place, rule in offer.price_rules.items()
    ]
    moment = offer.created_at if offer.price_rules_at is None else offer.price_rules_at
    return Answer(body={"rules": listed, "updatedAt": iso(moment)})
