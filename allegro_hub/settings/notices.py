"""Mail, and which notices are sent until a person says otherwise."""

from __future__ import annotations

from allegro_hub.settings.environment import BASE_DIR, env

EMAIL_CONFIG = env.text("EMAIL_URL")
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if EMAIL_CONFIG:
    globals().update(env._env.email_url_config(EMAIL_CONFIG))
elif not env.is_production:
    # Development and demo: mails lie as files where a person can read them.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(BASE_DIR / ".run" / "mail")
EMAIL_TIMEOUT = 20  # a mail server that hangs must not hold a worker
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Allegro Hub <no-reply@localhost>")

NOTIFICATIONS_OFF = frozenset(
    event
    for event, told in (
        ("order.created", env.flag("NOTIFICATION_ORDER_CREATED", default=True)),
        ("order.updated", env.flag("NOTIFICATION_ORDER_UPDATED", default=True)),
        ("stock.low", env.flag("NOTIFICATION_STOCK_LOW", default=True)),
    )
    if not told
)
NOTIFICATION_EMAIL_TO = env.text("NOTIFICATION_EMAIL_TO")
NOTIFICATION_SERVICE_URL = env.http_address("NOTIFICATION_SERVICE_URL")
NOTIFICATION_SERVICE_SECRET = (
    env.required("NOTIFICATION_SERVICE_SECRET") if NOTIFICATION_SERVICE_URL else ""
)
