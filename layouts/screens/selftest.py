"""The self-test of a wall's panel: sizes to check with a tape, which distance it serves, colours, pixels, its health.

For whoever hangs the display: opened on the panel itself at /wall/self-test?panel=NAME. Everything measured is put in
by assets/60-selftest*.js, since only the browser knows what it draws on.
"""

from __future__ import annotations

from typing import Final

from dash.development.base_component import Component

from layouts.components.element import element, icon, part
from layouts.components.shell import shell
from layouts.theme import MARK_PAIRS, TEXT_PAIRS, TOKENS, contrast, theme_of
from layouts.view import View
from layouts.wording import say

SIZES: Final = (("far", 74), ("far", 46), ("far", 36), ("near", 28), ("near", 24))
"""Type of the wall: for the seats or for who walks up, and its size in design pixels."""
SAMPLE: Final = "Hữu Nghị ẮẰẲẴẶ ỨỪỬỮỰ 1.604"
"""The letters that stack highest, and figures. A name and a number, the same in every language."""
SHORT: Final = "Ữ Ậ Ẳ 1.604"
LONG_TO: Final = 40
"""Above this size the long sample would not fit into its column."""
SHAPES: Final = ("critical", "high", "medium", "low", "ok", "late", "stale", "lost")
GREYS: Final = tuple(range(0, 101, 10))
PATCHES: Final = ("base", "panel", "raised", "line-strong", "fill", "data", "act", "high", "critical")


def layout(view: View) -> Component:
    """Return the page; without a script it says only what it would measure."""
    lang = view.lang
    return shell(
        view,
        [
            element(
                "Header",
                "test-head",
                [
                    element("H1", "", say(lang, "selftest.title")),
                    part("P", "panel", "test-panel"),
                    element("Nav", "test-panels", [], data_part="panels", aria_label=say(lang, "selftest.panels")),
                ],
            ),
            element("P", "test-verdict", "", data_part="verdict", role="status"),
            element("Div", "test-columns", [_left(lang), _right(view)]),
            _sweep(lang),
        ],
    )


def _left(lang: str) -> Component:
    return element(
        "Div",
        "test-column",
        [
            _section("facts", lang, element("Dl", "test-facts", [], data_part="facts")),
            _section("sizes", lang, _sizes(lang)),
            _section(
                "ruler",
                lang,
                [
                    element(
                        "Div", "test-ruler", [], data_part="ruler", role="img", aria_label=say(lang, "selftest.ruler")
                    ),
                    element("P", "test-note", say(lang, "selftest.ruler_note")),
                ],
            ),
        ],
    )


def _right(view: View) -> Component:
    lang = view.lang
    return element(
        "Div",
        "test-column",
        [
            _section("colours", lang, _colours(view)),
            _section(
                "pixels",
                lang,
                [
                    element("P", "test-note", say(lang, "selftest.pixels_note")),
                    element(
                        "Button",
                        "test-button",
                        say(lang, "selftest.pixels_start"),
                        type="button",
                        data_part="sweep-start",
                    ),
                ],
            ),
            _section("health", lang, element("Dl", "test-facts", [], data_part="health")),
            _section("screens", lang, _table("screens", ("panel", "state", "beat", "scene", "lock", "size"), lang)),
            _section("journal", lang, _table("journal", ("at", "panel", "kind", "for", "detail"), lang)),
        ],
    )


def _section(name: str, lang: str, children: Component | list[Component]) -> Component:
    heading = element("H2", "", say(lang, f"selftest.{name}"))
    return element("Section", "test-box", [heading, *(children if isinstance(children, list) else [children])])


def _sizes(lang: str) -> list[Component]:
    names = ("type", "px", "mm", "arc", "reads")
    rows = [
        element(
            "Tr",
            "",
            [
                element("Th", "", f"{say(lang, f'selftest.{kind}')} {size}", scope="row"),
                *(part("Td", name, "test-figure", "") for name in names[1:]),
            ],
            data_kind=kind,
            data_size=str(size),
        )
        for kind, size in SIZES
    ]
    head = element("Thead", "", element("Tr", "", [_column(name, lang) for name in names]))
    samples = [
        element("P", f"test-sample is-{kind}", SHORT if size > LONG_TO else SAMPLE, data_size=str(size))
        for kind, size in SIZES
    ]
    return [element("Table", "test-table", [head, element("Tbody", "", rows)], data_part="sizes"), *samples]


def _column(name: str, lang: str) -> Component:
    return element("Th", "", say(lang, f"selftest.column_{name}"), scope="col")


def _table(name: str, columns: tuple[str, ...], lang: str) -> Component:
    head = element("Thead", "", element("Tr", "", [_column(column, lang) for column in columns]))
    return element(
        "Div",
        "test-scroll",
        [
            element("Table", "test-table", [head, element("Tbody", "", [], data_part=f"{name}-rows")]),
            part("P", f"{name}-empty", "test-note", say(lang, f"selftest.{name}_empty")),
        ],
        tabIndex="0",
        role="region",
        aria_label=say(lang, f"selftest.{name}"),
    )


def _colours(view: View) -> list[Component]:
    lang = view.lang
    tokens = TOKENS[theme_of("wall", view.theme)]
    shapes = [
        element("Li", f"test-shape is-{name}", [icon(name), element("Span", "", say(lang, f"selftest.shape_{name}"))])
        for name in SHAPES
    ]
    patches = [
        element(
            "Li",
            "test-patch",
            [element("Span", "test-swatch"), element("Span", "", name)],
            data_colour=name,
        )
        for name in PATCHES
    ]
    pairs = [*((*pair, 4.5) for pair in TEXT_PAIRS), *((*pair, 3.0) for pair in MARK_PAIRS)]
    weakest = min(pairs, key=lambda pair: contrast(tokens[pair[0]], tokens[pair[1]]) / pair[2])
    ratio = contrast(tokens[weakest[0]], tokens[weakest[1]])
    decimal = "," if lang == "vi" else "."
    said = say(
        lang,
        "selftest.contrast",
        count=len(pairs),
        pair=f"{weakest[0]} / {weakest[1]}",
        ratio=f"{ratio:.1f}".replace(".", decimal),
        wanted=f"{weakest[2]:g}".replace(".", decimal),
    )
    return [
        element("Ul", "test-shapes", shapes),
        element("Ul", "test-patches", patches),
        element(
            "Div",
            "test-greys",
            [element("Span", "", str(grey), data_grey=str(grey)) for grey in GREYS],
            role="img",
            aria_label=say(lang, "selftest.greys"),
        ),
        element("P", "test-note", say(lang, "selftest.greys_note")),
        element("P", "test-note", said),
    ]


def _sweep(lang: str) -> Component:
    return part(
        "Div",
        "sweep",
        "test-sweep",
        [part("P", "sweep-name", "test-sweep-name", "")],
        hidden=True,
        role="dialog",
        aria_modal="true",
        aria_label=say(lang, "selftest.pixels"),
        tabIndex="-1",
    )
