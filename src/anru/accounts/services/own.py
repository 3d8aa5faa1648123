"""What people keep about their own account."""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from anru.accounts.events import person_fact
from anru.accounts.models import Person
from anru.accounts.scope import acting_as_system
from anru.kernel.actor import Actor
from anru.ledger.services import record

RECOVERY_CODES_N = 10


def password_change(*, at: datetime, person: Person, old: str, new: str) -> Person:
    """The new password stands and every session of the person is over; the caller keeps its own.

    Raises: ValidationError – the old one is wrong, or the new one is the old one or too weak.
    """
    kept = Person.objects.select_for_update().get(pk=person.pk)
    if not kept.check_password(old):
        raise ValidationError({"old": _("现在的密码不对。")})
    if old == new:
        raise ValidationError({"new": _("新密码不能和现在的一样。")})
    try:
        validate_password(new, kept)
    except ValidationError as error:
        raise ValidationError({"new": error.error_list}) from error
    kept.set_password(new)
    kept.must_change_password = False
    kept.session_epoch += 1
    kept.save(update_fields=["password", "must_change_password", "session_epoch"])
    _record("account.password_changed", kept, at)
    return kept


def totp_begin(*, person: Person) -> tuple[str, str]:
    """A secret waits to be confirmed; return it as text to type and as an address to scan. An earlier one is kept."""
    # One page at a time: two rows would make every later look-up of the waiting secret fail.
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    device, _made = TOTPDevice.objects.get_or_create(user=person, confirmed=False, defaults={"name": "app"})
    return b32encode(device.bin_key).decode(), device.config_url


def totp_confirm(*, at: datetime, person: Person, token: str) -> list[str]:
    """The second step is asked for at every sign-in; return the recovery codes, once. A wrong code returns none."""
    device = TOTPDevice.objects.select_for_update().filter(user=person, confirmed=False).first()
    if device is None or not device.verify_token(token):
        return []
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    recovery, _made = StaticDevice.objects.get_or_create(user=person, name="recovery")
    recovery.token_set.all().delete()
    codes = [StaticToken.random_token() for _n in range(RECOVERY_CODES_N)]
    StaticToken.objects.bulk_create(StaticToken(device=recovery, token=code) for code in codes)
    _record("account.second_step_on", person, at)
    return codes


def totp_remove(*, at: datetime, person: Person, password: str) -> None:
    """The second step is not asked for any more. Raises: ValidationError – the password is wrong."""
    if not person.check_password(password):
        raise ValidationError(_("密码不对。"))
    TOTPDevice.objects.filter(user=person).delete()
    StaticDevice.objects.filter(user=person).delete()
    _record("account.second_step_off", person, at)


def language_set(*, person: Person, language: str) -> None:
    """Pages are in this language wherever the person signs in."""
    Person.objects.filter(pk=person.pk).update(language=language)


def _record(event: str, person: Person, at: datetime) -> None:
    """The person acts for nobody but themselves here, so the entry lies in no territory."""
    oneself = Actor(
        person_id=person.pk,
        membership_id=None,
        organisation_id=None,
        organisation_kind="",
        role="person",
        scope_path="",
    )
    # Writing reads the row back, which the database refuses to a person who holds no role at present.
    with acting_as_system():
        record(person_fact(event, person.pk, ""), actor=oneself, at=at)
