from __future__ import annotations

from core.api.routes import route
from notifications.api import views

urlpatterns = [
    route("notifications", views.NotificationsView.as_view(), "notifications"),
    route("notifications/read-all", views.ReadAllView.as_view(), "notifications_read_all"),
    route(
        "notifications/preferences",
        views.PreferencesView.as_view(),
        "notifications_preferences",
    ),
    route("notifications/mails", views.MailsView.as_view(), "notifications_mails"),
    route(
        "notifications/mails/<int:pk>/retry",
        views.RetryMailView.as_view(),
        "notifications_mail_retry",
    ),
    route("notifications/<int:pk>/read", views.ReadView.as_view(), "notification_read"),
]
