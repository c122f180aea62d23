from __future__ import annotations

from django.urls import path

from inventory import views

app_name = "inventory"
urlpatterns = [
    path("", views.level_list, name="list"),
    path("movements/", views.movements, name="movements"),
    path("products/<int:product_id>/", views.adjust, name="adjust"),
]
