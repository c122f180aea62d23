"""What suppliers ask and have of products."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.tenancy import TenantModel
from products.models.catalogue import AMOUNT, Product


class SupplierProduct(TenantModel):
    """What one supplier asks and has of a product."""

    supplier = models.ForeignKey(
        "settings_app.Supplier", on_delete=models.CASCADE, related_name="supplier_products"
    )
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, null=True, blank=True, related_name="supplier_products"
    )
    supplier_code = models.CharField(_("supplier's code"), max_length=100)
    price = models.DecimalField(_("price"), **AMOUNT, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    stock = models.IntegerField(_("stock at the supplier"), null=True, blank=True)
    url = models.CharField(_("address"), max_length=1000, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "supplier_code"], name="products_supplier_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.supplier_code
