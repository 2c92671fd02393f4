"""Indexes for the worker: none for prefixes of ids.

A primary key of text brings an index for prefix searches, which nobody makes of a Stripe id; each
new object paid for it. Whole ids are found by the primary key itself.
"""

from django.db import migrations

FORWARD = """
DROP INDEX IF EXISTS campaigns_conversion_payment_id_3260921f_like;
DROP INDEX IF EXISTS campaigns_movement_refund_id_90696c00_like;
"""

BACKWARD = """
CREATE INDEX campaigns_conversion_payment_id_3260921f_like
    ON campaigns_conversion (payment_id varchar_pattern_ops);
CREATE INDEX campaigns_movement_refund_id_90696c00_like
    ON campaigns_movement (refund_id varchar_pattern_ops);
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_issued_links_and_decisions_never_change")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
