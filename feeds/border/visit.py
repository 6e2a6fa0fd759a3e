"""One vehicle's visit: what its passages, taken together, say of it.

A visit is the set of its passages, not their sequence: whatever order they came in, and however often, the facts are
the same. Pure; instants are whole microseconds since 1970 (UTC), 0 meaning "never". What this module does not do:
add visits up (see `flow`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, TypeAlias

from feeds.model import GOODS_CLASSES, STEPS, Passage

SECOND_US: Final = 1_000_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

NOWHERE: Final = -1
VIRTUAL: Final = 0
"""Location of a vehicle that has declared and not yet arrived: step 0, `declaration`."""

ENTER_DECLARATION: Final = 0
ENTER_TRANSPORT: Final = 2
ENTER_INSPECTION: Final = 2 * STEPS.index("vehicle_inspection")
EXIT_TRANSSHIPMENT: Final = 2 * STEPS.index("transshipment") + 1
EXIT_FEE: Final = 2 * STEPS.index("fee_collection") + 1
"""Slots: two a step in order, enter then exit."""

_MILESTONES: Final = frozenset((ENTER_DECLARATION, ENTER_TRANSPORT, ENTER_INSPECTION, EXIT_TRANSSHIPMENT, EXIT_FEE))

LAST_STEP: Final = len(STEPS) - 1
WAIT: Final = len(STEPS)
CLEARANCE: Final = WAIT + 1
DWELL: Final = WAIT + 2
DURATIONS: Final = WAIT + 3
"""Indices of `Facts.durations`: one a step, then these three; the definitions are in docs/decisions/011."""

_STEP_SLOT: Final = {step: 2 * index for index, step in enumerate(STEPS)}
_CLASS_INDEX: Final = {name: index for index, name in enumerate(GOODS_CLASSES)}

Point: TypeAlias = tuple[int, int]
"""An instant and what is counted there: a duration in µs, a mass in grams, a fee in VND."""


def to_us(at: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970."""
    return round(at.timestamp() * SECOND_US)


def from_us(at_us: int) -> datetime:
    """Return the instant, aware UTC; the inverse of `to_us`."""
    return EPOCH + timedelta(microseconds=at_us)


class Facts(NamedTuple):
    """What a visit adds to the figures of its route and gate.

    Attributes:
        location: index of the step it counts for, VIRTUAL, or NOWHERE.
        goods_class: index into GOODS_CLASSES.
        arrived: its first entry into a physical step.
        passed: its exit of the last step, unless it turned back.
        diverted: when it turned back.
        tonnes: the load it stated, in grams, so that sums are exact.
        fee: the fee it stated, in VND.
        durations: (end, length) by index, None where it has not both ends.
        inspected_since: when it entered the vehicle inspection it is still in.
        contradiction: the newest instant at which its passages contradict each other.
        newest: its newest passage.
    """

    location: int = NOWHERE
    goods_class: int = 0
    arrived: int = 0
    passed: int = 0
    diverted: int = 0
    tonnes: Point | None = None
    fee: Point | None = None
    durations: tuple[Point | None, ...] = (None,) * DURATIONS
    inspected_since: int = 0
    contradiction: int = 0
    newest: int = 0

    @property
    def left(self) -> int:
        """When it left, either way."""
        return self.diverted or self.passed


NOTHING: Final = Facts()
"""The facts of a visit without passages."""


class Visit:
    """The passages of one vehicle at one place in one direction, and the facts last drawn from them.

    Where the same step is entered (or left) twice at different instants, the passage received last counts, as in
    history, and the visit is in contradiction with itself.
    """

    __slots__ = ("_class", "_diverted", "_durations", "_fee", "_instants", "_received", "_tonnes", "_twice", "facts")

    def __init__(self) -> None:
        self._instants = [0] * (2 * len(STEPS))
        self._received = [0] * (2 * len(STEPS))
        self._twice = 0
        # What is stated by several passages: the one received last counts, the newest among equals.
        self._class = (0, 0, 0)
        self._tonnes = (0, 0, 0)
        self._fee = (0, 0, 0)
        self._diverted = 0
        self._durations: list[Point | None] = [None] * DURATIONS
        self.facts = NOTHING

    def add(self, passage: Passage, at_us: int) -> Facts:
        """Take a passage in and return the facts as they are now; the same passage again changes nothing."""
        slot = _STEP_SLOT[passage.step] + (passage.phase == "exit")
        received = to_us(passage.received_at)
        known = self._instants[slot]
        if known and known != at_us:
            self._twice |= 1 << slot
        if (received, at_us) > (self._received[slot], known):
            self._instants[slot], self._received[slot] = at_us, received
        self._class = max(self._class, (received, at_us, _CLASS_INDEX[passage.goods_class]))
        if passage.goods_tonnes is not None:
            self._tonnes = max(self._tonnes, (received, at_us, round(passage.goods_tonnes * 1e6)))
        if passage.fee_vnd is not None:
            self._fee = max(self._fee, (received, at_us, passage.fee_vnd))
        if passage.diverted:
            self._diverted = max(self._diverted, at_us)
        self._measure(slot)
        return self._assess()

    def _measure(self, slot: int) -> None:
        """Measure anew the durations that a slot is an end of."""
        instants, durations = self._instants, self._durations
        enter = slot & ~1
        durations[slot >> 1] = _span(instants[enter], instants[enter + 1])
        if slot in _MILESTONES or self._diverted:
            passed = 0 if self._diverted else instants[EXIT_FEE]
            durations[WAIT] = _span(instants[ENTER_TRANSPORT], instants[ENTER_INSPECTION])
            durations[CLEARANCE] = _span(instants[ENTER_DECLARATION], instants[EXIT_TRANSSHIPMENT])
            durations[DWELL] = _span(instants[ENTER_TRANSPORT], passed)

    def _assess(self) -> Facts:
        instants = self._instants
        arrived = newest = newest_slot = contradiction = last_exit = 0
        overlapping = False
        for slot in range(0, len(instants), 2):
            enter, leave = instants[slot], instants[slot + 1]
            if not enter and not leave:
                continue
            if leave and (not enter or leave < enter):
                contradiction = max(contradiction, leave, enter)
            if slot == ENTER_DECLARATION:
                continue
            if enter:
                overlapping = overlapping or enter < last_exit
                if not arrived or enter < arrived:
                    arrived = enter
                if enter >= newest:
                    newest, newest_slot = enter, slot
            if leave:
                last_exit = max(last_exit, leave)
                if leave >= newest:
                    newest, newest_slot = leave, slot + 1
        passed = 0 if self._diverted else instants[EXIT_FEE]
        left = self._diverted or passed
        if overlapping or self._twice or (left and (newest > left or arrived > left)):
            contradiction = max(contradiction, self._contradiction(left, max(newest, arrived)))
        return Facts(
            _location(arrived, left, newest_slot, declared=instants[ENTER_DECLARATION]),
            self._class[2],
            arrived,
            passed,
            self._diverted,
            self._tonnes[1:] if self._tonnes[1] else None,
            self._fee[1:] if self._fee[1] else None,
            tuple(self._durations),
            0 if left or instants[ENTER_INSPECTION + 1] else instants[ENTER_INSPECTION],
            contradiction,
            max(instants),
        )

    def _contradiction(self, left: int, newest: int) -> int:
        """Return the newest instant of a rarer contradiction: a step told twice, left elsewhere, or after leaving."""
        found = self._left_elsewhere()
        if left and newest > left:
            found = max(found, newest)
        return max([found, *(at for slot, at in enumerate(self._instants) if self._twice >> slot & 1)])

    def _left_elsewhere(self) -> int:
        """Return the newest exit of a step that the vehicle had already left for another one, or 0."""
        instants = self._instants
        found = 0
        for slot in range(ENTER_TRANSPORT, len(instants), 2):
            enter, leave = instants[slot], instants[slot + 1]
            between = (enter < instants[other] < leave for other in range(ENTER_TRANSPORT, len(instants), 2))
            if enter and any(between):
                found = max(found, leave)
        return found


def _span(start: int, end: int) -> Point | None:
    return (end, end - start) if start and end >= start else None


def _location(arrived: int, left: int, newest_slot: int, *, declared: int) -> int:
    if left:
        return NOWHERE
    if arrived:
        # Between two steps a vehicle waits for the next one and counts for it.
        return min((newest_slot + 1) // 2, LAST_STEP)
    return VIRTUAL if declared else NOWHERE
