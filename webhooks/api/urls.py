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
    route("webhooks/events/<int:pk>", views.EventView.as_view(), "event"),
    route("webhooks/events/<int:pk>/retry", views.EventRetryView.as_view(), "event_retry"),
]
