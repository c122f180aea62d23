"""`make bench`."""

from __future__ import annotations

import os

import tests.bench
from tests.measures import main
from tests.own_database import own_database


def migrated() -> None:
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allegro_hub.settings")
    django.setup()
    call_command("migrate", verbosity=0)


with own_database("hub_bench"):
    migrated()
    main(tests.bench)
