"""A supplier's file that says nothing is left of anything: held by the brake, and said at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.outbox import deliver_due
from imports import operations as imports
from imports.enums import StockMeaning
from imports.models import ImportJob
from inventory.models import StockLevel
from offers.models import OfferLink, StockBrake
from offers.operations.pushing import push_account
from settings_app.models import Integration
from syncs.enums import SyncKind, SyncTrigger
from syncs.operations import run_due, start_run
from tests.imports.files import Upload
from tests.integrations import connect

pytestmark = pytest.mark.django_db

LOGIN = "sklep_lipowa"
HEADER = "code;name;ean;price;currency;includingVat;stock;productVisibility"


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def account(allegro: Any, organization: Any, owner: Any) -> Integration:
    """An account with the switch for stock on and the brake as it comes."""
    made = connect(organization=organization, user=owner, sandbox=allegro, login=LOGIN)
    Integration.objects.filter(pk=made.pk).update(may_write_stock=True)
    made.refresh_from_db()
    return made


def _on_sale(allegro: Any) -> list[dict[str, Any]]:
    offers = allegro.seller(LOGIN)["offers"]
    return [one for one in offers if one["status"] == "ACTIVE" and one["externalId"]]


def _apply(organization: Any, owner: Any, offers: list[dict[str, Any]], stock: int | None) -> None:
    """Upload the supplier's file, read it, confirm it. Without ``stock`` it says what is shown."""
    lines = [HEADER]
    for one in offers:
        pieces = one["available"] if stock is None else stock
        price = one["price"]["amount"]
        lines.append(
            f"{one['externalId']};{one['name']};{one['ean']};{price};PLN;1;{pieces};visible"
        )
    job = imports.upload(
        organization=organization,
        actor=owner,
        file=Upload("\r\n".join(lines).encode()),
        file_name="cennik-dostawcy.csv",
        now=timezone.now(),
    )
    imports.run_due()
    job.refresh_from_db()
    imports.confirm(
        job=job, actor=owner, now=timezone.now(), stock_meanings={"stock": StockMeaning.ON_HAND}
    )
    imports.run_due()
    job.refresh_from_db()
    assert job.stage == "APPLIED", ImportJob.objects.values().get(pk=job.pk)
    deliver_due()


def test_a_file_that_zeroes_everything_is_stopped_and_the_home_page_says_so(
    client: Client, allegro: Any, organization: Any, owner: Any, account: Integration
) -> None:
    offers = _on_sale(allegro)
    _apply(organization, owner, offers, stock=None)
    start_run(
        integration=account,
        kind=SyncKind.PULL_OFFERS,
        trigger=SyncTrigger.PERSON,
        actor=owner,
        now=timezone.now(),
    )
    run_due()
    assert OfferLink.objects.count() == len(offers)
    push_account(integration_id=account.pk, seconds=10)
    before = allegro.control("GET", "/truth")[LOGIN]["offers"]
    allegro.control("DELETE", "/requests")

    _apply(organization, owner, offers, stock=0)
    push_account(integration_id=account.pk, seconds=10)

    assert not StockLevel.objects.filter(on_hand__gt=0).exists()
    assert allegro.control("GET", "/truth")[LOGIN]["offers"] == before
    assert allegro.control("GET", "/requests")["writes"] == {}
    brake = StockBrake.objects.get()
    assert (brake.state, brake.zeros) == ("OPEN", len(offers))
    client.force_login(owner)
    page = client.get("/home/")
    assert page.status_code == 200
    text = page.content.decode()
    assert f"{account.label}: the brake holds all stock" in text
    assert reverse("offers:brake", args=[brake.pk]) in text
