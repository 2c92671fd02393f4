"""The groups of people and what each may do. Views ask for the permissions, never for the names."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

READS = [
    "campaigns.view_campaign", "campaigns.view_paymentlink", "campaigns.view_trackedlink",
    "campaigns.view_conversion",
]
LINKS = [
    "campaigns.add_campaign", "campaigns.change_campaign", "campaigns.add_trackedlink",
    "campaigns.change_trackedlink",
]
MARKETING = [*READS, *LINKS, "campaigns.assign_conversion"]
FINANCE = [
    *MARKETING, "reconciliation.view_buyer", "reconciliation.view_raw_facts",
    "reconciliation.view_expectedpayment", "reconciliation.add_expectedpayment",
]
GROUPS = {
    "Marketing": MARKETING,
    "Finance": FINANCE,
    "Finance approver": FINANCE,
    "Auditor": [
        *READS, "reconciliation.view_buyer", "reconciliation.view_raw_facts",
        "reconciliation.view_expectedpayment",
    ],
    "Administrator": [
        *READS, *LINKS, "linktracker.open_administration", "reconciliation.view_raw_facts",
        "reconciliation.view_expectedpayment",
    ],
}


def make_groups(apps, schema_editor):
    # Django makes permissions after the last migration; the groups need them now.
    for label in ("linktracker", "campaigns", "reconciliation"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, permissions in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(
            Permission.objects.get(content_type__app_label=label, codename=codename)
            for label, codename in (permission.split(".") for permission in permissions)
        )


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("linktracker", "0001_initial"),
        ("campaigns", "0002_issued_links_and_decisions_never_change"),
        ("reconciliation", "0002_facts_and_records_never_change"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_groups, remove_groups)]
