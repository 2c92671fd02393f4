"""A refund repeats who earned its payment, in the index by day, so that figures look nothing up."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0016_payment_links_that_stripe_lists'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='movement',
            name='refunds_by_day',
        ),
        migrations.AddField(
            model_name='movement',
            name='grade',
            field=models.CharField(choices=[('A', 'Certain'), ('B', 'Strong'), ('C', 'Likely'), ('M', 'Set by a person'), ('U', 'Unknown')], db_default='U', max_length=1),
        ),
        migrations.AddField(
            model_name='movement',
            name='link_line',
            field=models.BigIntegerField(null=True, verbose_name='tracked link'),
        ),
        migrations.AddField(
            model_name='movement',
            name='through_link',
            field=models.BooleanField(db_default=False, verbose_name='through a payment link'),
        ),
        migrations.AddField(
            model_name='movement',
            name='utm_campaign',
            field=models.CharField(blank=True, db_default='', max_length=150),
        ),
        migrations.AddField(
            model_name='movement',
            name='utm_content',
            field=models.CharField(blank=True, db_default='', max_length=150),
        ),
        migrations.AddField(
            model_name='movement',
            name='utm_medium',
            field=models.CharField(blank=True, db_default='', max_length=150),
        ),
        migrations.AddField(
            model_name='movement',
            name='utm_source',
            field=models.CharField(blank=True, db_default='', max_length=150),
        ),
        migrations.AddField(
            model_name='movement',
            name='utm_term',
            field=models.CharField(blank=True, db_default='', max_length=150),
        ),
        migrations.AddIndex(
            model_name='movement',
            index=models.Index(fields=['livemode', 'currency', 'moved_at'], include=('amount', 'grade', 'through_link', 'link_line', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term'), name='refunds_by_day'),
        ),
    ]
