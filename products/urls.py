from __future__ import annotations

from django.urls import path

from products.views import bulk, catalogue, checks, history, products, rules, suppliers

app_name = "products"
urlpatterns = [
    path("", catalogue.product_list_page, name="list"),
    path("new/", products.create, name="create"),
    path("<int:pk>/", products.detail, name="detail"),
    path("<int:pk>/edit/", products.edit, name="edit"),
    path("<int:pk>/archive/", products.archive, name="archive"),
    path("<int:pk>/restore/", products.restore, name="restore"),
    path("<int:pk>/remove/", products.remove, name="remove"),
    path("<int:pk>/history/", history.history, name="history"),
    path("changes/<int:pk>/undo/", history.undo_change, name="undo_change"),
    path("edits/", bulk.edits, name="edits"),
    path("edits/new/", bulk.bulk_new, name="bulk_new"),
    path("edits/start/", bulk.bulk_start, name="bulk_start"),
    path("edits/<int:pk>/", bulk.edit_many, name="edit_many"),
    path("edits/<int:pk>/confirm/", bulk.confirm_edit, name="confirm_edit"),
    path("edits/<int:pk>/cancel/", bulk.cancel_edit, name="cancel_edit"),
    path("edits/<int:pk>/undo/", bulk.undo_edit, name="undo_edit"),
    path("edits/<int:pk>/retry/", bulk.retry_edit, name="retry_edit"),
    path("checks/", checks.checks, name="checks"),
    path("checks/join/", checks.join, name="join"),
    path("checks/duplicates/", checks.duplicates, name="duplicates"),
    path("checks/dismiss/", checks.dismiss, name="dismiss"),
    path("suppliers/<int:pk>/", suppliers.supplier_products, name="supplier_products"),
    path("<int:pk>/supplier/", suppliers.add_supplier_product, name="add_supplier_product"),
    path(
        "suppliers/prices/<int:pk>/",
        suppliers.change_supplier_product,
        name="change_supplier_product",
    ),
    path(
        "suppliers/prices/<int:pk>/remove/",
        suppliers.remove_supplier_product,
        name="remove_supplier_product",
    ),
    path("syncing/", rules.rules, name="rules"),
    path("syncing/new/", rules.add_rule, name="add_rule"),
    path("syncing/retry/", rules.retry_selection, name="retry_selection"),
    path("syncing/<int:pk>/", rules.change_rule, name="change_rule"),
    path("syncing/<int:pk>/move/", rules.move_rule, name="move_rule"),
]
