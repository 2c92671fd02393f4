"""Data health is for finance, auditors and administrators; replaying for administrators."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

SEES = "view_inboxevent"
REPLAYS = "replay_events"
GRANTED = {
    "Finance": [SEES],
    "Finance approver": [SEES],
    "Auditor": [SEES],
    "Administrator": [SEES, REPLAYS],
}


def grant(apps, schema_editor):
    config = apps.get_app_config("reconciliation")
    config.models_module = True
    create_permissions(config, apps=apps, verbosity=0)
    config.models_module = None
    _each(apps, lambda group, permissions: group.permissions.add(*permissions))


def withdraw(apps, schema_editor):
    _each(apps, lambda group, permissions: group.permissions.remove(*permissions))


def _each(apps, change):
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codenames in GRANTED.items():
        permissions = Permission.objects.filter(
            content_type__app_label="reconciliation", codename__in=codenames
        )
        change(Group.objects.get(name=name), permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("linktracker", "0002_the_five_groups"),
        ("reconciliation", "0004_replays_are_on_record"),
    ]
    operations = [migrations.RunPython(grant, withdraw)]
