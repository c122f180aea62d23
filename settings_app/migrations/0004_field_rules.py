import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_saved_views'),
        ('settings_app', '0003_offer_switches_and_run_brakes'),
    ]

    operations = [
        migrations.CreateModel(
            name='FieldRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('field', models.CharField(max_length=40, verbose_name='field')),
                ('enabled', models.BooleanField(default=True, verbose_name='kept in step')),
                ('strategy', models.CharField(blank=True, choices=[('TIMESTAMP', 'The newer change'), ('DB_WINS', 'Our catalogue'), ('ALLEGRO_WINS', 'Allegro'), ('MANUAL', 'Ask me')], max_length=14, verbose_name='who wins')),
                ('may_raise', models.BooleanField(default=True, verbose_name='may raise')),
                ('may_lower', models.BooleanField(default=True, verbose_name='may lower')),
                ('max_change_percent', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='largest change, %')),
                ('integration', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='settings_app.integration')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('integration', 'field'), name='settings_one_rule_per_field'), models.CheckConstraint(condition=models.Q(('field__regex', '^(PRICE(@[a-z0-9-]+)?|STOCK|TITLE|DESCRIPTION|IMAGES|STATUS)$')), name='settings_rule_of_known_field'), models.CheckConstraint(condition=models.Q(('max_change_percent__isnull', True), ('max_change_percent__range', (1, 1000)), _connector='OR'), name='settings_rule_change_in_range')],
            },
        ),
    ]
