"""Indexes of what is rare among open items: a difference to what was paid, and void ones."""

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reconciliation', '0011_what_sums_of_lines_need'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='expectedpayment',
            index=models.Index(condition=models.Q(('latest', True), ('voided_at__isnull', False)), fields=['livemode', '-id'], name='voided_items_last_first'),
        ),
        migrations.AddIndex(
            model_name='paiditem',
            index=models.Index(models.F('livemode'), django.db.models.expressions.RawSQL("\nCASE\n    WHEN beside OR received = expected THEN 'agrees'\n    WHEN received = 0 THEN 'no_payment_yet'\n    WHEN received < expected THEN 'short'\n    ELSE 'over'\nEND\n", (), models.CharField()), models.F('record'), name='paid_items_by_finding'),
        ),
    ]
