"""Whether stock may be written to Allegro, and if not, who said so."""

from __future__ import annotations

from enum import StrEnum

from settings_app.enums import IntegrationState
from settings_app.models import Installation, Integration, OrganizationSettings


class StockStop(StrEnum):
    """Why an account's stock is not written."""

    INSTALLATION = "INSTALLATION"
    ORGANIZATION = "ORGANIZATION"
    ACCOUNT = "ACCOUNT"
    NOT_WORKING = "NOT_WORKING"


def stock_stop(*, integration_id: int) -> StockStop | None:
    """What forbids writing stock of an account at this moment; None: it may be written.

    Reads the switches freshly, so that a stop reaches work under way.
    """
    account = Integration.objects.only("organization_id", "may_write_stock", "state").get(
        pk=integration_id
    )
    if Installation.objects.filter(stock_writes_stopped_at__isnull=False).exists():
        return StockStop.INSTALLATION
    if OrganizationSettings.objects.filter(
        organization_id=account.organization_id, stock_writes_stopped_at__isnull=False
    ).exists():
        return StockStop.ORGANIZATION
    if not account.may_write_stock:
        return StockStop.ACCOUNT
    return None if account.state == IntegrationState.CONNECTED else StockStop.NOT_WORKING
