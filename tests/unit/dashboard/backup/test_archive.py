"""Archives that are cut off, damaged, contradictory or made to do harm are refused, with the member named."""

from __future__ import annotations

import hashlib
import random
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dashboard.backup.archive import open_archive, verify
from dashboard.backup.manifest import FORMAT, MEMBER, VERSION, FileEntry, Manifest, TableEntry, check_path
from dashboard.backup.rows import Digest
from dashboard.errors import BackupError

LINES = [b'[1,2.5,"t\xe1\xba\xa1i",true,null]', b'[2,null,"",false,"AAE="]']
COLUMNS: list[tuple[str, Any]] = [
    ("id", "int"), ("value", "float"), ("words", "text"), ("live", "bool"), ("body", "bytes"),
]  # fmt: skip


def table(lines: list[bytes] = LINES, **more: Any) -> tuple[TableEntry, bytes]:
    """Return a table's entry and its member."""
    body, digest = b"".join(line + b"\n" for line in lines), Digest()
    digest.add(lines)
    facts: dict[str, Any] = {
        "room": "history", "name": "raw", "columns": COLUMNS, "primary_key": ["id"], "rows": digest.rows,
        "digest": digest.hex(), "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip
    return TableEntry(**{**facts, **more}), body


def file(path: str = "rules/gates.yaml", body: bytes = b"groups: []\n", **more: Any) -> tuple[FileEntry, bytes]:
    """Return a file's entry and its member."""
    facts: dict[str, Any] = {
        "area": "config", "path": path, "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest(),
    }  # fmt: skip
    return FileEntry(**{**facts, **more}), body


def pack(
    target: Path, tables: list[tuple[TableEntry, bytes]], files: list[tuple[FileEntry, bytes]], **more: Any
) -> Path:
    """Write an archive that says of itself what it is told to."""
    facts: dict[str, Any] = {
        "format": FORMAT, "version": VERSION, "made_at": "2026-11-22T00:00:00+00:00", "kinds": {}, "secrets": False,
        "revisions": {"history": "h001"}, "versions": {}, "tables": [one for one, _ in tables],
        "files": [one for one, _ in files],
    }  # fmt: skip
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, body in (*tables, *files):
            with archive.open(entry.member, "w", force_zip64=True) as member:
                member.write(body)
        archive.writestr(MEMBER, msgspec.json.encode(Manifest(**{**facts, **more})))
    return target


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Return an archive with a table and a file."""
    return pack(tmp_path / "good.zip", [table()], [file()])


def test_a_whole_archive_gives_its_rows_and_files(good: Path) -> None:
    """Rows come back with the types of their columns."""
    with open_archive(good) as archive:
        [page] = archive.pages(archive.manifest.tables[0])
        assert page == [(1, 2.5, "tại", True, None), (2, None, "", False, b"\0\1")]
        assert archive.read(archive.manifest.files[0]) == b"groups: []\n"
    assert verify(good).manifest.rows == 2


@pytest.mark.parametrize("share", [0.0, 0.05, 0.2, 0.5, 0.9, 0.999])
def test_a_copy_that_was_cut_off_says_where(tmp_path: Path, share: float) -> None:
    """Whatever is missing at the end, the archive is refused, and a member is named as far as one was begun."""
    lines = [b'[%d,0.5,"%d",true,null]' % (n, random.Random(n).getrandbits(99)) for n in range(500)]
    whole = pack(tmp_path / "whole.zip", [table(lines)], [file()]).read_bytes()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BackupError, match=r"cut\.zip: ") as caught:
        verify(cut)
    assert share < 0.01 or "raw.jsonl" in str(caught.value) or MEMBER in str(caught.value)


def test_every_changed_byte_is_noticed(good: Path, tmp_path: Path) -> None:
    """Wherever a byte of a member's contents was changed, that member is named."""
    whole = good.read_bytes()
    with zipfile.ZipFile(good) as archive:
        places = {info.filename: (info.header_offset, info.compress_size) for info in archive.infolist()}
    for name, (start, packed) in places.items():
        offset = start + 30 + len(name) + (20 if name != MEMBER else 0)
        # The last byte of a compressed stream is partly filling, which means nothing.
        for step in range(0, packed - 1, max(packed // 7, 1)):
            broken = bytearray(whole)
            broken[offset + step] ^= 0x55
            path = tmp_path / "broken.zip"
            path.write_bytes(broken)
            with pytest.raises(BackupError, match=name.replace(".", r"\.")):
                verify(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rows": 3}, r"raw\.jsonl: 2 rows; the manifest says 3"),
        ({"digest": "0" * 32}, r"raw\.jsonl: 2 rows; .* other contents"),
        ({"sha256": "0" * 64}, r"raw\.jsonl: its checksum"),
        ({"bytes": 1}, r"raw\.jsonl: .* bytes; the manifest says 1"),
        ({"columns": COLUMNS[:4]}, r"raw\.jsonl: line 1: expected a list of 4"),
        ({"columns": [("id", "text"), *COLUMNS[1:]]}, r"raw\.jsonl: line 1: id: expected text, got int"),
        ({"name": 'raw"; DROP TABLE x'}, "not the name of a table"),
        ({"columns": [("id) VALUES (1); --", "int"), *COLUMNS[1:]]}, "not the name of a table"),
        ({"columns": [COLUMNS[0], *COLUMNS[:4]]}, "each once"),
    ],
)
def test_a_manifest_that_contradicts_its_table_is_refused(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    """Counts, hashes and columns must be those of the rows; names must be names."""
    entry, body = table(**change)
    with pytest.raises(BackupError, match=says):
        verify(pack(tmp_path / "a.zip", [(entry, body)], []))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"[1,2.5", "unexpected end"),
        (b'{"a":1}', "expected a list"),
        (b'[1,"wide","",true,null]', "expected a number"),
        (b'[1,1,"",true,null]', "expected float, got int"),
        (b'[1,2.5,"",true,"***"]', "body"),
        (b"[" * 5_000, ""),
    ],
)
def test_a_row_that_is_none_is_refused_with_its_line(tmp_path: Path, line: bytes, says: str) -> None:
    """The message names the member and the line."""
    with pytest.raises(BackupError, match=rf"raw\.jsonl: line 2: .*{says}"):
        verify(pack(tmp_path / "a.zip", [table([LINES[0], line])], []))


def test_members_nobody_announced_are_refused(good: Path, tmp_path: Path) -> None:
    """Something beside the manifest, or the same name twice, is not restored from."""
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("files/config/extra.yaml", "x")
    with pytest.raises(BackupError, match=r"extra\.yaml.*not in its manifest"):
        verify(good)
    entry, body = file()
    with pytest.warns(UserWarning, match="Duplicate name"):
        pack(tmp_path / "twice.zip", [], [(entry, body), (entry, body)])
    with pytest.raises(BackupError, match="twice"):
        verify(tmp_path / "twice.zip")
    gone = tmp_path / "gone.zip"
    with zipfile.ZipFile(gone, "w") as archive:
        announced = Manifest(
            format=FORMAT, version=VERSION, made_at="", kinds={}, secrets=False, revisions={}, versions={},
            tables=[], files=[entry],
        )  # fmt: skip
        archive.writestr(MEMBER, msgspec.json.encode(announced))
    with pytest.raises(BackupError, match=r"gates\.yaml: is in the manifest and not"):
        verify(gone)


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "a/../../x", "a//b", "", ".", "a\\b", "a\0b", "x" * 600])
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    """An archive may write into its own areas only."""
    with pytest.raises(BackupError, match="not a path inside"):
        check_path(path)


@pytest.mark.parametrize(
    ("more", "says"), [({"format": "tar"}, "not a backup of this programme"), ({"version": 99}, "version 99")]
)
def test_other_formats_are_refused(tmp_path: Path, more: dict[str, Any], says: str) -> None:
    """The message says what was expected."""
    with pytest.raises(BackupError, match=says):
        verify(pack(tmp_path / "a.zip", [], [], **more))


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    """Any other file, another zip, and no file at all."""
    (tmp_path / "a.zip").write_bytes(b"hello" * 100)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as other:
        other.writestr("readme", "x")
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as other:
        other.writestr(MEMBER, "[" * 100_000)
    for name, says in (("a", "no archive of ours"), ("b", "no backup of ours"), ("c", "not the manifest")):
        with pytest.raises(BackupError, match=says):
            verify(tmp_path / f"{name}.zip")
    with pytest.raises(BackupError, match="there is no such file"):
        verify(tmp_path / "none.zip")


def test_a_bomb_is_refused_within_bounded_memory(tmp_path: Path) -> None:
    """100 MB of one letter from 100 kB: refused by its size in the index; and one endless row by its length."""
    entry, _ = file("big", b"", bytes=100_000_000)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(entry.member, "w") as member:
            for _ in range(100):
                member.write(b"0" * 1_000_000)
        manifest = Manifest(
            format=FORMAT, version=VERSION, made_at="", kinds={}, secrets=False, revisions={}, versions={},
            tables=[], files=[entry],
        )  # fmt: skip
        archive.writestr(MEMBER, msgspec.json.encode(manifest))
    tracemalloc.start()
    with pytest.raises(BackupError, match="refused as a bomb"):
        verify(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_an_endless_row_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row longer than any of ours is not read to its end."""
    monkeypatch.setattr("dashboard.backup.archive.LONGEST_LINE", 1_000)
    with pytest.raises(BackupError, match=r"raw\.jsonl: a row of more than 1000 bytes"):
        verify(pack(tmp_path / "a.zip", [table([b'[1,2.5,"' + b"x" * 2_000 + b'",true,null]'])], []))
