from __future__ import annotations

from core.api.routes import route
from orders.api import views

urlpatterns = [
    pattern
    for prefix, name in (("orders", "orders"), ("allegro/orders", "allegro_orders"))
    for pattern in (
        route(prefix, views.OrdersView.as_view(), name),
        route(f"{prefix}/<str:number>", views.OrderView.as_view(), f"{name}_one"),
        route(
            f"{prefix}/<str:number>/revisions",
            views.OrderRevisionsView.as_view(),
            f"{name}_revisions",
        ),
    )
]
