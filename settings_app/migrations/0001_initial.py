import uuid
from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.sealed


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Integration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('label', models.CharField(max_length=80, verbose_name='name')),
                ('environment', models.CharField(choices=[('production', 'Allegro'), ('sandbox', 'Allegro sandbox')], max_length=12, verbose_name='environment')),
                ('state', models.CharField(choices=[('CONNECTED', 'Connected'), ('NEEDS_REAUTH', 'Needs a new sign-in at Allegro'), ('PAUSED', 'Paused'), ('DISABLED', 'Switched off after repeated errors'), ('DISCONNECTED', 'Disconnected')], default='NEEDS_REAUTH', max_length=14, verbose_name='state')),
                ('expected_login', models.CharField(blank=True, max_length=120, verbose_name='expected Allegro login')),
                ('seller_id', models.CharField(blank=True, max_length=40, verbose_name='seller id')),
                ('seller_login', models.CharField(blank=True, max_length=120, verbose_name='seller login')),
                ('base_marketplace', models.CharField(blank=True, max_length=40, verbose_name='base marketplace')),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('identity_error', models.CharField(blank=True, max_length=300)),
                ('access_token', core.sealed.SealedField(blank=True, default='', editable=False)),
                ('refresh_token', core.sealed.SealedField(blank=True, default='', editable=False)),
                ('token_jti', models.CharField(blank=True, editable=False, max_length=80)),
                ('token_refreshed_at', models.DateTimeField(blank=True, null=True)),
                ('token_expires_at', models.DateTimeField(blank=True, null=True)),
                ('refresh_expires_at', models.DateTimeField(blank=True, null=True)),
                ('refresh_failures', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('refresh_retry_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('scopes', models.JSONField(blank=True, default=list)),
                ('may_write_stock', models.BooleanField(default=False, verbose_name='may write stock')),
                ('may_write_price', models.BooleanField(default=False, verbose_name='may write prices')),
                ('may_write_offers', models.BooleanField(default=False, verbose_name='may write offers')),
                ('stock_buffer', models.PositiveIntegerField(default=0, verbose_name='stock buffer, pieces')),
                ('zero_stock_policy', models.CharField(choices=[('SET_ZERO', 'Set 0 (Allegro ends the offer)'), ('END', 'End the offer'), ('LEAVE', 'Leave the offer')], default='SET_ZERO', max_length=10, verbose_name='at zero stock')),
                ('conflict_strategy', models.CharField(choices=[('TIMESTAMP', 'The newer change'), ('DB_WINS', 'Our catalogue'), ('ALLEGRO_WINS', 'Allegro'), ('MANUAL', 'Ask me')], default='MANUAL', max_length=14, verbose_name='on conflict')),
                ('field_rules', models.JSONField(blank=True, default=dict, verbose_name='rules per field')),
                ('auto_generate_invoices', models.BooleanField(default=False, verbose_name='make invoices by itself')),
                ('invoice_template_id', models.CharField(blank=True, default=None, max_length=64, null=True, verbose_name='invoice template')),
                ('sync_frequency_minutes', models.PositiveIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1440)], verbose_name='sync every, minutes')),
                ('auto_mark_as_paid', models.BooleanField(default=False, verbose_name='mark invoices as paid')),
                ('auto_create_customer', models.BooleanField(default=True, verbose_name='make customers from buyers')),
                ('auto_create_product', models.BooleanField(default=False, verbose_name='make products from offers')),
                ('default_vat_rate', models.DecimalField(decimal_places=2, default=Decimal('23'), max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='default VAT rate, %')),
                ('sync_error_count', models.PositiveIntegerField(default=0, verbose_name='consecutive errors')),
                ('last_sync_error', models.CharField(blank=True, max_length=500, verbose_name='last error')),
                ('last_error_trace_id', models.CharField(blank=True, max_length=128, verbose_name='trace id')),
                ('is_outage', models.BooleanField(default=False, help_text="The last error was Allegro's, so it is tried again by itself.", verbose_name='Allegro did not answer')),
                ('last_finding', models.CharField(blank=True, max_length=500, verbose_name='last finding')),
                ('last_synced_at', models.DateTimeField(blank=True, null=True, verbose_name='last synced')),
                ('last_order_at', models.DateTimeField(blank=True, null=True, verbose_name='last order')),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('disconnected_at', models.DateTimeField(blank=True, null=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'state'], name='settings_integration_org'), models.Index(fields=['state', 'token_expires_at'], name='settings_integration_expiry'), models.Index(condition=models.Q(('refresh_retry_at__isnull', False)), fields=['refresh_retry_at'], name='settings_integration_retry')],
                'constraints': [models.UniqueConstraint(condition=models.Q(models.Q(('seller_id', ''), _negated=True), models.Q(('state', 'DISCONNECTED'), _negated=True)), fields=('environment', 'seller_id'), name='settings_seller_linked_once')],
            },
        ),
        migrations.CreateModel(
            name='DeviceAuthorization',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('environment', models.CharField(choices=[('production', 'Allegro'), ('sandbox', 'Allegro sandbox')], max_length=12)),
                ('label', models.CharField(blank=True, max_length=80)),
                ('expected_login', models.CharField(blank=True, max_length=120)),
                ('device_code', core.sealed.SealedField(blank=True, default='', editable=False)),
                ('user_code', models.CharField(blank=True, max_length=32)),
                ('verification_uri', models.CharField(blank=True, max_length=300)),
                ('verification_uri_complete', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('PENDING', 'Waiting for the seller'), ('AUTHORIZED', 'Authorized'), ('DENIED', 'Denied'), ('EXPIRED', 'Expired'), ('FAILED', 'Failed')], default='PENDING', max_length=12)),
                ('problem', models.CharField(blank=True, max_length=300)),
                ('interval_seconds', models.PositiveSmallIntegerField(default=5)),
                ('next_poll_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('integration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='settings_app.integration')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'PENDING')), fields=['next_poll_at'], name='settings_device_due'), models.Index(fields=['organization', '-created_at'], name='settings_device_org')],
            },
        ),
        migrations.CreateModel(
            name='OAuthAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('environment', models.CharField(choices=[('production', 'Allegro'), ('sandbox', 'Allegro sandbox')], max_length=12)),
                ('label', models.CharField(blank=True, max_length=80)),
                ('expected_login', models.CharField(blank=True, max_length=120)),
                ('nonce_sha256', models.CharField(editable=False, max_length=64, unique=True)),
                ('code_verifier', core.sealed.SealedField(blank=True, default='', editable=False)),
                ('created_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('integration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='settings_app.integration')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'OAuth attempt',
                'indexes': [models.Index(fields=['created_at'], name='settings_attempt_created')],
            },
        ),
        migrations.CreateModel(
            name='OrganizationSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('default_margin_percent', models.DecimalField(decimal_places=2, default=Decimal('20'), max_digits=7, verbose_name='default margin, %')),
                ('default_vat_rate', models.DecimalField(decimal_places=2, default=Decimal('23'), max_digits=5, validators=[django.core.validators.MinValueValidator(Decimal('0')), django.core.validators.MaxValueValidator(Decimal('100'))], verbose_name='default VAT rate, %')),
                ('low_stock_threshold', models.PositiveIntegerField(default=3, verbose_name='low stock from')),
                ('notification_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail for notices')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'verbose_name_plural': 'organization settings',
                'constraints': [models.UniqueConstraint(fields=('organization',), name='settings_one_per_organization')],
            },
        ),
        migrations.CreateModel(
            name='Supplier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=160, verbose_name='name')),
                ('code', models.CharField(blank=True, max_length=40, verbose_name='code')),
                ('currency', models.CharField(default='CZK', max_length=3, verbose_name='currency')),
                ('margin_percent', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name='margin, %')),
                ('feed_url', models.URLField(blank=True, max_length=500, verbose_name='feed address')),
                ('api_key', core.sealed.SealedField(blank=True, default='', editable=False)),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organization', 'name'), name='settings_supplier_name')],
            },
        ),
    ]
