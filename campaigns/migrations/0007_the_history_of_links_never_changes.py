"""Triggers keep what was changed about links, and the campaign of an issued code, as they were."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER changes_of_links_are_append_only BEFORE UPDATE OR DELETE ON campaigns_linkchange
    FOR EACH ROW EXECUTE FUNCTION campaigns_append_only();

CREATE FUNCTION campaigns_issued_campaigns_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the campaign of an issued code never changes; move the link instead'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER issued_campaigns_stay BEFORE UPDATE ON campaigns_trackedlink
    FOR EACH ROW WHEN (OLD.issued_campaign_id IS DISTINCT FROM NEW.issued_campaign_id)
    EXECUTE FUNCTION campaigns_issued_campaigns_stay();
"""

BACKWARD = """
DROP TRIGGER issued_campaigns_stay ON campaigns_trackedlink;
DROP FUNCTION campaigns_issued_campaigns_stay();
DROP TRIGGER changes_of_links_are_append_only ON campaigns_linkchange;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0006_links_belong_to_who_issued_them")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
