from __future__ import annotations

from django.urls import path

from syncs.views import backfill, bulk, discrepancies, rules, runs

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
