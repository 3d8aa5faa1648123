"""What people keep about their own account: password, second step, language."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests.world import NOON, PASSWORD, World

from anru.accounts import scope
from anru.accounts.models import Person
from anru.accounts.services import language_set, password_change, totp_begin, totp_confirm, totp_remove
from anru.ledger.models import Entry

pytestmark = pytest.mark.django_db

NEW = "绿水青山-staple-battery"


@pytest.fixture
def person(world: World) -> Person:
    """Return a worker who signs in with the tests' password and acts in the running transaction."""
    one = world.people["worker"].person
    one.set_password(PASSWORD)
    one.save(update_fields=["password"])
    world.actor("worker")
    return one


def code_of(person: Person) -> str:
    """Return what the person's telephone shows now."""
    device = TOTPDevice.objects.get(user=person)
    shown = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift).token()
    return f"{shown:0{device.digits}d}"


def wrong_code_of(person: Person) -> str:
    """Return a code that the telephone does not show in any step that would be let pass."""
    device = TOTPDevice.objects.get(user=person)
    near = set()
    for drift in range(-5, 6):
        near.add(TOTP(device.bin_key, device.step, device.t0, device.digits, drift).token())
    return next(f"{number:06d}" for number in range(100) if number not in near)


def switched_on(person: Person) -> list[str]:
    """Return the recovery codes of a second step that is on."""
    totp_begin(person=person)
    return totp_confirm(at=NOON, person=person, token=code_of(person))


def test_a_changed_password_holds_and_ends_the_sessions(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(must_change_password=True)
    before = person.get_session_auth_hash()
    kept = password_change(at=NOON, person=person, old=PASSWORD, new=NEW)
    assert kept.get_session_auth_hash() == Person.objects.get(pk=person.pk).get_session_auth_hash() != before
    assert kept.check_password(NEW)
    assert not kept.check_password(PASSWORD)
    assert kept.must_change_password is False
    assert kept.session_epoch == person.session_epoch + 1


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("wrong", NEW, "old"),
        ("", NEW, "old"),
        (PASSWORD, PASSWORD, "new"),
        (PASSWORD, "short", "new"),
        (PASSWORD, "739105826471", "new"),
    ],
)
def test_a_password_at_fault_is_told_at_its_field_and_changes_nothing(
    person: Person, old: str, new: str, field: str
) -> None:
    before = person.get_session_auth_hash()
    with pytest.raises(ValidationError) as caught:
        password_change(at=NOON, person=person, old=old, new=new)
    assert set(caught.value.message_dict) == {field}
    assert Person.objects.get(pk=person.pk).get_session_auth_hash() == before


def test_the_second_step_is_on_after_a_right_code_and_gives_ten_recovery_codes(person: Person) -> None:
    secret, address = totp_begin(person=person)
    assert address.startswith("otpauth://totp/")
    assert f"secret={secret}" in address
    assert not TOTPDevice.objects.get(user=person).confirmed
    codes = totp_confirm(at=NOON, person=person, token=code_of(person))
    assert len(set(codes)) == 10
    assert TOTPDevice.objects.get(user=person).confirmed
    recovery = StaticDevice.objects.get(user=person)
    assert set(recovery.token_set.values_list("token", flat=True)) == set(codes)


def test_a_recovery_code_works_once(person: Person) -> None:
    code = switched_on(person)[0]
    recovery = StaticDevice.objects.get(user=person)
    assert recovery.verify_token(code)
    recovery.throttle_reset()
    assert not recovery.verify_token(code)


def test_a_wrong_code_switches_nothing_on(person: Person) -> None:
    totp_begin(person=person)
    assert totp_confirm(at=NOON, person=person, token=wrong_code_of(person)) == []
    assert not TOTPDevice.objects.get(user=person).confirmed
    assert not StaticDevice.objects.filter(user=person).exists()
    assert not Entry.objects.filter(event="account.second_step_on").exists()


def test_confirming_without_having_begun_switches_nothing_on(person: Person) -> None:
    assert totp_confirm(at=NOON, person=person, token="123456") == []


def test_opening_the_page_again_keeps_the_secret_that_was_scanned(person: Person) -> None:
    assert totp_begin(person=person) == totp_begin(person=person)
    assert TOTPDevice.objects.filter(user=person).count() == 1


def test_the_second_step_is_off_with_the_password(person: Person) -> None:
    switched_on(person)
    totp_remove(at=NOON, person=person, password=PASSWORD)
    assert not TOTPDevice.objects.filter(user=person).exists()
    assert not StaticDevice.objects.filter(user=person).exists()


def test_the_second_step_stays_on_without_the_password(person: Person) -> None:
    switched_on(person)
    with pytest.raises(ValidationError):
        totp_remove(at=NOON, person=person, password="wrong")
    assert TOTPDevice.objects.get(user=person).confirmed
    assert StaticDevice.objects.get(user=person).token_set.count() == 10


def test_the_own_account_can_be_kept_before_there_is_an_actor(person: Person) -> None:
    scope.begin_nobody()
    codes = switched_on(person)
    password_change(at=NOON, person=person, old=PASSWORD, new=NEW)
    assert len(codes) == 10
    assert Person.objects.get(pk=person.pk).check_password(NEW)


def test_the_ledger_says_who_changed_the_own_account_and_no_secret(world: World, person: Person) -> None:
    secret, _ = totp_begin(person=person)
    codes = totp_confirm(at=NOON, person=person, token=code_of(person))
    totp_remove(at=NOON, person=person, password=PASSWORD)
    password_change(at=NOON, person=person, old=PASSWORD, new=NEW)
    world.system()
    rows = Entry.objects.filter(subject_kind="person", subject_id=str(person.pk), actor_person_id=person.pk)
    assert {row.event for row in rows} == {
        "account.second_step_on",
        "account.second_step_off",
        "account.password_changed",
    }
    told = " ".join(row.facts_text for row in rows)
    for hidden in (secret, PASSWORD, NEW, *codes):
        assert hidden not in told


def test_the_language_follows_the_person(person: Person) -> None:
    language_set(person=person, language="en")
    assert Person.objects.get(pk=person.pk).language == "en"
