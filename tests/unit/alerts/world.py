"""A small world for the tests of the alerts room: places, rules as YAML, a clock at noon, readings."""

from datetime import UTC, datetime, timedelta

from alerts.engine import Engine
from alerts.rulefile import read_rules
from alerts.rules import RuleSet
from feeds.catalogue import Catalogue
from feeds.model import Reading
from geodata.places import Place, Places

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)

TEXTS = """
        annotations:
          summary: {vi: "{{ $place }}: {{ $value }} xe", en: "{{ $place }}: {{ $value }} vehicles"}
          short: {vi: "Chờ", en: "Waiting"}
          cause: {vi: "Đông xe.", en: "Many vehicles."}
          consequence: {vi: "Chờ lâu.", en: "Long waits."}
          response: {vi: "Mở thêm làn.", en: "Open lanes."}
          owner: {vi: "Trực ban", en: "Duty officer"}
"""


def rule_yaml(expr: str, name: str = "queue_high", **more: str) -> str:
    """Return one rule of a file as YAML."""
    fields = {"priority": "high", "time_to_respond": "15m", **more}
    lines = "".join(f"        {key}: {value}\n" for key, value in fields.items())
    return f"      - alert: {name}\n        expr: '{expr}'\n{lines}{TEXTS.lstrip(chr(10))}"


def file_yaml(*rules: str) -> str:
    """Return a rule file."""
    return "groups:\n  - name: tests\n    rules:\n" + "".join(rules)


def rule_set(*rules: str) -> RuleSet:
    """Return the rules of some YAML, which must be sound."""
    found, errors = read_rules(file_yaml(*rules), "tests.yaml", CATALOGUE, PLACES)
    assert errors == []
    return RuleSet(found)


def at(seconds: float) -> datetime:
    """Return an instant counted from noon."""
    return NOON + timedelta(seconds=seconds)


def queue(value: float | None, seconds: float, place: str = "tan-thanh", **more: object) -> Reading:
    """Return a queue length observed and received at an instant."""
    fields = {"observed_at": at(seconds), "received_at": at(seconds), "source": "platform", **more}
    metric = str(fields.pop("metric", "queue_length_vehicles"))
    return Reading(metric, place, value, **fields)  # type: ignore[arg-type]


def small_places() -> Places:
    """Return a province with two gates, a route and a commune."""
    return Places(
        [
            Place("lang-son", None, "province", "Tỉnh Lạng Sơn", "Lang Son Province", 21.85, 106.76),
            Place("tan-thanh", "lang-son", "gate", "Tân Thanh", "Tan Thanh", 22.01, 106.70),
            Place("tan-thanh.1090-1091", "tan-thanh", "route", "Tân Thanh 1090", "Tan Thanh 1090", 22.01, 106.70),
            Place("huu-nghi", "lang-son", "gate", "Hữu Nghị", "Huu Nghi", 21.97, 106.71),
            Place("commune.05977", "lang-son", "commune", "Kỳ Lừa", "Ky Lua", 21.85, 106.76),
        ]
    )


CATALOGUE = Catalogue()
PLACES = small_places()


def engine_of(*rules: str) -> Engine:
    """Return an engine with some rules."""
    return Engine(rule_set(*rules), CATALOGUE, PLACES)
