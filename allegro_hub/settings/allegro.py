"""Where Allegro and its sandbox answer, and as whom we ask."""

from __future__ import annotations

from allegro_hub.settings.environment import env

ALLEGRO_USER_AGENT = env.required("ALLEGRO_USER_AGENT")
ALLEGRO_ENVIRONMENTS = {
    "production": {
        "client_id": env.text("ALLEGRO_CLIENT_ID"),
        "client_secret": env.text("ALLEGRO_CLIENT_SECRET"),
        "api": env.text("ALLEGRO_API_URL", "https://api.allegro.pl"),
        "auth": env.text("ALLEGRO_AUTH_URL", "https://allegro.pl/auth/oauth"),
        "upload": env.text("ALLEGRO_UPLOAD_URL", "https://upload.allegro.pl"),
    },
    "sandbox": {
        "client_id": env.text("ALLEGRO_SANDBOX_CLIENT_ID"),
        "client_secret": env.text("ALLEGRO_SANDBOX_CLIENT_SECRET"),
        "api": env.text("ALLEGRO_SANDBOX_API_URL", "https://api.allegro.pl.allegrosandbox.pl"),
        "auth": env.text(
            "ALLEGRO_SANDBOX_AUTH_URL", "https://allegro.pl.allegrosandbox.pl/auth/oauth"
        ),
        "upload": env.text(
            "ALLEGRO_SANDBOX_UPLOAD_URL", "https://upload.allegro.pl.allegrosandbox.pl"
        ),
    },
}
ALLEGRO_ORDER_POLL_SECONDS = env.number("ALLEGRO_ORDER_POLL_SECONDS", 5)

# How long a new offer is looked for after its answer was lost, before it is sent once more. Allegro may
# work on an accepted one for two hours before it shows it.
PUBLISH_DOUBT_SECONDS = env.number("PUBLISH_DOUBT_SECONDS", 2 * 3600)
# Hosts (name or name:port) that sellers' addresses may name although they are not public, for a
# demonstration whose pictures lie on this machine.
FETCH_HOSTS = env.words("FETCH_HOSTS")
