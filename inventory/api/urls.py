from __future__ import annotations

from core.api.routes import route
from inventory.api import ledger, places, reservations, stocktakes, transfers, views

urlpatterns = [
    route("products/<int:pk>/stock", views.ProductStockView.as_view(), "product_stock"),
    route("products/<int:pk>/bundle", ledger.BundleView.as_view(), "product_bundle"),
    route("stock/movements", ledger.MovementsView.as_view(), "stock_movements"),
    route("stock/low", ledger.LowView.as_view(), "stock_low"),
    route("reservations", reservations.HoldListView.as_view(), "reservations"),
    route("reservations/<int:pk>", reservations.HoldView.as_view(), "reservation"),
    route(
        "reservations/<int:pk>/release",
        reservations.HoldReleaseView.as_view(),
        "reservation_release",
    ),
    route(
        "reservations/<int:pk>/confirm",
        reservations.HoldConfirmView.as_view(),
        "reservation_confirm",
    ),
    route("transfers", transfers.TransfersView.as_view(), "transfers"),
    route("transfers/<int:pk>", transfers.TransferView.as_view(), "transfer"),
    route("transfers/<int:pk>/send", transfers.TransferSendView.as_view(), "transfer_send"),
    route(
        "transfers/<int:pk>/receive", transfers.TransferReceiveView.as_view(), "transfer_receive"
    ),
    route("transfers/<int:pk>/cancel", transfers.TransferCancelView.as_view(), "transfer_cancel"),
    route("stocktakes", stocktakes.StocktakesView.as_view(), "stocktakes"),
    route("stocktakes/<int:pk>", stocktakes.StocktakeView.as_view(), "stocktake"),
    route("stocktakes/<int:pk>/lines", stocktakes.StocktakeLinesView.as_view(), "stocktake_lines"),
    route(
        "stocktakes/<int:pk>/counts", stocktakes.StocktakeCountView.as_view(), "stocktake_counts"
    ),
    route("stocktakes/<int:pk>/post", stocktakes.StocktakePostView.as_view(), "stocktake_post"),
    route(
        "stocktakes/<int:pk>/discard",
        stocktakes.StocktakeDiscardView.as_view(),
        "stocktake_discard",
    ),
]
for name in ("warehouses", "stores"):
    urlpatterns += [
        route(name, places.WarehousesView.as_view(), name),
        route(f"{name}/<int:pk>", places.WarehouseView.as_view(), name.removesuffix("s")),
        route(
            f"{name}/<int:pk>/availability",
            places.WarehouseAvailabilityView.as_view(),
            f"{name.removesuffix('s')}_availability",
        ),
    ]
