"""Every address of the product; each app brings its own."""

from django.contrib import admin
from django.urls import include, path

from linktracker.views import home, switch_mode

urlpatterns = [
    path("", home, name="home"),
    path("mode/", switch_mode, name="switch-mode"),
    path("", include("campaigns.urls")),
    path("", include("reconciliation.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
]
