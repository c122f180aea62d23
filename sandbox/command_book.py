"""Commands: accepted at once, done later, counted in tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.call import Answer, Call
from sandbox.errors import ApiError, invalid, user_message
from sandbox.state.clock import iso
from sandbox.state.offers import Offer
from sandbox.state.world import World
from sandbox.stock import OfferError

Work = Callable[[World, Offer], None]


@dataclass
class Task:
    """One change of one offer."""

    offer_id: str
    subject: str
    work: Work
    status: str = "NEW"
    message: str = ""
    errors: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Command:
    id: str
    kind: str
    seller_id: str
    created_at: float
    counted_at: float
    tasks: list[Task]
    completed_at: float | None = None

    def report(self, now: float) -> dict[str, Any]:
        """Counts are zero at first; that is normal (allegro-api #6260, #2067)."""
        known = self.completed_at is not None or now >= self.counted_at
        done = [task.status for task in self.tasks]
        return {
            "id": self.id,
            "createdAt": iso(self.created_at),
            "completedAt": iso(self.completed_at) if self.completed_at else None,
            "taskCount": {
                "total": len(self.tasks) if known else 0,
                "success": done.count("SUCCESS"),
                "failed": done.count("FAIL"),
            },
        }


def accept(call: Call, kind: str, command_id: str, tasks: list[Task]) -> Answer:
    """Register a command. 409 when the id was used before, whoever used it."""
    if (kind, command_id) in call.world.commands:
        raise ApiError(409, "CommandAlreadyExists", "Command id was already used")
    delay = call.world.settings.commandDelaySeconds
    # Offers of others are dropped without a word (allegro-api #5465).
    own = [task for task in tasks if task.offer_id in call.seller.offers]
    command = Command(command_id, kind, call.seller.id, call.now, call.now + delay / 2, own)
    call.world.commands[kind, command_id] = command
    answer = Answer(201, command.report(call.now))
    answer.body["taskCount"] = {"total": 0, "success": 0, "failed": 0}
    answer.body["completedAt"] = None
    call.world.later(delay, lambda moment: _run(call.world, command, moment))
    return answer


def _run(world: World, command: Command, moment: float) -> None:
    """Do every task. One that a fault leaves NEW keeps the command from its end (#4404)."""
    login = world.sellers[command.seller_id].login
    for task in command.tasks:
        offer = world.offers.get(task.offer_id)
        struck = world.faults.task(login, command.kind, task.offer_id)
        if struck is not None and struck.kind == "task_stuck":
            continue
        try:
            if struck is not None:
                raise OfferError(struck.code, "The task failed on request of a test")
            if offer is None:
                raise OfferError("OFFER_NOT_FOUND", "The offer does not exist")
            task.work(world, offer)
            task.status = "SUCCESS"
        except OfferError as error:
            task.status, task.message = "FAIL", str(error)
            task.errors = [_error(error)]
    if all(task.status != "NEW" for task in command.tasks):
        command.completed_at = moment


def _error(error: OfferError) -> dict[str, Any]:
    return {
        "code": error.code,
        "message": str(error),
        "details": None,
        "path": None,
        "userMessage": user_message(error.code, "en"),
        "metadata": {},
    }


def find(call: Call, kind: str) -> Command:
    command: Command | None = call.world.commands.get((kind, call.params["commandId"]))
    if command is None or command.seller_id != call.seller.id:
        raise ApiError(404, "CommandNotFound", "Command not found")
    return command


def page_of_tasks(call: Call, kind: str) -> list[Task]:
    limit = call.whole("limit", 100, 1, 1000)
    offset = call.whole("offset", 0, 0, 999)
    command = find(call, kind)
    if command.completed_at is None and call.now < command.counted_at:
        return []
    return command.tasks[offset : offset + limit]


def criteria(call: Call) -> list[str]:
    """Offer ids of ``offerCriteria``: 1 to 1000. Raises ApiError 422."""
    given = call.body.get("offerCriteria")
    try:
        ids = [str(offer["id"]) for group in given or [] for offer in group["offers"]]
    except (KeyError, TypeError):
        raise invalid(422, "offerCriteria must hold offers with ids", "offerCriteria") from None
    if not 1 <= len(ids) <= 1000:
        raise invalid(422, "1 to 1000 offers are accepted", "offerCriteria")
    return ids


def cost(call: Call) -> int:
    """How many offer changes a command asks for: the measure of its rate limit."""
    groups = call.body.get("offerCriteria")
    if not isinstance(groups, list):
        return 1
    counted = (len(g.get("offers") or []) for g in groups if isinstance(g, dict))
    return max(1, sum(counted))
