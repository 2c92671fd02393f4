"""Refunds that are stored already learn who earned their payments."""

from django.db import migrations

FILL_IN = """
UPDATE campaigns_movement AS moved
SET (through_link, grade, link_line, utm_source, utm_medium, utm_campaign, utm_term, utm_content) =
    (payment.through_link, payment.grade, payment.link_line, payment.utm_source,
    payment.utm_medium, payment.utm_campaign, payment.utm_term, payment.utm_content)
FROM campaigns_conversion AS payment
WHERE payment.payment_id = moved.payment_id
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0017_refunds_say_who_earned_them")]
    operations = [migrations.RunSQL(FILL_IN, migrations.RunSQL.noop)]
