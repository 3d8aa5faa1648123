"""What a password must be. Django's own rules stand beside this one."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from anru.accounts.models import Person


class LongEnough:
    """Refuses a password with fewer characters than the rulebook asks for."""

    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: Person | None = None) -> None:
        """Return when the password is long enough. Raises: ValidationError in words of the page's language."""
        if len(password) < self.min_length:
            raise ValidationError(_("密码太短，至少要 %(n)s 个字符。") % {"n": self.min_length})

    def get_help_text(self) -> str:
        """Return the rule in words."""
        return _("至少 %(n)s 个字符。") % {"n": self.min_length}
