"""Everything that needs a person now, the gravest kinds first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Organization, User
from allegro_hub.queries.attention.accounts import of_integration, of_journals
from allegro_hub.queries.attention.orders import of_orders, of_returns
from allegro_hub.queries.attention.stock import of_discrepancies, of_stock, of_stock_out
from allegro_hub.queries.attention.syncs import of_conflicts, of_syncs
from allegro_hub.queries.attention.work import of_notices, of_work
from settings_app.models import Integration


def what_needs_you(
    *, organization: Organization, user: User, integrations: list[Integration], now: datetime
) -> list[dict[str, Any]]:
    """What a person must look at now, gravest kinds first: {tone, title, detail, action, icon}."""
    entries = [of_integration(integration) for integration in integrations]
    entries += of_journals(integrations, now)
    entries += of_orders(organization, now)
    entries += of_stock(organization)
    entries += of_stock_out(organization)
    entries += of_syncs(organization)
    entries += of_conflicts(organization)
    entries += of_returns(organization)
    entries += of_discrepancies(organization)
    entries += of_work(organization, now)
    entries += of_notices(organization, user)
    return [entry for entry in entries if entry]
