"""Every match says whether and when it pays; and the indexes by which lists find their rows."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.expressions import RawSQL


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0006_add_up_what_open_items_received")]
    operations = [
        migrations.AlterField(
            model_name="match",
            name="pays",
            field=models.BooleanField("stands on the line of its open item"),
        ),
        migrations.AlterField(
            model_name="match", name="paid_at", field=models.DateTimeField()
        ),
        migrations.RemoveIndex(model_name="match", name="matches_by_mode"),
        migrations.AddIndex(
            model_name="match",
            index=models.Index(
                fields=["livemode", "paid_at"],
                name="matches_by_day",
                include=["payment_id", "pays"],
            ),
        ),
        migrations.AddIndex(
            model_name="expectedpayment",
            index=models.Index(
                "livemode",
                RawSQL(
                    "LEAST(due_on::timestamp AT TIME ZONE 'UTC', recorded_at)",
                    (),
                    models.DateTimeField(),
                ),
                name="open_items_by_moment",
                condition=Q(latest=True),
            ),
        ),
        migrations.AddIndex(
            model_name="expectedpayment",
            index=models.Index(
                fields=["livemode", "-id"], name="open_items_last_first", condition=Q(latest=True)
            ),
        ),
    ]
