from __future__ import annotations

from django.urls import path

from orders import views

app_name = "orders"
urlpatterns = [
    path("", views.order_list, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/lift-stop/", views.lift_stop, name="lift_stop"),
]
