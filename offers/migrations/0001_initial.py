import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('core', '0001_extensions'),
        ('products', '0001_initial'),
        ('settings_app', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('allegro_id', models.CharField(max_length=40, verbose_name='offer number')),
                ('external_id', models.CharField(blank=True, max_length=100, verbose_name='external id')),
                ('ean', models.CharField(blank=True, max_length=14, verbose_name='EAN')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('category_id', models.CharField(blank=True, max_length=40, verbose_name='Allegro category')),
                ('price', models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='price, gross')),
                ('currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('stock_available', models.IntegerField(blank=True, null=True, verbose_name='listed stock')),
                ('stock_sold', models.IntegerField(blank=True, null=True, verbose_name='sold in 30 days')),
                ('publication_status', models.CharField(max_length=20, verbose_name='status')),
                ('marketplace', models.CharField(blank=True, max_length=40, verbose_name='base marketplace')),
                ('image_url', models.CharField(blank=True, max_length=1000)),
                ('link_state', models.CharField(choices=[('LINKED', 'Linked'), ('UNLINKED', 'No product has this code or EAN'), ('NO_IDENTITY', 'The offer has neither external id nor EAN'), ('AMBIGUOUS', 'Several products have this EAN'), ('DETACHED', 'A person removed the link')], default='UNLINKED', max_length=12, verbose_name='link')),
                ('content_hash', models.CharField(blank=True, editable=False, max_length=64)),
                ('first_seen_at', models.DateTimeField()),
                ('remote_seen_at', models.DateTimeField(verbose_name='seen at Allegro')),
                ('details_read_at', models.DateTimeField(blank=True, null=True, verbose_name='read in full')),
                ('missing_since', models.DateTimeField(blank=True, null=True)),
                ('search', models.GeneratedField(db_persist=True, expression=django.db.models.functions.text.Upper(django.db.models.functions.text.Concat(models.F('title'), models.Value(' '), models.F('external_id'), models.Value(' '), models.F('allegro_id'), models.Value(' '), models.F('ean'))), output_field=models.TextField())),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offers', to='settings_app.integration')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', '-id'], name='offers_recent'), models.Index(fields=['organization', 'external_id'], name='offers_external_id'), models.Index(condition=models.Q(('ean', ''), _negated=True), fields=['organization', 'ean'], name='offers_ean'), models.Index(models.F('organization'), django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('external_id'), name='text_pattern_ops'), name='offers_external_id_upper'), models.Index(fields=['integration', '-id'], name='offers_by_account'), models.Index(fields=['organization', 'link_state', '-id'], name='offers_by_link'), models.Index(fields=['organization', 'publication_status', '-id'], name='offers_by_status'), django.contrib.postgres.indexes.GinIndex(fields=['organization', 'search'], name='offers_search', opclasses=['int8_ops', 'gin_trgm_ops'])],
                'constraints': [models.UniqueConstraint(fields=('integration', 'allegro_id'), name='offers_once')],
            },
        ),
        migrations.CreateModel(
            name='OfferLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units_per_offer', models.PositiveIntegerField(default=1, verbose_name='pieces per sold unit')),
                ('source', models.CharField(choices=[('EXTERNAL_ID', 'External id = product code'), ('EAN', 'EAN'), ('PERSON', 'Chosen by a person'), ('CREATED', 'Product made from the offer')], max_length=12, verbose_name='recognised by')),
                ('linked_at', models.DateTimeField()),
                ('linked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('offer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='offers.offer')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='offer_links', to='products.product')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'product'], name='offers_link_product')],
                'constraints': [models.UniqueConstraint(fields=('offer', 'product'), name='offers_link_once'), models.CheckConstraint(condition=models.Q(('units_per_offer__gt', 0)), name='offers_link_takes_pieces')],
            },
        ),
    ]
