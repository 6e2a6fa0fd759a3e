"""A target of the programme as a row: name, figure, a bar with the aim and today's point of the path, and its words.

The same parts and classes as assets/39-programme-list.js makes for live targets (a test compares the two); here the
texts are ready, for pages that show the component in each of its states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from dash import html
from dash.development.base_component import Component

from layouts.components.element import element, part
from layouts.wording import say

State = Literal["reached", "on_path", "behind", "far_behind", "unknown", "missing", "loading"]
Basis = Literal["feed", "manual", "document", "none"]
Size = Literal["far", "touch", "slide"]

ICONS: Final = {"reached": "ok", "on_path": "low", "behind": "medium", "far_behind": "high"}
"""Shape of a state; the same as in assets/38-programme.js."""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target whose texts are ready to be read.

    Attributes:
        name: what it is called.
        value: the figure, "" where nobody told one.
        unit: beside it.
        state: where it stands; `missing` without a figure, `loading` before the first answer.
        aim: sentence of the aim.
        need: sentence of what is to be done, "" for none.
        source: where the figure comes from, "" for none.
        share: the figure's place on the bar, 0 to 1; None draws none.
        path_share: the path's place of today.
        aim_share: the aim's place.
        basis: what the figure rests on.
        fresh: `live`, `late`, `stale` or `lost`.
        owner: who is in charge, where a row is all there is to see; "" for none.
    """

    name: str
    value: str
    unit: str
    state: State
    aim: str
    need: str = ""
    source: str = ""
    share: float | None = None
    path_share: float | None = None
    aim_share: float | None = 1.0
    basis: Basis = "feed"
    fresh: str = "live"
    owner: str = ""


def targets(rows: Sequence[TargetRow], lang: str, size: Size = "touch") -> Component:
    """Return rows as a list of the size; an empty list says that no target is declared."""
    listed = element("Ul", "target-rows", [element("Li", "target-item", target_row(row, lang)) for row in rows])
    empty = [] if rows else [element("P", "target-summary", say(lang, "programme.empty"))]
    return element("Div", "targets", [*empty, listed], data_size=size)


def target_row(row: TargetRow, lang: str) -> Component:
    """Return one row."""
    stale = " is-stale" if row.fresh in {"stale", "lost"} else ""
    word = "programme.none" if row.state == "missing" else f"programme.state.{row.state}"
    attributes = {"data_state": row.state, "data_basis": row.basis, "data_fresh": row.fresh}
    if row.state == "far_behind":
        attributes["data_priority"] = "high"
    state = say(lang, "live.connecting") if row.state == "loading" else say(lang, word)
    icon = element("Span", "icon", data_part="icon", aria_hidden="true", **_icon(row.state))
    return element(
        "Div",
        "target-row",
        [
            element(
                "Div",
                "target-head",
                [
                    element("Span", "target-name", row.name, data_part="name"),
                    element(
                        "Span",
                        "target-figure",
                        [
                            element("Span", f"target-value{stale}", row.value or "–", data_part="value"),
                            _part("unit", row.unit),
                        ],
                        data_part="figure",
                    ),
                ],
                data_part="head",
            ),
            element(
                "Div",
                "target-bar",
                [_mark("fill", row.share), _mark("path", row.path_share), _mark("aim", row.aim_share)],
                data_part="bar",
                aria_hidden="true",
            ),
            element(
                "Div",
                "target-foot",
                [
                    element("Span", "target-state", [icon, _part("state-word", state)], data_part="state"),
                    _part("aim-word", row.aim),
                    _part("need", row.need),
                    _part("source", row.source),
                    _part("owner", row.owner),
                ],
                data_part="foot",
            ),
        ],
        **attributes,
    )


def _icon(state: State) -> dict[str, str]:
    return {"data_icon": ICONS[state]} if state in ICONS else {}


def _part(name: str, words: str) -> Component:
    return part("Span", name, f"target-{name}", words or None)


def _mark(name: str, share: float | None) -> Component:
    if share is None:
        return part("Span", name, f"target-{name}")
    # `element` takes texts only, and a style is a mapping.
    attributes: dict[str, Any] = {"data-part": name, "style": {"--share": str(round(share, 3))}}
    return html.Span("", className=f"target-{name}", **attributes)
