import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('products', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Warehouse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('code', models.CharField(max_length=60, verbose_name='code')),
                ('is_default', models.BooleanField(default=False, verbose_name='default')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'code'), name='inventory_warehouse_code'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('organization',), name='inventory_one_default_warehouse')],
            },
        ),
        migrations.CreateModel(
            name='StockMovement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('RECEIPT', 'Receipt'), ('ADJUSTMENT', 'Correction by hand'), ('IMPORT', 'Import'), ('RESERVE', 'Reserved for an order'), ('RELEASE', 'Reservation released'), ('DISPATCH', 'Dispatched'), ('RETURN', 'Returned'), ('COUNT', 'Stocktake'), ('TRANSFER_OUT', 'Transfer out'), ('TRANSFER_IN', 'Transfer in')], max_length=14, verbose_name='kind')),
                ('on_hand_change', models.IntegerField(default=0, verbose_name='on hand, change')),
                ('reserved_change', models.IntegerField(default=0, verbose_name='reserved, change')),
                ('on_hand_after', models.IntegerField(verbose_name='on hand, after')),
                ('reserved_after', models.IntegerField(verbose_name='reserved, after')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='reference')),
                ('key', models.CharField(max_length=160)),
                ('at', models.DateTimeField()),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stock_movements', to='products.product')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'product', '-id'], name='inventory_ledger_product'), models.Index(fields=['organization', '-id'], name='inventory_ledger_recent'), models.Index(condition=models.Q(('reference', ''), _negated=True), fields=['organization', 'reference', '-id'], name='inventory_ledger_reference')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'key'), name='inventory_movement_once'), models.CheckConstraint(condition=models.Q(('on_hand_change', 0), ('reserved_change', 0), _negated=True), name='inventory_movement_moves_something')],
            },
        ),
        migrations.CreateModel(
            name='StockLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on_hand', models.IntegerField(default=0, verbose_name='on hand')),
                ('reserved', models.IntegerField(default=0, verbose_name='reserved')),
                ('minimum', models.PositiveIntegerField(blank=True, null=True, verbose_name='minimum')),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stock_levels', to='products.product')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='levels', to='inventory.warehouse')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'product'], name='inventory_level_product'), models.Index(condition=models.Q(('reserved__gt', models.F('on_hand'))), fields=['organization', 'product'], name='inventory_short')],
                'constraints': [models.UniqueConstraint(fields=('product', 'warehouse'), name='inventory_one_level_per_place'), models.CheckConstraint(condition=models.Q(('on_hand__gte', 0)), name='inventory_on_hand_not_below_0'), models.CheckConstraint(condition=models.Q(('reserved__gte', 0)), name='inventory_reserved_not_below_0')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=160)),
                ('claim', models.CharField(blank=True, max_length=160)),
                ('times', models.PositiveSmallIntegerField(default=1)),
                ('quantity', models.PositiveIntegerField(verbose_name='quantity')),
                ('state', models.CharField(choices=[('ACTIVE', 'Reserved'), ('CONSUMED', 'Dispatched'), ('RELEASED', 'Released')], default='ACTIVE', max_length=10, verbose_name='state')),
                ('reference', models.CharField(blank=True, max_length=120, verbose_name='reference')),
                ('created_at', models.DateTimeField()),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reservations', to='products.product')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.warehouse')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'ACTIVE')), fields=['organization', 'product'], name='inventory_active_reservation'), models.Index(condition=models.Q(('claim', ''), _negated=True), fields=['organization', 'claim'], name='inventory_reservation_claim')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'key'), name='inventory_reserved_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='inventory_reserves_something')],
            },
        ),
    ]
