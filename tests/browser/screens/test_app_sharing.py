"""Frozen views, codes, notes and sharing: what a leader does with the tablet besides looking."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from dashboard.auth.model import Role
from tests.browser.screens.stage import alert, gate, now_ms, quiet

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
TABLET = (1024, 768)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def note(name: str = "0123456789abcdef", *steps: dict, **more) -> dict:
    """A note as the hub tells it."""
    what = {step["what"] for step in steps}
    return {
        "id": name, "at": now_ms() - 60_000, "by": "lan", "role": "leader", "text": "Gọi kiểm dịch thêm một tổ",
        "urgent": True, "place": "tan-thanh", "alert": None, "path": "/tablet", "steps": list(steps),
        "version": 1 + len(steps), "updated_at": now_ms(),
        "state": "answered" if "answered" in what else "seen" if what else "sent", **more,
    }  # fmt: skip


def frozen(stage) -> dict:
    """A moment of an hour ago, in which Tân Thanh had another queue, under the code ABC234."""
    topics = quiet()
    topics["gates"]["gates"]["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 999)
    facts = {
        "id": "m1", "code": "ABC234", "at": now_ms() - 3_600_000, "by": "lan", "screen": "tablet", "path": "/tablet",
        "note": "", "simulated": "all", "url": "/tablet?frozen=ABC234", "topics": topics,
    }  # fmt: skip
    stage.answers["GET frozen/ABC234"] = (200, facts)
    stage.answers["POST frozen"] = (201, {key: facts[key] for key in facts if key != "topics"})
    return facts


@pytest.mark.parametrize("screen", ["/tablet", "/duty", "/crossings"])
def test_a_frozen_link_says_on_every_screen_that_it_is_not_live(stage, open_screen, screen):
    """Whoever opens a shared link cannot take the figures of then for those of now."""
    frozen(stage)
    page = open_screen(screen + "?frozen=ABC234", TABLET if screen == "/tablet" else (1920, 1080))
    expect(page.get_by_text("không phải trực tiếp").first).to_be_visible()
    if screen == "/tablet":
        expect(page.locator('[data-tile="tan-thanh"]')).to_contain_text("999")


def test_a_code_that_nobody_knows_says_so(stage, open_screen):
    """No empty screen, and no figures of another moment."""
    page = open_screen("/tablet", TABLET, quiet=False)
    page.goto(stage.url + "/tablet?frozen=ZZZZZZ")
    expect(page.get_by_text("Không có bản chốt nào mang mã ZZZZZZ")).to_be_visible()


def test_a_code_from_a_panels_foot_shows_that_very_picture(stage, open_screen):
    """Three letters, and the view behind them stands on the tablet; an unknown or misread code says what to do."""
    stage.role = Role.LEADER
    stage.answers["GET views/KXW"] = (
        200, {"code": "KXW", "screen": "wall", "panel": "main", "scene": "gates", "url": "/duty?scene=gates"},
    )  # fmt: skip
    page = open_screen("/tablet", TABLET, touch=True, quiet=False)
    page.evaluate("LSO.tabletApp.openCode()")
    field = page.get_by_label("Mã ở chân màn hình")
    for wrong, sentence in (("K", "Mã có 3 chữ"), ("QQQ", "Không có màn hình hay bản chốt nào mang mã QQQ")):
        field.fill(wrong)
        field.press("Enter")
        expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text(sentence)
    field.fill("kxw")
    page.get_by_role("button", name="Mở", exact=True).tap()
    shown = page.get_by_role("dialog", name="Màn hình main · mã KXW")
    expect(shown).to_be_visible()
    expect(page.frame_locator("iframe").locator('main[data-screen="duty"]')).to_be_visible()
    wide = page.locator("iframe").bounding_box()
    assert wide is not None
    assert abs(wide["width"] / wide["height"] - 16 / 9) < 0.01
    assert wide["width"] <= TABLET[0] + 1
    shown.get_by_role("button", name="Đóng").tap()
    expect(page.locator("iframe")).to_have_count(0)


def test_a_leaders_note_goes_with_its_place_and_comes_back_answered(stage, open_screen):
    """Sent once, seen by name, answered; a failure keeps what was written."""
    stage.role, stage.who = Role.LEADER, "lan"
    page = open_screen("/tablet", TABLET, touch=True, quiet=False)
    page.evaluate("LSO.tabletApp.note({ path: '/tablet#/gate/tan-thanh', place: 'tan-thanh', title: 'Tân Thanh' })")
    dialog = page.get_by_role("dialog", name="Gửi trực ban")
    expect(dialog).to_contain_text("Về: Tân Thanh")
    text = dialog.get_by_label("Nội dung")
    dialog.get_by_role("button", name="Gửi", exact=True).tap()
    expect(dialog.get_by_role("alert")).to_contain_text("Chưa có nội dung")
    text.fill("Gọi kiểm dịch thêm một tổ")
    dialog.get_by_label("Khẩn").check()
    stage.answers["POST notes"] = (503, {"error": {"field": "", "message": "a database does not answer"}})
    dialog.get_by_role("button", name="Gửi", exact=True).tap()
    expect(dialog.get_by_role("alert")).to_contain_text("Chưa gửi được")
    expect(text).to_have_value("Gọi kiểm dịch thêm một tổ")
    stage.answers["POST notes"] = (201, note())
    dialog.get_by_role("button", name="Gửi", exact=True).tap()
    expect(dialog.get_by_text("Đã gửi lúc")).to_be_visible()
    first, second = (body for path, _, body in stage.actions if path == "notes")
    assert first == second  # the same key: the desk would have kept one
    assert (second["place"], second["urgent"], second["path"]) == ("tan-thanh", True, "/tablet#/gate/tan-thanh")
    steps = [{"what": "seen", "by": "Trực ban 1", "at": now_ms(), "text": ""}]
    for said, more in (("Trực ban 1 đã nhận lúc", None), ("trả lời lúc", "Đã gọi")):
        if more:
            steps.append({"what": "answered", "by": "Trực ban 1", "at": now_ms(), "text": more})
        one = note("0123456789abcdef", *steps)
        stage.topics["alerts"]["notes"] = {one["id"]: one}
        stage.tell("alerts")
        expect(dialog.get_by_role("list")).to_contain_text(said)
    expect(dialog.get_by_role("list")).to_contain_text("Đã gọi")


def test_the_duty_desk_receives_and_answers_a_note_by_key(stage, open_screen):
    """An urgent note stands above the alerts, is reached by L, and leaves once it is answered."""
    stage.topics["alerts"]["items"] = {"a": alert("a", "critical")}
    one = note(alert="a")
    stage.topics["alerts"]["notes"] = {one["id"]: one}
    page = open_screen("/duty")
    region = page.get_by_role("region", name="Ý kiến lãnh đạo")
    expect(region).to_contain_text("Khẩn · Gọi kiểm dịch thêm một tổ")
    expect(region).to_contain_text(re.compile("lan · .+ · Tân Thanh"))
    seen = note(one["id"], {"what": "seen", "by": "Trực ban 2", "at": now_ms(), "text": ""}, alert="a")
    stage.answers[f"POST notes/{one['id']}/seen"] = (200, seen)
    page.keyboard.press("l")
    page.keyboard.press("Enter")
    expect(region).to_contain_text("Trực ban 2 đã nhận")
    done = {"what": "answered", "by": "Trực ban 2", "at": now_ms(), "text": "Đã gọi"}
    stage.answers[f"POST notes/{one['id']}/answer"] = (200, note(one["id"], *seen["steps"], done, alert="a"))
    region.get_by_role("button", name="Trả lời").click()
    page.keyboard.type("Đã gọi")
    page.keyboard.press("Enter")
    expect(region).to_be_hidden()
    assert (f"notes/{one['id']}/answer", "asked", {"text": "Đã gọi"}) in stage.actions


def test_who_only_reads_gets_no_buttons_for_notes(stage, open_screen):
    """A leader at the duty screen sees the notes and cannot answer in the desk's place."""
    stage.role = Role.LEADER
    one = note()
    stage.topics["alerts"]["notes"] = {one["id"]: one}
    region = open_screen("/duty").get_by_role("region", name="Ý kiến lãnh đạo")
    expect(region).to_contain_text("Gọi kiểm dịch")
    expect(region.get_by_role("button", name="Đã nhận")).to_have_count(0)


def test_a_view_is_shared_as_link_and_as_picture(stage, open_screen):
    """Frozen first; the link carries the code, the picture comes from the server, and simulated figures are named."""
    stage.role = Role.LEADER
    frozen(stage)
    stage.answers["POST exports"] = (202, {"id": "e1", "state": "waiting", "done": 0, "total": 1, "url": ""})
    stage.answers["GET exports/e1"] = (200, {"state": "done", "done": 1, "total": 1, "url": "/api/v1/exports/e1/file"})
    stage.answers["GET exports/e1/file"] = (200, PIXEL)
    page = open_screen("/tablet", TABLET, touch=True, quiet=False)
    page.evaluate("LSO.tabletApp.share({ path: '/tablet#/gate/tan-thanh' })")
    dialog = page.get_by_role("dialog", name="Chia sẻ bản chốt")
    expect(dialog).to_contain_text("mã ABC234")
    expect(dialog).to_contain_text("MÔ PHỎNG")
    expect(dialog.get_by_label("Liên kết", exact=True)).to_have_value(f"{stage.url}/tablet?frozen=ABC234")
    dialog.get_by_role("button", name="Tạo ảnh").tap()
    expect(dialog.get_by_role("img", name="Ảnh của bản chốt ABC234")).to_be_visible()
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Tải ảnh về").click()
    assert download.value.suggested_filename == "lang-son-ABC234.png"
    asked = {path: body for path, _, body in stage.actions}
    assert asked["frozen"] == {"screen": "tablet", "path": "/tablet#/gate/tan-thanh", "note": ""}
    assert asked["exports"] == {"deck": "share", "frozen": "ABC234", "format": "png", "lang": "vi"}


def test_sharing_without_a_network_says_so(stage, open_screen):
    """No link that would lead to nothing."""
    stage.role = Role.LEADER
    page = open_screen("/tablet", TABLET, touch=True, quiet=False)
    page.route("**/api/v1/frozen", lambda route: route.abort())
    page.evaluate("LSO.tabletApp.share({ path: '/tablet' })")
    expect(page.get_by_role("alert").filter(has_text="Chưa chốt được vì mất kết nối")).to_be_visible()
