"""Cells of figures that a person entered or that a broken instrument told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.readmodels.cells import Board, combined, series_id
from dashboard.readmodels.origins import Origins
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.model import Reading
from feeds.registry import Registry, SourceFacts
from geodata.places import Places

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
QUEUE = series_id("queue_length_vehicles", "tan-thanh", queue="physical")
HALVES = tuple(series_id(QUEUE[0], QUEUE[1], queue="physical", direction=one) for one in ("export", "import"))


def reading(value: float | None, age_s: float, source: str = "platform", **more: Any) -> Reading:
    """Return a queue; `dims` may say of which direction."""
    at = NOW - timedelta(seconds=age_s)
    return Reading(QUEUE[0], QUEUE[1], value, at, at, source, {"queue": "physical"} | more.pop("dims", {}), **more)


def by_hand(value: float | None, age_s: float, valid_s: float = 3_600, quality: str = "manual") -> Reading:
    """Return what Lan entered."""
    return reading(value, age_s, "manual.lan", quality=quality, expires_at=NOW + timedelta(seconds=valid_s))


async def board() -> Board:
    """Return a board that knows Lan's name."""
    registry = Registry(MemoryBus(), Places.load())
    await registry.announce(SourceFacts("manual.lan", "manual", name_vi="Nguyễn Lan", name_en="Nguyễn Lan"))
    return Board(Origins(registry, Catalogue()))


async def test_an_entry_carries_its_author_and_its_end() -> None:
    """Where a feed is lost the entry stands, with name and end; it goes when the feed returns."""
    made = await board()
    figure = made.bind("queue", (QUEUE,), HALVES)
    made.fold([reading(90, 4_000), by_hand(120, 60)], NOW)
    assert figure.cell is not None
    assert (figure.cell["v"], figure.cell["by"], figure.cell["q"]) == (120, "Nguyễn Lan", "manual")
    assert figure.cell["until"] == round((NOW + timedelta(hours=1)).timestamp() * 1000)
    made.fold([reading(95, 0)], NOW)
    assert (figure.cell["v"], "by" in figure.cell) == (95, False)


async def test_the_sum_of_a_feeds_parts_yields_and_returns() -> None:
    """A feed that tells both directions is one voice: its sum gives way to an entry of the whole, and takes it back."""
    made = await board()
    figure = made.bind("queue", (QUEUE,), HALVES)
    parts = [reading(value, 4_000, dims={"direction": one}) for one, value in (("export", 50.0), ("import", 40.0))]
    made.fold(parts, NOW)
    assert figure.value == 90
    made.fold([by_hand(120, 60)], NOW)
    assert figure.value == 120
    made.fold([reading(55.0, 0, dims={"direction": "export"}), reading(45.0, 0, dims={"direction": "import"})], NOW)
    assert figure.value == 100


async def test_an_entry_beats_the_simulator_until_it_expires() -> None:
    """The simulator is not real: a person's figure stands before it, and no longer than it is valid."""
    made = await board()
    figure = made.bind("queue", (QUEUE,))
    made.fold([reading(300, 1, "simulator"), by_hand(120, 60)], NOW)
    assert figure.value == 120
    assert made.tick(NOW + timedelta(seconds=3_600)) == [figure]
    assert (figure.value, made.simulated_count) == (300, 1)


async def test_what_was_withdrawn_is_not_shown() -> None:
    """A lone entry that was taken back leaves nothing, not even a gap with a name."""
    made = await board()
    figure = made.bind("queue", (QUEUE,))
    made.fold([by_hand(120, 60)], NOW)
    made.fold([by_hand(None, 60, 0, "missing")], NOW)
    assert figure.cell is None


async def test_a_broken_instrument_has_no_figure() -> None:
    """Its value is not told to screens, nor in a sum; another source's is shown in its place."""
    made = await board()
    figure = made.bind("queue", (QUEUE,), HALVES)
    made.fold([reading(900, 1, quality="instrument", was="good")], NOW)
    assert figure.cell is not None
    assert (figure.cell["v"], figure.cell["q"]) == (None, "instrument")
    assert combined([figure]) is None
    made.fold([reading(130, 300, "customs")], NOW)
    assert figure.value == 130
    half = await board()
    whole = half.bind("queue", (QUEUE,), HALVES)
    half.fold(
        [
            reading(50, 1, dims={"direction": "export"}),
            reading(900, 1, dims={"direction": "import"}, quality="instrument", was="good"),
        ],
        NOW,
    )
    assert whole.cell is not None
    assert (whole.cell["v"], whole.cell["q"]) == (None, "instrument")
