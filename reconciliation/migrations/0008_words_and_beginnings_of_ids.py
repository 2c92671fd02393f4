"""Indexes for what people type into a search box: words of names, and how an id begins."""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
import django.db.models.functions.text
import linktracker.lib.words
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reconciliation", "0007_indexes_that_lists_need"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='buyer',
            index=models.Index(django.db.models.functions.comparison.Collate(django.db.models.functions.text.Lower('email'), 'C'), name='buyers_by_start_of_email'),
        ),
        migrations.AddIndex(
            model_name='buyer',
            index=django.contrib.postgres.indexes.GinIndex(linktracker.lib.words.WordsOf('name'), name='buyers_by_words'),
        ),
        migrations.AddIndex(
            model_name='charge',
            index=models.Index(fields=['id'], name='charges_by_id', opclasses=['varchar_pattern_ops']),
        ),
        migrations.AddIndex(
            model_name='expectedpayment',
            index=django.contrib.postgres.indexes.GinIndex(linktracker.lib.words.WordsOf('external_id', 'reference', 'description'), condition=models.Q(('latest', True)), name='open_items_by_words'),
        ),
    ]
