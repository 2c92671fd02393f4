"""Indexes for what people type into a search box: words of names, and how an id begins."""

import django.contrib.postgres.indexes
import linktracker.lib.words
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0009_indexes_that_figures_need"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='conversion',
            name='payments_by_session',
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=django.contrib.postgres.indexes.GinIndex(linktracker.lib.words.WordsOf('name', 'code'), name='campaigns_by_words'),
        ),
        migrations.AddIndex(
            model_name='conversion',
            index=models.Index(fields=['payment_id'], name='payments_by_id', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='conversion',
            index=models.Index(fields=['session_id'], name='payments_by_session', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='trackedlink',
            index=django.contrib.postgres.indexes.GinIndex(linktracker.lib.words.WordsOf('name', 'url'), name='links_by_words'),
        ),
    ]
