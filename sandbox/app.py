"""The application: API, OAuth, control API and pages on one port."""

from __future__ import annotations

import uuid
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox import (
    account,
    billing,
    categories,
    claims,
    commands,
    dictionaries,
    images,
    invoices,
    listing,
    modification_commands,
    offer_events,
    offers,
    orders,
    payments,
    price_automation,
    price_commands,
    products,
    returns,
    shipments,
)
from sandbox.call import PUBLIC, Operation
from sandbox.consent import consent_routes
from sandbox.control import control_routes
from sandbox.errors import ApiError
from sandbox.gateway import Gate, json_response
from sandbox.oauth import oauth_routes
from sandbox.pages import page_routes
from sandbox.panel_pages import panel_routes
from sandbox.pictures import picture_routes
from sandbox.state.world import World

_MODULES = (
    account,
    billing,
    categories,
    claims,
    commands,
    dictionaries,
    images,
    invoices,
    listing,
    modification_commands,
    offer_events,
    offers,
    orders,
    payments,
    price_automation,
    price_commands,
    products,
    returns,
    shipments,
)


def operations() -> list[Operation]:
    """Every API operation the sandbox serves."""
    return [operation for module in _MODULES for operation in module.operation.listed]


def build_app(world: World) -> Starlette:
    """The ASGI application around a world."""
    static = StaticFiles(directory=Path(__file__).parent / "static")
    return Starlette(
        routes=[
            *oauth_routes(world),
            *consent_routes(world),
            *control_routes(world),
            *page_routes(world),
            *panel_routes(world),
            *picture_routes(world),
            Mount("/static", static),
            *_api_routes(world),
            Route("/{rest:path}", _unknown, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        ]
    )


def _api_routes(world: World) -> list[Route]:
    # Fixed paths before those with placeholders: /order/carriers before /order/{id}.
    ordered = sorted(operations(), key=lambda operation: operation.path.count("{"))
    routes = []
    for operation in ordered:
        route = Route(operation.path, Gate(world, operation), methods=[operation.method])
        if route.methods is not None:
            route.methods.discard("HEAD")
        routes.append(route)
    return routes


async def _unknown(request: Request) -> Response:
    error = ApiError(404, "NotFoundException", "Function is not available")
    language = request.headers.get("accept-language", "en-US")
    return json_response(404, error.body(language), PUBLIC, {"Trace-Id": str(uuid.uuid4())})
