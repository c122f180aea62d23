from __future__ import annotations

from core.api.routes import route
from syncs.api import views

urlpatterns = [
    route("allegro/offers/import", views.OfferImportView.as_view(), "offers_import"),
    route("sync/allegro-to-db", views.AllegroToDbView.as_view(), "sync_allegro_to_db"),
    route("sync/jobs", views.JobsView.as_view(), "sync_jobs"),
    route("sync/jobs/<int:job_id>", views.JobView.as_view(), "sync_job"),
    route("sync/jobs/<int:job_id>/items", views.JobItemsView.as_view(), "sync_job_items"),
    route("sync/manual/<int:integration_id>", views.ManualView.as_view(), "sync_manual"),
    route("sync/history/<int:integration_id>", views.HistoryView.as_view(), "sync_history"),
]
