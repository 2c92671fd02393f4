from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0015_names_that_people_read'),
    ]

    operations = [
        migrations.AddField(
            model_name='paymentlink',
            name='listed',
            field=models.BooleanField(null=True, verbose_name="in Stripe's list"),
        ),
    ]
