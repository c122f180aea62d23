"""RESTRICT instead of PROTECT: a warehouse with stock cannot be deleted, an organization with all it has can."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("inventory", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name='reservation',
            name='warehouse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='inventory.warehouse'),
        ),
        migrations.AlterField(
            model_name='stocklevel',
            name='warehouse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='levels', to='inventory.warehouse'),
        ),
        migrations.AlterField(
            model_name='stockmovement',
            name='warehouse',
            field=models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='inventory.warehouse'),
        ),
    ]
