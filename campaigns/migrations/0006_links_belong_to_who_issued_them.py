"""Links that were issued before they had owners get one, and keep the campaign of their code."""

from django.db import migrations

FORWARD = """
UPDATE campaigns_trackedlink SET issued_campaign_id = campaign_id WHERE campaign_id IS NOT NULL;
UPDATE campaigns_trackedlink link SET owner_id = first.issued_by_id
FROM campaigns_trackedlink first WHERE first.line = link.line AND first.version = 1;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0005_labels_owners_and_history_of_links")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
