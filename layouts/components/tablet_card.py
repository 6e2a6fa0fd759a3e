"""A card of the tablet: a heading, a note beside it, and what stands below."""

from __future__ import annotations

from collections.abc import Sequence

from dash.development.base_component import Component

from layouts.components.element import element, part


def card(class_name: str, title: str, children: Sequence[Component], *, head: Sequence[Component] = ()) -> Component:
    """Return a card.

    Args:
        class_name: places it on its page.
        title: its heading.
        children: what stands below the heading.
        head: what stands beside the heading.
    """
    return element(
        "Section",
        f"card {class_name}",
        [element("Div", "card-head", [element("H2", "card-title", title), *head]), *children],
        aria_label=title,
    )


def note(name: str = "note") -> Component:
    """Return the place of a note beside a heading: a sign and few words, empty at first."""
    return element(
        "Span",
        "card-note",
        [element("Span", "icon", data_part=f"{name}-icon", aria_hidden="true"), part("Span", name)],
    )


def choice(name: str, options: Sequence[tuple[str, str]], label: str) -> Component:
    """Return a row of buttons of which one is pressed; the first one is.

    Args:
        name: `data-choice` of the row.
        options: value and words of each.
        label: what is chosen, for those who cannot see it.
    """
    return element(
        "Div",
        "choice",
        [
            element(
                "Button",
                "choice-option",
                words,
                type="button",
                data_value=value,
                aria_pressed="true" if at == 0 else "false",
            )
            for at, (value, words) in enumerate(options)
        ],
        role="group",
        aria_label=label,
        data_choice=name,
    )


def page(name: str, class_name: str, children: Sequence[Component]) -> Component:
    """Return a page of the tablet, closed: assets/50-tablet-router.js opens it by the address."""
    return element("Div", f"page {class_name}", list(children), data_page=name, hidden=name != "now")
