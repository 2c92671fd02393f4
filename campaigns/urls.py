"""Addresses of links and of who earned what."""

from django.urls import path

from campaigns.views.builder import link_edit, link_new, link_preview
from campaigns.views.campaigns import campaigns, campaigns_export
from campaigns.views.inspector import inspector, inspector_save
from campaigns.views.link_changes import links_change, links_undo
from campaigns.views.links import link, link_name, link_qr_png, link_qr_svg, links, links_csv
from campaigns.views.links_import import links_import
from campaigns.views.returns import return_visit

urlpatterns = [
    path("campaigns/", campaigns, name="campaigns"),
    path("campaigns/export/", campaigns_export, name="campaigns-export"),
    path("links/", links, name="links"),
    path("links/export/", links_csv, name="links-csv"),
    path("links/change/", links_change, name="links-change"),
    path("links/undo/", links_undo, name="links-undo"),
    path("links/new/", link_new, name="link-new"),
    path("links/preview/", link_preview, name="link-preview"),
    path("links/<int:line>/", link, name="link"),
    path("links/<int:line>/edit/", link_edit, name="link-edit"),
    path("links/<int:line>/name/", link_name, name="link-name"),
    path("links/<int:line>/qr.svg", link_qr_svg, name="link-qr-svg"),
    path("links/<int:line>/qr.png", link_qr_png, name="link-qr-png"),
    path("links/import/", links_import, name="links-import"),
    path("inspect/", inspector, name="inspector"),
    path("inspect/save/", inspector_save, name="inspector-save"),
    path("return/<slug:key>/", return_visit, name="return-visit"),
    path("return/<slug:key>", return_visit),
]
