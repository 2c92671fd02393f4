"""Which of allauth's pages exist here: no sign-up, no further addresses, no passkeys yet."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from django.urls import path, re_path

from linktracker.views import entrance

urlpatterns = [
    path("", entrance.account, name="account"),
    path("first-administrator/", entrance.first_administrator, name="first-administrator"),
    path("invitation/<str:secret>/", entrance.invitation, name="invitation"),
    path("second-factor/", entrance.second_factor, name="second-factor"),
    path("recovery-codes/", entrance.recovery_codes, name="recovery-codes"),
    path("sessions/end/", entrance.end_other_sessions, name="end-other-sessions"),
    path("login/", account.login, name="account_login"),
    path("login/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("logout/", entrance.sign_out, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("reauthenticate/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", entrance.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]
