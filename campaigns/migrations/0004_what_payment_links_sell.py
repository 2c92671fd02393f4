

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0003_no_indexes_for_prefixes_of_payment_ids'),
    ]

    operations = [
        migrations.AddField(
            model_name='paymentlink',
            name='buyer_chooses',
            field=models.BooleanField(null=True, verbose_name='the buyer chooses the amount'),
        ),
        migrations.AddField(
            model_name='paymentlink',
            name='interval',
            field=models.CharField(max_length=20, null=True, verbose_name='paid again after each'),
        ),
        migrations.AddField(
            model_name='paymentlink',
            name='interval_count',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name='paymentlink',
            name='price',
            field=models.BigIntegerField(null=True, verbose_name='first payment, in minor units'),
        ),
        migrations.AddField(
            model_name='paymentlink',
            name='product',
            field=models.CharField(blank=True, db_default='', max_length=250),
        ),
        migrations.AddField(
            model_name='paymentlink',
            name='promotion_codes',
            field=models.BooleanField(null=True, verbose_name='takes promotion codes'),
        ),
        migrations.AlterField(
            model_name='paymentlink',
            name='name',
            field=models.CharField(blank=True, max_length=250, verbose_name='our own name for it'),
        ),
    ]
