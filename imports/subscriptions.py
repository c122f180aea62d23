"""What imports do when something has happened: people are told that an import is through."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import OutboxMessage
from core.outbox import subscribe
from imports.models import ImportJob
from notifications.enums import Event, Severity
from notifications.operations import notify


def subscribe_all() -> None:
    """Called once, when the app is ready; the handler's name is stored and never changes."""
    subscribe("import.finished", "imports.tell_finished", tell_finished)


def tell_finished(message: OutboxMessage) -> None:
    """A notice of an import's end with its counts, once for each import."""
    job = ImportJob.objects.filter(pk=message.payload["import_job_id"]).first()
    if job is None:
        return
    notify(
        organization_id=job.organization_id,
        event=Event.IMPORT_FINISHED,
        severity=Severity.INFO,
        title=lambda: _("Imported: %(file)s") % {"file": job.file_name},
        body=lambda: (
            _("New: %(new)d. Changed: %(changed)d. Wrong and left out: %(wrong)d.")
            % {"new": job.rows_new, "changed": job.rows_changed, "wrong": job.rows_wrong}
        ),
        link=reverse("imports:detail", args=[job.pk]),
        dedupe_key=f"import-finished:{job.pk}",
        now=timezone.now(),
    )
