from __future__ import annotations

from django.urls import path

from syncs import views

app_name = "syncs"
urlpatterns = [
    path("", views.run_list, name="list"),
    path("overview/", views.overview, name="overview"),
    path("accounts/<int:integration_pk>/start/", views.start, name="start"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/progress/", views.progress, name="progress"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<int:pk>/retry/", views.retry, name="retry"),
]
