from __future__ import annotations

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("read/", views.read, name="read"),
    path("preferences/", views.preferences, name="preferences"),
    path("mails/", views.mail_list, name="mails"),
    path("mails/<int:pk>/retry/", views.retry_mail, name="retry_mail"),
]
