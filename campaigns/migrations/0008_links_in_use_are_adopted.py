"""Links that were in use are adopted, links may be issued by a command, and many at once are found.

There is no way back once a link has no issuer (a command issued it, and nobody put their name to
it): the reverse fails and changes nothing, since who issued a link never changes.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# One key for what a payment link's URL sets, however many links share some of it.
FORWARD = """
CREATE TRIGGER adopted_links_stay_adopted BEFORE UPDATE ON campaigns_trackedlink
    FOR EACH ROW WHEN (OLD.adopted IS DISTINCT FROM NEW.adopted)
    EXECUTE FUNCTION campaigns_append_only();
CREATE INDEX links_by_evidence ON campaigns_trackedlink (payment_link_id, md5(
    utm_source || '|' || utm_medium || '|' || utm_campaign || '|' || utm_term || '|' || utm_content
    || '|' || own_reference));
"""

BACKWARD = """
DROP INDEX links_by_evidence;
DROP TRIGGER adopted_links_stay_adopted ON campaigns_trackedlink;
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_the_history_of_links_never_changes")]
    operations = [
        migrations.AddField(
            model_name="trackedlink",
            name="adopted",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="taken over as it was"
            ),
        ),
        migrations.AlterField(
            model_name="trackedlink",
            name="issued_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="evidencechange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("link", "a tracked link was issued"),
                    ("links", "many tracked links were issued at once"),
                    ("arrival", "a buyer came back"),
                    ("payment_link", "a payment link's id or redirect became known"),
                    ("decision", "a person decided"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="evidencechange",
            name="key",
            field=models.CharField(
                max_length=255,
                verbose_name="line, lines (test:7-9), session, payment link or payment",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
