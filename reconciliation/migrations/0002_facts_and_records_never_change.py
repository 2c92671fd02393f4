"""Triggers keep Stripe's bytes, what they say and the company's records as they were.

An observation is derived from its bytes and may be derived again by `rebuild_projections`, which
says so for its own transaction with the setting `linktracker.deriving_again`.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION reconciliation_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER variants_are_append_only BEFORE UPDATE OR DELETE ON reconciliation_eventvariant
    FOR EACH ROW EXECUTE FUNCTION reconciliation_append_only();
CREATE TRIGGER inbox_rows_are_never_deleted BEFORE DELETE ON reconciliation_inboxevent
    FOR EACH ROW EXECUTE FUNCTION reconciliation_append_only();
CREATE TRIGGER records_are_never_deleted BEFORE DELETE ON reconciliation_expectedpayment
    FOR EACH ROW EXECUTE FUNCTION reconciliation_append_only();

CREATE TRIGGER observations_are_append_only BEFORE UPDATE OR DELETE ON reconciliation_observation
    FOR EACH ROW
    WHEN (current_setting('linktracker.deriving_again', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION reconciliation_append_only();

CREATE FUNCTION reconciliation_bytes_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what Stripe sent never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER inbox_bytes_stay BEFORE UPDATE OF source_id, bucket, source, body, sha256,
    received_at ON reconciliation_inboxevent
    FOR EACH ROW EXECUTE FUNCTION reconciliation_bytes_stay();

CREATE FUNCTION reconciliation_records_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an open item is never edited; record a new revision'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER records_stay BEFORE UPDATE OF livemode, source, external_id, revision, kind,
    reference, currency, amount, due_on, description, recorded_by_id, recorded_at
    ON reconciliation_expectedpayment
    FOR EACH ROW EXECUTE FUNCTION reconciliation_records_stay();
"""

BACKWARD = """
DROP TRIGGER records_stay ON reconciliation_expectedpayment;
DROP TRIGGER inbox_bytes_stay ON reconciliation_inboxevent;
DROP TRIGGER observations_are_append_only ON reconciliation_observation;
DROP TRIGGER records_are_never_deleted ON reconciliation_expectedpayment;
DROP TRIGGER inbox_rows_are_never_deleted ON reconciliation_inboxevent;
DROP TRIGGER variants_are_append_only ON reconciliation_eventvariant;
DROP FUNCTION reconciliation_records_stay();
DROP FUNCTION reconciliation_bytes_stay();
DROP FUNCTION reconciliation_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
