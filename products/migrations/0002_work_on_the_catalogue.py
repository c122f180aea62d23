"""Work on the catalogue: history, bulk edits, sync rules, likenesses, and the check of EANs."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# What products.ean.finding says, in the database, so that a million products can be asked by index.
# GS1: digits at odd places of the number filled to fourteen count three times; General Specifications,
# 1.4: prefixes 02, 04, 20-29 are for use inside a company, 05 and 98, 99 are coupons and receipts, and an
# eight-digit number that begins with 0 or 2 is internal as well.
EAN_FINDING = """
CREATE FUNCTION products_ean_finding(ean text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    filled text;
    total integer := 0;
BEGIN
    IF ean = '' THEN
        RETURN '';
    ELSIF ean !~ '^[0-9]+$' THEN
        RETURN 'DIGITS';
    ELSIF length(ean) NOT IN (8, 12, 13, 14) THEN
        RETURN 'LENGTH';
    END IF;
    filled := lpad(ean, 14, '0');
    FOR place IN 1..14 LOOP
        total := total + (ascii(substr(filled, place, 1)) - 48) * (1 + 2 * (place % 2));
    END LOOP;
    IF total % 10 <> 0 THEN
        RETURN 'CHECK';
    ELSIF total = 0
       OR (length(ean) = 8 AND left(ean, 1) IN ('0', '2'))
       OR (length(ean) > 8 AND substr(filled, 2, 2) ~ '^(02|04|05|2[0-9]|98|99)$') THEN
        RETURN 'INTERNAL';
    END IF;
    RETURN '';
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_saved_views'),
        ('products', '0001_initial'),
        ('settings_app', '0002_stock_switches'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(EAN_FINDING, "DROP FUNCTION products_ean_finding(text)"),
        migrations.AddField(
            model_name='product',
            name='ean_finding',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('ean'), function='products_ean_finding'), output_field=models.CharField(choices=[('DIGITS', 'Not only digits'), ('LENGTH', 'Wrong length'), ('CHECK', 'Wrong check digit'), ('INTERNAL', 'Number for internal use')], max_length=10, verbose_name='EAN check')),
        ),
        migrations.CreateModel(
            name='SyncSelection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('PENDING', 'Waiting'), ('RUNNING', 'Running'), ('DONE', 'Done'), ('WAITING_FOR_PERSON', 'Needs a person'), ('DEAD', 'Given up')], default='PENDING', max_length=20, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next attempt')),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('last_trace_id', models.CharField(blank=True, max_length=128, verbose_name='trace id')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('wanted_at', models.DateTimeField(verbose_name='rules changed')),
                ('after_id', models.BigIntegerField(default=0)),
                ('changed', models.PositiveIntegerField(default=0, verbose_name='changed')),
            ],
        ),
        migrations.AddField(
            model_name='product',
            name='sync_choice',
            field=models.CharField(blank=True, choices=[('ALWAYS', 'Always sync'), ('NEVER', 'Never sync')], max_length=6, verbose_name='syncing'),
        ),
        migrations.CreateModel(
            name='BulkEdit',
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
                ('stage', models.CharField(choices=[('CHECKING', 'Being checked'), ('PREVIEW', 'Waiting for your confirmation'), ('APPLYING', 'Being applied'), ('APPLIED', 'Applied'), ('UNDOING', 'Being taken back'), ('UNDONE', 'Taken back'), ('CANCELLED', 'Cancelled')], default='CHECKING', max_length=10, verbose_name='stage')),
                ('selection', models.CharField(blank=True, max_length=1000, verbose_name='chosen by')),
                ('rows_total', models.PositiveIntegerField(default=0)),
                ('rows_done', models.PositiveIntegerField(default=0)),
                ('after_id', models.BigIntegerField(default=0)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='BulkEditRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('UNSEEN', 'Not looked at yet'), ('READY', 'Will change'), ('SAME', 'Has these values already'), ('REFUSED', 'Refused'), ('CHANGED', 'Changed'), ('UNDONE', 'Taken back'), ('KEPT', 'Changed since, left as it is')], default='UNSEEN', max_length=10, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=20, verbose_name='reason')),
                ('edit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='products.bulkedit')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='products.product')),
            ],
        ),
        migrations.CreateModel(
            name='BulkEditStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(choices=[('selling_price', 'selling price, gross'), ('purchase_price', 'purchase price, net'), ('purchase_tax_rate', 'purchase VAT, %'), ('default_category', 'category'), ('supplier', 'supplier'), ('brand', 'brand'), ('manufacturer', 'manufacturer'), ('origin', 'country of origin'), ('availability', 'availability'), ('tags', 'tags'), ('active', 'active'), ('sync_choice', 'syncing'), ('track_inventory', 'stock is tracked'), ('minimum_stock', 'minimum stock')], max_length=40, verbose_name='field')),
                ('act', models.CharField(choices=[('SET', 'set to'), ('CLEAR', 'clear'), ('PERCENT', 'change by %'), ('ADD', 'add'), ('REMOVE', 'remove')], max_length=8, verbose_name='act')),
                ('value', models.CharField(blank=True, max_length=500, verbose_name='value')),
                ('rounding', models.CharField(choices=[('CENT', 'to 0.01'), ('TENTH', 'to 0.10'), ('WHOLE', 'to whole units'), ('NINES', 'to …,99')], default='CENT', max_length=8, verbose_name='rounding')),
                ('edit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='products.bulkedit')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='NotDuplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('EAN', 'Same EAN'), ('CODE', 'Same code but for case or spaces'), ('NAME', 'Same name and brand')], max_length=10, verbose_name='alike in')),
                ('key', models.CharField(max_length=480, verbose_name='what they share')),
                ('members', models.PositiveIntegerField(verbose_name='products')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
        ),
        migrations.CreateModel(
            name='ProductChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('field', models.CharField(blank=True, max_length=40, verbose_name='field')),
                ('before', models.TextField(blank=True, null=True, verbose_name='before')),
                ('after', models.TextField(blank=True, null=True, verbose_name='after')),
                ('source', models.CharField(choices=[('PERSON', 'By hand'), ('API', 'Through the API'), ('IMPORT', 'Import'), ('BULK', 'Bulk edit'), ('SYNC', 'Sync'), ('RULE', 'Sync rule'), ('UNDO', 'Taken back'), ('SYSTEM', 'The product itself')], max_length=10, verbose_name='source')),
                ('reference', models.CharField(blank=True, max_length=40, verbose_name='number')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('actor', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organization', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='products.product')),
            ],
        ),
        migrations.CreateModel(
            name='SyncRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('position', models.PositiveSmallIntegerField(verbose_name='place in the order')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('effect', models.CharField(choices=[('INCLUDE', 'are synced'), ('EXCLUDE', 'are kept out')], max_length=8, verbose_name='products it fits')),
                ('brand', models.CharField(blank=True, max_length=160, verbose_name='brand')),
                ('tag', models.CharField(blank=True, max_length=100, verbose_name='tag')),
                ('price_from', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='price from')),
                ('price_until', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='price until')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('removed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='products.category', verbose_name='category')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('supplier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='settings_app.supplier', verbose_name='supplier')),
            ],
        ),
        migrations.AddField(
            model_name='product',
            name='sync_rule',
            field=models.ForeignKey(blank=True, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='products.syncrule'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('brand', ''), _negated=True), fields=['organization', 'brand', '-id'], name='products_by_brand'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('ean', '')), fields=['organization', '-id'], name='products_without_ean'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('main_image_url', '')), fields=['organization', '-id'], name='products_without_image'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('ean_finding', ''), _negated=True), fields=['organization', '-id'], name='products_wrong_ean'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('sync_enabled', False)), fields=['organization', '-id'], name='products_kept_out'),
        ),
        migrations.AddIndex(
            model_name='product',
            index=models.Index(condition=models.Q(('archived_at__isnull', False)), fields=['organization', '-id'], name='products_archived'),
        ),
        migrations.AddField(
            model_name='syncselection',
            name='organization',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization'),
        ),
        migrations.AddIndex(
            model_name='bulkedit',
            index=models.Index(condition=models.Q(('state__in', ['PENDING', 'RUNNING'])), fields=['next_attempt_at'], name='products_edit_due'),
        ),
        migrations.AddIndex(
            model_name='bulkedit',
            index=models.Index(fields=['organization', '-id'], name='products_edit_recent'),
        ),
        migrations.AddIndex(
            model_name='bulkeditrow',
            index=models.Index(fields=['edit', 'state', 'id'], name='products_edit_row_state'),
        ),
        migrations.AddIndex(
            model_name='bulkeditrow',
            index=models.Index(fields=['product'], name='products_edit_row_product'),
        ),
        migrations.AddConstraint(
            model_name='bulkeditrow',
            constraint=models.UniqueConstraint(fields=('edit', 'product'), name='products_edit_row_once'),
        ),
        migrations.AddConstraint(
            model_name='bulkeditstep',
            constraint=models.UniqueConstraint(fields=('edit', 'field'), name='products_step_once'),
        ),
        migrations.AddConstraint(
            model_name='notduplicate',
            constraint=models.UniqueConstraint(fields=('organization', 'kind', 'key'), name='products_not_duplicate_once'),
        ),
        migrations.AddIndex(
            model_name='productchange',
            index=models.Index(fields=['product', '-id'], name='products_change_product'),
        ),
        migrations.AddIndex(
            model_name='productchange',
            index=models.Index(condition=models.Q(('source', 'BULK')), fields=['organization', 'reference', 'id'], name='products_change_bulk'),
        ),
        migrations.AddIndex(
            model_name='syncrule',
            index=models.Index(condition=models.Q(('removed_at', None)), fields=['organization', 'position', 'id'], name='products_rule_order'),
        ),
        migrations.AddConstraint(
            model_name='syncrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('price_from', None), ('price_until', None)), models.Q(('currency', ''), _negated=True), _connector='OR'), name='products_rule_price_has_currency'),
        ),
        migrations.AddIndex(
            model_name='syncselection',
            index=models.Index(condition=models.Q(('state__in', ['PENDING', 'RUNNING'])), fields=['next_attempt_at'], name='products_selection_due'),
        ),
        migrations.AddConstraint(
            model_name='syncselection',
            constraint=models.UniqueConstraint(fields=('organization',), name='products_selection_once'),
        ),
    ]
