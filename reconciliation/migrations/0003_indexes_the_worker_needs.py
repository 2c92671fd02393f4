"""Indexes for the worker: one for rows that have failed, none for prefixes of ids.

A primary key of text brings an index for prefix searches, which nobody makes of a Stripe id; each
new object paid for it. Whole ids are found by the primary key itself.
"""

from django.db import migrations, models
from django.db.models import Q

FORWARD = """
DROP INDEX IF EXISTS reconciliation_charge_id_f256bef0_like;
DROP INDEX IF EXISTS reconciliation_checkoutsession_id_13c87d82_like;
DROP INDEX IF EXISTS reconciliation_paymentintent_id_01c270e6_like;
DROP INDEX IF EXISTS reconciliation_refund_id_f92aa527_like;
DROP INDEX IF EXISTS reconciliation_invoice_id_4cd9719e_like;
DROP INDEX IF EXISTS reconciliation_invoicepayment_id_36a2ab18_like;
DROP INDEX IF EXISTS reconciliation_buyer_session_id_02d9d291_like;
DROP INDEX IF EXISTS reconciliation_match_payment_id_8f4b1cda_like;
"""

BACKWARD = """
CREATE INDEX reconciliation_charge_id_f256bef0_like
    ON reconciliation_charge (id varchar_pattern_ops);
CREATE INDEX reconciliation_checkoutsession_id_13c87d82_like
    ON reconciliation_checkoutsession (id varchar_pattern_ops);
CREATE INDEX reconciliation_paymentintent_id_01c270e6_like
    ON reconciliation_paymentintent (id varchar_pattern_ops);
CREATE INDEX reconciliation_refund_id_f92aa527_like
    ON reconciliation_refund (id varchar_pattern_ops);
CREATE INDEX reconciliation_invoice_id_4cd9719e_like
    ON reconciliation_invoice (id varchar_pattern_ops);
CREATE INDEX reconciliation_invoicepayment_id_36a2ab18_like
    ON reconciliation_invoicepayment (id varchar_pattern_ops);
CREATE INDEX reconciliation_buyer_session_id_02d9d291_like
    ON reconciliation_buyer (session_id varchar_pattern_ops);
CREATE INDEX reconciliation_match_payment_id_8f4b1cda_like
    ON reconciliation_match (payment_id varchar_pattern_ops);
"""


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0002_facts_and_records_never_change")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.AddIndex(
            model_name="inboxevent",
            index=models.Index(
                fields=["due_at", "id"],
                name="inbox_failed",
                condition=Q(state__in=["waiting", "parked"], attempts__gt=0),
            ),
        ),
    ]
