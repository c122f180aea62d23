"""The size that bands and rules measure, and the name of a discrepancy in the API."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("syncs", "0002_discrepancies")]

    operations = [
        migrations.AddField(
            model_name="discrepancy",
            name="size",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=16, null=True, verbose_name="size"
            ),
        ),
        migrations.AddField(
            model_name="discrepancy",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        # One value each: the default of the column's adding is one for all rows.
        migrations.RunSQL(
            "UPDATE syncs_discrepancy SET public_id = gen_random_uuid()",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="discrepancy",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name="discrepancy",
            name="fingerprint",
            field=models.CharField(max_length=80),
        ),
    ]
