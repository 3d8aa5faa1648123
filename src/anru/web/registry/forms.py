"""Forms of the registry. They check shape; what may stand in the registry the rules decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from anru.registry.labels import CATEGORY_LABELS, ISOLATION_STATE_LABELS, OPENING_LABELS
from anru.registry.services import EnterpriseFacts, IsolationFacts, SiteFacts, SpaceFacts
from anru.rulebook.vocabulary import options, vocabulary
from anru.web.shell.fields import DateInput
from anru.web.shell.vocab import sector_labels

IDENTIFIED = (
    ("enclosed", _("封闭或者部分封闭，与外界相对隔离")),
    ("no_fixed_workplace", _("未被设计为固定工作场所")),
    ("enterable", _("人员可以进入作业")),
    ("accumulates", _("易造成有毒有害、易燃易爆物质积聚或者氧含量不足")),
)
TEXT = 200


class UploadForm(forms.Form):
    """A roster to be imported."""

    file = forms.FileField(
        label=_("名册文件"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("xlsx 或 csv。列名不必和模板一样，上传后可以逐列对应。"),
    )


class PlaceFields(forms.Form):
    """The two coordinates."""

    lat = forms.DecimalField(label=_("纬度"), max_digits=9, decimal_places=6, required=False)
    lon = forms.DecimalField(label=_("经度"), max_digits=9, decimal_places=6, required=False)


class EnterpriseForm(PlaceFields):
    """An enterprise's file. The identity fields are closed to the enterprise itself."""

    field_order = (
        "name", "credit_code", "industry", "town", "address", "principal_name", "principal_phone", "contact_name",
        "contact_phone", "headcount", "lat", "lon",
    )  # fmt: skip
    name = forms.CharField(label=_("企业名称"), max_length=120, help_text=_("营业执照上的全称"))
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=40, help_text=_("18 位"))
    industry = forms.ChoiceField(label=_("行业"))
    town: Any = forms.ModelChoiceField(
        label=_("所属镇街"), queryset=None, to_field_name="code", empty_label=_("请选择")
    )
    address = forms.CharField(label=_("地址"), max_length=TEXT, required=False)
    principal_name = forms.CharField(label=_("主要负责人"), max_length=40, required=False)
    principal_phone = forms.CharField(label=_("主要负责人电话"), max_length=20, required=False)
    contact_name = forms.CharField(label=_("安全管理人员"), max_length=40, required=False)
    contact_phone = forms.CharField(label=_("安全管理人员电话"), max_length=20, required=False)
    headcount = forms.IntegerField(label=_("从业人数"), min_value=0, max_value=1_000_000, required=False)

    def __init__(self, *args: Any, towns: QuerySet[Any] | None, identity: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "industry", [("", _("请选择")), *sector_labels()])
        for name in ("principal_phone", "contact_phone"):
            self.fields[name].widget.attrs.update({"inputmode": "tel", "autocomplete": "off"})
        if towns is None:
            del self.fields["town"]
        else:
            field = self.fields["town"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = towns
        if not identity:
            for name in ("name", "credit_code", "industry"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("由监管人员修改")

    def facts(self) -> EnterpriseFacts:
        """Return what was filled in."""
        return EnterpriseFacts(**_named(EnterpriseFacts, self.cleaned_data))


class MoveForm(forms.Form):
    """Where an enterprise moves to, and why."""

    town: Any = forms.ModelChoiceField(
        label=_("新的镇街"), queryset=None, to_field_name="code", empty_label=_("请选择")
    )
    reason = forms.CharField(label=_("理由"), max_length=TEXT, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, towns: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["town"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = towns


class CategoryForm(forms.Form):
    """The category of an enterprise, and why it changes."""

    category = forms.ChoiceField(label=_("监管类别"), choices=CATEGORY_LABELS, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("理由"), max_length=TEXT, widget=forms.Textarea(attrs={"rows": 2}))


class SiteForm(PlaceFields):
    """A site."""

    field_order = ("name", "address", "lat", "lon")
    name = forms.CharField(label=_("厂区名称"), max_length=80)
    address = forms.CharField(label=_("地址"), max_length=TEXT, required=False)

    def facts(self) -> SiteFacts:
        """Return what was filled in."""
        return SiteFacts(**_named(SiteFacts, self.cleaned_data))


class SpaceForm(PlaceFields):
    """A confined space's ledger entry."""

    site: Any = forms.ModelChoiceField(label=_("厂区"), queryset=None, empty_label=None)
    number = forms.CharField(label=_("编号"), max_length=30, help_text=_("本企业内不重复，例：YX-01"))
    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("例：污水处理站调节池"))
    space_class = forms.ChoiceField(label=_("类型"), widget=forms.RadioSelect)
    sub_type = forms.ChoiceField(label=_("具体类型"), required=False)
    opening = forms.ChoiceField(label=_("敞开形式"), choices=OPENING_LABELS, widget=forms.RadioSelect)
    location = forms.CharField(label=_("位置"), max_length=TEXT, help_text=_("让第一次来的人也能找到"))
    length_m = forms.DecimalField(label=_("长(米)"), max_digits=7, decimal_places=2, min_value=0, required=False)
    width_m = forms.DecimalField(label=_("宽或直径(米)"), max_digits=7, decimal_places=2, min_value=0, required=False)
    depth_m = forms.DecimalField(label=_("深或高(米)"), max_digits=7, decimal_places=2, min_value=0, required=False)
    volume_m3 = forms.DecimalField(label=_("容积(立方米)"), max_digits=9, decimal_places=2, min_value=0, required=False)
    entrances_n = forms.IntegerField(label=_("出入口数量"), min_value=1, max_value=500, initial=1)
    entrance_note = forms.CharField(label=_("出入口说明"), max_length=TEXT, required=False)
    hazards = forms.MultipleChoiceField(
        label=_("危险有害因素"), widget=forms.CheckboxSelectMultiple, help_text=_("至少选一项，凡是可能出现的都要选")
    )
    consequences = forms.MultipleChoiceField(label=_("可能后果"), widget=forms.CheckboxSelectMultiple, required=False)
    controls = forms.CharField(
        label=_("防控措施"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, sites: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words, language = vocabulary(), get_language()
        _choices(self, "space_class", options(words.space_classes, language))
        _choices(self, "sub_type", _grouped_sub_types(language))
        _choices(self, "hazards", options(words.hazards, language))
        _choices(self, "consequences", options(words.consequences, language))
        field = self.fields["site"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = sites

    def facts(self) -> SpaceFacts:
        """Return what was filled in."""
        known = _named(SpaceFacts, self.cleaned_data)
        return SpaceFacts(**{**known, "hazards": tuple(known["hazards"]), "consequences": tuple(known["consequences"])})


class NewSpaceForm(SpaceForm):
    """A new ledger entry, which begins with the four questions of Order 13 art. 3."""

    identified = forms.MultipleChoiceField(
        label=_("辨识：这四条都符合，才是有限空间"),
        choices=IDENTIFIED,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_identified(self) -> list[str]:
        """Return the ticked questions; all four must be, else it is no confined space and needs no entry."""
        ticked: list[str] = self.cleaned_data["identified"]
        if len(ticked) < len(IDENTIFIED):
            raise forms.ValidationError(_("有一条不符合就不是有限空间，不用建档；都符合请全部勾选。"))
        return ticked


class RetireForm(forms.Form):
    """Why a space goes out of use."""

    reason = forms.CharField(label=_("停用理由"), max_length=TEXT, widget=forms.Textarea(attrs={"rows": 2}))


class IsolationForm(forms.Form):
    """What was found of a space's physical isolation."""

    state = forms.ChoiceField(label=_("物理隔离状态"), choices=ISOLATION_STATE_LABELS, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("物理隔离方式"), required=False)
    checked_on = forms.DateField(label=_("检查日期"), widget=DateInput())
    lock_keeper = forms.CharField(label=_("钥匙保管人"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = options(vocabulary().isolation_kinds, get_language())
        _choices(self, "kind", [("", _("请选择")), *kinds])

    def facts(self) -> IsolationFacts:
        """Return what was filled in."""
        return IsolationFacts(**_named(IsolationFacts, self.cleaned_data))


def _grouped_sub_types(language: str | None) -> list[tuple[str, Any]]:
    words = vocabulary()
    groups: list[tuple[str, Any]] = [("", str(_("不确定")))]
    for code, term in words.space_classes.items():
        inside = {sub: kind for sub, kind in words.sub_types.items() if kind.space_class == code}
        groups.append((term.label.spoken(language), options(inside, language)))
    return groups


def _choices(form: forms.Form, name: str, choices: Sequence[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


def _named(facts: type, cleaned: dict[str, Any]) -> dict[str, Any]:
    return {field.name: cleaned[field.name] for field in fields(facts) if field.name in cleaned}
