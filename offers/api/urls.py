from __future__ import annotations

from core.api.routes import route
from offers.api import category_views, stock_views, views

urlpatterns = [
    route("allegro/offers", views.OffersView.as_view(), "offers"),
    route("allegro/offers/<int:offer_id>", views.OfferView.as_view(), "offer"),
    route(
        "allegro/offers/<int:offer_id>/stock", stock_views.OfferStockView.as_view(), "offer_stock"
    ),
    route("allegro/stock-pushes", stock_views.OfferPushesView.as_view(), "stock_pushes"),
    route(
        "allegro/stock-pushes/<int:push_id>/retry",
        stock_views.OfferPushRetryView.as_view(),
        "stock_push_retry",
    ),
    route("integrations/<int:pk>/warehouses", stock_views.FeedsView.as_view(), "integration_feeds"),
    route("allegro/categories", category_views.CategoriesView.as_view(), "categories"),
    route(
        "allegro/categories/<str:category_id>", category_views.CategoryView.as_view(), "category"
    ),
]
