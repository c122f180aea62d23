"""The seller's own catalogue, its history, and what is kept about working on it."""

from __future__ import annotations

from products.models.catalogue import Category, Product, ProductImage
from products.models.duplicates import NotDuplicate
from products.models.editing import BulkEdit, BulkEditRow, BulkEditStep
from products.models.history import ProductChange
from products.models.suppliers import SupplierProduct
from products.models.syncing import SyncRule, SyncSelection

__all__ = [
    "BulkEdit",
    "BulkEditRow",
    "BulkEditStep",
    "Category",
    "NotDuplicate",
    "Product",
    "ProductChange",
    "ProductImage",
    "SupplierProduct",
    "SyncRule",
    "SyncSelection",
]
