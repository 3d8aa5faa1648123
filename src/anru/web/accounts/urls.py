"""Addresses of signing in, people and organisations."""

from __future__ import annotations

from django.urls import include, path

from anru.web.accounts import invitations, organisations, own, people, signin

accounts = [
    path("login/", signin.login_page, name="login"),
    path("login/code/", signin.login_code, name="login-code"),
    path("logout/", signin.logout_view, name="logout"),
    path("password/", own.password, name="password"),
    path("totp/", own.totp, name="totp"),
    path("totp/removal/", own.totp_removal, name="totp-removal"),
    path("language/", own.language, name="language"),
    path("memberships/", own.memberships, name="memberships"),
]
people_urls = [
    path("", people.person_list, name="list"),
    path("invitations/", invitations.invitation_list, name="invitations"),
    path("invitations/new/", invitations.invite, name="invite"),
    path("invitations/<uuid:invitation_id>/withdrawal/", invitations.withdrawal, name="invitation-withdraw"),
    path("memberships/<uuid:membership_id>/end/", people.membership_end_view, name="end"),
    path("<uuid:person_id>/", people.person_detail, name="detail"),
    path("<uuid:person_id>/role/", people.role_new, name="role"),
    path("<uuid:person_id>/disabling/", people.disabling, name="disable"),
    path("<uuid:person_id>/enabling/", people.enabling, name="enable"),
    path("<uuid:person_id>/sessions/end/", people.sessions_end_view, name="sessions-end"),
    path("<uuid:person_id>/second-step/reset/", people.second_step_reset_view, name="second-step-reset"),
    path("<uuid:person_id>/password/reset/", people.password_reset_view, name="password-reset"),
]
organisation_urls = [
    path("", organisations.organisation_list, name="list"),
    path("new/", organisations.organisation_new, name="new"),
    path("<uuid:organisation_id>/", organisations.organisation_detail, name="detail"),
    path("<uuid:organisation_id>/disabling/", organisations.disabling, name="disable"),
    path("<uuid:organisation_id>/enabling/", organisations.enabling, name="enable"),
]
urlpatterns = [
    path("accounts/", include((accounts, "accounts"))),
    path("people/", include((people_urls, "people"))),
    path("organisations/", include((organisation_urls, "organisations"))),
    path("invitations/<str:token>/", invitations.acceptance, name="invitation"),
]
