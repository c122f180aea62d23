from __future__ import annotations

from core.api.routes import route
from offers.api import mapping_views, publication_views

urlpatterns = [
    route(
        "allegro/offers/<int:offer_id>/copy",
        publication_views.OfferCopyView.as_view(),
        "offer_copy",
    ),
    route("allegro/readiness", publication_views.ReadinessView.as_view(), "readiness"),
    route("allegro/publications", publication_views.PublicationsView.as_view(), "publications"),
    route(
        "allegro/publications/<int:publication_id>",
        publication_views.PublicationView.as_view(),
        "publication",
    ),
    route(
        "allegro/publications/<int:publication_id>/retry",
        publication_views.PublicationRetryView.as_view(),
        "publication_retry",
    ),
    route(
        "allegro/publications/<int:publication_id>/cancel",
        publication_views.PublicationCancelView.as_view(),
        "publication_cancel",
    ),
    route(
        "allegro/publication-batches/<int:batch_id>",
        publication_views.BatchView.as_view(),
        "publication_batch",
    ),
    route("allegro/category-mappings", mapping_views.MappingsView.as_view(), "category_mappings"),
    route(
        "allegro/category-mappings/<int:category_id>",
        mapping_views.MappingView.as_view(),
        "category_mapping",
    ),
    route(
        "integrations/<int:pk>/publish-settings",
        mapping_views.TermsView.as_view(),
        "publish_settings",
    ),
    route("allegro/categories/suggestions", mapping_views.SuggestionsView.as_view(), "suggestions"),
]
