"""The file of targets: what is shipped is sound and whole, and each fault is named with line, key and expectation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from feeds.catalogue import Catalogue
from feeds.programme.targetfile import TargetFileError, load_programme, read_file, read_targets

ROOT = Path(__file__).parents[4]
GOOD = """
groups:
  - {key: g, name: {vi: "Nhóm", en: "Group"}}
targets:
  - key: one
    group: g
    name: {vi: "Một", en: "One"}
    unit: "%"
    tier: all
    highest: 100
    aims:
      - {year: 2025, value: 90}
      - {year: 2030, value: 100}
    owner: {vi: "Sở", en: "Department", assumption: true}
    document: {vi: "Văn bản", en: "Document"}
"""


def faults(text: str) -> list[str]:
    """Return the faults of a text as people see them."""
    return [str(fault) for fault in read_targets(text, "t.yaml", Catalogue())[1]]


@pytest.fixture(scope="module")
def shipped():
    """Return the shipped programme by key."""
    return {target.key: target for target in load_programme(ROOT / "config").targets}


@pytest.mark.parametrize(
    ("key", "aims"),
    [
        ("services_multi_device", [(2025, 100)]),
        ("agencies_24_7", [(2025, 100)]),
        ("digital_identities", [(2025, 100)]),
        ("work_files_province", [(2025, 90), (2030, 100)]),
        ("work_files_district", [(2025, 80)]),
        ("work_files_commune", [(2025, 60), (2030, 100)]),
        ("virtual_assistants", [(2025, 100)]),
        ("inspections_digital", [(2030, 70)]),
        ("data_services_growth", [(2030, 30)]),
        ("dti_rank", [(2025, 10)]),
        ("portal_level4", [(None, 100)]),
        ("fibre_communes", [(None, 100)]),
        ("bts_on_air", [(None, 2_818)]),
    ],
)
def test_the_programme_is_as_the_province_published_it(shipped, key, aims):
    """Each target of the published programme has its figures and years (domain facts §1)."""
    assert [(aim.year, aim.value) for aim in shipped[key].aims] == aims


def test_every_shipped_target_says_what_is_known_and_what_is_assumed(shipped):
    """An owner in both languages, marked as ours; a value only with its source; districts only to their last day."""
    for target in shipped.values():
        assert target.owner.vi and target.owner.en and target.owner_assumed  # noqa: PT018
        for known in (target.base, target.known):
            assert known is None or (known.source.vi and known.source.en)
    assert shipped["ict_index_rank"].known.value == 21
    assert shipped["ict_index_party_rank"].known.value == 10
    assert shipped["work_files_district"].valid_to == date(2025, 6, 30)
    assert shipped["virtual_assistants"].known is None


def test_a_good_file_has_no_fault():
    """The form of the documents is what is read."""
    programme, found = read_targets(GOOD, "t.yaml", Catalogue())
    assert found == []
    assert [aim.year for aim in programme.targets[0].aims] == [2025, 2030]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "expected"),
    [
        ("tier: all", "tier: ward", 9, "targets[0].tier", "expected one of province, district, commune, all"),
        ("    unit: ", "    units: ", 8, "targets[0].units", "expected one of key, group"),
        ("value: 90", "value: ninety", 12, "targets[0].aims[0].value", "expected a number, got 'ninety'"),
        ("value: 90", "value: 900", 12, "targets[0].aims", "expected 0 to 100, got 900"),
        ("year: 2030", "year: 2020", 12, "aims", "expected years that rise"),
        ("year: 2030", "year: 1066", 13, "targets[0].aims[1].year", "expected a whole number from 2000 to 2100"),
        ("year: 2025, ", "", 12, "aims", "expected either one aim without a year"),
        ("group: g", "group: h", 6, "targets[0].group", "expected one of g, got 'h'"),
        ("key: one", "key: One!", 5, "targets[0].key", "expected small letters"),
        ('    document: {vi: "Văn bản", en: "Document"}\n', "", 5, "targets[0].document", "is required"),
        ('en: "Department"', 'en: ""', 14, "targets[0].owner.en", "is required"),
        ("highest: 100", "highest: 100\n    highest: 100", 11, "targets[0].highest", "is given twice"),
        ("highest: 100", "highest: -1", 5, "targets[0].highest", "expected more than lowest"),
        ("tier: all", "tier: district", 5, "targets[0].valid_to", "expected 2025-06-30 or earlier"),
        ("tier: all", "tier: all\n    whole: mean", 10, "targets[0].whole", "expected by_commune beside it"),
        ("tier: all", "tier: all\n    valid_to: soon", 10,
            "targets[0].valid_to", "expected a day such as 2025-07-31"),
        ("tier: all", "tier: all\n    measured: {metric: happiness}", 10, "measured.metric", "expected a metric of"),
        ("tier: all", "tier: all\n    measured: {metric: bts_count, dims: {tier: x}}", 10,
            "dims.tier", "expected"),
        ("tier: all", "tier: all\n    base: {value: 3, source: {vi: a, en: b}}", 10,
            "targets[0].base.date", "is required"),
        ("tier: all", "tier: all\n    base: {year: 2030, value: 3, source: {vi: a, en: b}}", 10,
            "base", "before the first"),
    ],
)  # fmt: skip
def test_each_fault_is_named(old, new, line, key, expected):
    """Whoever edits the file learns where, which key, and what was expected."""
    found = faults(GOOD.replace(old, new, 1))
    assert any(fault.startswith(f"t.yaml:{line}:") and key in fault and expected in fault for fault in found), (
        "\n".join(found)
    )


@pytest.mark.parametrize("text", ["", "- 1\n", "groups: [", "targets: []", "a: &a [*a]", "\t"])
def test_what_is_no_file_of_targets_is_refused_not_raised(text):
    """Anything that is no programme gives faults, never an exception."""
    assert faults(text)


def test_a_key_stands_once():
    """Two targets under one key would overwrite each other's figures."""
    tree = yaml.safe_load(GOOD)
    tree["targets"] *= 2
    assert any("given twice" in fault for fault in faults(yaml.safe_dump(tree, allow_unicode=True)))


def test_a_folder_without_the_file_has_no_programme(tmp_path):
    """The house runs without targets; it says that none is declared."""
    assert load_programme(tmp_path).targets == ()


def test_a_file_that_cannot_be_read_says_so(tmp_path):
    """Neither a missing file nor one in another encoding is a stack trace."""
    (tmp_path / "latin.yaml").write_bytes("name: T\xe2n".encode("latin-1"))
    for name, expected in (("none.yaml", "cannot be read"), ("latin.yaml", "expected UTF-8 text")):
        with pytest.raises(TargetFileError, match=expected):
            read_file(tmp_path / name)
