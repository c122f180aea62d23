"""Every call the client can make, in one table.

A test walks this table and compares it with Allegro's description: path, media type, scope and
query names. ``query`` matters: Allegro silently ignores names it does not know, so a misspelt
cursor would read the whole journal again (allegro-api#11307); we refuse them before sending.
"""

from __future__ import annotations

from connectors.allegro.limits import Bucket
from connectors.allegro.operation import Host, Operation, Retry

BETA = "application/vnd.allegro.beta.v1+json"
PDF = "application/pdf"

OFFERS_READ = "allegro:api:sale:offers:read"
OFFERS_WRITE = "allegro:api:sale:offers:write"
ORDERS_READ = "allegro:api:orders:read"
ORDERS_WRITE = "allegro:api:orders:write"
PAYMENTS_READ = "allegro:api:payments:read"
PAYMENTS_WRITE = "allegro:api:payments:write"
BILLING_READ = "allegro:api:billing:read"
PROFILE_READ = "allegro:api:profile:read"
SETTINGS_READ = "allegro:api:sale:settings:read"


def _query(names: str) -> frozenset[str]:
    return frozenset(names.split())


_PAGE = "limit offset"
_OFFER = "/sale/product-offers/{offerId}"
_FORM = "/order/checkout-forms/{id}"
_RETURN = "/order/customer-returns/{customerReturnId}"
_OFFER_FILTERS = """
    offer.id name sellingMode.price.amount.gte sellingMode.price.amount.lte
    sellingMode.priceAutomation.rule.id sellingMode.priceAutomation.rule.id.empty
    publication.status publication.marketplace sellingMode.format external.id
    delivery.shippingRates.id delivery.shippingRates.id.empty sort category.id product.id.empty
    productizationRequired b2b.buyableOnlyByBusiness fundraisingCampaign.id
    fundraisingCampaign.id.empty afterSalesServices.returnPolicy.id isFulfillment
"""
_FORM_FILTERS = """
    status fulfillment.status fulfillment.provider.id fulfillment.shipmentSummary.lineItemsSent
    lineItems.boughtAt.lte lineItems.boughtAt.gte payment.id surcharges.id delivery.method.id
    buyer.login marketplace.id updatedAt.lte updatedAt.gte sort
"""
_RETURN_FILTERS = """
    customerReturnId orderId buyer.email buyer.login items.offerId items.name parcels.waybill
    parcels.transportingWaybill parcels.carrierId parcels.transportingCarrierId
    parcels.sender.phoneNumber referenceNumber from createdAt.gte createdAt.lte marketplaceId status
"""
_REFUND_FILTERS = "id payment.id order.id occurredAt.gte occurredAt.lte status"
_CLAIM_FILTERS = "lineItem.offer.id buyer.id status"
_BILLING_FILTERS = "marketplaceId occurredAt.gte occurredAt.lte type.id offer.id order.id"


def _command(kind: str, path: str, bucket: Bucket) -> tuple[Operation, ...]:
    """PUT with a command id, its state and its tasks, alike for the kinds that are not posted."""
    return (
        Operation(f"commands.{kind}", "PUT", path, OFFERS_WRITE, bucket),
        *_command_reads(kind, path),
    )


def _command_reads(kind: str, path: str, scope: str = OFFERS_WRITE) -> tuple[Operation, ...]:
    status, tasks = f"commands.{kind}.status", f"commands.{kind}.tasks"
    bucket, page = Bucket.COMMAND_STATUS, _query(_PAGE)
    return (
        Operation(status, "GET", path, scope, bucket),
        Operation(tasks, "GET", f"{path}/tasks", scope, bucket, query=page),
    )


_CATALOGUE = (
    Operation("me", "GET", "/me", PROFILE_READ),
    Operation("marketplaces", "GET", "/marketplaces"),
    Operation("categories", "GET", "/sale/categories", query=_query("parent.id")),
    Operation("category", "GET", "/sale/categories/{categoryId}"),
    Operation("category_parameters", "GET", "/sale/categories/{categoryId}/parameters"),
    Operation(
        "matching_categories",
        "GET",
        "/sale/matching-categories",
        bucket=Bucket.MATCHING_CATEGORIES,
        query=_query("name"),
    ),
)

_CONDITIONS = "/after-sales-service-conditions"
# What a seller keeps at Allegro for offers to refer to.
_DICTIONARIES = (
    Operation(
        "dictionaries.shipping_rates",
        "GET",
        "/sale/shipping-rates",
        SETTINGS_READ,
        query=_query("marketplace"),
    ),
    *(
        Operation(f"dictionaries.{name}", "GET", path, SETTINGS_READ, query=_query(_PAGE))
        for name, path in (
            ("return_policies", f"{_CONDITIONS}/return-policies"),
            ("implied_warranties", f"{_CONDITIONS}/implied-warranties"),
            ("warranties", f"{_CONDITIONS}/warranties"),
            ("responsible_producers", "/sale/responsible-producers"),
        )
    ),
)

_OFFERS = (
    Operation(
        "offers.list", "GET", "/sale/offers", OFFERS_READ, query=_query(_PAGE + _OFFER_FILTERS)
    ),
    Operation("offers.get", "GET", _OFFER, OFFERS_READ, Bucket.OFFER_READ),
    Operation(
        "offers.parts",
        "GET",
        f"{_OFFER}/parts",
        OFFERS_READ,
        Bucket.OFFER_PARTS,
        query=_query("include"),
    ),
    Operation(
        "offers.create",
        "POST",
        "/sale/product-offers",
        OFFERS_WRITE,
        Bucket.OFFER_WRITE,
        Retry.ONCE,
    ),
    Operation("offers.patch", "PATCH", _OFFER, OFFERS_WRITE, Bucket.OFFER_WRITE),
    Operation(
        "offers.operation",
        "GET",
        f"{_OFFER}/operations/{{operationId}}",
        OFFERS_READ,
        also_ok=frozenset({303}),
    ),
    Operation("offers.delete_draft", "DELETE", "/sale/offers/{offerId}", OFFERS_WRITE),
    Operation(
        "offers.events", "GET", "/sale/offer-events", OFFERS_READ, query=_query("from limit type")
    ),
)

_BULK = "/sale/offer-bulk-modification-commands"
_AUTOMATION = "/sale/offer-price-automation-commands"
_COMMANDS = (
    *_command(
        "quantity", "/sale/offer-quantity-change-commands/{commandId}", Bucket.QUANTITY_COMMANDS
    ),
    *_command("price", "/sale/offer-price-change-commands/{commandId}", Bucket.PRICE_COMMANDS),
    *_command(
        "publication", "/sale/offer-publication-commands/{commandId}", Bucket.PUBLICATION_COMMANDS
    ),
    *_command(
        "modification", "/sale/offer-modification-commands/{commandId}", Bucket.QUANTITY_COMMANDS
    ),
    # Registered as beta, read as public. Repeatable: the body carries the command id.
    Operation("commands.bulk", "POST", _BULK, OFFERS_WRITE, Bucket.PRICE_COMMANDS, media=BETA),
    *_command_reads("bulk", f"{_BULK}/{{commandId}}"),
    # Repeatable for the same reason; its state is read with the scope for reading.
    Operation(
        "commands.price_automation", "POST", _AUTOMATION, OFFERS_WRITE, Bucket.PRICE_COMMANDS
    ),
    *_command_reads("price_automation", f"{_AUTOMATION}/{{commandId}}", OFFERS_READ),
    Operation(
        "commands.offer_price",
        "PUT",
        "/offers/{offerId}/change-price-commands/{commandId}",
        OFFERS_WRITE,
        Bucket.PRICE_COMMANDS,
    ),
)

_ORDERS = (
    Operation(
        "orders.events", "GET", "/order/events", ORDERS_READ, query=_query("from limit type")
    ),
    Operation("orders.event_stats", "GET", "/order/event-stats", ORDERS_READ),
    Operation(
        "orders.checkout_forms",
        "GET",
        "/order/checkout-forms",
        ORDERS_READ,
        query=_query(_PAGE + _FORM_FILTERS),
    ),
    Operation("orders.checkout_form", "GET", _FORM, ORDERS_READ),
    Operation(
        "orders.set_fulfilment",
        "PUT",
        f"{_FORM}/fulfillment",
        ORDERS_WRITE,
        query=_query("checkoutForm.revision"),
    ),
    Operation("orders.shipments", "GET", f"{_FORM}/shipments", ORDERS_READ, Bucket.SHIPMENTS),
    Operation(
        "orders.add_shipment",
        "POST",
        f"{_FORM}/shipments",
        ORDERS_WRITE,
        Bucket.SHIPMENTS,
        Retry.ONCE,
    ),
    Operation("orders.carriers", "GET", "/order/carriers", "", Bucket.CARRIERS),
    Operation("orders.invoices", "GET", f"{_FORM}/invoices", ORDERS_READ),
    Operation("orders.add_invoice", "POST", f"{_FORM}/invoices", ORDERS_WRITE, retry=Retry.ONCE),
    Operation(
        "orders.upload_invoice_file",
        "PUT",
        f"{_FORM}/invoices/{{invoiceId}}/file",
        ORDERS_WRITE,
        content_type=PDF,
    ),
)

_AFTERSALES = (
    Operation(
        "returns.list",
        "GET",
        "/order/customer-returns",
        ORDERS_READ,
        Bucket.CUSTOMER_RETURNS,
        media=BETA,
        query=_query(_PAGE + _RETURN_FILTERS),
    ),
    Operation("returns.get", "GET", _RETURN, ORDERS_READ, Bucket.CUSTOMER_RETURNS, media=BETA),
    Operation(
        "returns.reject",
        "POST",
        f"{_RETURN}/rejection",
        ORDERS_WRITE,
        Bucket.CUSTOMER_RETURNS,
        Retry.ONCE,
        media=BETA,
    ),
    Operation(
        "payments.refunds",
        "GET",
        "/payments/refunds",
        PAYMENTS_READ,
        query=_query(f"{_PAGE} {_REFUND_FILTERS}"),
    ),
    # Repeatable: commandId makes it one refund, however often it is sent.
    Operation("payments.refund", "POST", "/payments/refunds", PAYMENTS_WRITE),
    Operation(
        "refund_claims.list",
        "GET",
        "/order/refund-claims",
        ORDERS_READ,
        query=_query(f"{_PAGE} {_CLAIM_FILTERS}"),
    ),
    Operation("refund_claims.get", "GET", "/order/refund-claims/{claimId}", ORDERS_READ),
    Operation(
        "refund_claims.create", "POST", "/order/refund-claims", ORDERS_WRITE, retry=Retry.ONCE
    ),
    Operation("refund_claims.cancel", "DELETE", "/order/refund-claims/{claimId}", ORDERS_WRITE),
    Operation(
        "billing.entries",
        "GET",
        "/billing/billing-entries",
        BILLING_READ,
        query=_query(f"{_PAGE} {_BILLING_FILTERS}"),
    ),
    Operation("billing.types", "GET", "/billing/billing-types"),
)

# An image sent twice is one more upload that expires unused: repeating does no harm.
_IMAGES = (
    Operation("images.upload_url", "POST", "/sale/images", OFFERS_WRITE, host=Host.UPLOAD),
    Operation(
        "images.upload_bytes",
        "POST",
        "/sale/images",
        OFFERS_WRITE,
        host=Host.UPLOAD,
        content_type="image/jpeg",
    ),
)

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for operation in (
        *_CATALOGUE,
        *_DICTIONARIES,
        *_OFFERS,
        *_COMMANDS,
        *_ORDERS,
        *_AFTERSALES,
        *_IMAGES,
    )
}

# What the application asks the seller for: the scopes of the table and no more.
SCOPES: tuple[str, ...] = tuple(sorted({op.scope for op in OPERATIONS.values() if op.scope}))
