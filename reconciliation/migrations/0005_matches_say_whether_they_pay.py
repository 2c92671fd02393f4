"""A match says whether it pays and when; an open item has a row of what it has received.

Filled by the next migration, and demanded by the one after it.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reconciliation", "0004_replays_are_on_record")]
    operations = [
        migrations.AddField(
            model_name="match",
            name="pays",
            field=models.BooleanField("stands on the line of its open item", null=True),
        ),
        migrations.AddField(
            model_name="match", name="paid_at", field=models.DateTimeField(null=True)
        ),
        migrations.CreateModel(
            name="PaidItem",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="paid",
                        serialize=False,
                        to="reconciliation.expectedpayment",
                    ),
                ),
                ("livemode", models.BooleanField()),
                ("currency", models.CharField(max_length=3)),
                ("beside", models.BooleanField(verbose_name="for many payments")),
                (
                    "expected",
                    models.BigIntegerField(null=True, verbose_name="expected, minor units"),
                ),
                ("payments", models.PositiveIntegerField()),
                ("paid", models.BigIntegerField(verbose_name="paid, minor units")),
                ("received", models.BigIntegerField(verbose_name="received, minor units")),
                ("paid_at", models.DateTimeField(verbose_name="first paid")),
                (
                    "payment_id",
                    models.CharField(max_length=255, verbose_name="one of its payments"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["livemode", "paid_at"], name="paid_items_by_day")]
            },
        ),
    ]
