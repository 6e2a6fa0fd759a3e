"""What docs/mappings.md says is what the language does: its examples, keys, units and reasons."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from feeds.catalogue import Catalogue
from feeds.mapping import parse_mapping, read_payload, schema
from feeds.mapping.units import UNITS
from tests.unit.feeds.mapping.conftest import NOW

ROOT = Path(__file__).resolve().parents[4]
DOCUMENT = (ROOT / "docs" / "mappings.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(source:.*?|format:.*?)```\n```(\w+)\n(.*?)```", DOCUMENT, re.DOTALL)
WORDS = set(re.findall(r"[\w@#]+", " ".join(re.findall(r"`([^`\n]+)`", DOCUMENT))))


@pytest.mark.parametrize(
    ("mapping", "payload"), [(m, p) for m, _, p in EXAMPLES], ids=[kind for _, kind, _ in EXAMPLES]
)
def test_every_example_reads_its_payload(mapping: str, payload: str) -> None:
    """A reader who copies mapping and payload gets readings and no refusal."""
    rows = list(read_payload(payload.encode(), parse_mapping(mapping, Catalogue()), NOW, origin="f"))
    assert any(row.readings for row in rows)
    assert [row.letter for row in rows if row.letter] == []


def test_there_is_an_example_of_each_format() -> None:
    """CSV, JSON, lines of JSON and XML."""
    assert [kind for _, kind, _ in EXAMPLES] == ["csv", "json", "json", "xml"]


def test_every_key_is_documented() -> None:
    """No key can be written that the page does not explain."""
    structs = (
        schema.Mapping, schema.Text, schema.Value, schema.Instant, schema.Day, schema.Condition, schema.Refusal,
        schema.ReadingRule, schema.PassageRule, schema.PlaceRule, schema.Combination,
    )  # fmt: skip
    keys = {field.encode_name for struct in structs for field in msgspec.structs.fields(struct)}
    assert sorted(keys - WORDS) == []


def test_every_unit_and_reason_is_documented() -> None:
    """Whoever meets a reason in the dead letters finds it on the page."""
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "feeds" / "mapping").glob("*.py"))
    code += (ROOT / "feeds" / "sources" / "delivery.py").read_text(encoding="utf-8")
    raised = r"(?:RefusedError|BrokenError|_refused|refused)\(\s*\"([a-z]+(?:_[a-z]+)+)\""
    reasons = set(re.findall(raised, code)) | {"place_taken"}
    assert len(reasons) > 20
    assert sorted((reasons | set(UNITS)) - WORDS) == []


def test_every_shipped_mapping_is_documented() -> None:
    """Each file of config/mappings has its row."""
    names = [path.name for path in (ROOT / "config" / "mappings").glob("*.yaml")]
    assert [name for name in names if f"`{name}`" not in DOCUMENT] == []
