"""An index of the links that money came through, so that those never paid are found without payments."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0018_fill_in_who_earned_refunded_payments")]
    operations = [
        migrations.AddIndex(
            model_name="conversion",
            index=models.Index(
                fields=["link_line"],
                name="links_that_were_paid",
                condition=Q(state__in=["paid", "partly_refunded", "refunded"]),
            ),
        ),
    ]
