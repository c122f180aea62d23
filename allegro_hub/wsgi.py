from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allegro_hub.settings")
_django = get_wsgi_application()

# Not at the top: it needs the settings that the line above loads.
from webhooks.api.short_path import stores_posts_first  # noqa: E402
from webhooks.operations.direct import Direct  # noqa: E402

application = stores_posts_first(_django, Direct())
