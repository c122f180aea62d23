"""The process environment, and what every installation must say of itself."""

from __future__ import annotations

from pathlib import Path

from allegro_hub.env import Environment

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = Environment()

HUB_ENV = env.name
HUB_DEMO = env.flag("HUB_DEMO")
DEBUG = False
SECRET_KEY = env.required("SECRET_KEY")
HUB_MASTER_KEYS = env.required("HUB_MASTER_KEYS")
HUB_BASE_URL = env.required("HUB_BASE_URL").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if env.is_production else "*")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
INTERNAL_METRICS = env.flag("HUB_METRICS")
