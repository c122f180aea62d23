"""What people fill in about the catalogue."""

from __future__ import annotations

from products.forms.bulk import BulkEditForm
from products.forms.filters import ProductFilterForm, wish_of
from products.forms.product import ProductForm
from products.forms.rules import RuleForm
from products.forms.suppliers import SupplierProductForm

__all__ = [
    "BulkEditForm",
    "ProductFilterForm",
    "ProductForm",
    "RuleForm",
    "SupplierProductForm",
    "wish_of",
]
