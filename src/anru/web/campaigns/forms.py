"""Forms of campaigns. They check shape; what is lawful the services decide."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anru.web.shell.fields import DateInput


class CampaignForm(forms.Form):
    """A new campaign."""

    name = forms.CharField(label=_("行动名称"), max_length=120)
    document_number = forms.CharField(label=_("文号"), max_length=60, help_text=_("例：鄞应急〔2022〕26号"))
    basis = forms.CharField(label=_("依据"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    region: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("范围"), queryset=None)
    starts_on = forms.DateField(label=_("开始日期"), widget=DateInput())
    due_on = forms.DateField(label=_("完成期限"), widget=DateInput())

    def __init__(self, *args: Any, regions: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = regions
        field.initial = regions.first()


class AssignmentForm(forms.Form):
    """Who reviews where, and how long."""

    organisation: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("审核机构"), queryset=None)
    region: forms.ModelChoiceField[Any] = forms.ModelChoiceField(label=_("审核范围"), queryset=None)
    opens_on = forms.DateField(label=_("开始日期"), widget=DateInput())
    closes_on = forms.DateField(label=_("结束日期"), widget=DateInput())

    def __init__(self, *args: Any, providers: QuerySet[Any], regions: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("organisation", providers), ("region", regions)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows


class ItemForm(forms.Form):
    """What a bureau may change of a required item: its words, and how many files each slot asks for."""

    title = forms.CharField(label=_("名称"), max_length=80)
    summary = forms.CharField(
        label=_("要求"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    good = forms.CharField(
        label=_("合格的样子"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一条"),
    )
    bad = forms.CharField(
        label=_("不合格的样子"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每行一条"),
    )
    criteria = forms.CharField(
        label=_("审核标准"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("每行一条，审核人员逐条核对"),
    )
    slots = forms.CharField(
        label=_("需要的材料"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("每行一项：名称 | 最少 | 最多"),
    )

    def clean_slots(self) -> list[tuple[str, int, int]]:
        """Return (label, least, most) of each line; a line that does not read so is named."""
        read = []
        for number, line in enumerate(_lines(self.cleaned_data["slots"]), start=1):
            parts = [part.strip() for part in line.replace("｜", "|").split("|")]
            try:
                label, least, most = parts[0], int(parts[1]), int(parts[2])
            except (IndexError, ValueError) as error:
                raise forms.ValidationError(_("第 %(n)s 行应为“名称 | 最少 | 最多”。"), params={"n": number}) from error
            read.append((label, least, most))
        return read


def shown_item(item: Any) -> dict[str, str]:
    """Return an item's stored content as the form shows it."""
    spec = item.spec
    return {
        "title": item.title,
        "summary": spec.get("summary", ""),
        "good": "\n".join(entry["text"] for entry in spec["good"]),
        "bad": "\n".join(entry["text"] for entry in spec["bad"]),
        "criteria": "\n".join(entry["text"] for entry in spec["criteria"]),
        "slots": "\n".join(f"{slot['label']} | {slot['least']} | {slot['most']}" for slot in spec["slots"]),
    }


def read_item(item: Any, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the stored content that the form asks for.

    A line that still reads as before keeps its code and its English; a new slot asks for a photograph.
    """
    spec: dict[str, Any] = copy.deepcopy(item.spec)
    spec["summary"] = cleaned["summary"]
    for name in ("good", "bad", "criteria"):
        known = {entry["text"]: entry for entry in spec[name]}
        spec[name] = [
            known.get(text, {"code": f"C{number}", "text": text})
            for number, text in enumerate(_lines(cleaned[name]), start=1)
        ]
    known_slots = {slot["label"]: slot for slot in spec["slots"]}
    spec["slots"] = [
        {
            **known_slots.get(label, {"code": f"slot{number}", "label": label, "medium": "photo", "help": ""}),
            "least": least,
            "most": most,
        }
        for number, (label, least, most) in enumerate(cleaned["slots"], start=1)
    ]
    return spec


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
