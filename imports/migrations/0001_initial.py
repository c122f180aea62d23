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
            name='ImportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('state', models.CharField(choices=[('PENDING', 'Waiting'), ('RUNNING', 'Running'), ('DONE', 'Done'), ('WAITING_FOR_PERSON', 'Needs a person'), ('DEAD', 'Given up')], default='PENDING', max_length=20, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next attempt')),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('last_trace_id', models.CharField(blank=True, max_length=128, verbose_name='trace id')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('file_name', models.CharField(max_length=255, verbose_name='file')),
                ('storage_path', models.CharField(editable=False, max_length=300)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField(verbose_name='size, bytes')),
                ('format', models.CharField(blank=True, max_length=30, verbose_name='format')),
                ('encoding', models.CharField(blank=True, max_length=30, verbose_name='encoding')),
                ('delimiter', models.CharField(blank=True, max_length=4, verbose_name='delimiter')),
                ('quote', models.CharField(blank=True, max_length=1, verbose_name='quote')),
                ('sample_line', models.CharField(blank=True, max_length=300, verbose_name='sample line')),
                ('stock_meaning', models.CharField(choices=[('MINIMUM', 'Minimum levels (stock is not touched)'), ('ON_HAND', 'Pieces on hand'), ('IGNORE', 'Ignore them')], default='MINIMUM', max_length=8, verbose_name='stock columns are')),
                ('header', models.JSONField(blank=True, default=list)),
                ('columns', models.JSONField(blank=True, default=list)),
                ('stock_columns', models.JSONField(blank=True, default=list)),
                ('warnings', models.JSONField(blank=True, default=list)),
                ('stage', models.CharField(choices=[('UPLOADED', 'Uploaded'), ('STAGING', 'Being read and checked'), ('PREVIEW', 'Waiting for your confirmation'), ('APPLYING', 'Being applied'), ('APPLIED', 'Applied'), ('CANCELLED', 'Cancelled'), ('REFUSED', 'The file cannot be imported')], default='UPLOADED', max_length=10, verbose_name='stage')),
                ('refusal', models.CharField(blank=True, max_length=500)),
                ('remedy', models.CharField(blank=True, max_length=500)),
                ('rows_total', models.PositiveIntegerField(default=0)),
                ('rows_new', models.PositiveIntegerField(default=0)),
                ('rows_changed', models.PositiveIntegerField(default=0)),
                ('rows_unchanged', models.PositiveIntegerField(default=0)),
                ('rows_wrong', models.PositiveIntegerField(default=0)),
                ('rows_applied', models.PositiveIntegerField(default=0)),
                ('products_changed', models.PositiveIntegerField(default=0)),
                ('levels_changed', models.PositiveIntegerField(default=0)),
                ('bytes_read', models.BigIntegerField(default=0)),
                ('step_started_at', models.DateTimeField(blank=True, null=True)),
                ('staged_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('same_file_as', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='imports.importjob')),
                ('supplier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='settings_app.supplier')),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['PENDING', 'RUNNING'])), fields=['next_attempt_at'], name='imports_job_due'), models.Index(fields=['organization', '-id'], name='imports_job_recent'), models.Index(fields=['organization', 'sha256'], name='imports_job_sha')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('code', models.CharField(blank=True, max_length=100, verbose_name='code')),
                ('values', models.JSONField(default=dict)),
                ('raw', models.JSONField(default=list)),
                ('outcome', models.CharField(blank=True, choices=[('NEW', 'New'), ('CHANGED', 'Changed'), ('UNCHANGED', 'Unchanged'), ('WRONG', 'Wrong')], max_length=10, verbose_name='outcome')),
                ('before', models.JSONField(blank=True, null=True)),
                ('errors', models.JSONField(blank=True, default=list)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='imports.importjob')),
            ],
            options={
                'indexes': [models.Index(fields=['job', 'outcome', 'line'], name='imports_row_outcome')],
                'constraints': [models.UniqueConstraint(fields=('job', 'line'), name='imports_row_line')],
            },
        ),
    ]
