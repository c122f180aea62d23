"""A seller of the running sandbox whose offers follow our stock."""

from __future__ import annotations

import subprocess
from typing import Any

from django.utils import timezone

from core.outbox import deliver_due
from inventory.operations import ensure_default_warehouse, set_on_hand
from offers.models import Offer, OfferPush
from offers.operations.pushing import push_account
from products.models import Product
from settings_app.models import Integration
from tests.orders.conftest import linked_product
from tests.worker import run_code


def active_offers(sandbox: Any, login: str) -> list[str]:
    """Numbers of the seller's offers on sale, the same ones in every run."""
    return sorted(
        str(one["id"])
        for one in sandbox.seller(login)["offers"]
        if one["status"] == "ACTIVE" and one["available"] >= 6
    )


def allow_stock(integration: Integration, **settings: Any) -> Integration:
    """Switch writing on, with a brake that stays out of the way unless told otherwise."""
    values = {"may_write_stock": True, "brake_minimum": 1000, **settings}
    Integration.objects.filter(pk=integration.pk).update(**values)
    integration.refresh_from_db()
    return integration


def put_on_shelf(product: Product, on_hand: int) -> None:
    """Set the product's stock, and let those who listen know."""
    set_on_hand(
        organization_id=product.organization_id,
        product_id=product.pk,
        warehouse=ensure_default_warehouse(organization_id=product.organization_id),
        on_hand=on_hand,
        reason="",
        actor=None,
        now=timezone.now(),
        key=f"test:{product.pk}:{on_hand}:{timezone.now().timestamp()}",
    )
    deliver_due()


def sell(integration: Integration, allegro_id: str, on_hand: int = 20, **more: Any) -> Product:
    """A product with stock behind an offer."""
    product = linked_product(integration, allegro_id, on_hand=on_hand, **more)
    deliver_due()
    return product


def push(integration: Integration, seconds: float = 10.0) -> int:
    return push_account(integration_id=integration.pk, seconds=seconds)


def start_pusher(integration: Integration, sandbox: Any) -> subprocess.Popen[bytes]:
    """A process of its own that pushes this account."""
    code = (
        "from offers.operations.pushing import push_account\n"
        f"push_account(integration_id={integration.pk})"
    )
    return run_code(code, sandbox=sandbox)


def shown(sandbox: Any, allegro_id: str) -> tuple[int, str]:
    """The truth at the sandbox: quantity and status."""
    found = sandbox.control("GET", f"/offers/{allegro_id}")
    return found["available"], found["status"]


def push_of(allegro_id: str) -> OfferPush:
    return OfferPush.objects.select_related("offer").get(offer__allegro_id=allegro_id)


def offer_of(allegro_id: str) -> Offer:
    return Offer.objects.get(allegro_id=allegro_id)


def calls(sandbox: Any) -> dict[str, int]:
    """Requests the sandbox saw since it was told to forget them, by route."""
    counts: dict[str, int] = sandbox.control("GET", "/requests")["byRoute"]
    return counts


def forget_calls(sandbox: Any) -> None:
    sandbox.control("DELETE", "/requests")


def make_due() -> None:
    """Let what waits for its time be due now."""
    OfferPush.objects.filter(state="PENDING").update(next_attempt_at=timezone.now())
