from __future__ import annotations

from django.urls import path

from orders import views
from orders.views import write_forms, writes

app_name = "orders"
urlpatterns = [
    path("", views.order_list, name="list"),
    path("export.csv", views.export, name="export"),
    path("bulk/", views.bulk, name="bulk"),
    path("bulk/sent/", views.bulk_sent, name="bulk_sent"),
    path("bulk/outcome/", views.sent_outcome, name="sent_outcome"),
    path("bulk/retry/", views.bulk_retry, name="bulk_retry"),
    path("pack/next/", views.pack_next, name="pack_next"),
    path("<int:pk>/pack/", views.pack, name="pack"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/changes/", writes.writes_fragment, name="writes_fragment"),
    path("<int:pk>/status/", writes.set_status, name="set_status"),
    path("<int:pk>/ask/", writes.ask_now, name="ask_now"),
    path("<int:pk>/tracking/", write_forms.tracking, name="tracking"),
    path("<int:pk>/refund/", write_forms.refund, name="refund"),
    path("<int:pk>/cancel/", write_forms.cancel, name="cancel"),
    path("<int:pk>/commission/", write_forms.commission, name="commission"),
    path("<int:pk>/commission/claim/", write_forms.claim, name="claim"),
    path("<int:pk>/commission/<str:claim_id>/withdraw/", write_forms.withdraw, name="withdraw"),
    path("changes/", writes.write_list, name="writes"),
    path("changes/<int:pk>/retry/", writes.retry, name="write_retry"),
    path("changes/<int:pk>/let-go/", writes.let_go, name="write_let_go"),
    path("<int:pk>/lift-stop/", views.lift_stop, name="lift_stop"),
]
