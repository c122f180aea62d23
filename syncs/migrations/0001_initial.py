import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('settings_app', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='SyncRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('PENDING', 'Waiting'), ('RUNNING', 'Running'), ('DONE', 'Done'), ('WAITING_FOR_PERSON', 'Needs a person'), ('DEAD', 'Given up')], default='PENDING', max_length=20, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next attempt')),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('last_trace_id', models.CharField(blank=True, max_length=128, verbose_name='trace id')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('PULL_OFFERS', 'Offers from Allegro'), ('PULL_ORDERS', 'Orders from Allegro')], max_length=14, verbose_name='what')),
                ('trigger', models.CharField(choices=[('SCHEDULE', 'Schedule'), ('PERSON', 'By a person'), ('CONNECT', 'Account connected')], max_length=10, verbose_name='started by')),
                ('mode', models.CharField(choices=[('DRY_RUN', 'Show only'), ('APPLY', 'Apply')], default='APPLY', max_length=8, verbose_name='mode')),
                ('requested_at', models.DateTimeField(verbose_name='requested')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                ('heartbeat_at', models.DateTimeField(blank=True, null=True)),
                ('position', models.JSONField(blank=True, default=dict)),
                ('expected', models.PositiveIntegerField(blank=True, null=True, verbose_name='expected')),
                ('scanned', models.PositiveIntegerField(default=0, verbose_name='looked at')),
                ('created', models.PositiveIntegerField(default=0, verbose_name='created')),
                ('updated', models.PositiveIntegerField(default=0, verbose_name='updated')),
                ('unchanged', models.PositiveIntegerField(default=0, verbose_name='unchanged')),
                ('skipped', models.PositiveIntegerField(default=0, verbose_name='skipped')),
                ('failed', models.PositiveIntegerField(default=0, verbose_name='failed')),
                ('linked', models.PositiveIntegerField(default=0, verbose_name='newly linked')),
                ('stop_reason', models.CharField(blank=True, max_length=300, verbose_name='stopped because')),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sync_runs', to='settings_app.integration')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['PENDING', 'RUNNING'])), fields=['next_attempt_at'], name='syncs_run_due'), models.Index(fields=['organization', '-id'], name='syncs_run_recent'), models.Index(fields=['integration', 'kind', '-id'], name='syncs_run_account')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['PENDING', 'RUNNING'])), fields=('integration', 'kind'), name='syncs_one_open_run')],
            },
        ),
        migrations.CreateModel(
            name='SyncItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_type', models.CharField(max_length=20)),
                ('object_id', models.CharField(max_length=80, verbose_name='object')),
                ('label', models.CharField(blank=True, max_length=300)),
                ('outcome', models.CharField(choices=[('CREATED', 'Created'), ('UPDATED', 'Updated'), ('UNCHANGED', 'Unchanged'), ('SKIPPED', 'Skipped'), ('FAILED', 'Failed')], max_length=10, verbose_name='outcome')),
                ('reason_code', models.CharField(blank=True, max_length=60, verbose_name='reason')),
                ('message', models.CharField(blank=True, max_length=500)),
                ('remedy', models.CharField(blank=True, max_length=500)),
                ('before', models.JSONField(blank=True, null=True)),
                ('after', models.JSONField(blank=True, null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='syncs.syncrun')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'outcome', 'id'], name='syncs_item_outcome')],
                'constraints': [models.UniqueConstraint(fields=('run', 'object_type', 'object_id'), name='syncs_item_once_per_run')],
            },
        ),
    ]
