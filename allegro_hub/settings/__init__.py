"""Django settings, by noun. Everything that differs between installations comes from the environment."""

from __future__ import annotations

from allegro_hub.settings.allegro import *
from allegro_hub.settings.api import *
from allegro_hub.settings.applications import *
from allegro_hub.settings.data import *
from allegro_hub.settings.environment import *
from allegro_hub.settings.environment import env
from allegro_hub.settings.notices import *
from allegro_hub.settings.pages import *
from allegro_hub.settings.people import *
from allegro_hub.settings.uploads import *
from allegro_hub.settings.work import *
from core.logging import configure, logging_config

LOGGING = logging_config(
    level=env.text("LOG_LEVEL", "INFO"), json_lines=env.flag("LOG_JSON", default=True)
)
configure()
env.verify()
