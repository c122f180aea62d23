"""Which warehouses feed an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.errors import HubError
from core.outbox import publish
from inventory.models import Warehouse
from offers.models import StockFeed
from offers.queries import feeding_warehouse_ids
from settings_app.locks import lock_integration
from settings_app.models import Integration


class UnknownWarehouse(HubError):
    """A warehouse named is none of the organization's."""

    status = 422
    code = "unknown_warehouse"


@transaction.atomic
def set_feeds(
    *, integration: Integration, warehouse_ids: Sequence[int], actor: User, now: datetime
) -> list[StockFeed]:
    """Let these warehouses feed the account, the preferred first; none: every open one.

    Audits, and publishes ``integration.stock_settings_changed`` so that every offer of the account is
    looked at again. Setting what is set already changes nothing. Raises :class:`UnknownWarehouse`.
    """
    lock_integration(integration_id=integration.pk)
    wanted = list(dict.fromkeys(warehouse_ids))
    known = set(
        Warehouse.objects.for_organization(integration.organization)
        .filter(pk__in=wanted)
        .values_list("pk", flat=True)
    )
    if known != set(wanted):
        raise UnknownWarehouse(
            _("One of these warehouses does not exist."), remedy=_("Choose from your warehouses.")
        )
    before = list(feeding_warehouse_ids(integration_id=integration.pk))
    if before != wanted:
        StockFeed.objects.filter(integration=integration).delete()
        StockFeed.objects.bulk_create(
            StockFeed(
                organization_id=integration.organization_id,
                integration=integration,
                warehouse_id=warehouse_id,
                priority=priority,
            )
            for priority, warehouse_id in enumerate(wanted, start=1)
        )
        _tell(integration, before, wanted, actor, now)
    return list(
        StockFeed.objects.filter(integration=integration)
        .select_related("warehouse")
        .order_by("priority")
    )


def _tell(
    integration: Integration,
    before: Sequence[int],
    after: Sequence[int],
    actor: User,
    now: datetime,
) -> None:
    audit.record(
        action="integration.feeds_changed",
        target=integration,
        actor=actor,
        organization_id=integration.organization_id,
        now=now,
        before={"warehouse_ids": list(before)},
        after={"warehouse_ids": list(after)},
    )
    publish(
        topic="integration.stock_settings_changed",
        payload={"integration_id": integration.pk},
        organization_id=integration.organization_id,
    )
