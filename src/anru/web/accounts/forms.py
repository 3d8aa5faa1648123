"""Forms of signing in, people and organisations. They check shape; the services decide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PHONE = r"^1[0-9]{10}$"


class NewPassword(forms.CharField):
    """A field for a password that is to be."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
        super().__init__(strip=False, max_length=128, widget=widget, **kwargs)


class OldPassword(forms.CharField):
    """A field for the password that stands."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        super().__init__(strip=False, max_length=128, widget=widget, **kwargs)


class LoginForm(forms.Form):
    """Who, and the secret that proves it."""

    username = forms.CharField(
        label=_("登录名"),
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )
    password = OldPassword(label=_("密码"))


class CodeForm(forms.Form):
    """The six digits of the moment, or a recovery code."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=16,
        help_text=_("验证器应用里的 6 位数字；手机不在身边时用恢复码。"),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}
        ),
    )


class PasswordForm(forms.Form):
    """A change of one's own password."""

    old = OldPassword(label=_("现在的密码"))
    new = NewPassword(label=_("新密码"))
    again = NewPassword(label=_("再输入一次新密码"))

    def clean(self) -> dict[str, Any]:
        """Refuse two new passwords that differ."""
        given = super().clean() or {}
        if given.get("new") and given.get("again") and given["new"] != given["again"]:
            self.add_error("again", _("两次输入的新密码不一样。"))
        return given


class RemovalForm(forms.Form):
    """The password again, before the second step is switched off."""

    password = OldPassword(label=_("现在的密码"))


class AcceptForm(forms.Form):
    """What a new person says about themselves."""

    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.RegexField(
        label=_("手机"),
        regex=PHONE,
        required=False,
        error_messages={"invalid": _("请填写 11 位手机号码。")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    username = forms.RegexField(
        label=_("登录名"),
        regex=r"^[a-z][a-z0-9._-]{2,63}$",
        help_text=_("小写字母开头，可以有数字、点、横线，至少 3 位。"),
        error_messages={"invalid": _("登录名要以小写字母开头，只用小写字母、数字、点和横线，至少 3 位。")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = NewPassword(label=_("密码"))
    again = NewPassword(label=_("再输入一次密码"))

    def clean(self) -> dict[str, Any]:
        """Refuse two passwords that differ."""
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", _("两次输入的密码不一样。"))
        return given


class InviteForm(forms.Form):
    """Whom to invite, where, and as what."""

    organisation: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("单位"), queryset=None)
    role = forms.ChoiceField(label=_("角色"))
    name = forms.CharField(label=_("姓名"), max_length=40)

    def __init__(
        self,
        *args: Any,
        organisations: QuerySet[Any],
        roles: Iterable[tuple[str, str | Promise]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        place, role = self.fields["organisation"], self.fields["role"]
        assert isinstance(place, forms.ModelChoiceField)
        assert isinstance(role, forms.ChoiceField)
        place.queryset = organisations
        role.choices = list(roles)
        if organisations.count() == 1:
            place.initial = organisations.first()


class RoleForm(InviteForm):
    """A further role for a person who is known."""

    field_order = ("organisation", "role")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["name"]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class OrganisationForm(forms.Form):
    """A new organisation that is not an enterprise; enterprises come in by the registry."""

    kind = forms.ChoiceField(label=_("类型"))
    name = forms.CharField(label=_("名称"), max_length=120)
    region: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("属地"), queryset=None)

    def __init__(
        self, *args: Any, kinds: Iterable[tuple[str, str | Promise]], regions: QuerySet[Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kind, region = self.fields["kind"], self.fields["region"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(region, forms.ModelChoiceField)
        kind.choices = list(kinds)
        region.queryset = regions
