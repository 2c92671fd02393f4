"""An index of the few matches that pay nothing, and what the planner must know of open items' moments.

Without it the planner takes any period for half a percent of all open items, and looks each of them
up among the paid ones, one by one.
"""

from django.db import migrations, models
from django.db.models import Q

KNOW_MOMENTS = """
CREATE STATISTICS open_items_moments
ON (LEAST(due_on::timestamp AT TIME ZONE 'UTC', recorded_at)) FROM reconciliation_expectedpayment
"""


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0010_names_that_people_read")]
    operations = [
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                fields=["livemode", "paid_at"],
                name="matches_that_pay_nothing",
                condition=Q(pays=False),
            ),
        ),
        migrations.RunSQL(KNOW_MOMENTS, "DROP STATISTICS open_items_moments"),
        migrations.RunSQL("ANALYZE reconciliation_expectedpayment", migrations.RunSQL.noop),
    ]
