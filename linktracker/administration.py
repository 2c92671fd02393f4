"""Which site `/admin/` is; apart from the site itself, which needs all models to be loaded first."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default = False  # named in INSTALLED_APPS; never picked by itself
    default_site = "linktracker.admin_site.AdministrationSite"
