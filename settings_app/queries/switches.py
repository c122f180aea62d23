"""Whether something may be written to Allegro, and if not, who said so."""

from __future__ import annotations

from enum import StrEnum

from settings_app.enums import IntegrationState, SyncedField, WriteKind
from settings_app.models import Installation, Integration, OrganizationSettings


class StockStop(StrEnum):
    """Who or what forbids writing to an account: stock, and likewise everything else of an offer."""

    INSTALLATION = "INSTALLATION"
    ORGANIZATION = "ORGANIZATION"
    ACCOUNT = "ACCOUNT"
    NOT_WORKING = "NOT_WORKING"


def stock_stop(*, integration_id: int) -> StockStop | None:
    """What forbids writing stock of an account at this moment; None: it may be written.

    Reads the switches freshly, so that a stop reaches work under way.
    """
    return _stop(WriteKind.STOCK, integration_id, "may_write_stock")


def offer_stop(*, integration_id: int, field: str) -> StockStop | None:
    """The same for one other field of offers: prices have a switch of their own."""
    of_price = field.partition("@")[0] == SyncedField.PRICE
    return _stop(
        WriteKind.OFFERS, integration_id, "may_write_price" if of_price else "may_write_offers"
    )


def _stop(kind: WriteKind, integration_id: int, switch: str) -> StockStop | None:
    account = Integration.objects.only("organization_id", switch, "state").get(pk=integration_id)
    stopped = {f"{kind}_writes_stopped_at__isnull": False}
    if Installation.objects.filter(**stopped).exists():
        return StockStop.INSTALLATION
    if OrganizationSettings.objects.filter(
        organization_id=account.organization_id, **stopped
    ).exists():
        return StockStop.ORGANIZATION
    if not getattr(account, switch):
        return StockStop.ACCOUNT
    return None if account.state == IntegrationState.CONNECTED else StockStop.NOT_WORKING
