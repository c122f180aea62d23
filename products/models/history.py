"""Every change of a product's values, written by a trigger of the database."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from products.enums import ChangeSource
from products.models.catalogue import Product


class ProductChange(TenantModel):
    """One value of one product before and after, who changed it and through what.

    A trigger of the product table writes these rows for whole statements at once, so that no way of
    writing (page, API, import, a statement by hand) can leave them out; :mod:`products.origin` tells it
    who is at work. Pictures lie in a table of their own and are noted by the operation. ``field`` is the
    column's field name, an empty one stands for the product's creation. Values are texts as PostgreSQL
    writes them. ``reference`` is the number of the import, run, bulk edit or change that is meant.
    """

    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    # The trigger reads these keys from the very rows it is told of; checking them again costs an import.
    product = models.ForeignKey(
        Product,
        on_delete=models.CASCADE,
        related_name="changes",
        db_index=False,
        db_constraint=False,
    )
    field = models.CharField(_("field"), max_length=40, blank=True)
    # Nothing known (null) and an empty text are different values, and undo must tell them apart.
    before = models.TextField(_("before"), null=True, blank=True)  # noqa: DJ001
    after = models.TextField(_("after"), null=True, blank=True)  # noqa: DJ001
    source = models.CharField(_("source"), max_length=10, choices=ChangeSource.choices)
    reference = models.CharField(_("number"), max_length=40, blank=True)
    actor = models.ForeignKey(
        "accounts.User",
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        indexes = [
            models.Index(fields=["product", "-id"], name="products_change_product"),
            models.Index(
                fields=["organization", "reference", "id"],
                name="products_change_bulk",
                condition=Q(source=ChangeSource.BULK),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field or 'created'} of {self.product_id}"
