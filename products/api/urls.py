from __future__ import annotations

from django.urls import path

from core.api.routes import route
from products.api.views import bulk, checks, lives, products

urlpatterns = [
    route("products", products.ProductsView.as_view(), "products"),
    # A code may hold slashes, so this one takes the rest of the path.
    path("products/code/<path:code>", products.ProductByCodeView.as_view(), name="product_by_code"),
    route("products/duplicates", checks.DuplicatesView.as_view(), "product_duplicates"),
    route("products/duplicates/dismiss", checks.DismissView.as_view(), "product_dismiss"),
    route("products/join", checks.JoinView.as_view(), "product_join"),
    route("products/checks/ean", checks.EanChecksView.as_view(), "product_ean_checks"),
    route("products/sync-rules", checks.SyncRulesView.as_view(), "product_sync_rules"),
    route("products/bulk-edits", bulk.BulkEditsView.as_view(), "bulk_edits"),
    route("products/bulk-edits/<int:pk>", bulk.BulkEditView.as_view(), "bulk_edit"),
    route("products/bulk-edits/<int:pk>/rows", bulk.BulkEditRowsView.as_view(), "bulk_edit_rows"),
    route(
        "products/bulk-edits/<int:pk>/confirm", bulk.ConfirmEditView.as_view(), "bulk_edit_confirm"
    ),
    route("products/bulk-edits/<int:pk>/cancel", bulk.CancelEditView.as_view(), "bulk_edit_cancel"),
    route("products/bulk-edits/<int:pk>/undo", bulk.UndoEditView.as_view(), "bulk_edit_undo"),
    route("products/changes/<int:pk>/undo", lives.UndoChangeView.as_view(), "product_change_undo"),
    route("products/<int:pk>", products.ProductView.as_view(), "product"),
    route("products/<int:pk>/history", lives.HistoryView.as_view(), "product_history"),
    route("products/<int:pk>/suppliers", lives.SuppliersView.as_view(), "product_suppliers"),
    route("products/<int:pk>/archive", lives.ArchiveView.as_view(), "product_archive"),
    route("products/<int:pk>/restore", lives.RestoreView.as_view(), "product_restore"),
]
