from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('settings_app', '0005_field_rules_become_rows'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='integration',
            name='field_rules',
        ),
    ]
