import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('inventory', '0001_initial'),
        ('offers', '0001_initial'),
        ('settings_app', '0002_stock_switches'),
    ]

    operations = [
        migrations.AddField(
            model_name='offer',
            name='emptied_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ended for want of stock'),
        ),
        migrations.AddField(
            model_name='offer',
            name='fulfilled_by_allegro',
            field=models.BooleanField(default=False, verbose_name='fulfilled by Allegro'),
        ),
        migrations.AddField(
            model_name='offer',
            name='stock_shown',
            field=models.IntegerField(blank=True, null=True, verbose_name='stock shown at Allegro'),
        ),
        migrations.AddField(
            model_name='offer',
            name='stock_shown_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='stock read at'),
        ),
        migrations.CreateModel(
            name='StockCommand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('PENDING', 'Waiting'), ('RUNNING', 'Running'), ('DONE', 'Done'), ('WAITING_FOR_PERSON', 'Needs a person'), ('DEAD', 'Given up')], default='PENDING', max_length=20, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next attempt')),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('last_trace_id', models.CharField(blank=True, max_length=128, verbose_name='trace id')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('PATCH', 'One offer'), ('BULK', 'Up to 25 offers, a number each'), ('QUANTITY', 'One number for up to 1000 offers'), ('END', 'End offers'), ('ACTIVATE', 'Put offers on sale again')], max_length=10, verbose_name='kind')),
                ('outcome', models.CharField(choices=[('OPEN', 'Not known yet'), ('DONE', 'Done'), ('PARTLY', 'Partly done'), ('FAILED', 'Failed'), ('NOT_ACCEPTED', 'Never arrived at Allegro'), ('NO_RESULT', 'No result within an hour')], default='OPEN', max_length=12, verbose_name='outcome')),
                ('created_at', models.DateTimeField(verbose_name='made')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='sent')),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted')),
                ('completed_at', models.DateTimeField(blank=True, null=True, verbose_name='completed')),
                ('integration', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='settings_app.integration')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state__in', ['PENDING', 'RUNNING'])), fields=['next_attempt_at'], name='offers_command_due'), models.Index(fields=['integration', '-created_at'], name='offers_command_account'), models.Index(fields=['organization', '-id'], name='offers_command_recent')],
            },
        ),
        migrations.CreateModel(
            name='OfferPush',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('PENDING', 'Waiting'), ('RUNNING', 'Running'), ('DONE', 'Done'), ('WAITING_FOR_PERSON', 'Needs a person'), ('DEAD', 'Given up')], default='PENDING', max_length=20, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_attempt_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='next attempt')),
                ('claimed_until', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True, verbose_name='last error')),
                ('last_trace_id', models.CharField(blank=True, max_length=128, verbose_name='trace id')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('wish', models.PositiveIntegerField(default=1)),
                ('cause', models.CharField(choices=[('STOCK', 'Stock changed'), ('LINK', 'The offer was linked'), ('PRODUCT', 'The product changed'), ('SETTINGS', 'Settings of the account changed'), ('DIFFERENCE', 'A difference was resolved'), ('PERSON', 'A person asked for it')], max_length=12, verbose_name='asked for by')),
                ('urgent', models.BooleanField(default=False)),
                ('requested_at', models.DateTimeField(verbose_name='asked for')),
                ('target', models.PositiveIntegerField(blank=True, null=True, verbose_name='our quantity')),
                ('shown', models.IntegerField(blank=True, null=True, verbose_name='shown there')),
                ('reason', models.CharField(blank=True, choices=[('EQUAL', 'Allegro shows it already'), ('SENT', 'Sent and read back'), ('UNLINKED', 'No product'), ('NOT_TRACKED', 'Stock is not tracked'), ('NO_STOCK_KEPT', 'No stock recorded'), ('SYNC_OFF', 'Sync is off for the product'), ('ARCHIVED', 'The product is archived'), ('BY_ALLEGRO', 'Fulfilled by Allegro'), ('DRAFT', 'Draft'), ('ENDED', 'Ended'), ('ZERO_LEFT', 'Left at zero stock'), ('DROPPED', 'Dropped by a person'), ('STOPPED', 'Writing stock is stopped'), ('BRAKE', 'Held by the brake'), ('COMMAND', 'Allegro works on it'), ('PURCHASE', 'Waiting for a purchase to arrive'), ('JOURNAL', 'Orders could not be read first'), ('AWAY', 'Allegro did not answer'), ('LIMIT', "Allegro's limit is used up"), ('BUSY', 'Allegro is still changing the offer'), ('SIGN_IN', 'The account does not work'), ('REFUSED', 'Allegro refused it'), ('FORBIDDEN', 'Not allowed to write offers'), ('GONE', 'The offer is gone at Allegro'), ('NOT_TAKEN', 'Allegro shows another number'), ('NO_RESULT', 'Allegro gave no result'), ('UNREADABLE', "Allegro's answer made no sense")], max_length=20, verbose_name='reason')),
                ('unexplained_since', models.DateTimeField(blank=True, null=True)),
                ('misses', models.PositiveSmallIntegerField(default=0)),
                ('integration', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='settings_app.integration')),
                ('offer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='push', to='offers.offer')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('command', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='pushes', to='offers.stockcommand')),
            ],
            options={
                'verbose_name': 'offer push',
                'verbose_name_plural': 'offer pushes',
                'indexes': [models.Index(condition=models.Q(('state__in', ['PENDING', 'RUNNING'])), fields=['next_attempt_at'], name='offers_push_due'), models.Index(condition=models.Q(('state__in', ['PENDING', 'RUNNING'])), fields=['integration', 'next_attempt_at'], name='offers_push_account'), models.Index(fields=['organization', '-requested_at'], name='offers_push_recent'), models.Index(fields=['organization', 'state', '-requested_at'], name='offers_push_state')],
            },
        ),
        migrations.CreateModel(
            name='StockCommandItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.PositiveIntegerField(verbose_name='quantity asked for')),
                ('shown_before', models.IntegerField(blank=True, null=True, verbose_name='shown before')),
                ('state', models.CharField(choices=[('NEW', 'Waiting'), ('SUCCESS', 'Done'), ('FAIL', 'Refused')], default='NEW', max_length=8, verbose_name='state')),
                ('code', models.CharField(blank=True, max_length=80)),
                ('message', models.CharField(blank=True, max_length=500, verbose_name="Allegro's words")),
                ('command', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='offers.stockcommand')),
                ('offer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stock_writes', to='offers.offer')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['offer', '-id'], name='offers_command_item_offer')],
                'constraints': [models.UniqueConstraint(fields=('command', 'offer'), name='offers_command_item_once')],
            },
        ),
        migrations.CreateModel(
            name='StockFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('priority', models.PositiveSmallIntegerField(default=1, verbose_name='priority')),
                ('integration', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='feeds', to='settings_app.integration')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('warehouse', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feeds', to='inventory.warehouse')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('integration', 'warehouse'), name='offers_feed_once')],
            },
        ),
        migrations.CreateModel(
            name='StockBrake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('OPEN', 'Holding'), ('RELEASED', 'Released'), ('DROPPED', 'Dropped')], default='OPEN', max_length=10, verbose_name='state')),
                ('opened_at', models.DateTimeField(verbose_name='since')),
                ('zeros', models.PositiveIntegerField(verbose_name='offers to be set to zero')),
                ('active', models.PositiveIntegerField(verbose_name='active linked offers')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('integration', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='settings_app.integration')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'indexes': [models.Index(fields=['integration', '-opened_at'], name='offers_brake_account')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('integration',), name='offers_one_open_brake')],
            },
        ),
    ]
