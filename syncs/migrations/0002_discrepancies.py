import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('offers', '0001_initial'),
        ('products', '0001_initial'),
        ('settings_app', '0001_initial'),
        ('syncs', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='syncrun',
            name='kind',
            field=models.CharField(choices=[('PULL_OFFERS', 'Offers from Allegro'), ('PULL_ORDERS', 'Orders from Allegro'), ('CHECK', 'Check against Allegro')], max_length=14, verbose_name='what'),
        ),
        migrations.CreateModel(
            name='Discrepancy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(editable=False, max_length=80)),
                ('kind', models.CharField(choices=[('QUANTITY', 'Quantity'), ('PRICE', 'Price'), ('STATUS', 'Status'), ('MISSING_AT_ALLEGRO', 'Missing at Allegro'), ('MISSING_HERE', 'Missing here')], max_length=20, verbose_name='in what')),
                ('cause', models.CharField(choices=[('DIFFERS', 'The values differ'), ('SELLS_WITHOUT_STOCK', 'On sale without stock'), ('ACTIVE_WITHOUT_STOCK', 'Active with nothing to sell'), ('ENDED_WITH_STOCK', 'Ended though there is stock'), ('ENDED_UNEXPECTEDLY', 'Ended, and not by us'), ('NOT_LISTED', 'The offer is gone'), ('NO_OFFER', 'No offer sells the product'), ('NO_PRODUCT', 'No product stands behind the offer')], max_length=24, verbose_name='what was found')),
                ('our_source', models.CharField(choices=[('STOCK', 'Our stock'), ('PRODUCT', 'Our product'), ('LISTING', "Allegro's list"), ('OFFER', 'The offer at Allegro')], max_length=10)),
                ('ours', models.CharField(blank=True, max_length=60, verbose_name='ours')),
                ('their_source', models.CharField(choices=[('STOCK', 'Our stock'), ('PRODUCT', 'Our product'), ('LISTING', "Allegro's list"), ('OFFER', 'The offer at Allegro')], max_length=10)),
                ('theirs', models.CharField(blank=True, max_length=60, verbose_name="Allegro's")),
                ('difference', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='difference')),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Low'), (2, 'Medium'), (3, 'High'), (4, 'Critical')], verbose_name='severity')),
                ('status', models.CharField(choices=[('OPEN', 'Open'), ('INVESTIGATING', 'Looked into'), ('RESOLVED', 'Resolved'), ('IGNORED', 'Ignored')], default='OPEN', max_length=14, verbose_name='status')),
                ('resolution', models.CharField(blank=True, choices=[('OURS', 'Our value goes to Allegro'), ('ALLEGRO', "Allegro's value is taken"), ('IGNORE', 'Left as it is'), ('AGREES', 'Both sides agree again')], max_length=8, verbose_name='resolution')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                ('ignored_until', models.DateTimeField(blank=True, null=True, verbose_name='ignored until')),
                ('first_seen_at', models.DateTimeField(verbose_name='first seen')),
                ('last_seen_at', models.DateTimeField(verbose_name='last seen')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='read at Allegro')),
                ('occurrences', models.PositiveIntegerField(default=1, verbose_name='times seen')),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='discrepancies', to='settings_app.integration')),
                ('offer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='discrepancies', to='offers.offer')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='discrepancies', to='products.product')),
                ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'discrepancies',
            },
        ),
        migrations.CreateModel(
            name='DiscrepancyRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='order')),
                ('enabled', models.BooleanField(default=True, verbose_name='in force')),
                ('kind', models.CharField(blank=True, choices=[('QUANTITY', 'Quantity'), ('PRICE', 'Price'), ('STATUS', 'Status'), ('MISSING_AT_ALLEGRO', 'Missing at Allegro'), ('MISSING_HERE', 'Missing here')], max_length=20, verbose_name='in what')),
                ('min_difference', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='difference from')),
                ('max_difference', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='difference up to')),
                ('threshold', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='tolerated difference')),
                ('severity', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Low'), (2, 'Medium'), (3, 'High'), (4, 'Critical')], null=True, verbose_name='severity')),
                ('auto_resolve', models.CharField(choices=[('NONE', 'Nothing; a person decides'), ('OURS', 'Send our value to Allegro'), ('ALLEGRO', "Take Allegro's value"), ('IGNORE', 'Ignore it')], default='NONE', max_length=8, verbose_name='by itself')),
                ('integration', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='settings_app.integration', verbose_name='account')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['organization', 'position', 'id'], name='syncs_rule_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('min_difference', None), ('min_difference__gte', 0), _connector='OR'), models.Q(('max_difference', None), ('max_difference__gte', 0), _connector='OR'), models.Q(('threshold', None), ('threshold__gte', 0), _connector='OR')), name='syncs_rule_sizes_not_below_0'), models.CheckConstraint(condition=models.Q(('min_difference', None), ('max_difference', None), ('min_difference__lte', models.F('max_difference')), _connector='OR'), name='syncs_rule_range_is_one')],
            },
        ),
        migrations.CreateModel(
            name='DiscrepancyEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('FOUND', 'Found'), ('CHANGED', 'The values have changed'), ('REOPENED', 'Found again'), ('AGREED', 'Agrees again'), ('ASSIGNED', 'Assigned'), ('COMMENTED', 'Comment'), ('INVESTIGATED', 'Looked into'), ('RESOLVED', 'Resolved'), ('IGNORED', 'Ignored'), ('HELD', 'Not resolved by itself'), ('UNDONE', 'Taken back')], max_length=12, verbose_name='what')),
                ('at', models.DateTimeField()),
                ('comment', models.TextField(blank=True, verbose_name='comment')),
                ('before', models.JSONField(blank=True, null=True)),
                ('after', models.JSONField(blank=True, null=True)),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('discrepancy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='syncs.discrepancy')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('rule', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='syncs.discrepancyrule')),
            ],
            options={
                'verbose_name_plural': 'discrepancy entries',
                'indexes': [models.Index(fields=['discrepancy', 'id'], name='syncs_disc_history')],
            },
        ),
        migrations.AddField(
            model_name='discrepancy',
            name='rule',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='syncs.discrepancyrule'),
        ),
        migrations.CreateModel(
            name='OfferAtLastCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publication_status', models.CharField(max_length=20, verbose_name='status')),
                ('quantity', models.IntegerField(blank=True, null=True, verbose_name='meant to show')),
                ('checked_at', models.DateTimeField()),
                ('offer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='at_last_check', to='offers.offer')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'verbose_name_plural': 'offers at the last check',
            },
        ),
        migrations.AddIndex(
            model_name='discrepancy',
            index=models.Index(fields=['organization', 'status', '-severity', '-id'], name='syncs_disc_inbox'),
        ),
        migrations.AddIndex(
            model_name='discrepancy',
            index=models.Index(fields=['organization', 'status', 'kind', '-severity', '-id'], name='syncs_disc_by_kind'),
        ),
        migrations.AddIndex(
            model_name='discrepancy',
            index=models.Index(fields=['integration', 'status', '-severity', '-id'], name='syncs_disc_by_account'),
        ),
        migrations.AddIndex(
            model_name='discrepancy',
            index=models.Index(condition=models.Q(('status__in', ('OPEN', 'INVESTIGATING'))), fields=['organization', 'assignee', '-severity', '-id'], name='syncs_disc_mine'),
        ),
        migrations.AddIndex(
            model_name='discrepancy',
            index=models.Index(condition=models.Q(('status__in', ('OPEN', 'INVESTIGATING')), _negated=True), fields=['organization', 'status', '-resolved_at', '-id'], name='syncs_disc_settled'),
        ),
        migrations.AddConstraint(
            model_name='discrepancy',
            constraint=models.UniqueConstraint(fields=('organization', 'fingerprint'), name='syncs_discrepancy_once'),
        ),
        migrations.AddConstraint(
            model_name='discrepancy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['RESOLVED', 'IGNORED']), _negated=True), ('resolved_at__isnull', False), _connector='OR'), name='syncs_discrepancy_settled_at_some_time'),
        ),
    ]
