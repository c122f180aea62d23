"""The project: settings, routes, the Celery app, the home page and the health checks."""

__version__ = "0.1.0"

from allegro_hub.celery import app as celery_app

__all__ = ["__version__", "celery_app"]
