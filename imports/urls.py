from __future__ import annotations

from django.urls import path

from imports.views import exporting, feeds, jobs, reading, undo

app_name = "imports"
urlpatterns = [
    path("", jobs.import_list, name="list"),
    path("new/", jobs.upload, name="upload"),
    path("export/", exporting.export, name="export"),
    path("export/<slug:key>.csv", exporting.catalogue, name="catalogue"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/<int:supplier_pk>/", feeds.feed, name="feed"),
    path("feeds/<int:supplier_pk>/look/", feeds.look_now, name="look_now"),
    path("<int:pk>/", jobs.detail, name="detail"),
    path("<int:pk>/progress/", jobs.progress, name="progress"),
    path("<int:pk>/confirm/", jobs.confirm, name="confirm"),
    path("<int:pk>/columns/", reading.columns, name="columns"),
    path("<int:pk>/columns/forget/", reading.forget_columns, name="forget_columns"),
    path("<int:pk>/read-again/", reading.read_again, name="read_again"),
    path("<int:pk>/undo/", undo.undo, name="undo"),
    path("<int:pk>/kept/", undo.kept, name="kept"),
    path("<int:pk>/cancel/", jobs.cancel, name="cancel"),
    path("<int:pk>/retry/", jobs.retry, name="retry"),
    path("<int:pk>/errors.csv", jobs.errors, name="errors"),
]
