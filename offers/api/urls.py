from __future__ import annotations

from core.api.routes import route
from offers.api import category_views, views

urlpatterns = [
    route("allegro/offers", views.OffersView.as_view(), "offers"),
    route("allegro/offers/<int:offer_id>", views.OfferView.as_view(), "offer"),
    route("allegro/categories", category_views.CategoriesView.as_view(), "categories"),
    route(
        "allegro/categories/<str:category_id>", category_views.CategoryView.as_view(), "category"
    ),
]
