from __future__ import annotations

from django.urls import path

from inventory.views import bundles, holds, levels, places, recounting, stocktakes, transfers

app_name = "inventory"
urlpatterns = [
    path("", levels.level_list, name="list"),
    path("low/", levels.low, name="low"),
    path("movements/", levels.movements, name="movements"),
    path("movements.csv", levels.movements_csv, name="movements_csv"),
    path("products/<int:product_id>/", levels.adjust, name="adjust"),
    path("products/<int:product_id>/bundle/", bundles.bundle, name="bundle"),
    path("warehouses/", places.warehouses, name="warehouses"),
    path("warehouses/new/", places.warehouse_add, name="warehouse_add"),
    path("warehouses/<int:pk>/", places.warehouse, name="warehouse"),
    path("warehouses/<int:pk>/default/", places.warehouse_default, name="warehouse_default"),
    path("warehouses/<int:pk>/close/", places.warehouse_close, name="warehouse_close"),
    path("warehouses/<int:pk>/open/", places.warehouse_open, name="warehouse_open"),
    path("transfers/", transfers.transfers, name="transfers"),
    path("transfers/new/", transfers.transfer_add, name="transfer_add"),
    path("transfers/<int:pk>/", transfers.transfer, name="transfer"),
    path("transfers/<int:pk>/lines/", transfers.transfer_line, name="transfer_line"),
    path("transfers/<int:pk>/send/", transfers.transfer_send, name="transfer_send"),
    path("transfers/<int:pk>/receive/", transfers.transfer_receive, name="transfer_receive"),
    path("transfers/<int:pk>/cancel/", transfers.transfer_cancel, name="transfer_cancel"),
    path("stocktakes/", stocktakes.stocktakes, name="stocktakes"),
    path("stocktakes/new/", stocktakes.stocktake_add, name="stocktake_add"),
    path("stocktakes/<int:pk>/", stocktakes.stocktake, name="stocktake"),
    path("stocktakes/<int:pk>/progress/", stocktakes.stocktake_progress, name="stocktake_progress"),
    path("stocktakes/<int:pk>/count/", stocktakes.count, name="count"),
    path(
        "stocktakes/<int:pk>/lines/<int:line_pk>/forget/",
        stocktakes.count_forget,
        name="count_forget",
    ),
    path("stocktakes/<int:pk>/post/", stocktakes.stocktake_post, name="stocktake_post"),
    path("stocktakes/<int:pk>/discard/", stocktakes.stocktake_discard, name="stocktake_discard"),
    path("recount/", recounting.recount, name="recount"),
    path("reservations/", holds.holds, name="holds"),
    path("reservations/<int:pk>/release/", holds.hold_release, name="hold_release"),
]
