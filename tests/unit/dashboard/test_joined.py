"""One script and one style sheet a screen: what is in them, in which order, and how long they may be kept."""

from __future__ import annotations

import re

import pytest

from dashboard.app import ASSETS
from dashboard.assets import ASK, FOREVER
from dashboard.bundles import asset_belongs
from dashboard.joined import ALONE, JoinedAssets
from dashboard.screens import SCREENS


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("kind", ["css", "js"])
def test_a_screen_is_sent_each_of_its_files_once_in_the_order_of_their_numbers(screen, kind):
    """Joined or not, the same files arrive."""
    joined = JoinedAssets(ASSETS)
    name, digest = joined.address(screen, kind)
    file, kept = joined.read(name)
    told = re.findall(r"^/\* ([\w-]+\.(?:css|js)) \*/$", file.body.decode(), re.MULTILINE)
    own = sorted(path.name for path in ASSETS.glob(f"*.{kind}") if asset_belongs(path.name, screen))
    assert told == [one for one in own if one not in ALONE]
    assert kept == FOREVER
    assert digest in file.etag


def test_an_edited_file_has_another_address_and_the_former_leads_to_the_new_one_for_once(tmp_path):
    """A browser never keeps for good what an old page's address happened to give it."""
    script = tmp_path / "00-lso.js"
    script.write_text("var a = 1")
    joined = JoinedAssets(tmp_path)
    before, _ = joined.address("wall", "js")
    script.write_text("var a = 22")
    after, _ = joined.address("wall", "js")
    assert before != after
    file, kept = joined.read(before)
    assert b"var a = 22" in file.body
    assert kept == ASK


def test_a_script_without_an_end_does_not_run_into_the_next(tmp_path):
    """A last line that is a comment or lacks its semicolon stays its own statement."""
    (tmp_path / "00-first.js").write_text("var a = [1] // the end")
    (tmp_path / "01-second.js").write_text("[a]")
    joined = JoinedAssets(tmp_path)
    file, _ = joined.read(joined.address("wall", "js")[0])
    assert file.body == b"/* 00-first.js */\nvar a = [1] // the end\n;\n/* 01-second.js */\n[a]\n;\n"


@pytest.mark.parametrize(
    "name",
    [
        "nobody.0123456789ab.js",
        "wall.js",
        "00-lso.js",
        "wall.0123456789ab.map",
        "../wall.0123456789ab.js",
        "wall.0123.js",
    ],
)
def test_another_name_is_no_joined_file(name):
    """Single files are served as what they are."""
    assert JoinedAssets(ASSETS).read(name) is None
