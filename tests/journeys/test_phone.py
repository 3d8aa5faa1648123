"""The enterprise's page in the hand: small, light, and with a line that breaks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Response, expect

from tests.journeys.stage import PHONE, Stage, fits

FIRST_LOAD_BYTES = 200_000


def test_the_first_page_of_an_enterprise_is_under_two_hundred_kilobytes(stage: Stage) -> None:
    page = stage.enter("safety_manager", PHONE)
    cookies = page.context.cookies()
    fresh = stage.context(PHONE)
    fresh.add_cookies(cookies)  # type: ignore[arg-type]
    opened = fresh.new_page()
    answers: list[Response] = []
    opened.on("response", lambda answer: answers.append(answer))
    opened.goto("/my/")
    opened.wait_for_load_state("load")
    expect(opened.locator(".ring")).to_be_visible()
    sizes = {answer.url: answer.request.sizes() for answer in answers if "/events/" not in answer.url}
    total = sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes.values())
    assert len(sizes) >= 4, sizes
    assert total < FIRST_LOAD_BYTES, sizes


@pytest.mark.parametrize("address", ["/my/", "/todo/", "/spaces/", "/people/", "/notices/", "/accounts/memberships/"])
def test_nothing_lies_beside_a_screen_of_390_pixels(stage: Stage, address: str) -> None:
    page = stage.enter("safety_manager", PHONE)
    page.goto(address)
    assert fits(page)
    for target in page.locator(".tabs .tab, .btn:visible, .owed-row:visible").all():
        box = target.bounding_box()
        if box is not None and box["height"]:
            assert box["height"] >= 36, target.inner_text()


def test_an_upload_that_lost_its_line_goes_on_where_it_broke_off(stage: Stage, tmp_path: Path) -> None:
    large = tmp_path / "大照片.png"
    Image.effect_noise((1600, 1200), 90).save(large)
    assert large.stat().st_size > 1_000_000
    page = stage.enter("safety_manager", PHONE)
    page.locator(".owed-row").first.click()
    pieces: list[int] = []

    def cut(route) -> None:  # type: ignore[no-untyped-def]
        pieces.append(int(route.request.headers.get("upload-offset", "0")))
        if len(pieces) == 3:
            page.context.set_offline(True)
            route.abort("internetdisconnected")
        else:
            route.continue_()

    page.route(
        "**/evidence/uploads/*/", lambda route: cut(route) if route.request.method == "PATCH" else route.continue_()
    )
    page.locator(".uploader").nth(1).locator("input[type=file]").set_input_files(large)
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator(".upload-item")).to_be_visible()
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.locator(".thumb img")).to_have_count(1, timeout=60_000)
    # Nothing that had arrived was sent a second time: the offsets only grow, but for the piece that was cut off.
    resumed = pieces[3:]
    assert resumed[0] == pieces[2]
    assert resumed == sorted(resumed)
    assert pieces.count(0) == 1


def test_what_is_written_is_kept_without_a_button(stage: Stage) -> None:
    page = stage.enter("safety_manager", PHONE)
    page.locator(".owed-row").nth(2).click()
    page.locator("#statement").fill("制度上周已经重新发布。")
    expect(page.locator(".autosave")).to_contain_text("已自动保存")
    page.goto("/my/")
    page.locator(".owed-row").nth(2).click()
    expect(page.locator("#statement")).to_have_value("制度上周已经重新发布。")
