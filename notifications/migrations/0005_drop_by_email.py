"""The new columns are filled; the old one goes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_fill_ways_of_mail")]

    operations = [
        migrations.RemoveField(model_name="preference", name="by_email"),
        migrations.AlterField(
            model_name="notification",
            name="last_at",
            field=models.DateTimeField(verbose_name="last"),
        ),
        migrations.AlterField(
            model_name="preference",
            name="mail",
            field=models.CharField(
                choices=[("now", "At once"), ("digest", "In the summary"), ("never", "Never")],
                max_length=10,
                verbose_name="mail",
            ),
        ),
    ]
