"""Files are opened within bounds, and refused with a sentence."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import pytest

from geodata.errors import ImportRefusedError
from geodata.imports import archive
from geodata.imports.archive import opened

POINT = json.dumps({"type": "Point", "coordinates": [106.7, 21.8]})


def refusal(path: Path) -> str:
    """Return the sentence with which a file is refused."""
    with pytest.raises(ImportRefusedError) as caught, opened(path):
        pass
    return str(caught.value)


def zipped(path: Path, members: dict[str, bytes | str], **options: int) -> Path:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", **options) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def test_a_zip_with_one_data_set_is_unpacked_and_cleared_away(tmp_path: Path) -> None:
    """An operator's zip works as it came, and leaves nothing behind."""
    path = zipped(
        tmp_path / "a.zip", {"ranh giới/xã.GeoJSON": POINT, "__MACOSX/._xã.geojson": "x", "readme.txt": "hello"}
    )
    with opened(path) as found:
        assert (found.form, found.path.read_text(encoding="utf-8")) == ("geojson", POINT)
        unpacked = found.path
    assert not unpacked.exists()


@pytest.mark.parametrize("name", ["../out.geojson", "/etc/out.geojson", "a\\..\\..\\out.geojson", "C:/out.geojson"])
def test_a_path_that_leads_out_of_the_zip_is_refused(tmp_path: Path, name: str) -> None:
    """No archive writes where it likes."""
    assert "leads out of it" in refusal(zipped(tmp_path / "a.zip", {name: POINT}))
    assert not (tmp_path.parent / "out.geojson").exists()


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    """A link could name any file of the machine."""
    info = zipfile.ZipInfo("a.geojson")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(info, "/etc/passwd")
    assert "link" in refusal(tmp_path / "a.zip")


def test_bombs_are_refused_before_they_burst(tmp_path: Path) -> None:
    """A small zip of endless blanks, and one that unpacks to more than is taken, cost nothing."""
    path = zipped(tmp_path / "a.zip", {"a.geojson": b" " * 30_000_000}, compression=zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 100_000
    assert "bomb" in refusal(path)
    many = {f"{number}.txt": "" for number in range(archive.MOST_MEMBERS + 1)}
    assert "201 members" in refusal(zipped(tmp_path / "b.zip", many))


def test_a_header_that_lies_about_its_size_is_found_out(tmp_path: Path) -> None:
    """What is counted is what comes out, not what the zip says."""
    path = zipped(tmp_path / "a.zip", {"a.geojson": b"x" * 5_000}, compression=zipfile.ZIP_STORED)
    raw = path.read_bytes()
    # The central directory's uncompressed size stands 24 bytes after its signature.
    at = raw.index(b"PK\x01\x02") + 24
    path.write_bytes(raw[:at] + struct.pack("<I", 10) + raw[at + 4 :])
    assert "zip" in refusal(path)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.geojson", b"", "is empty"),
        ("cut.zip", b"PK\x03\x04" + b"\x00" * 30, "cannot be unpacked"),
        ("a.shp", b"{}", "does not begin as a .shp"),
        ("a.gpkg", b"<OGRVRTDataSource/>", "does not begin as a .gpkg"),
        ("a.dbf", b"\x03\x00", "part of a shapefile"),
        ("a.exe", b"MZ\x90", "no known kind"),
        ("a.shp", b"\x00\x00\x27\x0a" + b"\x00" * 96, "'a.shx' is missing"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    """Every refusal says what the file is not."""
    (tmp_path / name).write_bytes(content)
    assert reason in refusal(tmp_path / name)


def test_a_file_that_is_missing_or_too_large_is_refused_unread(tmp_path: Path) -> None:
    """100 MB of text are refused by their size alone; a directory is no file."""
    large = tmp_path / "large.geojson"
    with large.open("wb") as file:
        file.write(b"{")
        file.truncate(100_000_000)
    assert "100,000,000 bytes" in refusal(large)
    assert "no file" in refusal(tmp_path / "gone.geojson")
    assert "no file" in refusal(tmp_path)
    two = zipped(tmp_path / "two.zip", {"a.geojson": POINT, "b.geojson": POINT})
    assert "2 data sets" in refusal(two)
    assert "0 data sets" in refusal(zipped(tmp_path / "none.zip", {"a.txt": "x"}))
