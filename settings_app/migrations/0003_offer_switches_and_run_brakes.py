import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('settings_app', '0002_stock_switches'),
    ]

    operations = [
        migrations.AddField(
            model_name='installation',
            name='offer_writes_stopped_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='offers to Allegro stopped'),
        ),
        migrations.AddField(
            model_name='integration',
            name='brake_changed_minimum',
            field=models.PositiveIntegerField(default=50, validators=[django.core.validators.MinValueValidator(1)], verbose_name='brake of a run, at least offers'),
        ),
        migrations.AddField(
            model_name='integration',
            name='brake_changed_percent',
            field=models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100)], verbose_name='brake of a run, per cent of offers'),
        ),
        migrations.AddField(
            model_name='integration',
            name='brake_ended_per_day',
            field=models.PositiveIntegerField(default=50, verbose_name='offers ended a day, at most'),
        ),
        migrations.AddField(
            model_name='organizationsettings',
            name='offer_writes_stopped_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='offers to Allegro stopped'),
        ),
    ]
