"""Each download keeps the SHA-256 of what was sent."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0011_exports_are_on_record'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='export',
            name='sha256',
            field=models.CharField(blank=True, max_length=64, verbose_name='SHA-256 of what was sent'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(('sha256', ''), ('rows__isnull', False), _connector='OR'), name='only_what_was_sent_to_the_end_has_a_digest'),
        ),
    ]
