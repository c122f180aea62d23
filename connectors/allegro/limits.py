"""Allegro's published limits, with their sources, and how much of them we allow ourselves.

[S] the official description, [T] developer.allegro.pl tutorials and FAQ, the numbers are issues
and answers of Allegro's staff at github.com/allegro/allegro-api/issues.
Allegro announces no remaining budget in headers, so these numbers are all a client has.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Bucket(StrEnum):
    """Which budget an operation draws from, besides the one of the whole application."""

    DEFAULT = "default"
    OFFER_WRITE = "offer-write"
    OFFER_READ = "offer-read"
    OFFER_PARTS = "offer-parts"
    QUANTITY_COMMANDS = "quantity-commands"
    PRICE_COMMANDS = "price-commands"
    PUBLICATION_COMMANDS = "publication-commands"
    COMMAND_STATUS = "command-status"
    CARRIERS = "carriers"
    SHIPMENTS = "shipments"
    CUSTOMER_RETURNS = "customer-returns"
    MATCHING_CATEGORIES = "matching-categories"


class Scope(StrEnum):
    """Whose budget a limit is: the application's, or each seller's."""

    CLIENT = "client"
    SELLER = "seller"


@dataclass(frozen=True)
class Limit:
    """``amount`` units (requests, or offers in a command) per ``seconds``, for one ``scope``."""

    scope: Scope
    amount: int
    seconds: int
    source: str


CLIENT_LIMIT = Limit(Scope.CLIENT, 9000, 60, "[T] FAQ; allegro-api#12700: else blocked a minute")

LIMITS: dict[Bucket, tuple[Limit, ...]] = {
    # Order events, event stats and checkout forms have no limit of their own [S].
    Bucket.DEFAULT: (),
    Bucket.OFFER_WRITE: (
        Limit(Scope.SELLER, 2490, 60, "allegro-api#12700, #13498"),
        Limit(Scope.SELLER, 74_700, 3600, "allegro-api#12700, #9983"),
    ),
    Bucket.OFFER_READ: (Limit(Scope.SELLER, 3500, 60, "allegro-api#12700"),),
    Bucket.OFFER_PARTS: (
        Limit(Scope.SELLER, 7000, 60, "allegro-api#11160: at least double a full read"),
    ),
    Bucket.QUANTITY_COMMANDS: (
        Limit(Scope.SELLER, 9000, 60, "[S] offer changes; modification commands share it"),
        Limit(Scope.SELLER, 250_000, 3600, "[S] offer changes"),
    ),
    Bucket.PRICE_COMMANDS: (
        Limit(Scope.SELLER, 9000, 60, "[S] offer changes; bulk and automation commands share it"),
        Limit(Scope.SELLER, 150_000, 3600, "[S], allegro-api#11131"),
    ),
    Bucket.PUBLICATION_COMMANDS: (
        Limit(Scope.SELLER, 9000, 60, "[S] offer changes"),
        Limit(Scope.SELLER, 250_000, 3600, "[S] offer changes"),
    ),
    Bucket.COMMAND_STATUS: (
        Limit(Scope.SELLER, 270_000, 60, "[S] information about offer changes"),
    ),
    Bucket.CARRIERS: (Limit(Scope.CLIENT, 50, 1, "[S]"),),
    Bucket.SHIPMENTS: (Limit(Scope.CLIENT, 50, 1, "[S]"),),
    Bucket.CUSTOMER_RETURNS: (
        Limit(Scope.SELLER, 25, 1, "[S]"),
        Limit(Scope.CLIENT, 50, 1, "[S]"),
    ),
    Bucket.MATCHING_CATEGORIES: (Limit(Scope.CLIENT, 5, 1, "[S]"),),
}

# "20 simultaneous sessions" [T, Polish FAQ]; the rest stays free for people and for the web.
MAX_CONNECTIONS = 12

# A bucket holds this share of its limit at once and refills with the rest, so that no window of
# the limit's length, wherever it begins, ever exceeds the limit. Bursts are what gets punished
# below the published averages (allegro-api#13498, #8598).
BURST_SHARE = 1 / 6

# A 429 without Retry-After stops a bucket for a minute [T]; calling on while blocked prolongs the
# block (allegro-api#3454, #6754), so each repeated refusal doubles our own pause.
STOP_SECONDS = 60.0
STOP_SECONDS_MAX = 900.0
# A longer Retry-After than this is a mistake, not an instruction.
RETRY_AFTER_MAX = 3600.0
# As many different budgets refused within so many seconds mean that the application is blocked.
CLIENT_STOP_AFTER = 3
CLIENT_STOP_WINDOW = 10.0

# What one call may ask for [S], allegro-api#4027.
MAX_ORDER_EVENTS = 1000
MAX_OFFER_EVENTS = 1000
MAX_OFFERS_PER_PAGE = 1000
MAX_CHECKOUT_FORMS_PER_PAGE = 100
MAX_CHECKOUT_FORMS_WINDOW = 10_000
MAX_OFFERS_PER_COMMAND = 1000
MAX_BULK_MODIFICATIONS = 25
MAX_TASKS_PER_PAGE = 1000
MAX_INVOICE_FILE_BYTES = 3 * 1024 * 1024
MAX_EXTERNAL_ID = 100
