from __future__ import annotations

from core.api.routes import route
from offers.api import (
    category_views,
    edit_views,
    link_views,
    price_views,
    publication_urls,
    publication_views,
    stock_views,
    views,
)

urlpatterns = [
    *publication_urls.urlpatterns,
    route("allegro/offers", publication_views.OffersAndCreationView.as_view(), "offers"),
    route("allegro/offers/links", link_views.LinkInboxView.as_view(), "offer_link_inbox"),
    route("allegro/offers/links/suggested", link_views.LinkAllView.as_view(), "offer_link_all"),
    route("allegro/offers/links/ignored", link_views.LinkIgnoreView.as_view(), "offer_link_ignore"),
    route(
        "allegro/offers/links/batches/<int:batch_id>/undo",
        link_views.LinkBatchUndoView.as_view(),
        "offer_link_undo",
    ),
    route("allegro/offers/problems", link_views.ProblemsView.as_view(), "offer_problems"),
    route(
        "allegro/offers/<int:offer_id>/links", link_views.OfferLinksView.as_view(), "offer_links"
    ),
    route(
        "allegro/offers/<int:offer_id>/links/<int:link_id>",
        link_views.OfferLinkView.as_view(),
        "offer_link",
    ),
    route(
        "allegro/offers/<int:offer_id>/product",
        link_views.OfferProductView.as_view(),
        "offer_product",
    ),
    route(
        "allegro/offers/<int:offer_id>/state", link_views.OfferStateView.as_view(), "offer_state"
    ),
    route("allegro/offers/<int:offer_id>", views.OfferView.as_view(), "offer"),
    route(
        "allegro/offers/<int:offer_id>/stock", stock_views.OfferStockView.as_view(), "offer_stock"
    ),
    route(
        "allegro/offers/<int:offer_id>/activate",
        edit_views.ActivateView.as_view(),
        "offer_activate",
    ),
    route("allegro/offers/<int:offer_id>/end", edit_views.EndView.as_view(), "offer_end"),
    route("allegro/offers/<int:offer_id>/follow", edit_views.FollowView.as_view(), "offer_follow"),
    route("allegro/offers/<int:offer_id>/undo", edit_views.UndoView.as_view(), "offer_undo"),
    route("allegro/value-pushes", edit_views.ValuePushesView.as_view(), "value_pushes"),
    route(
        "allegro/value-pushes/<int:push_id>/retry",
        edit_views.ValuePushRetryView.as_view(),
        "value_push_retry",
    ),
    route(
        "integrations/<int:pk>/price-rules",
        price_views.PriceRulesView.as_view(),
        "integration_price_rules",
    ),
    route("exchange-rates", price_views.RatesView.as_view(), "exchange_rates"),
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
