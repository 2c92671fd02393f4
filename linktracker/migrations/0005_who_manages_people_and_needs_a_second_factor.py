"""Who manages people, and which roles sign in with a second factor. The role opens `/admin/` by itself."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

GIVEN = {
    "Administrator": ["manage_people", "need_second_factor"],
    "Finance": ["need_second_factor"],
    "Finance approver": ["need_second_factor"],
}


def give(apps, schema_editor):
    # Django makes permissions after the last migration; the groups need them now.
    config = apps.get_app_config("linktracker")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in GIVEN.items():
        Group.objects.get(name=name).permissions.add(
            *Permission.objects.filter(
                content_type__app_label="linktracker", codename__in=codenames
            )
        )
    User = apps.get_model("linktracker", "User")
    User.objects.filter(groups__name="Administrator").update(is_staff=True)


def take_back(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    Permission.objects.filter(
        content_type__app_label="linktracker", codename__in=["manage_people", "need_second_factor"]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("linktracker", "0004_people_come_in_and_stay_safe")]
    operations = [migrations.RunPython(give, take_back)]
