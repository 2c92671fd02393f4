"""Triggers keep what was issued and decided as it was, whoever asks."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION campaigns_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER decisions_are_append_only BEFORE UPDATE OR DELETE ON campaigns_attributiondecision
    FOR EACH ROW EXECUTE FUNCTION campaigns_append_only();
CREATE TRIGGER answers_are_append_only BEFORE UPDATE OR DELETE ON campaigns_attribution
    FOR EACH ROW EXECUTE FUNCTION campaigns_append_only();
CREATE TRIGGER arrivals_are_append_only BEFORE UPDATE OR DELETE ON campaigns_arrival
    FOR EACH ROW EXECUTE FUNCTION campaigns_append_only();
CREATE TRIGGER links_are_never_deleted BEFORE DELETE ON campaigns_trackedlink
    FOR EACH ROW EXECUTE FUNCTION campaigns_append_only();

CREATE FUNCTION campaigns_issued_links_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.line, OLD.version, OLD.livemode, OLD.payment_link_id, OLD.url, OLD.tag,
        OLD.reference_mode, OLD.own_reference, OLD.client_reference_id, OLD.utm_source,
        OLD.utm_medium, OLD.utm_campaign, OLD.utm_term, OLD.utm_content, OLD.issued_by_id,
        OLD.issued_at)
       IS DISTINCT FROM
       (NEW.line, NEW.version, NEW.livemode, NEW.payment_link_id, NEW.url, NEW.tag,
        NEW.reference_mode, NEW.own_reference, NEW.client_reference_id, NEW.utm_source,
        NEW.utm_medium, NEW.utm_campaign, NEW.utm_term, NEW.utm_content, NEW.issued_by_id,
        NEW.issued_at)
    THEN
        RAISE EXCEPTION 'an issued link never changes; issue a version that supersedes it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER issued_links_stay BEFORE UPDATE ON campaigns_trackedlink
    FOR EACH ROW EXECUTE FUNCTION campaigns_issued_links_stay();
"""

BACKWARD = """
DROP TRIGGER issued_links_stay ON campaigns_trackedlink;
DROP TRIGGER links_are_never_deleted ON campaigns_trackedlink;
DROP TRIGGER arrivals_are_append_only ON campaigns_arrival;
DROP TRIGGER answers_are_append_only ON campaigns_attribution;
DROP TRIGGER decisions_are_append_only ON campaigns_attributiondecision;
DROP FUNCTION campaigns_issued_links_stay();
DROP FUNCTION campaigns_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
