"""Allegro's REST API and authorization, for one seller at a time.

    oauth = AllegroOAuth(endpoints=Endpoints.production(), ...)
    with AllegroClient(endpoints=Endpoints.production(), access_token=..., ...) as client:
        for page in client.offers.iterate():
            ...

Everything meant for use is listed here; the modules beside are how it is done.
"""

from connectors.allegro.budgets import Lane
from connectors.allegro.client import AllegroClient
from connectors.allegro.endpoints import Endpoints, validate_user_agent
from connectors.allegro.errors import (
    AllegroError,
    AuthError,
    Conflict,
    DeviceDenied,
    DeviceExpired,
    DevicePending,
    DeviceSlowDown,
    FieldError,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from connectors.allegro.exchange import Exchange
from connectors.allegro.limiter import RateLimiter
from connectors.allegro.limits import Bucket
from connectors.allegro.money import UnreadableAmount, amount_of
from connectors.allegro.oauth import AllegroOAuth, DeviceCode, TokenPair, pkce_pair
from connectors.allegro.operations import OPERATIONS, SCOPES
from connectors.allegro.resources.commands import CommandKind
from connectors.allegro.types import (
    Accepted,
    CommandState,
    Done,
    OfferPriceChange,
    OffersPage,
    OperationState,
)

__all__ = [
    "OPERATIONS",
    "SCOPES",
    "Accepted",
    "AllegroClient",
    "AllegroError",
    "AllegroOAuth",
    "AuthError",
    "Bucket",
    "CommandKind",
    "CommandState",
    "Conflict",
    "DeviceCode",
    "DeviceDenied",
    "DeviceExpired",
    "DevicePending",
    "DeviceSlowDown",
    "Done",
    "Endpoints",
    "Exchange",
    "FieldError",
    "Forbidden",
    "Lane",
    "NotFound",
    "OfferPriceChange",
    "OffersPage",
    "OperationState",
    "RateLimited",
    "RateLimiter",
    "Rejected",
    "TokenPair",
    "Unavailable",
    "UnreadableAmount",
    "amount_of",
    "pkce_pair",
    "validate_user_agent",
]
