"""Campaigns that were made before they had owners belong to who made them."""

from django.db import migrations

FORWARD = "UPDATE campaigns_campaign SET owner_id = created_by_id WHERE owner_id IS NULL"


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0013_campaigns_and_payment_links_have_owners")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
