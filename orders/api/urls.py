from __future__ import annotations

from core.api.routes import route
from orders.api import bulk_views, return_views, views, write_views

CHANGES: list[tuple[str, type[write_views.OneOrderView], str]] = [
    ("status", write_views.StatusView, "status"),
    ("shipments", write_views.ShipmentsView, "shipments"),
    ("carriers", write_views.CarriersView, "carriers"),
    ("refunds", write_views.RefundsView, "refunds"),
    ("refunds/preview", write_views.RefundPreviewView, "refund_preview"),
    ("commission-claims", write_views.ClaimsView, "commission_claims"),
    ("commission-claims/<str:claim_id>", write_views.ClaimView, "commission_claim"),
    ("cancel", write_views.CancelView, "cancel"),
    ("writes", write_views.WritesView, "writes"),
    ("writes/<int:pk>", write_views.WriteView, "write"),
    ("writes/<int:pk>/retry", write_views.RetryView, "write_retry"),
    ("writes/<int:pk>/let-go", write_views.LetGoView, "write_let_go"),
]

urlpatterns = [
    pattern
    for prefix, name in (("orders", "orders"), ("allegro/orders", "allegro_orders"))
    for pattern in (
        route(prefix, views.OrdersView.as_view(), name),
        route(rf"{prefix}/export\.csv", bulk_views.OrdersCsvView.as_view(), f"{name}_csv"),
        route(f"{prefix}/bulk/sent", bulk_views.BulkSentView.as_view(), f"{name}_bulk_sent"),
        *(
            route(
                f"{prefix}/papers/{paper}",
                bulk_views.PaperView.as_view(paper=paper),
                f"{name}_papers_{paper}",
            )
            for paper in ("packing", "pick", "labels")
        ),
        route(f"{prefix}/<str:number>", views.OrderView.as_view(), f"{name}_one"),
        route(
            f"{prefix}/<str:number>/revisions",
            views.OrderRevisionsView.as_view(),
            f"{name}_revisions",
        ),
        *(
            route(f"{prefix}/<str:number>/{path}", view.as_view(), f"{name}_{suffix}")
            for path, view, suffix in CHANGES
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
