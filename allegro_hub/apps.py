from __future__ import annotations

from django.apps import AppConfig


class AllegroHubConfig(AppConfig):
    name = "allegro_hub"

    def ready(self) -> None:
        from allegro_hub.dead_letters import subscribe_all

        subscribe_all()
