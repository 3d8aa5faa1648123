"""The words shown for the enums of this app."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anru.accounts.states import OrganisationKind, Role

KIND_LABELS: dict[str, str | Promise] = {
    OrganisationKind.BUREAU: _("应急管理局"),
    OrganisationKind.TOWN_OFFICE: _("镇街应急管理所"),
    OrganisationKind.ENTERPRISE: _("企业"),
    OrganisationKind.PROVIDER: _("服务机构"),
    OrganisationKind.INSURER: _("安责险机构"),
    OrganisationKind.ASSOCIATION: _("行业协会"),
    OrganisationKind.CLEANING_TEAM: _("清淤专业队伍"),
}

ROLE_LABELS: dict[str, str | Promise] = {
    Role.BUREAU_LEADER: _("局领导"),
    Role.BUREAU_OFFICER: _("局业务科室"),
    Role.ADMINISTRATOR: _("系统管理员"),
    Role.TOWN_HEAD: _("应急所所长"),
    Role.TOWN_OFFICER: _("镇街监管人员"),
    Role.PRINCIPAL: _("主要负责人"),
    Role.SAFETY_MANAGER: _("安全管理人员"),
    Role.APPROVER: _("审批人"),
    Role.GUARDIAN: _("监护人员"),
    Role.WORKER: _("作业人员"),
    Role.PROVIDER_MANAGER: _("服务机构负责人"),
    Role.REVIEWER: _("审核专家"),
    Role.INSURER_STAFF: _("安责险服务人员"),
    Role.ASSOCIATION_STAFF: _("协会工作人员"),
    Role.CLEANING_LEAD: _("清淤队负责人"),
}
