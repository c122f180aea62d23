#!/usr/bin/env python
"""Django's command line for Allegro Hub."""

from __future__ import annotations

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allegro_hub.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.INSTALLED_APPS  # noqa: B018 -- reading it loads the settings
    except ImproperlyConfigured as error:
        # Django would go on without settings and fail later with a riddle.
        sys.exit(f"Allegro Hub cannot start: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
