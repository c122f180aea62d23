"""Products that are made of other products."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel


class BundlePart(TenantModel):
    """So many pieces of ``part`` lie in one piece of ``bundle``.

    A bundle has no stock of its own: what can be put together from its parts is what it has. A part
    is never a bundle itself, so there are no rings and no sets of sets; the operation that writes
    these rows holds the products it checks that of.
    """

    bundle = models.ForeignKey(
        "products.Product", on_delete=models.CASCADE, related_name="bundle_parts"
    )
    part = models.ForeignKey(
        "products.Product", on_delete=models.RESTRICT, related_name="bundled_in"
    )
    units = models.PositiveIntegerField(_("pieces"), default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bundle", "part"], name="inventory_part_once"),
            models.CheckConstraint(condition=Q(units__gt=0), name="inventory_part_has_pieces"),
            models.CheckConstraint(
                condition=~Q(bundle=F("part")), name="inventory_part_is_another_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.units} x {self.part_id} in {self.bundle_id}"
