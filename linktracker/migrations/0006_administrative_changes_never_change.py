"""A trigger keeps the lines of what was changed in the administration as they were written."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION linktracker_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER administrative_changes_are_append_only BEFORE UPDATE OR DELETE ON django_admin_log
    FOR EACH ROW EXECUTE FUNCTION linktracker_append_only();
"""

BACKWARD = """
DROP TRIGGER administrative_changes_are_append_only ON django_admin_log;
DROP FUNCTION linktracker_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("linktracker", "0005_who_manages_people_and_needs_a_second_factor"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
