"""The air-gapped bundle: what is in it, the same bytes each time, and damage that is found before anything is done."""

from __future__ import annotations

import importlib.util
import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALL = ROOT / "deploy" / "install.sh"


def load() -> Any:
    """Return the script as a module."""
    spec = importlib.util.spec_from_file_location("deploy_bundle", ROOT / "deploy" / "bundle.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bundle = load()


def wheel(folder: Path, name: str, metadata: str) -> Path:
    """Return a file that looks like a wheel."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr(
            f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}\n"
        )
    return path


def test_the_same_content_makes_the_same_bytes() -> None:
    """Two people who bundle one commit can compare one hash."""
    files = {"b/x": (b"1", 0o644), "a": (b"2", 0o755)}
    archives = []
    for order in (files, dict(reversed(files.items()))):
        out = io.BytesIO()
        bundle.write_archive(out, "top", order, 1_700_000_000)
        archives.append(out.getvalue())
    assert archives[0] == archives[1]
    with tarfile.open(fileobj=io.BytesIO(archives[0])) as tar:
        members = [(one.name, one.mode, one.mtime, one.uid) for one in tar.getmembers()]
    assert members == [("top/a", 0o755, 1_700_000_000, 0), ("top/b/x", 0o644, 1_700_000_000, 0)]


def test_the_bill_names_every_wheel_with_its_licence(tmp_path: Path) -> None:
    """Whoever answers for the licences reads them in one file, however a package states its own."""
    wheels = [
        wheel(tmp_path, "alpha", "License-Expression: MIT"),
        wheel(tmp_path, "Beta_x", "Classifier: License :: OSI Approved :: BSD License"),
        wheel(tmp_path, "gamma", "License: Apache 2.0\n and a long text"),
        wheel(tmp_path, "delta", ""),
    ]
    bill = json.loads(bundle.bill_of_materials(wheels, "1.0", "f" * 40))
    found = {one["name"]: one["licenses"][0]["license"]["name"] for one in bill["components"]}
    assert found == {"alpha": "MIT", "Beta_x": "BSD License", "gamma": "Apache 2.0", "delta": "not stated"}
    assert all(len(one["hashes"][0]["content"]) == 64 for one in bill["components"])
    assert bill["components"][0]["purl"] == "pkg:pypi/beta-x@1.0"


def test_a_file_that_is_no_wheel_is_refused(tmp_path: Path) -> None:
    """A download that broke off is named, not bundled."""
    broken = tmp_path / "broken-1.0-py3-none-any.whl"
    broken.write_bytes(b"PK rubbish")
    with pytest.raises(bundle.BundleError, match=r"broken-1\.0"):
        bundle.component(broken)


def test_the_project_in_the_bundle_can_start_and_carries_nothing_private() -> None:
    """Fonts, layers, rules and mappings are there; tests and what git ignores are not."""
    done = subprocess.run(["git", "archive", "--format=tar", "HEAD"], cwd=ROOT, capture_output=True, check=True)
    files = bundle.project_files(done.stdout)
    for needed in ("requirements.txt", "constraints.txt", "config/feeds.yaml", "deploy/install.sh", "LICENSE"):
        assert needed in files
    assert any(path.endswith(".woff2") for path in files)
    assert any(path.startswith("geodata/") and path.endswith(".json") for path in files)
    assert files["deploy/install.sh"][1] == 0o755
    assert not [path for path in files if path.startswith(("tests/", "var/", ".git/", ".ci/", "deploy/secrets/"))]


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """Return a small bundle as it lies there unpacked."""
    folder = tmp_path / "lang-son-1.0-test"
    (folder / "wheels").mkdir(parents=True)
    shutil.copy(INSTALL, folder / "install.sh")
    for name, text in (
        ("PYTHON", "2.7\n"), ("REVISION", "f" * 40), ("requirements.txt", ""), ("pyproject.toml", 'version = "1.0"\n'),
    ):  # fmt: skip
        (folder / name).write_text(text)
    files = {str(path.relative_to(folder)): (path.read_bytes(), 0o644) for path in folder.rglob("*") if path.is_file()}
    (folder / "SHA256SUMS").write_bytes(bundle.sums(files))
    return folder


def install(folder: Path, *words: str) -> tuple[int, str]:
    """Run the installer and return its status and what it said."""
    done = subprocess.run([str(folder / "install.sh"), *words], capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def test_damage_is_found_before_anything_is_installed(unpacked: Path, tmp_path: Path) -> None:
    """One bit in a hundred megabytes, a missing file or an added one: nothing is installed, and it is said why."""
    prefix = tmp_path / "opt" / "lang-son"
    (unpacked / "REVISION").write_text("e" * 40)
    status, said = install(unpacked, "--prefix", str(prefix))
    assert (status, "REVISION" in said, "Nothing was installed" in said) == (2, True, True)
    (unpacked / "REVISION").write_text("f" * 40)
    (unpacked / "wheels" / "evil.whl").write_text("added")
    status, said = install(unpacked, "--prefix", str(prefix))
    assert (status, "did not bring" in said) == (2, True)
    (unpacked / "wheels" / "evil.whl").unlink()
    (unpacked / "requirements.txt").unlink()
    assert install(unpacked, "--prefix", str(prefix))[0] == 2
    assert not prefix.parent.exists()


def test_a_wrong_python_and_a_wrong_word_are_named(unpacked: Path, tmp_path: Path) -> None:
    """The message says which Python is needed, and what the installer knows."""
    status, said = install(unpacked, "--prefix", str(tmp_path / "x"), "--python", sys.executable)
    assert (status, "for 2.7" in said, "--python" in said) == (2, True, True)
    status, said = install(unpacked, "--prefx", "/x")
    assert (status, "--prefx is not an option" in said) == (2, True)
    status, said = install(unpacked, "--help")
    assert (status, "--prefix DIR" in said) == (0, True)


def test_a_directory_that_is_not_ours_is_left_alone(unpacked: Path, tmp_path: Path) -> None:
    """Somebody's own directory at the prefix is never replaced by a link."""
    (unpacked / "PYTHON").write_text(f"{sys.version_info.major}.{sys.version_info.minor}\n")
    files = {
        str(path.relative_to(unpacked)): (path.read_bytes(), 0o644)
        for path in unpacked.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    (unpacked / "SHA256SUMS").write_bytes(bundle.sums(files))
    prefix = tmp_path / "mine"
    prefix.mkdir()
    status, said = install(unpacked, "--prefix", str(prefix), "--python", sys.executable)
    assert (status, "not a link of ours" in said) == (2, True)
    assert list(tmp_path.glob("mine-*")) == []


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_the_bundle_installs_and_starts_without_a_network(tmp_path: Path) -> None:
    """A fresh machine installs from the bundle with the network off, and the house comes up healthy."""
    made = subprocess.run(
        [sys.executable, "deploy/bundle.py", "make", "--out", str(tmp_path)], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    (archive,) = tmp_path.glob("*.tar.gz")
    checked = subprocess.run(
        [sys.executable, "deploy/bundle.py", "check", str(archive)], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert '"state":"up"' in checked.stdout
