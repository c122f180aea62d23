from __future__ import annotations

from django.urls import path

from offers import views

app_name = "offers"
urlpatterns = [
    path("", views.offer_list, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/link/", views.link, name="link"),
    path("<int:pk>/links/<int:link_pk>/remove/", views.unlink, name="unlink"),
    path("<int:pk>/recognise/", views.recognise, name="recognise"),
]
