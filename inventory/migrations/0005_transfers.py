import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('inventory', '0004_holds'),
        ('products', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('state', models.CharField(choices=[('DRAFT', 'Draft'), ('SENT', 'In transit'), ('RECEIVED', 'Received'), ('CANCELLED', 'Cancelled')], default='DRAFT', max_length=10, verbose_name='state')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='closed')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('destination', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='inventory.warehouse', verbose_name='to')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='inventory.warehouse', verbose_name='from')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'state', '-id'], name='inventory_transfer_state'), models.Index(fields=['organization', '-id'], name='inventory_transfer_recent')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'number'), name='inventory_transfer_number'), models.CheckConstraint(condition=models.Q(('source', models.F('destination')), _negated=True), name='inventory_transfer_goes_elsewhere'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'SENT'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='inventory_transfer_sent_with_time')],
            },
        ),
        migrations.CreateModel(
            name='TransferLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('quantity', models.PositiveIntegerField(verbose_name='pieces')),
                ('received', models.PositiveIntegerField(default=0, verbose_name='received')),
                ('missing', models.PositiveIntegerField(default=0, verbose_name='not arrived')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transfer_lines', to='products.product')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.transfer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('transfer', 'product'), name='inventory_transfer_line_once'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='inventory_transfer_line_has_pieces'), models.CheckConstraint(condition=models.Q(('missing__lte', models.F('quantity'))), name='inventory_transfer_misses_sent_ones')],
            },
        ),
        migrations.CreateModel(
            name='TransferReceipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100)),
                ('pieces', models.PositiveIntegerField(verbose_name='pieces')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='inventory.transfer')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('transfer', 'key'), name='inventory_receipt_once')],
            },
        ),
    ]
