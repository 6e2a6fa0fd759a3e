"""Alert timelines: small scripts of readings, and what must be decided when.

A script is a rule file in its `---` separated first part; then one line a moment:

    TIME  SERIES=VALUE …      readings received then (VALUE: a number, `late:N`, or `missing`)
    TIME                      only the passing of time
    TIME  !KIND ALERT PLACE REASON [at TIME]
                              what the step at the line above must have decided, `at` where it fell due earlier
    restart                   the engine is killed and goes on from its state

TIME is h:mm:ss[.ffffff] from the beginning; SERIES is metric@place{dim=value,…}#source; dims and
source are optional.
After each step exactly the decisions listed below it must have been made, `updated` apart.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.engine import Engine
from alerts.model import Event
from alerts.rulefile import TEXT_KEYS, read_rules
from alerts.rules import RuleSet
from feeds.catalogue import Catalogue
from feeds.model import Reading, parse_dims_key
from geodata.places import Place, Places

BEGIN = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
CATALOGUE = Catalogue()
PLACES = Places(
    [
        Place("lang-son", None, "province", "Tỉnh Lạng Sơn", "Lang Son Province", 21.85, 106.76),
        Place("tan-thanh", "lang-son", "gate", "Tân Thanh", "Tan Thanh", 22.01, 106.70),
        Place("huu-nghi", "lang-son", "gate", "Hữu Nghị", "Huu Nghi", 21.97, 106.71),
    ]
)
TEXTS = "\n".join(["        annotations:"] + [f"          {key}: {{vi: x, en: x}}" for key in TEXT_KEYS])
SERIES = re.compile(r"(\w+)@([\w.-]+)(?:\{(.*?)\})?(?:#([\w:-]+))?=(\S+)")
TIME = re.compile(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)")


def instant(text: str) -> datetime:
    """Return the instant of a script's time."""
    match = TIME.fullmatch(text)
    assert match, f"{text!r} is no time"
    return BEGIN + timedelta(hours=int(match[1]), minutes=int(match[2]), microseconds=round(float(match[3]) * 1e6))


def readings(text: str, now: datetime) -> list[Reading]:
    """Return the readings of a line."""
    found = []
    for metric, place, dims, source, value in SERIES.findall(text):
        quality, _, number = value.rpartition(":")
        quality = "missing" if value == "missing" else quality or "good"
        amount = None if quality == "missing" else float(number)
        found.append(
            Reading(metric, place, amount, now, now, source or "platform", parse_dims_key(dims), quality=quality)
        )
    assert len(found) == len(text.split()), f"cannot read {text!r}"
    return found


def described(event: Event, now: datetime) -> str:
    """Return a decision as a script writes it."""
    text = f"{event.kind} {event.rule} {event.labels.get('place', '-')} {event.reason.value}"
    if event.at == now:
        return text
    hours, rest = divmod(event.at - BEGIN, timedelta(hours=1))
    minutes, rest = divmod(rest, timedelta(minutes=1))
    fraction = f".{rest.microseconds:06}" if rest.microseconds else ""
    return f"{text} at {hours}:{minutes:02}:{rest.seconds:02}{fraction}"


@pytest.mark.parametrize("script", sorted((Path(__file__).parent / "alerts").glob("*.txt")), ids=lambda path: path.stem)
def test_timeline(script: Path) -> None:
    """Every decision of the script comes at its time and for its reason, and no other comes."""
    head, _, body = script.read_text().partition("\n---\n")
    # The texts are the same for every rule of a timeline, so that a script shows only what decides.
    source = re.sub(r"(?m)^( +time_to_respond: .*)$", rf"\1\n{TEXTS}", head)
    rules, errors = read_rules(source, script.name, CATALOGUE, PLACES)
    assert errors == []
    engine = Engine(RuleSet(rules), CATALOGUE, PLACES)
    made: list[str] = []
    wanted: list[str] = []
    steps = 0
    for number, line in enumerate([*body.splitlines(), "9999:00:00.0 end"], start=head.count("\n") + 3):
        text = line.partition("//")[0].strip()
        time, _, rest = text.partition(" ")
        if rest.strip().startswith("!"):
            wanted.append(rest.strip()[1:])
            continue
        if not text:
            continue
        assert made == wanted, f"{script.name}, before line {number}"
        made, wanted = [], []
        if rest == "end":
            break
        if text == "restart":
            state = engine.dump()
            engine = Engine(RuleSet(rules), CATALOGUE, PLACES)
            engine.load(state)
            continue
        now = instant(time)
        steps += 1
        events = engine.step(readings(rest, now), now)
        made = [described(event, now) for event in events if event.kind != "updated"]
    assert steps > 0
