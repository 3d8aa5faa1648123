"""Form fields and widgets that several nouns use."""

from __future__ import annotations

from django import forms


class DateInput(forms.DateInput):
    """A date field that opens the phone's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
