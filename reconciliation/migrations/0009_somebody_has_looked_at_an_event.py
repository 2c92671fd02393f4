"""An event that was set aside may be marked as seen: by whom, when and why it may stay aside."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reconciliation', '0008_words_and_beginnings_of_ids'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='inboxevent',
            name='seen_at',
            field=models.DateTimeField(null=True, verbose_name='looked at'),
        ),
        migrations.AddField(
            model_name='inboxevent',
            name='seen_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='looked at by'),
        ),
        migrations.AddField(
            model_name='inboxevent',
            name='seen_reason',
            field=models.CharField(blank=True, db_default='', max_length=500, verbose_name='why it may stay aside'),
        ),
        migrations.AddConstraint(
            model_name='inboxevent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('seen_at', None), ('seen_by', None), ('seen_reason', '')), models.Q(('seen_at__isnull', False), ('seen_by__isnull', False), ('state', 'set aside'), models.Q(('seen_reason', ''), _negated=True)), _connector='OR'), name='seen_events_stay_aside_and_say_why'),
        ),
    ]
