from __future__ import annotations

from accounts.api import auth
from core.api.routes import route

urlpatterns = [
    route("auth/register", auth.RegisterView.as_view(), "auth_register"),
    route("auth/login", auth.LoginView.as_view(), "auth_login"),
    route("auth/refresh", auth.RefreshView.as_view(), "auth_refresh"),
    route("auth/logout", auth.LogoutView.as_view(), "auth_logout"),
    route("auth/me", auth.MeView.as_view(), "auth_me"),
]
