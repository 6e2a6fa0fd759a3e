"""The feed desk on the stage: which source is chosen."""

import pytest
from playwright.sync_api import expect

from dashboard.auth.model import Role
from tests.browser.screens.stage import source

pytestmark = pytest.mark.browser


def test_the_source_of_the_address_is_kept_until_it_is_told(stage, open_screen):
    """A source that was just declared is told a moment later; until then the first stands, and then the asked one."""
    stage.role = Role.SUPERVISOR
    stage.answers["GET feeds/strips"] = (200, {"sources": {}})
    sources = stage.topics["feeds"]["sources"] = {"lanes": source(name_vi="Làn mở")}
    page = open_screen("/feeds?source=yard")
    chosen = page.locator("tr.is-chosen")
    expect(chosen).to_contain_text("Làn mở")
    sources["yard"] = source(name_vi="Bãi chờ")
    stage.tell("feeds")
    expect(chosen).to_contain_text("Bãi chờ")
    page.locator("tr", has_text="Làn mở").locator("button").click()
    expect(chosen).to_contain_text("Làn mở")
    stage.tell("feeds")
    expect(chosen).to_contain_text("Làn mở")
