"""Downloads are on record."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0010_words_and_beginnings_of_ids'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('what', models.CharField(max_length=40, verbose_name='list')),
                ('livemode', models.BooleanField()),
                ('asked', models.TextField(blank=True, verbose_name='filter, as the address asks for it')),
                ('form', models.CharField(max_length=4)),
                ('rows', models.PositiveBigIntegerField(null=True, verbose_name='rows sent')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['-at', '-id'], name='exports_newest_first')],
            },
        ),
    ]
