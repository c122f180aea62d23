"""Wrap every data key with the current master key, so that older master keys can be dropped."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.rotation import rotate


class Command(BaseCommand):
    help = (
        "Wrap every organization's data key with the first key of HUB_MASTER_KEYS. Afterwards the other"
        " master keys can be removed. With --data-keys also make new data keys and seal every secret anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data-keys", action="store_true", help="also replace the data keys")

    def handle(self, *args: Any, **options: Any) -> None:
        report = rotate(new_data_keys=options["data_keys"])
        self.stdout.write(
            f"{report.wrapped} data keys wrapped with master key {report.master_key_id!r}, "
            f"{report.kept} already were; {report.resealed} secrets sealed anew. "
            "The other master keys can now be removed from HUB_MASTER_KEYS."
        )
