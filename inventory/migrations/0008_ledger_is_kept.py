"""The database itself keeps the ledger: what a line may say, and that it stays.

A line is never changed, but for the name of a person whose account is gone (SET NULL). A line may be
deleted only together with its product: the check runs at the end of the transaction, so deleting an
organization with everything it has still works, in whatever order its rows go, without a switch that
somebody could leave on. TRUNCATE fires no row triggers; the application has no right to need it.

That levels equal the sum of their lines is not a trigger: looking the level up for every line would cost
an import of 100,000 levels seconds. Both are written by one operation in one transaction, and `recount`
compares them.
"""

from django.db import migrations, models

KEEP = """
CREATE FUNCTION inventory_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.actor_id IS NULL AND OLD.actor_id IS NOT NULL THEN
        OLD.actor_id := NULL;
    END IF;
    IF NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'a line of the stock ledger is never changed'
              USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER inventory_line_stays BEFORE UPDATE ON inventory_stockmovement
   FOR EACH ROW EXECUTE FUNCTION inventory_line_stays();

CREATE FUNCTION inventory_line_goes_with_its_product() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM products_product WHERE id = OLD.product_id) THEN
        RAISE EXCEPTION 'a line of the stock ledger is never deleted while its product is there'
              USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER inventory_line_goes_with_its_product
 AFTER DELETE ON inventory_stockmovement DEFERRABLE INITIALLY DEFERRED
   FOR EACH ROW EXECUTE FUNCTION inventory_line_goes_with_its_product();
"""
LET_GO = """
DROP TRIGGER inventory_line_goes_with_its_product ON inventory_stockmovement;
DROP FUNCTION inventory_line_goes_with_its_product();
DROP TRIGGER inventory_line_stays ON inventory_stockmovement;
DROP FUNCTION inventory_line_stays();
"""


class Migration(migrations.Migration):

    dependencies = [("inventory", "0007_low_stock")]

    operations = [
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(('on_hand_after__gte', 0), ('reserved_after__gte', 0)), name='inventory_movement_ends_at_0_or_more'),
        ),
        migrations.AddConstraint(
            model_name='stockmovement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('kind__in', ('RESERVE',)), _negated=True), models.Q(('on_hand_change', 0), ('reserved_change__gt', 0)), _connector='OR'), models.Q(models.Q(('kind__in', ('RELEASE',)), _negated=True), models.Q(('on_hand_change', 0), ('reserved_change__lt', 0)), _connector='OR'), models.Q(models.Q(('kind__in', ('DISPATCH',)), _negated=True), models.Q(('on_hand_change__lte', 0), ('reserved_change__lt', 0)), _connector='OR'), models.Q(models.Q(('kind__in', ('TRANSFER_OUT',)), _negated=True), ('on_hand_change__lt', 0), _connector='OR'), models.Q(models.Q(('kind__in', ('TRANSFER_IN',)), _negated=True), ('on_hand_change__gt', 0), _connector='OR'), models.Q(models.Q(('kind__in', ('RECEIPT', 'ADJUSTMENT', 'IMPORT', 'RETURN', 'COUNT', 'TRANSFER_OUT', 'TRANSFER_IN', 'TRANSFER_DIFF')), _negated=True), ('reserved_change', 0), _connector='OR')), name='inventory_movement_does_what_its_kind_says'),
        ),
        migrations.RunSQL(KEEP, LET_GO),
    ]
