import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('orders', '0002_returns_and_stop_flag'),
        ('settings_app', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cancellation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('whole', models.BooleanField(default=True)),
                ('lines', models.JSONField(blank=True, default=list)),
                ('token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('requested_at', models.DateTimeField()),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cancellations', to='orders.order')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['order', '-id'], name='orders_cancellation_order')],
            },
        ),
        migrations.CreateModel(
            name='Carrier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('environment', models.CharField(max_length=12)),
                ('carrier_id', models.CharField(max_length=64)),
                ('name', models.CharField(max_length=200)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('read_at', models.DateTimeField(verbose_name='read')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('environment', 'carrier_id'), name='orders_carrier_once')],
            },
        ),
        migrations.CreateModel(
            name='CommissionClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(max_length=64, verbose_name='number at Allegro')),
                ('status', models.CharField(max_length=30, verbose_name='state')),
                ('type', models.CharField(blank=True, max_length=20, verbose_name='made by')),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('commission', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='commission')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('created_at', models.DateTimeField(blank=True, null=True, verbose_name='claimed')),
                ('read_at', models.DateTimeField()),
                ('next_read_at', models.DateTimeField(blank=True, null=True)),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commission_claims', to='orders.orderline')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='commission_claims', to='orders.order')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('next_read_at__isnull', False)), fields=['next_read_at'], name='orders_claim_due'), models.Index(fields=['order', '-id'], name='orders_claim_order')],
                'constraints': [models.UniqueConstraint(fields=('line', 'remote_id'), name='orders_claim_once')],
            },
        ),
        migrations.CreateModel(
            name='OrderWrite',
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
                ('kind', models.CharField(choices=[('FULFILMENT', 'Status'), ('SHIPMENT', 'Tracking number'), ('REFUND', 'Refund'), ('COMMISSION_CLAIM', 'Commission claim'), ('CLAIM_CANCEL', 'Withdrawal of a commission claim')], max_length=20, verbose_name='kind')),
                ('key', models.CharField(blank=True, max_length=140)),
                ('requested', models.JSONField(blank=True, default=dict)),
                ('before', models.JSONField(blank=True, default=dict)),
                ('after', models.JSONField(blank=True, default=dict)),
                ('seen_revision', models.CharField(blank=True, max_length=64)),
                ('despite_stop', models.BooleanField(default=False, verbose_name='although it should stop')),
                ('command_id', models.UUIDField(blank=True, null=True, unique=True)),
                ('remote_id', models.CharField(blank=True, max_length=64, verbose_name='number at Allegro')),
                ('remote_status', models.CharField(blank=True, max_length=40, verbose_name='state at Allegro')),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('WRITTEN', 'Done at Allegro'), ('ALREADY', 'It was so already'), ('LET_GO', 'Let go by a person'), ('REPLACED', 'Replaced by a newer wish')], max_length=12, verbose_name='outcome')),
                ('problem', models.CharField(blank=True, max_length=60, verbose_name='problem')),
                ('requested_at', models.DateTimeField(verbose_name='asked for')),
                ('after_write', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='followers', to='orders.orderwrite')),
                ('cancellation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='writes', to='orders.cancellation')),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='settings_app.integration')),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='writes', to='orders.order')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['PENDING', 'RUNNING'])), fields=['next_attempt_at'], name='orders_write_due'), models.Index(fields=['organization', 'state', '-id'], name='orders_write_states'), models.Index(fields=['order', '-id'], name='orders_write_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'DONE'), _negated=True), fields=('order', 'kind', 'key'), name='orders_write_open_once')],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(max_length=64, verbose_name='number at Allegro')),
                ('payment_id', models.CharField(blank=True, max_length=64)),
                ('status', models.CharField(max_length=30, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                ('total', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='sum')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('lines', models.JSONField(blank=True, default=list)),
                ('created_at', models.DateTimeField(blank=True, null=True, verbose_name='ordered')),
                ('read_at', models.DateTimeField()),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='refunds', to='orders.order')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('write', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.orderwrite')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('order', 'remote_id'), name='orders_refund_once')],
            },
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(max_length=64, verbose_name='number at Allegro')),
                ('carrier_id', models.CharField(blank=True, max_length=64, verbose_name='carrier')),
                ('carrier_name', models.CharField(blank=True, max_length=200)),
                ('waybill', models.CharField(max_length=64, verbose_name='tracking number')),
                ('line_item_ids', models.JSONField(blank=True, default=list)),
                ('source', models.CharField(choices=[('HUB', 'Added here'), ('ALLEGRO', 'Ship with Allegro'), ('ELSEWHERE', 'Added elsewhere')], max_length=10, verbose_name='added by')),
                ('created_at', models.DateTimeField(blank=True, null=True, verbose_name='added')),
                ('read_at', models.DateTimeField()),
                ('order', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shipments', to='orders.order')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('write', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='orders.orderwrite')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'waybill'], name='orders_shipment_waybill')],
                'constraints': [models.UniqueConstraint(fields=('order', 'remote_id'), name='orders_shipment_once')],
            },
        ),
    ]
