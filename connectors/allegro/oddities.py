"""Where Allegro differs from its description or from expectation, in one table.

``allegro-api#N`` is github.com/allegro/allegro-api/issues/N. ``handled`` names where this client
deals with it, or "caller" when only the caller can.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Oddity:
    """One known deviation."""

    what: str
    reference: str
    handled: str
    operation: str = ""


# Operations whose description forgets the scope that the call really needs.
SCOPE_NOT_DESCRIBED = frozenset({"offers.patch"})

ODDITIES: tuple[Oddity, ...] = (
    Oddity("null for optional fields declared non-nullable", "field survey 2026-09", "types"),
    Oddity("enumerations grow without notice", "allegro-api#12848", "types"),
    Oddity(
        "no scope described, sale:offers:write needed", "description", "operations", "offers.patch"
    ),
    Oddity(
        "registered with beta, read with public media type",
        "allegro-api#13179",
        "operations",
        "commands.bulk",
    ),
    Oddity("misspelt query names are ignored", "allegro-api#11307", "operations: refused here"),
    Oddity("type=[A,B] filters wrong, type=A&type=B is right", "allegro-api#3741", "transport"),
    Oddity(
        "cursor from event-stats loses events", "allegro-api#5232", "caller", "orders.event_stats"
    ),
    Oddity("event ids grow, occurredAt does not", "allegro-api#2700", "caller", "orders.events"),
    Oddity(
        "merged orders: the old form is 404", "allegro-api#13184", "caller", "orders.checkout_form"
    ),
    Oddity(
        "offset+limit above 10,000 is 422", "allegro-api#4027", "orders", "orders.checkout_forms"
    ),
    Oddity(
        "the listing lags and shifts", "allegro-api#11527, #3740", "offers.iterate", "offers.list"
    ),
    Oddity(
        "303 at the end of an operation; following it hides the result",
        "allegro-api#9335, #9662",
        "offers.operation",
        "offers.operation",
    ),
    Oddity(
        "Location with an internal port", "allegro-api#5712", "offers: path only", "offers.create"
    ),
    Oddity("posting twice makes two offers", "allegro-api#1806", "Retry.ONCE", "offers.create"),
    Oddity("operation ids cannot be recovered", "allegro-api#10889", "caller", "offers.create"),
    Oddity("FIXED quantity must be above zero", "description", "commands", "commands.quantity"),
    Oddity(
        "a modification must hold exactly one group of fields",
        "allegro-api#1579",
        "commands",
        "commands.modification",
    ),
    Oddity("zero counts right after registering", "allegro-api#6260", "CommandState"),
    Oddity("409 on a command means already accepted", "description", "commands"),
    Oddity("commands for foreign offers register and do nothing", "allegro-api#5465", "caller"),
    Oddity(
        "no GET for a single price command",
        "description",
        "commands",
        "commands.offer_price",
    ),
    Oddity(
        "invoice file is raw bytes",
        "allegro-api#9334, #11522",
        "orders",
        "orders.upload_invoice_file",
    ),
    Oddity(
        "422 while the previous file is scanned: try later",
        "description",
        "caller",
        "orders.add_invoice",
    ),
    Oddity(
        "carrier ALLEGRO refused since 2026-06-09",
        "allegro-api#13267",
        "caller",
        "orders.add_shipment",
    ),
    Oddity("200 for a refund does not mean paid", "allegro-api#13740", "caller", "payments.refund"),
    Oddity("without commandId refunds repeat", "allegro-api#4693", "payments", "payments.refund"),
    Oddity("amounts as numbers", "allegro-api#13539", "money", "payments.refunds"),
    Oddity("commission amount is a number", "description", "money", "refund_claims.list"),
    Oddity("token parameters in the query are refused", "allegro-api#11867", "oauth"),
    Oddity("device tokens refresh without redirect_uri", "allegro-api#1174", "oauth"),
    Oddity("double encoding gives unsupported_grant_type", "allegro-api#5613", "oauth"),
    Oddity("invalid_request for a used or old device code", "allegro-api#11373, #13406", "oauth"),
    Oddity("a refresh token works 60 s after its first use", "allegro-api#4136", "oauth.refresh"),
    Oddity("OAuth errors carry no trace id", "allegro-api#7999", "oauth"),
    Oddity("gateway errors are HTML or lack a trace id", "allegro-api#1857, #2394", "transport"),
    Oddity("hammering while blocked extends the block", "allegro-api#3454, #6754", "limiter"),
    Oddity("default User-Agents get applications blocked", "allegro-api#13689", "endpoints"),
)
