from __future__ import annotations

from django.urls import path

from products import views

app_name = "products"
urlpatterns = [
    path("", views.product_list_page, name="list"),
    path("new/", views.create, name="create"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/archive/", views.archive, name="archive"),
    path("<int:pk>/restore/", views.restore, name="restore"),
]
