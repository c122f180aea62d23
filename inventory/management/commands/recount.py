"""Compare stock levels with the ledger and the open promises; with ``--mend`` make them agree."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Organization
from inventory.operations import mend_stock
from inventory.queries import Difference, differences

COLUMNS = (
    ("product", 20), ("warehouse", 12), ("on hand", 9), ("ledger", 9), ("reserved", 9),
    ("ledger", 9), ("promised", 9),
)  # fmt: skip


class Command(BaseCommand):
    help = (
        "Show where stock levels differ from the sum of the ledger or of the open promises."
        " With --mend the ledger gets a line for each, and reserved becomes what is promised."
        " Ends with 1 while differences remain."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organization", type=int, help="only the organization of this id")
        parser.add_argument("--mend", action="store_true", help="make them agree, audited")

    def handle(self, *args: Any, **options: Any) -> None:
        organizations = Organization.objects.order_by("pk")
        if options["organization"]:
            organizations = organizations.filter(pk=options["organization"])
            if not organizations.exists():
                raise CommandError(f"there is no organization {options['organization']}")
        remaining = sum(
            self._recount(organization, mend=options["mend"]) for organization in organizations
        )
        if remaining:
            raise CommandError(f"{remaining} levels differ; --mend makes them agree")

    def _recount(self, organization: Organization, *, mend: bool) -> int:
        if mend:
            found = mend_stock(organization_id=organization.pk, actor=None, now=timezone.now())
        else:
            found = differences(organization_id=organization.pk)
        verdict = "agrees" if not found else f"{len(found)} {'mended' if mend else 'differ'}"
        self.stdout.write(f"{organization.pk} {organization.name}: {verdict}")
        if found:
            self.stdout.write("  " + " ".join(f"{name:>{width}}" for name, width in COLUMNS))
        for one in found:
            self.stdout.write("  " + _row(one))
        return 0 if mend else len(found)


def _row(one: Difference) -> str:
    cells = (
        one.product_code, one.warehouse_code, one.on_hand, one.ledger_on_hand, one.reserved,
        one.ledger_reserved, one.promised,
    )  # fmt: skip
    return " ".join(
        f"{cell!s:>{width}}" for cell, (_name, width) in zip(cells, COLUMNS, strict=True)
    )
