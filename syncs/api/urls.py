from __future__ import annotations

from core.api.routes import route
from syncs.api import (
    conflict_views,
    discrepancy_views,
    plan_views,
    reconcile_views,
    rule_views,
    views,
)

_status = discrepancy_views.StatusView.as_view()
_discrepancies = discrepancy_views.DiscrepanciesView.as_view()
_reconcile = reconcile_views.ReconcileView.as_view()

urlpatterns = [
    route("allegro/offers/import", views.OfferImportView.as_view(), "offers_import"),
    route("sync/allegro-to-db", plan_views.AllegroToDbView.as_view(), "sync_allegro_to_db"),
    route("sync/db-to-allegro", plan_views.DbToAllegroView.as_view(), "sync_db_to_allegro"),
    route("sync/bidirectional", plan_views.BidirectionalView.as_view(), "sync_bidirectional"),
    route("sync/product/<int:product_id>", plan_views.ProductSyncView.as_view(), "sync_product"),
    route("sync/orders/backfill", views.BackfillView.as_view(), "sync_orders_backfill"),
    route("sync/jobs", views.JobsView.as_view(), "sync_jobs"),
    route("sync/jobs/<int:job_id>", views.JobView.as_view(), "sync_job"),
    route("sync/jobs/<int:job_id>/items", views.JobItemsView.as_view(), "sync_job_items"),
    route("sync/jobs/<int:job_id>/plan", plan_views.PlanView.as_view(), "sync_job_plan"),
    route("sync/jobs/<int:job_id>/apply", plan_views.ApplyView.as_view(), "sync_job_apply"),
    route("sync/jobs/<int:job_id>/undo", plan_views.UndoJobView.as_view(), "sync_job_undo"),
    route(
        "sync/jobs/<int:job_id>/retry-failed",
        plan_views.RetryFailedView.as_view(),
        "sync_job_retry_failed",
    ),
    route("sync/jobs/<int:job_id>/release", plan_views.ReleaseView.as_view(), "sync_job_release"),
    route("sync/jobs/<int:job_id>/drop", plan_views.DropView.as_view(), "sync_job_drop"),
    route("sync/conflicts", conflict_views.ConflictsView.as_view(), "sync_conflicts"),
    route(
        "sync/conflicts/resolve",
        conflict_views.ResolveManyView.as_view(),
        "sync_conflicts_resolve",
    ),
    route(
        "sync/conflicts/<int:conflict_id>", conflict_views.ConflictView.as_view(), "sync_conflict"
    ),
    route(
        "sync/conflicts/<int:conflict_id>/resolve",
        conflict_views.ResolveView.as_view(),
        "sync_conflict_resolve",
    ),
    route(
        "sync/conflicts/<int:conflict_id>/undo",
        conflict_views.UndoConflictView.as_view(),
        "sync_conflict_undo",
    ),
    route("sync/manual/<int:integration_id>", views.ManualView.as_view(), "sync_manual"),
    route("sync/history/<int:integration_id>", views.HistoryView.as_view(), "sync_history"),
    route("sync/start", views.StartView.as_view(), "sync_start"),
    route("sync/status", _status, "sync_status"),
    route("sync/status/<int:user_id>", _status, "sync_status_of"),
    route("sync/discrepancies", _discrepancies, "sync_discrepancies"),
    route("sync/discrepancies/<int:user_id>", _discrepancies, "sync_discrepancies_of"),
    route(
        "sync/discrepancies/<uuid:discrepancy_id>",
        discrepancy_views.DiscrepancyView.as_view(),
        "sync_discrepancy",
    ),
    route(
        "sync/discrepancies/<uuid:discrepancy_id>/comments",
        discrepancy_views.CommentsView.as_view(),
        "sync_discrepancy_comments",
    ),
    route(
        "sync/discrepancies/<uuid:discrepancy_id>/undo",
        discrepancy_views.UndoView.as_view(),
        "sync_discrepancy_undo",
    ),
    route("sync/reconcile", _reconcile, "sync_reconcile"),
    route("sync/reconcile/<int:user_id>", _reconcile, "sync_reconcile_of"),
    route("sync/rules", rule_views.RulesView.as_view(), "sync_rules"),
    route("sync/rules/preview", rule_views.RulePreviewView.as_view(), "sync_rules_preview"),
    route("sync/rules/<int:rule_id>", rule_views.RuleView.as_view(), "sync_rule"),
]
