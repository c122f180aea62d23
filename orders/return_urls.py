from __future__ import annotations

from django.urls import path

from orders import views

app_name = "returns"
urlpatterns = [
    path("", views.return_list, name="list"),
    path("<int:pk>/", views.return_page, name="detail"),
    path("<int:pk>/reject/", views.reject, name="reject"),
]
