"""The tablet as an app: a manifest that browsers take, and a version that changes with every file of the shell."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from dashboard.pwa.manifest import ICONS, START, links, manifest
from dashboard.pwa.routes import worker_text
from dashboard.pwa.version import ROOT, named_files, shell_version
from layouts.wording import languages

ASSETS = ROOT / "layouts" / "assets"


@pytest.mark.parametrize("lang", languages())
def test_the_manifest_has_what_installing_needs(lang):
    """Chromium installs an app with a name, a start inside its scope, and icons of 192 and 512 pixels."""
    told = manifest(lang)
    assert told["start_url"].startswith(told["scope"])
    assert told["display"] == "standalone"
    assert told["name"]
    assert len(told["short_name"]) <= 12
    assert {icon["sizes"] for icon in told["icons"]} >= {"192x192", "512x512"}
    assert "maskable" in {icon["purpose"] for icon in told["icons"]}
    assert all(shortcut["url"].startswith(START) for shortcut in told["shortcuts"])
    assert f'href="/tablet.webmanifest?lang={lang}"' in links(lang)


@pytest.mark.parametrize(("name", "size"), [(name, int(sizes.split("x")[0])) for name, sizes, _ in ICONS])
def test_each_icon_is_as_large_as_it_says(name, size):
    """A browser refuses an icon of another size."""
    body = (ASSETS / "icons" / f"{name}.png").read_bytes()
    assert struct.unpack(">II", body[16:24]) == (size, size)


def test_the_version_changes_with_content_names_and_layers(tmp_path: Path):
    """An upgrade of anything the page is made of is another version; the same files are the same one."""
    (tmp_path / "layouts").mkdir()
    file = tmp_path / "layouts" / "a.py"
    file.write_text("1")
    seen = [shell_version({}, tmp_path)]
    assert shell_version({}, tmp_path) == seen[0]
    file.write_text("2")
    seen.append(shell_version({}, tmp_path))
    file.rename(file.with_name("b.py"))
    seen.append(shell_version({}, tmp_path))
    seen.append(shell_version({"roads": "/layers/roads.1.json"}, tmp_path))
    assert len(set(seen)) == len(seen)


def test_the_worker_carries_version_and_files():
    """Nothing of the template is left, and every file it names is there."""
    text = worker_text(frozenset({("roads", "/layers/roads.1.json")}))
    assert "__" not in re.sub(r"/\*.*?\*/|//.*", "", text, flags=re.DOTALL).replace("_dash", "")
    assert re.search(r'const VERSION = "[0-9a-f]{12}";', text)
    assert all((ASSETS / address.removeprefix("/assets/")).is_file() for address in named_files())
    assert worker_text(frozenset()) != text


def test_page_and_worker_keep_for_the_same_time():
    """Neither holds a figure or a page longer than the other."""
    kept = [
        re.search(r"const KEPT_MS = (.+);", (ROOT / path).read_text(encoding="utf-8"))[1]
        for path in ("dashboard/pwa/worker.js", "layouts/assets/25-tablet-app-keep.js")
    ]
    assert kept[0] == kept[1]
