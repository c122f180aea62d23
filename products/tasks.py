from __future__ import annotations

from typing import Any

from celery import shared_task


@shared_task(name="products.run_due")
def run_due(**kwargs: Any) -> None:
    """Run due bulk edits and bring catalogues in line with changed rules; swept by beat."""
    from core.hints import hint_taken
    from products.operations import run_due as run

    hint_taken(run_due)
    run()


@shared_task(name="products.forget_changes")
def forget_changes(**kwargs: Any) -> None:
    """Delete history past its time."""
    from products.operations import forget_changes as forget

    forget()
