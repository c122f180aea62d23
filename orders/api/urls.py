from __future__ import annotations

from core.api.routes import route
from orders.api import return_views, views

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
urlpatterns += [
    route("returns", return_views.ReturnsView.as_view(), "returns"),
    route("returns/<str:number>", return_views.ReturnView.as_view(), "returns_one"),
    route(
        "returns/<str:number>/decisions",
        return_views.ReturnDecisionsView.as_view(),
        "returns_decisions",
    ),
    route(
        "returns/<str:number>/reject", return_views.ReturnRejectionView.as_view(), "returns_reject"
    ),
]
