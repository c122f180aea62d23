from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="imports.run_due")
def run_due(**kwargs: Any) -> None:
    """Run due steps of imports; hinted after upload and confirmation, swept by beat."""
    from core.hints import hint_taken
    from imports.operations import run_due as run

    hint_taken(run_due)
    run()


@shared_task(name="imports.look_at_feeds")
def look_at_feeds(**kwargs: Any) -> None:
    """Look at the suppliers' addresses whose time has come; hinted on demand, swept by beat."""
    from core.hints import hint_taken
    from imports.operations import look_due

    hint_taken(look_at_feeds)
    look_due()
