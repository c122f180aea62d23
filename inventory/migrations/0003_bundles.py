import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0001_initial"),
        ("inventory", "0002_warehouses_go_with_their_organization"),
        ("products", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name='BundlePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('units', models.PositiveIntegerField(default=1, verbose_name='pieces')),
                ('bundle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bundle_parts', to='products.product')),
                ('organization', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organization')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='bundled_in', to='products.product')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bundle', 'part'), name='inventory_part_once'), models.CheckConstraint(condition=models.Q(('units__gt', 0)), name='inventory_part_has_pieces'), models.CheckConstraint(condition=models.Q(('bundle', models.F('part')), _negated=True), name='inventory_part_is_another_product')],
            },
        ),
    ]
