"""What the bureau and the town do with a campaign besides counting it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from anru.accounts.scope import acting_as_system
from anru.campaigns.models import Campaign, Obligation
from anru.campaigns.services.review import review_accept, review_claim
from anru.kernel import clock
from tests.journeys.stage import Stage
from tests.world import submit


def confirm(page: Page) -> None:
    page.get_by_role("dialog").get_by_role("button", name="确定").click()


def test_a_campaign_is_planned_changed_dispatched_and_counted(stage: Stage) -> None:
    page = stage.enter("officer")
    today = clock.legal_date(clock.now())
    page.goto("/campaigns/new/")
    page.get_by_label("行动名称").fill("年末有限空间专项检查")
    page.get_by_label("文号").fill("鄞应急〔2026〕99号")
    page.get_by_label("依据").fill("年度执法计划")
    page.get_by_label("范围").select_option(label="鄞州区")
    page.get_by_label("开始日期").fill(today.isoformat())
    page.get_by_label("完成期限").fill((today + timedelta(days=40)).isoformat())
    page.get_by_role("button", name="建立行动").click()
    expect(page.locator("details.fold")).to_have_count(6)

    page.locator("details.fold").nth(5).locator("summary").click()
    page.locator("details.fold").nth(5).get_by_role("button", name="去掉").click()
    confirm(page)
    expect(page.locator("details.fold")).to_have_count(5)
    page.locator("details.fold").first.locator("summary").click()
    page.locator("details.fold").first.get_by_role("link", name="修改").click()
    page.get_by_role("textbox").first.fill("辨识与台账（年末复核）")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("details.fold").first).to_contain_text("年末复核")

    page.get_by_role("link", name="委派审核机构").click()
    page.get_by_label("审核机构").select_option(label="甬安安全技术服务有限公司")
    page.get_by_label("审核范围").select_option(label="鄞州区")
    page.get_by_label("开始日期").fill(today.isoformat())
    page.get_by_label("结束日期").fill((today + timedelta(days=60)).isoformat())
    page.get_by_role("button", name="委派", exact=True).click()
    expect(page.get_by_text("甬安安全技术服务有限公司").first).to_be_visible()

    page.get_by_role("button", name="下发到企业").click()
    confirm(page)
    expect(page.get_by_text("已下发到 3 家企业。")).to_be_visible(timeout=30_000)
    with acting_as_system():
        made = Campaign.objects.get(name="年末有限空间专项检查")
        assert Obligation.objects.filter(campaign=made).count() == 3 * 5
    page.goto(f"/cockpit/?campaign={made.pk}")
    expect(page.locator(".kpi-main .kpi-of")).to_have_text("/ 3")
    # Once it is out, nobody changes what firms were told to do.
    page.goto(f"/campaigns/{made.pk}/")
    expect(page.get_by_role("link", name="修改")).to_have_count(0)


def test_the_town_urges_who_is_late_once_a_day_and_the_firm_reads_it(stage: Stage) -> None:
    town = stage.enter("town_officer")
    town.get_by_role("link", name="催办").click()
    town.get_by_label("选择宁波测试机械有限公司").check()
    town.get_by_label("催办的话").fill("请本周内把台账补齐。")
    town.get_by_role("button", name="催办所选企业").click()
    expect(town.get_by_text("已催办 1 家企业。")).to_be_visible()
    town.get_by_label("选择宁波测试机械有限公司").check()
    town.get_by_role("button", name="催办所选企业").click()
    expect(town.get_by_text("没有重复催办")).to_be_visible()
    firm = stage.enter("principal")
    firm.goto("/notices/")
    expect(firm.get_by_text("请本周内把台账补齐。")).to_have_count(1)


def test_a_decision_is_reopened_with_a_reason_and_a_duty_is_waived_and_restored(stage: Stage) -> None:
    world = stage.world
    with acting_as_system():
        first, second = (
            Obligation.objects.select_related("item").filter(enterprise=world.enterprise).order_by("item__code")[:2]
        )
        submit(world, first)
        at = clock.now()
        reviewer = world.actor("reviewer")
        review_claim(actor=reviewer, at=at, obligation_id=first.pk)
        review_accept(actor=reviewer, at=at, obligation_id=first.pk)
    page = stage.enter("officer")
    page.goto(f"/campaigns/obligations/{first.pk}/")
    page.get_by_label("重审理由").fill("现场抽查发现台账漏了一处。")
    page.get_by_role("button", name="发起重审").click()
    expect(page.locator(".page-actions .state")).to_have_text("重审")
    expect(page.get_by_text("现场抽查发现台账漏了一处。").first).to_be_visible()
    page.goto(f"/campaigns/obligations/{second.pk}/")
    page.get_by_label("免除理由").fill("这处空间已经填平。")
    page.get_by_role("button", name="免除这一项").click()
    expect(page.locator(".page-actions .state")).to_have_text("免除")
    page.get_by_role("button", name="恢复这一项").click()
    expect(page.locator(".page-actions .state")).to_have_text("待办")
    firm = stage.enter("safety_manager")
    firm.goto(f"/my/{first.pk}/")
    expect(firm.get_by_text("甬安安全技术服务有限公司").first).to_be_visible()


@pytest.mark.parametrize(
    ("address", "rows"),
    [
        ("/enterprises/?format=xlsx", 3),
        ("/spaces/?format=xlsx", 3),
        ("/campaigns/obligations/?format=xlsx&q=测试机械", 6),
    ],
)
def test_a_list_is_exported_exactly_as_filtered(stage: Stage, tmp_path: Path, address: str, rows: int) -> None:
    page = stage.enter("officer")
    answer = page.context.request.get(address)
    assert answer.status == 200
    book = tmp_path / "名单.xlsx"
    book.write_bytes(answer.body())
    sheet = openpyxl.load_workbook(book).active
    assert sheet is not None
    assert sheet.max_row == rows + 1


def test_the_label_sheet_is_a_pdf_whose_chinese_text_can_be_read(stage: Stage, tmp_path: Path) -> None:
    page = stage.enter("safety_manager")
    answer = page.context.request.get(f"/spaces/labels.pdf?space={stage.world.space.pk}")
    assert answer.headers["content-type"] == "application/pdf"
    sheet = tmp_path / "标签.pdf"
    sheet.write_bytes(answer.body())
    reader = PdfReader(sheet)
    width, height = (round(float(side) * 25.4 / 72) for side in reader.pages[0].mediabox[2:])
    assert (width, height) == (210, 297)
    words = "".join(page.extract_text() for page in reader.pages).replace(" ", "")
    assert "污水调节池" in words
    assert "严禁" in words


def test_whoever_scans_the_label_reads_the_risks_without_signing_in(stage: Stage) -> None:
    page = stage.context().new_page()
    page.goto(f"/q/{stage.world.space.card_token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("未经审批 严禁进入")
    expect(page.get_by_text("硫化氢")).not_to_have_count(0)
    expect(page.get_by_role("link", name="拨打 119")).to_be_visible()
    expect(page.get_by_text("测试safety_manager")).to_have_count(0)
