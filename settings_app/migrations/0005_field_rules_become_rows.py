from django.db import migrations

FIELDS = {"PRICE", "STOCK", "TITLE", "DESCRIPTION", "IMAGES", "STATUS"}
STRATEGIES = {"TIMESTAMP", "DB_WINS", "ALLEGRO_WINS", "MANUAL"}


def make_rows(apps, schema_editor):
    """Every decision in the JSON column becomes a row; what names no field or strategy decided nothing."""
    Integration = apps.get_model("settings_app", "Integration")
    FieldRule = apps.get_model("settings_app", "FieldRule")
    decided = Integration.objects.exclude(field_rules={})
    rows = [
        FieldRule(
            organization_id=organization_id,
            integration_id=pk,
            field=field.upper(),
            strategy=strategy,
            max_change_percent=50 if field.upper() == "PRICE" else None,
        )
        for pk, organization_id, rules in decided.values_list("pk", "organization_id", "field_rules")
        for field, strategy in (rules or {}).items()
        if field.upper() in FIELDS and strategy in STRATEGIES
    ]
    FieldRule.objects.bulk_create(rows, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ('settings_app', '0004_field_rules'),
    ]

    operations = [
        migrations.RunPython(make_rows, migrations.RunPython.noop),
    ]
