from __future__ import annotations

from django.urls import path

from orders import views

app_name = "orders"
urlpatterns = [
    path("", views.order_list, name="list"),
    path("export.csv", views.export, name="export"),
    path("bulk/", views.bulk, name="bulk"),
    path("bulk/sent/", views.bulk_sent, name="bulk_sent"),
    path("bulk/outcome/", views.sent_outcome, name="sent_outcome"),
    path("bulk/retry/", views.bulk_retry, name="bulk_retry"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/lift-stop/", views.lift_stop, name="lift_stop"),
]
