from __future__ import annotations

from core.api.routes import route
from inventory.api import reservations, views

urlpatterns = [
    route("products/<int:pk>/stock", views.ProductStockView.as_view(), "product_stock"),
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
]
