"""A change of links keeps which campaign or owner it replaced; those from before keep the words alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0019_links_that_were_paid'),
    ]

    operations = [
        migrations.AddField(
            model_name='linkchange',
            name='before_key',
            field=models.BigIntegerField(null=True, verbose_name='number of the former'),
        ),
        migrations.AddConstraint(
            model_name='linkchange',
            constraint=models.CheckConstraint(condition=models.Q(('before_key', None), ('what__in', ['campaign', 'owner']), _connector='OR'), name='only_moves_and_new_owners_replace_somebody'),
        ),
    ]
