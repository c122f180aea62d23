"""Writes of the catalogue. Each is audited and tells the other apps by ``product.changed``."""

from __future__ import annotations

from products.operations.bulk import (
    InvalidEdit,
    NothingChosen,
    StepGiven,
    TooMany,
    cancel_edit,
    confirm_edit,
    run_edits,
    start_edit,
    undo_edit,
)
from products.operations.checking import EDITABLE, CodeTaken, InvalidProduct
from products.operations.duplicates import CannotJoin, dismiss_likeness, join_products
from products.operations.history import forget_changes, undo_change
from products.operations.images import replace_images
from products.operations.removing import archive_product, remove_product, restore_product
from products.operations.rules import (
    InvalidRule,
    RuleChange,
    RuleValues,
    change_rules,
    proposed_rules,
    run_selections,
)
from products.operations.saving import create_product, update_product
from products.operations.suppliers import (
    InvalidSupplierProduct,
    keep_supplier_product,
    remove_supplier_product,
)
from products.operations.syncing import decide_syncing
from products.operations.working import hint_work, try_again


def run_due() -> None:
    """Do due steps of bulk edits, then bring catalogues in line with changed rules."""
    run_edits()
    run_selections()


__all__ = [
    "EDITABLE",
    "CannotJoin",
    "CodeTaken",
    "InvalidEdit",
    "InvalidProduct",
    "InvalidRule",
    "InvalidSupplierProduct",
    "NothingChosen",
    "RuleChange",
    "RuleValues",
    "StepGiven",
    "TooMany",
    "archive_product",
    "cancel_edit",
    "change_rules",
    "confirm_edit",
    "create_product",
    "decide_syncing",
    "dismiss_likeness",
    "forget_changes",
    "hint_work",
    "join_products",
    "keep_supplier_product",
    "proposed_rules",
    "remove_product",
    "remove_supplier_product",
    "replace_images",
    "restore_product",
    "run_due",
    "run_edits",
    "run_selections",
    "start_edit",
    "try_again",
    "undo_change",
    "undo_edit",
    "update_product",
]
