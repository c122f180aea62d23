from decimal import Decimal

import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('core', '0001_extensions'),
        ('settings_app', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=500, verbose_name='path')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'verbose_name_plural': 'categories',
                'constraints': [models.UniqueConstraint(fields=('organization', 'path'), name='products_category_path')],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('code', models.CharField(max_length=100, verbose_name='code')),
                ('external_id', models.CharField(blank=True, max_length=100, verbose_name='id in the source')),
                ('parent_code', models.CharField(blank=True, max_length=100, verbose_name='variant of')),
                ('name', models.CharField(max_length=300, verbose_name='name')),
                ('name_url', models.CharField(blank=True, max_length=300, verbose_name='name in the address')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('short_description', models.TextField(blank=True, verbose_name='short description')),
                ('brand', models.CharField(blank=True, max_length=160, verbose_name='brand')),
                ('manufacturer', models.CharField(blank=True, max_length=160, verbose_name='manufacturer')),
                ('ean', models.CharField(blank=True, max_length=14, verbose_name='EAN')),
                ('manufacturer_code', models.CharField(blank=True, max_length=100, verbose_name="manufacturer's code")),
                ('purchase_price', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='purchase price, net')),
                ('purchase_tax_rate', models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='purchase VAT, %')),
                ('purchase_gross', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='purchase price, gross')),
                ('purchase_currency', models.CharField(blank=True, max_length=3, verbose_name='purchase currency')),
                ('selling_price', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='selling price, gross')),
                ('selling_currency', models.CharField(blank=True, max_length=3, verbose_name='selling currency')),
                ('weight', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='weight, kg')),
                ('net_weight', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='net weight, kg')),
                ('volume', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='volume, l')),
                ('height', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='height, cm')),
                ('width', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='width, cm')),
                ('depth', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='depth, cm')),
                ('length', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(Decimal('0'))], verbose_name='length, cm')),
                ('material', models.CharField(blank=True, max_length=200, verbose_name='material')),
                ('origin', models.CharField(blank=True, max_length=80, verbose_name='country of origin')),
                ('minimum_stock', models.PositiveIntegerField(blank=True, null=True, verbose_name='minimum stock')),
                ('track_inventory', models.BooleanField(default=True, verbose_name='stock is tracked')),
                ('availability', models.CharField(blank=True, max_length=120, verbose_name='availability')),
                ('main_image_url', models.CharField(blank=True, max_length=1000, verbose_name='main image')),
                ('seo_title', models.CharField(blank=True, max_length=300, verbose_name='SEO title')),
                ('seo_description', models.TextField(blank=True, verbose_name='SEO description')),
                ('seo_keywords', models.CharField(blank=True, max_length=500, verbose_name='SEO keywords')),
                ('tags', models.CharField(blank=True, max_length=500, verbose_name='tags')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('sync_enabled', models.BooleanField(default=True, verbose_name='may sync')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('search', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Upper(django.db.models.functions.text.Concat(models.F('code'), models.Value(' '), models.F('name'), models.Value(' '), models.F('ean'), models.Value(' '), models.F('manufacturer_code'))), output_field=models.TextField())),
                ('categories', models.ManyToManyField(blank=True, related_name='products', to='products.category')),
                ('default_category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='products.category', verbose_name='category')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('supplier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='products', to='settings_app.supplier', verbose_name='supplier')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', '-id'], name='products_recent'), models.Index(fields=['organization', 'name', 'id'], name='products_by_name'), models.Index(condition=models.Q(('ean', ''), _negated=True), fields=['organization', 'ean'], name='products_ean'), django.contrib.postgres.indexes.GinIndex(fields=['organization', 'search'], name='products_search', opclasses=['int8_ops', 'gin_trgm_ops']), models.Index(models.F('organization'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('code'), name='text_pattern_ops'), name='products_code_upper')],
                'constraints': [models.UniqueConstraint(fields=('organization', 'code'), name='products_code_once'), models.CheckConstraint(condition=models.Q(('selling_price', None), models.Q(('selling_price__gte', 0), models.Q(('selling_currency', ''), _negated=True)), _connector='OR'), name='products_selling_price_has_currency'), models.CheckConstraint(condition=models.Q(('purchase_price', None), models.Q(('purchase_price__gte', 0), models.Q(('purchase_currency', ''), _negated=True)), _connector='OR'), name='products_purchase_price_has_currency')],
            },
        ),
        migrations.CreateModel(
            name='ProductImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=1000)),
                ('position', models.PositiveSmallIntegerField()),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='images', to='products.product')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('product', 'position'), name='products_image_position')],
            },
        ),
        migrations.CreateModel(
            name='SupplierProduct',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('supplier_code', models.CharField(max_length=100, verbose_name="supplier's code")),
                ('price', models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name='price')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('stock', models.IntegerField(blank=True, null=True, verbose_name='stock at the supplier')),
                ('url', models.CharField(blank=True, max_length=1000, verbose_name='address')),
                ('fetched_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='supplier_products', to='products.product')),
                ('supplier', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supplier_products', to='settings_app.supplier')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('supplier', 'supplier_code'), name='products_supplier_code_once')],
            },
        ),
    ]
