from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0011_exports_are_on_record'),
    ]

    operations = [
        migrations.AddField(
            model_name='paymentlink',
            name='listed',
            field=models.BooleanField(null=True, verbose_name="in Stripe's list"),
        ),
    ]
