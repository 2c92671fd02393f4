"""Columns are called as administrators and accountants say it; the tables stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0014_campaigns_belong_to_who_made_them'),
    ]

    operations = [
        migrations.AlterField(
            model_name='arrival',
            name='session_id',
            field=models.CharField(blank=True, max_length=220, verbose_name='session'),
        ),
        migrations.AlterField(
            model_name='attribution',
            name='decided_at',
            field=models.DateTimeField(verbose_name='decided'),
        ),
        migrations.AlterField(
            model_name='attribution',
            name='payment_id',
            field=models.CharField(max_length=255, verbose_name='payment'),
        ),
        migrations.AlterField(
            model_name='attribution',
            name='ruleset',
            field=models.PositiveSmallIntegerField(verbose_name='version of the rules'),
        ),
        migrations.AlterField(
            model_name='attributiondecision',
            name='payment_id',
            field=models.CharField(max_length=255, verbose_name='payment'),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='archived_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='archived'),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='created_at',
            field=models.DateTimeField(verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='created_at',
            field=models.DateTimeField(verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='first_payment_id',
            field=models.CharField(blank=True, max_length=255, verbose_name='first payment of its subscription'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='origin_session_id',
            field=models.CharField(blank=True, max_length=255, verbose_name='session that began it'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='paid_at',
            field=models.DateTimeField(null=True, verbose_name='paid'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='payment_id',
            field=models.CharField(max_length=255, primary_key=True, serialize=False, verbose_name='payment'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='reference',
            field=models.CharField(max_length=500, null=True, verbose_name='reference as it came'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='reference_own',
            field=models.CharField(blank=True, max_length=500, verbose_name='own number in it'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='reference_reading',
            field=models.CharField(max_length=12, verbose_name='how the reference reads'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='reference_tag',
            field=models.CharField(blank=True, max_length=6, verbose_name='link tag in it'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='ruleset',
            field=models.PositiveSmallIntegerField(verbose_name='version of the rules'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='session_id',
            field=models.CharField(blank=True, max_length=255, verbose_name='session'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='subscription_id',
            field=models.CharField(blank=True, max_length=255, verbose_name='subscription'),
        ),
        migrations.AlterField(
            model_name='conversion',
            name='success_url',
            field=models.TextField(blank=True, verbose_name='where the buyer was sent afterwards'),
        ),
        migrations.AlterField(
            model_name='evidencechange',
            name='done_to',
            field=models.CharField(max_length=255, verbose_name='payments done up to'),
        ),
        migrations.AlterField(
            model_name='evidencechange',
            name='key',
            field=models.CharField(max_length=255, verbose_name='what it is about'),
        ),
        migrations.AlterField(
            model_name='paymentlink',
            name='first_seen_at',
            field=models.DateTimeField(verbose_name='first seen'),
        ),
        migrations.AlterField(
            model_name='paymentlink',
            name='stripe_id',
            field=models.CharField(max_length=255, null=True, unique=True, verbose_name='Stripe id'),
        ),
        migrations.AlterField(
            model_name='paymentlink',
            name='url',
            field=models.URLField(max_length=500, unique=True, verbose_name='address'),
        ),
        migrations.AlterField(
            model_name='trackedlink',
            name='issued_at',
            field=models.DateTimeField(verbose_name='issued'),
        ),
        migrations.AlterField(
            model_name='trackedlink',
            name='line',
            field=models.BigIntegerField(verbose_name='link number'),
        ),
    ]
