"""A control request: its JSON, checked field by field, and errors that say what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.faults import FaultError
from sandbox.panel import EditError
from sandbox.purchases import PurchaseError
from sandbox.returns import ReturnError
from sandbox.state.sellers import Seller
from sandbox.state.settings import SettingsError
from sandbox.state.world import World
from sandbox.stock import OfferError


class ControlError(ValueError):
    """Wrong input: answered with 400, or 404 for things that do not exist."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


# Refusals of the sandbox itself that are the caller's doing.
_REFUSALS = (EditError, FaultError, PurchaseError, ReturnError, SettingsError, OfferError)


@dataclass
class Control:
    """One control request."""

    world: World
    params: dict[str, str]
    query: QueryParams
    body: dict[str, Any]

    def text(self, name: str, default: str | None = None) -> str:
        value = self.body.get(name, default)
        if not isinstance(value, str) or not value:
            raise ControlError(f"{name} must be text")
        return value

    def optional(self, name: str) -> str | None:
        return self.text(name) if self.body.get(name) is not None else None

    def whole(self, name: str, default: int | None = None, low: int = 0) -> int:
        value = self.body.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise ControlError(f"{name} must be a whole number of {low} or more")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.body.get(name, default)
        if not isinstance(value, bool):
            raise ControlError(f"{name} must be true or false")
        return value

    def one_of(self, name: str, known: tuple[str, ...], default: str | None = None) -> str:
        value = self.body.get(name, default)
        if value not in known:
            raise ControlError(f"{name} must be one of: {', '.join(known)}")
        return str(value)

    def seller(self) -> Seller:
        """The seller named by the path or by the body, by login or id."""
        name = self.params.get("login") or self.text("seller")
        found = self.world.logins.get(name) or self.world.sellers.get(name)
        if found is None:
            raise ControlError(f"no such seller: {name}", 404)
        return found

    def paging(self) -> tuple[int, int | None]:
        """``?offset`` and ``?limit``; no limit means everything."""
        offset, limit = self.query.get("offset", "0"), self.query.get("limit")
        if not offset.isdigit() or (limit is not None and not limit.isdigit()):
            raise ControlError("offset and limit must be whole numbers")
        return int(offset), None if limit is None else int(limit)


Work = Callable[[Control], Any]


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    work: Work


def route(world: World, endpoint: Endpoint) -> Route:
    """An endpoint as a route under ``/_control``."""

    async def serve(request: Request) -> Response:
        raw = await request.body()
        world.settle()
        try:
            control = Control(world, request.path_params, request.query_params, _parsed(raw))
            return JSONResponse(endpoint.work(control))
        except ControlError as error:
            return JSONResponse({"error": str(error)}, error.status)
        except _REFUSALS as error:
            return JSONResponse({"error": str(error)}, 400)

    return Route(f"/_control{endpoint.path}", serve, methods=[endpoint.method])


def _parsed(raw: bytes) -> dict[str, Any]:
    if not raw:
        return {}
    try:
        value = json.loads(raw)
    except ValueError as error:
        raise ControlError(f"the body is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise ControlError("the body must be a JSON object")
    return value
