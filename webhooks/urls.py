from __future__ import annotations

from django.urls import path

from webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.event_list, name="events"),
    path("<int:pk>/", views.event_detail, name="event"),
    path("<int:pk>/retry/", views.retry, name="retry"),
    path("replay/", views.replay, name="replay"),
    path("replays/<int:pk>/", views.replay_detail, name="replay_detail"),
    path("replays/<int:pk>/progress/", views.replay_fragment, name="replay_fragment"),
    path("endpoints/", views.endpoints, name="endpoints"),
    path("endpoints/new/", views.create_endpoint, name="create_endpoint"),
    path("endpoints/<int:pk>/rotate/", views.rotate, name="rotate_endpoint"),
    path("endpoints/<int:pk>/active/", views.set_active, name="set_endpoint_active"),
]
