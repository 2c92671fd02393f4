"""Every address of the product; each app brings its own."""

from django.contrib import admin
from django.urls import include, path

from linktracker.search import search
from linktracker.views import home, switch_mode

urlpatterns = [
    path("", include("reconciliation.urls")),  # first, for its webhook is asked most
    path("", include("campaigns.urls")),
    path("", home, name="home"),
    path("search/", search, name="search"),
    path("mode/", switch_mode, name="switch-mode"),
    path("admin/", admin.site.urls),
    path("accounts/", include("linktracker.account_urls")),
    path("people/", include("linktracker.people_urls")),
]

handler429 = "linktracker.accounts.too_many"  # allauth's own limits answer with it too
handler404 = "linktracker.views.start.not_found"
handler400 = "linktracker.views.start.bad_request"
