"""What matches and their open items say since the migration before, for the rows of before.

A match whose payment is gone says nothing any more, and goes too.
"""

from django.db import migrations

FORWARD = """
DELETE FROM reconciliation_match AS matched WHERE NOT EXISTS (
    SELECT FROM campaigns_conversion AS paid
    WHERE paid.payment_id = matched.payment_id AND paid.paid_at IS NOT NULL
);
UPDATE reconciliation_match AS matched
SET pays = matched.rule <> 'R0' AND paid.currency = item.currency, paid_at = paid.paid_at
FROM campaigns_conversion AS paid, reconciliation_expectedpayment AS item
WHERE paid.payment_id = matched.payment_id AND item.id = matched.record_id;
INSERT INTO reconciliation_paiditem (
    record_id, livemode, currency, beside, expected, payments, paid, received, paid_at, payment_id)
SELECT item.id, item.livemode, item.currency, item.kind = 'many', item.amount, count(*),
    sum(paid.amount), sum(paid.received), min(paid.paid_at), min(paid.payment_id COLLATE "C")
FROM reconciliation_match AS matched
JOIN reconciliation_expectedpayment AS item ON item.id = matched.record_id
JOIN campaigns_conversion AS paid ON paid.payment_id = matched.payment_id
WHERE matched.pays
GROUP BY item.id;
"""

BACKWARD = "DELETE FROM reconciliation_paiditem"


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0003_no_indexes_for_prefixes_of_payment_ids"),
        ("reconciliation", "0005_matches_say_whether_they_pay"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
