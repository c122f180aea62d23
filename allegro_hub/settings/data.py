"""PostgreSQL, Valkey, sessions."""

from __future__ import annotations

from allegro_hub.settings.environment import HUB_ENV, env

DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 0  # the pool owns the connections
# A connection is tried before it is handed out: after a restart of PostgreSQL all of the pool's are cut,
# and each would fail one request or task.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
    "min_size": 1,
    "max_size": env.number("DATABASE_POOL_SIZE", 8),
    "timeout": 15,
}
if HUB_ENV == "test":
    # Tests open and drop databases; a pool would hold them open.
    del DATABASES["default"]["OPTIONS"]["pool"]
    DATABASES["default"]["TEST"] = {"NAME": env.text("HUB_TEST_DB", "test_hub")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
# A session must survive a flushed cache.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
