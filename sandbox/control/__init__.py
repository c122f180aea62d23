"""The control API: what tests and demos use to move the sandbox. JSON, no authentication."""

from __future__ import annotations

from starlette.routing import Route

from sandbox.control import knobs, offers, orders, panel, sellers, truth
from sandbox.control.request import Endpoint, route
from sandbox.state.world import World


def control_routes(world: World) -> list[Route]:
    """All routes under ``/_control/``."""
    listed: list[Endpoint] = [
        *sellers.ENDPOINTS,
        *offers.ENDPOINTS,
        *orders.ENDPOINTS,
        *panel.ENDPOINTS,
        *knobs.ENDPOINTS,
        *truth.ENDPOINTS,
    ]
    return [route(world, endpoint) for endpoint in listed]
