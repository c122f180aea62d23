"""One API request as handlers see it, and how an operation is declared."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from starlette.datastructures import Headers, QueryParams

from sandbox.errors import ApiError, invalid, not_found
from sandbox.state.clock import iso, parse_iso
from sandbox.state.offers import Offer
from sandbox.state.sellers import Seller
from sandbox.state.world import World

PUBLIC = "application/vnd.allegro.public.v1+json"
BETA = "application/vnd.allegro.beta.v1+json"


@dataclass
class Answer:
    """What a handler gives back: a body to be written as JSON, or none."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Call:
    """A request that has passed the gate: authenticated, permitted and of the right media type."""

    world: World
    query: QueryParams
    headers: Headers
    params: dict[str, str]
    raw: bytes
    base_url: str
    now: float
    invalid_status: int = 422
    account: Seller | None = None

    @property
    def seller(self) -> Seller:
        if self.account is None:
            raise ApiError(403, "AccessDenied", "Access is denied: a user token is required")
        return self.account

    @property
    def timestamp(self) -> str:
        return iso(self.now)

    @cached_property
    def body(self) -> dict[str, Any]:
        """The JSON object sent. 400 when it is no JSON object."""
        try:
            value = json.loads(self.raw)
        except ValueError as error:
            raise ApiError(400, "JsonMappingException", f"Malformed JSON: {error}") from error
        if not isinstance(value, dict):
            raise ApiError(400, "JsonMappingException", "A JSON object is expected")
        return value

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        text = self.query.get(name)
        if text is None or text == "":
            return default
        try:
            value = int(text)
        except ValueError:
            raise invalid(self.invalid_status, f"{name} must be a whole number", name) from None
        if not low <= value <= high:
            message = f"{name} must be between {low} and {high}"
            raise invalid(self.invalid_status, message, name)
        return value

    def moment(self, name: str) -> str | None:
        """A date and time of the query, normalised so that it sorts as text."""
        text = self.query.get(name)
        if not text:
            return None
        try:
            return iso(parse_iso(text))
        except ValueError:
            raise invalid(self.invalid_status, f"{name} is no ISO 8601 moment", name) from None

    def choice(self, name: str, known: tuple[str, ...]) -> str | None:
        text = self.query.get(name)
        if text and text not in known:
            raise invalid(self.invalid_status, f"{name} must be one of {', '.join(known)}", name)
        return text or None

    def offer(self, offer_id: str) -> Offer:
        """The seller's own offer. 404 when it does not exist, 403 when it is another's."""
        offer = self.world.offers.get(offer_id)
        if offer is None:
            raise not_found(f"Offer {offer_id}")
        if offer.seller_id != self.seller.id:
            raise ApiError(403, "AccessDenied", "Access to offer is forbidden for this account")
        return offer

    def form(self, form_id: str) -> dict[str, Any]:
        """The seller's own checkout form. 404 otherwise, also after a merge."""
        form = self.seller.forms.by_id.get(form_id)
        if form is None:
            message = f"Checkout form {form_id} not found"
            raise ApiError(404, "CheckoutFormNotFoundException", message)
        return form


Handler = Callable[[Call], Answer]
Cost = Callable[[Call], int]


@dataclass(frozen=True)
class Limit:
    """A rate limit by name; ``cost`` says how much of it a request uses."""

    name: str
    per: str = "seller"
    cost: Cost | None = None


@dataclass(frozen=True)
class Operation:
    """One method on one path, and what Allegro demands before it answers."""

    method: str
    path: str
    handler: Handler
    scope: str | None = None
    media: str = PUBLIC
    consumes: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    # Resources for which an application's own token is enough.
    public: bool = False
    # Status of wrong query parameters: 400 on some resources, 422 on others.
    invalid_status: int = 422
    # The shape of a 401 body differs between resources in the description.
    errors_on_401: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


class Operations:
    """Collects a module's operations through a decorator."""

    def __init__(self) -> None:
        self.listed: list[Operation] = []

    def __call__(
        self, method: str, path: str, scope: str | None = None, **options: Any
    ) -> Callable[[Handler], Handler]:
        """Declare the decorated function as the handler of ``method path``."""
        media = options.get("media", PUBLIC)
        if method in ("POST", "PUT", "PATCH"):
            options.setdefault("consumes", (media,))
        full = f"allegro:api:{scope}" if scope else None

        def declare(handler: Handler) -> Handler:
            self.listed.append(Operation(method, path, handler, full, **options))
            return handler

        return declare
