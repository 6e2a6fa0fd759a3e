"""Which value of a target counts: a feed's, a person's, or the document's. Pure.

A real feed that is not lost wins; where there is none the latest valid entry does; what simulated feeds say comes after
both, and after it what is lost or has expired, so that a screen can say since when. The document's own value speaks
last: it is years old, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Final, Literal, TypeAlias

from dashboard.readmodels.cells import Cell, Figure, combined, to_ms
from feeds.freshness import Freshness, freshness_of
from feeds.programme.model import Known, Whole
from geodata.gates import HANOI

Basis: TypeAlias = Literal["feed", "manual", "document", "none"]

DOCUMENT: Final = "document"
"""Source of a cell that a document states."""
DOCUMENT_CADENCE_S: Final = 365 * 86_400.0
"""Programmes are reported once a year, so a document's figure is late after one and a half. Assumption of ours."""


def document_cell(known: Known) -> Cell:
    """Return what a document states as a cell, observed at the end of its day in Hanoi."""
    end = datetime.combine(known.as_of + timedelta(days=1), time(), HANOI).astimezone(UTC)
    return {
        "v": known.value,
        "at": to_ms(end),
        "src": DOCUMENT,
        "q": "estimated" if known.assumption else "good",
        "sim": False,
        "cad": DOCUMENT_CADENCE_S,
    }


def scaled(cell: Cell | None, scale: float) -> Cell | None:
    """Return a cell with its value times a scale, without the dust of binary fractions."""
    if cell is None or scale == 1.0 or cell["v"] is None:
        return cell
    return {**cell, "v": round(cell["v"] * scale, 6)}


def whole_of(figures: Sequence[Figure], how: Whole) -> Cell | None:
    """Return the province's figure made of all its parts; None unless every part has a value.

    The mean of unlike parts is an estimate and says so; a share (how many of the parts are up) is a count.
    """
    cell = combined(figures)
    if cell is None:
        return None
    cell["v"] = round(cell["v"] / len(figures), 6)
    if how == "mean" and cell["q"] in {"good", "late"}:
        cell["q"] = "estimated"
    return cell


def choose_basis(
    measured: Cell | None, entered: Cell | None, whole: Cell | None, known: Known | None, now: datetime
) -> tuple[Cell | None, Basis]:
    """Return the cell that counts and what it rests on.

    Args:
        measured: of the feed that measures the target.
        entered: of the series under which it is reported, by people or by a system.
        whole: made of all communes.
        known: what a document states.
        now: the present instant.
    """
    best: Cell | None = None
    best_rank = (9, 0)
    for order, cell in enumerate((measured, entered, whole)):
        if cell is None or cell["v"] is None:
            continue
        rank = (2 if lost(cell, now) else 1 if cell["sim"] else 0, order)
        if rank < best_rank:
            best, best_rank = cell, rank
    if best is not None:
        return best, "manual" if "until" in best else "feed"
    if known is not None:
        return document_cell(known), "document"
    return None, "none"


def lost(cell: Cell, now: datetime) -> bool:
    """Tell whether a cell is too old to stand for the present, as the screens judge it."""
    now_ms = to_ms(now)
    if "until" in cell:
        return bool(now_ms >= cell["until"])
    return freshness_of(max(0.0, (now_ms - cell["at"]) / 1000), cell["cad"]) is Freshness.LOST
