import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('inventory', '0005_transfers'),
        ('products', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='stockmovement',
            name='kind',
            field=models.CharField(choices=[('RECEIPT', 'Receipt'), ('ADJUSTMENT', 'Correction by hand'), ('IMPORT', 'Import'), ('RESERVE', 'Reserved'), ('RELEASE', 'Reservation released'), ('DISPATCH', 'Dispatched'), ('RETURN', 'Returned'), ('COUNT', 'Stocktake'), ('TRANSFER_OUT', 'Transfer out'), ('TRANSFER_IN', 'Transfer in'), ('TRANSFER_DIFF', 'Transfer difference'), ('RECOUNT', 'Ledger and level made equal')], max_length=14, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='Stocktake',
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
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('stage', models.CharField(choices=[('COUNTING', 'Being counted'), ('POSTING', 'Being posted'), ('POSTED', 'Posted'), ('DISCARDED', 'Discarded')], default='COUNTING', max_length=10, verbose_name='stage')),
                ('selection', models.CharField(blank=True, max_length=200, verbose_name='selection')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('uncounted_is_zero', models.BooleanField(default=False, verbose_name='what was not counted is not there')),
                ('started_at', models.DateTimeField(verbose_name='started')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('posted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='inventory.warehouse', verbose_name='warehouse')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['PENDING', 'RUNNING'])), fields=['next_attempt_at'], name='inventory_stocktake_due'), models.Index(fields=['organization', '-id'], name='inventory_stocktake_recent')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'number'), name='inventory_stocktake_number'), models.UniqueConstraint(condition=models.Q(('stage__in', ['COUNTING', 'POSTING'])), fields=('warehouse',), name='inventory_one_count_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='StocktakeLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('expected', models.IntegerField(default=0, verbose_name='expected')),
                ('counted', models.PositiveIntegerField(blank=True, null=True, verbose_name='counted')),
                ('book', models.IntegerField(blank=True, null=True)),
                ('seen_movement_id', models.BigIntegerField(blank=True, null=True)),
                ('moved', models.BooleanField(default=False)),
                ('last_key', models.CharField(blank=True, max_length=40)),
                ('counted_at', models.DateTimeField(blank=True, null=True, verbose_name='counted at')),
                ('outcome', models.CharField(blank=True, choices=[('', 'Not posted yet'), ('POSTED', 'Difference booked'), ('SAME', 'No difference'), ('UNCOUNTED', 'Not counted, left as it was'), ('SUPERSEDED', 'Set by somebody after it was counted, left as it is')], default='', max_length=10, verbose_name='outcome')),
                ('change', models.IntegerField(default=0, verbose_name='booked')),
                ('counted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stocktake_lines', to='products.product')),
                ('stocktake', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.stocktake')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('counted', None)), fields=['stocktake', 'id'], name='inventory_count_open'), models.Index(condition=models.Q(('counted__isnull', False), models.Q(('counted', models.F('book')), _negated=True)), fields=['stocktake', 'id'], name='inventory_count_differs'), models.Index(condition=models.Q(('counted__isnull', False)), fields=['stocktake', '-counted_at'], name='inventory_count_latest')],
                'constraints': [models.UniqueConstraint(fields=('stocktake', 'product'), name='inventory_count_line_once'), models.CheckConstraint(condition=models.Q(models.Q(('book', None), ('counted', None)), models.Q(('book__isnull', False), ('counted__isnull', False)), _connector='OR'), name='inventory_counted_against_a_number')],
            },
        ),
    ]
