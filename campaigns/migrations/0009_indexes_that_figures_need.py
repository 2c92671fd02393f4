"""Indexes for figures: payments by day with their id and state, and free orders by themselves.

So Reconciliation finds the payments that no open item expects without reading their rows, and
Campaigns counts free orders without looking through payments.
"""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0008_links_in_use_are_adopted")]
    operations = [
        migrations.RemoveIndex(model_name="conversion", name="payments_by_day"),
        migrations.AddIndex(
            model_name="conversion",
            index=models.Index(
                fields=["livemode", "currency", "paid_at"],
                name="payments_by_day",
                include=[
                    "payment_id",
                    "state",
                    "amount",
                    "refunded",
                    "received",
                    "grade",
                    "through_link",
                    "link_line",
                    "utm_source",
                    "utm_medium",
                    "utm_campaign",
                    "utm_content",
                    "utm_term",
                ],
                condition=Q(paid_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="conversion",
            index=models.Index(
                fields=["livemode", "currency", "created_at"],
                name="free_orders_by_day",
                condition=Q(state="free"),
            ),
        ),
    ]
