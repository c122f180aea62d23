"""What may be imported, and what a connector may not know."""

from __future__ import annotations

import subprocess
import sys

import connectors.allegro as package


def test_every_exported_name_exists_once_and_in_order() -> None:
    assert len(package.__all__) == len(set(package.__all__))
    assert all(hasattr(package, name) for name in package.__all__)


def test_the_connector_knows_neither_django_nor_celery_nor_our_apps() -> None:
    script = (
        "import sys, connectors.allegro\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'django', 'celery', 'core', 'accounts', 'settings_app', 'sandbox'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
