"""From a roster file to a complete enterprise, told by the people who do it."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.stage import PHONE, Stage
from tests.registry.rosterfiles import SPACE_TITLES, space_line, write_roster
from tests.world import picture

NUMBER = 77
FIRM = f"宁波名册{NUMBER}号机械有限公司"
ITEMS_N = 6


def import_roster(page: Page, roster: Path) -> None:
    page.goto("/imports/new/")
    page.get_by_label("名册文件").set_input_files(roster)
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_role("heading", name="对应列名")).to_be_visible()
    page.get_by_role("button", name="开始校验").click()
    page.get_by_role("button", name="写入档案").click(timeout=60_000)
    expect(page.get_by_text("已写入档案。")).to_be_visible(timeout=60_000)


def invite(page: Page, firm: str) -> str:
    page.goto("/people/invitations/new/")
    page.get_by_label("单位").select_option(label=firm)
    page.get_by_label("角色").select_option(label="安全管理人员")
    page.get_by_label("姓名").fill("沈新人")
    page.get_by_role("button", name="生成邀请链接").click()
    return page.locator(".secret").inner_text().strip()


def accept(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("登录名").fill("shenxinren")
    page.get_by_label("密码", exact=True).fill("池边风大-先通风再检测-42")
    page.get_by_label("再输入一次密码").fill("池边风大-先通风再检测-42")
    page.get_by_role("button", name="建立账号并加入").click()
    expect(page.get_by_role("heading", name="我要做的")).to_be_visible()


def prove(page: Page, pictures: list[Path]) -> None:
    """Every slot of the open item is filled and the proof is submitted."""
    shown = 0
    for slot in page.locator(".slot").all():
        least = re.search(r"至少 (\d+) 个", slot.locator("h2").inner_text())
        if least is None:
            continue
        chosen = pictures[: int(least.group(1))]
        slot.locator("input[type=file]").set_input_files(chosen)
        shown += len(chosen)
        expect(page.locator(".thumb img, a.file-chip")).to_have_count(shown, timeout=60_000)
    for box in page.locator("#proof select").all():
        box.select_option(index=1)
    for box in page.locator("#proof input[type=date]").all():
        box.fill("2026-05-20")
    for box in page.locator("#proof input[inputmode=decimal]").all():
        box.fill("1")
    for box in page.locator("#proof textarea").all():
        box.fill("已落实，见照片。")
    # A file that is still being read would be refused; whoever looks at the page waits for it as well.
    expect(page.locator(".thumb-waiting, .upload-item")).to_have_count(0, timeout=60_000)
    page.get_by_role("button", name="提交审核").click()
    # A refusal stands at the top of the same page; its words say more than a state that did not change.
    expect(page.locator(".page-actions .state, .alert-danger")).to_have_text(["待审"])


def start_review(page: Page) -> None:
    """The next proof is on the desk, and the desk listens to keys."""
    page.get_by_role("button", name="开始审核").click()
    expect(page.locator("#desk")).to_be_focused()


def test_a_firm_comes_in_by_roster_and_goes_from_none_of_six_to_six_of_six(stage: Stage, tmp_path: Path) -> None:
    roster = write_roster(tmp_path / "名册.xlsx", SPACE_TITLES, [space_line(NUMBER, "污水池", "WS-1")])
    pictures = []
    for shade in (10, 60, 110, 160):
        pictures.append(tmp_path / f"照片{shade}.jpg")
        pictures[-1].write_bytes(picture(shade))
    officer = stage.enter("officer")
    import_roster(officer, roster)
    administrator = stage.enter("administrator")
    address = invite(administrator, FIRM)
    manager = stage.context(PHONE).new_page()
    accept(manager, address)
    expect(manager.locator(".ring text")).to_have_text(f"0/{ITEMS_N}")

    officer.goto("/cockpit/")
    expect(officer.locator("[data-figure=complete]")).to_have_text("0")
    for number in range(ITEMS_N):
        manager.goto("/my/")
        manager.locator(".owed-row").nth(number).click()
        prove(manager, pictures)

    reviewer = stage.enter("reviewer")
    start_review(reviewer)
    for _number in range(ITEMS_N):
        expect(reviewer.locator(".review-head h2")).to_have_text(FIRM)
        expect(reviewer.locator(".review-picture.is-shown img")).to_be_visible()
        before = reviewer.url
        reviewer.keyboard.press("a")
        expect(reviewer).not_to_have_url(before)
    expect(reviewer.get_by_text("没有待审核的材料")).not_to_have_count(0)

    # The cockpit was never reloaded: the count came by itself.
    expect(officer.locator("[data-figure=complete]")).to_have_text("1", timeout=20_000)
    manager.goto("/my/")
    expect(manager.locator(".ring text")).to_have_text(f"{ITEMS_N}/{ITEMS_N}")
    expect(manager.get_by_text(re.compile("全部完成"))).to_be_visible()


def test_a_returned_proof_shows_the_reviewers_words_and_is_accepted_when_it_comes_again(
    stage: Stage, tmp_path: Path
) -> None:
    pictures = []
    for shade in (30, 90, 150, 210):
        pictures.append(tmp_path / f"照片{shade}.jpg")
        pictures[-1].write_bytes(picture(shade))
    manager = stage.enter("safety_manager", PHONE)
    manager.locator(".owed-row").first.click()
    prove(manager, pictures)

    reviewer = stage.enter("reviewer")
    start_review(reviewer)
    # A return without a reason is not sent back to anybody.
    reviewer.keyboard.press("r")
    expect(reviewer.get_by_role("alert")).to_be_visible()
    reviewer.keyboard.press("1")
    reviewer.keyboard.press("w")
    reviewer.keyboard.type("平面图上少了调节池，请补上。")
    reviewer.keyboard.press("Escape")
    reviewer.keyboard.press("r")
    expect(reviewer.get_by_text("已退回，企业会看到原因。").first).to_be_attached()

    manager.goto("/my/")
    manager.locator(".owed-row", has_text="按意见修改").click()
    expect(manager.get_by_text("平面图上少了调节池，请补上。").first).to_be_visible()
    manager.locator("#statement").fill("平面图已补画调节池。")
    manager.get_by_role("button", name="提交审核").click()
    expect(manager.locator(".page-actions .state")).to_have_text("待审")

    reviewer.goto("/reviews/")
    start_review(reviewer)
    expect(reviewer.get_by_text("平面图已补画调节池。")).to_be_visible()
    expect(reviewer.locator(".review-history")).to_be_attached()
    reviewer.keyboard.press("a")
    expect(reviewer.get_by_text("没有待审核的材料")).not_to_have_count(0)
    manager.goto("/my/")
    expect(manager.locator(".ring text")).to_have_text("1/6")
