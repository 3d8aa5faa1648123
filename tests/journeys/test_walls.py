"""What a person may not know of does not exist for them."""

from __future__ import annotations

from playwright.sync_api import expect

from anru.accounts.models import Person
from anru.accounts.scope import acting_as_system
from anru.campaigns.models import Obligation
from tests.journeys.stage import Stage, sign_in


def test_the_neighbours_pages_look_like_pages_that_do_not_exist(stage: Stage) -> None:
    with acting_as_system():
        theirs = Obligation.objects.filter(enterprise=stage.world.enterprise)[0]
    page = stage.enter("stranger")
    nowhere = page.goto("/my/01a20962-0000-7000-8000-000000000000/")
    assert nowhere is not None
    missing = page.locator("main").inner_text()
    assert nowhere.status == 404
    for address in (
        f"/my/{theirs.pk}/",
        f"/enterprises/{stage.world.enterprise.pk}/",
        f"/spaces/{stage.world.space.pk}/",
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 404, address
        assert page.locator("main").inner_text() == missing
    expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()


def test_a_disabled_person_is_out_on_every_device_at_once(stage: Stage) -> None:
    worker = stage.enter("safety_manager")
    administrator = stage.enter("administrator")
    person = Person.objects.get(username="safety_manager")
    administrator.goto(f"/people/{person.pk}/")
    administrator.get_by_role("link", name="停用账号").click()
    administrator.get_by_label("理由").fill("已经离职")
    administrator.get_by_role("button", name="停用", exact=True).click()
    expect(administrator.get_by_text("账号已停用，所有设备上的登录已经退出。")).to_be_visible()
    worker.reload()
    expect(worker.get_by_role("heading", name="登录安入")).to_be_visible()
    worker.get_by_label("登录名").fill("safety_manager")
    worker.get_by_label("密码").fill("anything-else-42")
    worker.get_by_role("button", name="登录", exact=True).click()
    expect(worker.get_by_text("登录名或密码不对。").first).to_be_visible()


def test_a_reset_password_is_changed_before_anything_else(stage: Stage) -> None:
    administrator = stage.enter("administrator")
    person = Person.objects.get(username="guardian")
    administrator.goto(f"/people/{person.pk}/")
    administrator.get_by_role("button", name="重置密码").click()
    administrator.get_by_role("dialog").get_by_role("button", name="确定").click()
    fresh = administrator.locator(".secret").inner_text().strip()
    page = stage.context().new_page()
    sign_in(page, "guardian", fresh)
    expect(page.get_by_role("heading", name="先设置您自己的密码")).to_be_visible()
    page.goto("/spaces/")
    expect(page.get_by_role("heading", name="先设置您自己的密码")).to_be_visible()
    page.get_by_label("现在的密码").fill(fresh)
    page.get_by_label("新密码", exact=True).fill("先审批-再通风-再检测-后作业")
    page.get_by_label("再输入一次新密码").fill("先审批-再通风-再检测-后作业")
    page.get_by_role("button", name="保存新密码").click()
    expect(page.get_by_text("密码已修改，其他设备上的登录已经退出。")).to_be_visible()


def test_guessing_locks_the_login_name_even_for_the_right_password(stage: Stage) -> None:
    page = stage.context().new_page()
    page.goto("/accounts/login/")
    for _guess in range(12):
        page.get_by_label("登录名").fill("principal")
        page.get_by_label("密码").fill("wrong-guess")
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_load_state()
        if page.get_by_role("heading", name="试错次数太多，暂时锁定").count():
            break
    page.goto("/accounts/login/")
    page.get_by_label("登录名").fill("principal")
    page.get_by_label("密码").fill("correct-horse-battery-安入")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="试错次数太多，暂时锁定")).to_be_visible()
