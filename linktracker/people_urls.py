"""The addresses of people and invitations; administrators only."""

from django.urls import path

from linktracker.views import people

urlpatterns = [
    path("", people.people_list, name="people"),
    path("invite/", people.invite, name="invite"),
    path("invitations/<int:invitation_id>/revoke/", people.revoke, name="invitation-revoke"),
    path("<int:person_id>/", people.person, name="person"),
    path("<int:person_id>/roles/", people.change_roles, name="person-roles"),
    path("<int:person_id>/reset-link/", people.reset_link, name="person-reset-link"),
    path("<int:person_id>/<slug:change>/", people.change_person, name="person-change"),
]
