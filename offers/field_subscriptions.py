"""What makes our side of offers be computed again, and lets values that waited go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.utils import timezone

from core.models import OutboxMessage
from core.outbox import subscribe
from core.row_ids import among
from offers.models import Offer
from offers.operations.ours import ask_accounts, note_ours
from offers.operations.writing import resume_values
from offers.queries import offers_selling
from settings_app.enums import IntegrationState
from settings_app.models import Integration


def subscribe_all() -> None:
    """Called once, when the app is ready."""
    subscribe("product.changed", "offers.note_products", note_products)
    subscribe("stock.changed", "offers.note_stock", note_stock)
    subscribe("offer.linked", "offers.note_linked", note_offers)
    subscribe("offer.changed", "offers.note_changed", note_offers)
    subscribe("integration.stock_settings_changed", "offers.note_account", note_account)
    subscribe("offer.prices_changed", "offers.note_prices", note_account)
    subscribe("settings.changed", "offers.note_organization", note_organization)
    subscribe("supplier.changed", "offers.note_supplier", note_organization)
    subscribe("offer.ours_stale", "offers.note_span", note_span)
    subscribe("offer.writes_resumed", "offers.write_resumed", write_resumed)


def note_products(message: OutboxMessage) -> None:
    """Offers that sell these products follow them."""
    _note(offers_selling(product_ids=message.payload.get("product_ids", [])))


def note_stock(message: OutboxMessage) -> None:
    """The same of their stock alone."""
    _note(offers_selling(product_ids=message.payload.get("product_ids", [])), only_stock=True)


def note_offers(message: OutboxMessage) -> None:
    """Offers with other products than before, or in another state."""
    _note(message.payload.get("offer_ids", []))


def note_account(message: OutboxMessage) -> None:
    """Another rule, rate or setting: every linked offer of the account, a span at a time."""
    if message.organization_id is not None:
        ask_accounts(accounts=[(message.organization_id, message.payload["integration_id"])])


def note_organization(message: OutboxMessage) -> None:
    """A margin or VAT that rules of all accounts may fall back to."""
    if message.organization_id is None:
        return
    accounts = Integration.objects.filter(organization_id=message.organization_id)
    open_ones = accounts.exclude(state=IntegrationState.DISCONNECTED)
    ask_accounts(accounts=list(open_ones.order_by("pk").values_list("organization_id", "pk")))


def note_span(message: OutboxMessage) -> None:
    """One span of an account's offers."""
    payload = message.payload
    offers = Offer.objects.filter(
        integration_id=payload["integration_id"], pk__range=(payload["first"], payload["last"])
    )
    _note(list(offers.order_by("pk").values_list("pk", flat=True)))


def write_resumed(message: OutboxMessage) -> None:
    """Offers may be written again: what waited for that is due."""
    resume_values(organization_id=message.organization_id, now=timezone.now())


def _note(offer_ids: Collection[int], *, only_stock: bool = False) -> None:
    by_account: dict[int, list[int]] = defaultdict(list)
    rows = Offer.objects.filter(pk__in=among(offer_ids)).order_by("pk")
    for integration_id, pk in rows.values_list("integration_id", "pk"):
        by_account[integration_id].append(pk)
    accounts = Integration.objects.select_related("organization").in_bulk(list(by_account))
    for integration_id, ids in sorted(by_account.items()):
        note_ours(
            integration=accounts[integration_id],
            offer_ids=ids,
            now=timezone.now(),
            only_stock=only_stock,
        )
