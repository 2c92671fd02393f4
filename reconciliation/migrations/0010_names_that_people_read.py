"""Columns are called as administrators and accountants say it; the tables stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reconciliation', '0009_somebody_has_looked_at_an_event'),
    ]

    operations = [
        migrations.AlterField(
            model_name='buyer',
            name='session_id',
            field=models.CharField(max_length=255, primary_key=True, serialize=False, verbose_name='session'),
        ),
        migrations.AlterField(
            model_name='buyer',
            name='source_id',
            field=models.CharField(max_length=255, verbose_name='event id'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='ambiguous',
            field=models.BooleanField(default=False, help_text='Two events of one second contradict each other, and nothing says which is later.', verbose_name='unsure'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='amount',
            field=models.BigIntegerField(null=True, verbose_name='amount, minor units'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='created_at',
            field=models.DateTimeField(null=True, verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='charge',
            name='id',
            field=models.CharField(max_length=255, primary_key=True, serialize=False, verbose_name='Stripe id'),
        ),
        migrations.AlterField(
            model_name='checkoutsession',
            name='ambiguous',
            field=models.BooleanField(default=False, help_text='Two events of one second contradict each other, and nothing says which is later.', verbose_name='unsure'),
        ),
        migrations.AlterField(
            model_name='checkoutsession',
            name='amount_total',
            field=models.BigIntegerField(null=True, verbose_name='total, minor units'),
        ),
        migrations.AlterField(
            model_name='checkoutsession',
            name='client_reference_id',
            field=models.CharField(max_length=255, null=True, verbose_name='reference'),
        ),
        migrations.AlterField(
            model_name='checkoutsession',
            name='created_at',
            field=models.DateTimeField(null=True, verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='checkoutsession',
            name='id',
            field=models.CharField(max_length=255, primary_key=True, serialize=False, verbose_name='Stripe id'),
        ),
        migrations.AlterField(
            model_name='checkoutsession',
            name='payment_status',
            field=models.CharField(max_length=255, null=True, verbose_name='payment'),
        ),
        migrations.AlterField(
            model_name='eventvariant',
            name='received_at',
            field=models.DateTimeField(verbose_name='received'),
        ),
        migrations.AlterField(
            model_name='eventvariant',
            name='source_id',
            field=models.CharField(max_length=255, verbose_name='event id'),
        ),
        migrations.AlterField(
            model_name='inboxevent',
            name='api_version',
            field=models.CharField(blank=True, max_length=64, verbose_name='API version'),
        ),
        migrations.AlterField(
            model_name='inboxevent',
            name='attempts',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='tries'),
        ),
        migrations.AlterField(
            model_name='inboxevent',
            name='object_id',
            field=models.CharField(blank=True, max_length=255, verbose_name='object in it'),
        ),
        migrations.AlterField(
            model_name='inboxevent',
            name='received_at',
            field=models.DateTimeField(verbose_name='received'),
        ),
        migrations.AlterField(
            model_name='inboxevent',
            name='secret',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='signing secret, counted from 0'),
        ),
        migrations.AlterField(
            model_name='inboxevent',
            name='secret_livemode',
            field=models.BooleanField(null=True, verbose_name='signing secret is for live mode'),
        ),
        migrations.AlterField(
            model_name='inboxevent',
            name='sentence',
            field=models.TextField(blank=True, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='inboxevent',
            name='source_id',
            field=models.CharField(help_text='Where nothing readable came, a fingerprint of the bytes: sha256:…', max_length=255, verbose_name='event id'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='ambiguous',
            field=models.BooleanField(default=False, help_text='Two events of one second contradict each other, and nothing says which is later.', verbose_name='unsure'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='amount_paid',
            field=models.BigIntegerField(null=True, verbose_name='paid, minor units'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='created_at',
            field=models.DateTimeField(null=True, verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='id',
            field=models.CharField(max_length=255, primary_key=True, serialize=False, verbose_name='Stripe id'),
        ),
        migrations.AlterField(
            model_name='invoicepayment',
            name='ambiguous',
            field=models.BooleanField(default=False, help_text='Two events of one second contradict each other, and nothing says which is later.', verbose_name='unsure'),
        ),
        migrations.AlterField(
            model_name='invoicepayment',
            name='id',
            field=models.CharField(max_length=255, primary_key=True, serialize=False, verbose_name='Stripe id'),
        ),
        migrations.AlterField(
            model_name='match',
            name='paid_at',
            field=models.DateTimeField(verbose_name='paid'),
        ),
        migrations.AlterField(
            model_name='match',
            name='payment_id',
            field=models.CharField(max_length=255, primary_key=True, serialize=False, verbose_name='payment'),
        ),
        migrations.AlterField(
            model_name='match',
            name='ruleset',
            field=models.PositiveSmallIntegerField(verbose_name='version of the rules'),
        ),
        migrations.AlterField(
            model_name='observation',
            name='fetched',
            field=models.BooleanField(verbose_name='we asked for it'),
        ),
        migrations.AlterField(
            model_name='observation',
            name='kind',
            field=models.CharField(max_length=20, verbose_name='object type'),
        ),
        migrations.AlterField(
            model_name='observation',
            name='object_id',
            field=models.CharField(max_length=255, verbose_name='object'),
        ),
        migrations.AlterField(
            model_name='observation',
            name='rank',
            field=models.SmallIntegerField(verbose_name='place among what came in one second'),
        ),
        migrations.AlterField(
            model_name='paymentintent',
            name='ambiguous',
            field=models.BooleanField(default=False, help_text='Two events of one second contradict each other, and nothing says which is later.', verbose_name='unsure'),
        ),
        migrations.AlterField(
            model_name='paymentintent',
            name='amount',
            field=models.BigIntegerField(null=True, verbose_name='amount, minor units'),
        ),
        migrations.AlterField(
            model_name='paymentintent',
            name='created_at',
            field=models.DateTimeField(null=True, verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='paymentintent',
            name='id',
            field=models.CharField(max_length=255, primary_key=True, serialize=False, verbose_name='Stripe id'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='ambiguous',
            field=models.BooleanField(default=False, help_text='Two events of one second contradict each other, and nothing says which is later.', verbose_name='unsure'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='amount',
            field=models.BigIntegerField(null=True, verbose_name='amount, minor units'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='created_at',
            field=models.DateTimeField(null=True, verbose_name='created'),
        ),
        migrations.AlterField(
            model_name='refund',
            name='id',
            field=models.CharField(max_length=255, primary_key=True, serialize=False, verbose_name='Stripe id'),
        ),
        migrations.AlterField(
            model_name='replayedevent',
            name='sentence_before',
            field=models.TextField(blank=True, verbose_name='reason before'),
        ),
        migrations.AlterField(
            model_name='replayedevent',
            name='state_before',
            field=models.CharField(max_length=9, verbose_name='state before'),
        ),
    ]
