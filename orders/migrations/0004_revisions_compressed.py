from django.db import migrations

import core.packed


class Migration(migrations.Migration):
    """Kept forms become bytes. Those from before stay readable as plain JSON; new ones are compressed.

    Not reversible: the database cannot read what it did not compress.
    """

    dependencies = [("orders", "0003_order_writes")]

    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE orders_orderrevision
            ALTER COLUMN payload TYPE bytea USING convert_to(payload::text, 'UTF8')
            """,
            state_operations=[
                migrations.AlterField(
                    model_name="orderrevision",
                    name="payload",
                    field=core.packed.PackedJSONField(),
                )
            ],
        )
    ]
