from __future__ import annotations

from core.api.routes import route
from webhooks.api import views

urlpatterns = [
    route("webhooks/allegro", views.ReceiverView.as_view(), "webhook_receiver"),
    route(
        "webhooks/allegro/<str:public_id>",
        views.AddressedReceiverView.as_view(),
        "webhook_receiver_of",
    ),
    route("webhooks/events", views.EventsView.as_view(), "events"),
    route("webhooks/events/replay", views.ReplaysView.as_view(), "event_replay"),
    route("webhooks/replays/<int:pk>", views.ReplayView.as_view(), "event_replays"),
    route("webhooks/journals", views.JournalsView.as_view(), "event_journals"),
    route("webhooks/events/<int:pk>", views.EventView.as_view(), "event"),
    route("webhooks/events/<int:pk>/retry", views.EventRetryView.as_view(), "event_retry"),
]
