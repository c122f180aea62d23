"""Faults, requests seen, clock, settings, the whole state, and starting afresh."""

from __future__ import annotations

from typing import Any

from sandbox.control.request import Control, ControlError, Endpoint
from sandbox.fault_rules import parsed
from sandbox.seeding import seed_world
from sandbox.state.clock import iso, parse_iso
from sandbox.state.world import Size


def faults(control: Control) -> Any:
    return {"faults": [rule.as_dict() for rule in control.world.faults.rules]}


def add_fault(control: Control) -> Any:
    seller = control.body.get("seller")
    if seller is not None and seller not in control.world.logins:
        raise ControlError(f"no such seller: {seller}")
    faults = control.world.faults
    return faults.add(parsed(control.body, faults.seed)).as_dict()


def drop_faults(control: Control) -> Any:
    return {"removed": control.world.faults.remove(None)}


def drop_fault(control: Control) -> Any:
    number = control.params["id"]
    if not number.isdigit() or not control.world.faults.remove(int(number)):
        raise ControlError(f"no such fault: {number}", 404)
    return {"removed": 1}


def requests(control: Control) -> Any:
    """Counts of API and OAuth requests, all or ``?since`` a moment (ISO 8601 or seconds)."""
    return control.world.traffic.counts(_since(control.query.get("since")))


def _since(text: str | None) -> float:
    if not text:
        return 0.0
    try:
        return float(text) if text.replace(".", "", 1).isdigit() else parse_iso(text)
    except ValueError:
        raise ControlError(f"since is neither seconds nor ISO 8601: {text}") from None


def forget_requests(control: Control) -> Any:
    control.world.traffic.clear()
    return {}


def clock(control: Control) -> Any:
    world = control.world
    return {"now": iso(world.now), "offsetSeconds": world.clock.offset_seconds}


def advance(control: Control) -> Any:
    """Move time forward; what falls due meanwhile happens before the answer."""
    seconds = control.body.get("advance")
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not number or not 0 <= float(seconds or 0) <= 400 * 86_400:
        raise ControlError("advance must be seconds between 0 and 400 days")
    control.world.clock.advance(float(seconds or 0))
    control.world.settle()
    return clock(control)


def settings(control: Control) -> Any:
    return control.world.settings.as_dict()


def change_settings(control: Control) -> Any:
    control.world.settings.change(control.body)
    if {"limits", "limitsScale", "limitsEnabled"} & set(control.body):
        control.world.limits.clear()
    return control.world.settings.as_dict()


def state(control: Control) -> Any:
    """Sizes of everything, for a look at a glance and for final assertions."""
    world = control.world
    forms = [form for seller in world.sellers.values() for form in seller.forms.by_id.values()]
    statuses: dict[str, int] = {}
    for form in forms:
        statuses[form["status"]] = statuses.get(form["status"], 0) + 1
    return {
        "clock": clock(control),
        "size": vars(world.size),
        "sellers": [seller.login for seller in world.sellers.values()],
        "offers": len(world.offers),
        "orders": len(forms),
        "ordersByStatus": statuses,
        "commands": len(world.commands),
        "operations": len(world.operations),
        "shipments": sum(len(found) for found in world.shipments.values()),
        "invoices": len(world.invoices),
        "scheduled": len(world.schedule),
        "accessTokens": len(world.tokens.access),
        "faults": [rule.as_dict() for rule in world.faults.rules],
        "settings": world.settings.as_dict(),
    }


def reset(control: Control) -> Any:
    """Start afresh, with the same size unless another is given."""
    size = control.world.size
    control.world.size = Size(
        seed=control.whole("seed", size.seed),
        sellers=control.whole("sellers", size.sellers),
        offers=control.whole("offers", size.offers),
        orders=control.whole("orders", size.orders),
    )
    control.world.reset()
    seed_world(control.world)
    return state(control)


ENDPOINTS = (
    Endpoint("GET", "/faults", faults),
    Endpoint("POST", "/faults", add_fault),
    Endpoint("DELETE", "/faults", drop_faults),
    Endpoint("DELETE", "/faults/{id}", drop_fault),
    Endpoint("GET", "/requests", requests),
    Endpoint("DELETE", "/requests", forget_requests),
    Endpoint("GET", "/clock", clock),
    Endpoint("POST", "/clock", advance),
    Endpoint("GET", "/settings", settings),
    Endpoint("POST", "/settings", change_settings),
    Endpoint("GET", "/state", state),
    Endpoint("POST", "/reset", reset),
)
