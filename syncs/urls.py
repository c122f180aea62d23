from __future__ import annotations

from django.urls import path

from syncs.views import backfill, bulk, conflicts, discrepancies, plans, reasons, rules, runs

app_name = "syncs"
urlpatterns = [
    path("", runs.run_list, name="list"),
    path("overview/", runs.overview, name="overview"),
    path("accounts/<int:integration_pk>/start/", runs.start, name="start"),
    path("orders/backfill/", backfill.backfill, name="backfill"),
    path("<int:pk>/", runs.detail, name="detail"),
    path("<int:pk>/progress/", runs.progress, name="progress"),
    path("<int:pk>/cancel/", runs.cancel, name="cancel"),
    path("<int:pk>/retry/", runs.retry, name="retry"),
    path("accounts/<int:integration_pk>/compare/", plans.compare, name="compare"),
    path("<int:pk>/plan.csv", plans.plan_file, name="plan_file"),
    path("<int:pk>/apply/", plans.apply, name="plan_apply"),
    path("<int:pk>/release/", plans.release, name="plan_release"),
    path("<int:pk>/drop/", plans.drop, name="plan_drop"),
    path("<int:pk>/undo/", plans.undo, name="plan_undo"),
    path("<int:pk>/retry-failed/", plans.retry_failed, name="plan_retry_failed"),
    path("reasons/", reasons.reasons, name="reasons"),
    path("reasons/<slug:code>/", reasons.reason, name="reason"),
    path("conflicts/", conflicts.inbox, name="conflicts"),
    path("conflicts/bulk/", conflicts.bulk, name="conflicts_bulk"),
    path("conflicts/<int:pk>/", conflicts.detail, name="conflict"),
    path("conflicts/<int:pk>/state/", conflicts.state, name="conflict_state"),
    path("conflicts/<int:pk>/resolve/", conflicts.resolve, name="conflict_resolve"),
    path("conflicts/<int:pk>/undo/", conflicts.take_back, name="conflict_undo"),
    path("discrepancies/", discrepancies.inbox, name="discrepancies"),
    path("discrepancies/check/", discrepancies.check_now, name="check"),
    path("discrepancies/bulk/", bulk.bulk, name="discrepancies_bulk"),
    path("discrepancies/<int:pk>/", discrepancies.detail, name="discrepancy"),
    path("discrepancies/<int:pk>/comment/", discrepancies.comment, name="discrepancy_comment"),
    path("discrepancies/<int:pk>/assign/", discrepancies.assign, name="discrepancy_assign"),
    path(
        "discrepancies/<int:pk>/investigate/",
        discrepancies.investigate,
        name="discrepancy_investigate",
    ),
    path("discrepancies/<int:pk>/resolve/", discrepancies.resolve, name="discrepancy_resolve"),
    path("discrepancies/<int:pk>/undo/", discrepancies.take_back, name="discrepancy_undo"),
    path("discrepancies/rules/", rules.rule_list, name="rules"),
    path("discrepancies/rules/new/", rules.rule_new, name="rule_new"),
    path("discrepancies/rules/<int:pk>/", rules.rule_edit, name="rule_edit"),
    path("discrepancies/rules/<int:pk>/remove/", rules.rule_remove, name="rule_remove"),
    path("discrepancies/rules/<int:pk>/move/", rules.rule_move, name="rule_move"),
]
