from __future__ import annotations

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.organization, name="organization"),
    path("new/", views.create, name="create_organization"),
    path("switch/", views.switch, name="switch_organization"),
    path("invitations/", views.invite_member, name="invite"),
    path("invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw_invitation"),
    path("members/<int:pk>/role/", views.set_role, name="set_role"),
    path("members/<int:pk>/remove/", views.remove, name="remove_member"),
    path("keys/", views.create_key, name="create_key"),
    path("keys/<int:pk>/revoke/", views.revoke_key, name="revoke_key"),
    path("views/", views.save_list_view, name="save_view"),
    path("views/<int:pk>/remove/", views.remove_list_view, name="remove_view"),
    path("join/<str:secret>/", views.accept, name="accept_invitation"),
]
