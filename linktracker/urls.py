"""Every address of the product; each app brings its own."""

from django.contrib import admin
from django.urls import include, path

from linktracker.views import home, switch_mode

urlpatterns = [
    path("", include("reconciliation.urls")),  # first, for its webhook is asked most
    path("", include("campaigns.urls")),
    path("", home, name="home"),
    path("mode/", switch_mode, name="switch-mode"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
]

handler404 = "linktracker.views.not_found"
handler400 = "linktracker.views.bad_request"
