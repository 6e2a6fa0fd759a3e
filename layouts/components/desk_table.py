"""Tables, panes and forms of the desk pages: Bootstrap components in our own tokens, filled by assets/9x-*.js.

dash-bootstrap-components is imported here and nowhere above, so that only pages that use these parts are sent its
bundle (see dashboard/bundles.py). Its style sheets and themes are not used: assets/9x-desk*.css style the classes.
"""

from __future__ import annotations

from collections.abc import Mapping

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from layouts.components.element import element, part


def desk_table(name: str, columns: Mapping[str, str], label: str) -> Component:
    """Return a table without rows; its parts are `<name>-rows` and, for an empty one, `<name>-none`.

    Args:
        name: the table's name.
        columns: name of each column (its class is `col-<name>`) → what stands over it.
        label: what the table is, for those who cannot see it.
    """
    head = [element("Th", f"col-{column}", title, scope="col") for column, title in columns.items()]
    return element(
        "Div",
        "desk-scroll",
        [
            dbc.Table(
                [element("Thead", "", element("Tr", "", head)), element("Tbody", "", data_part=f"{name}-rows")],
                class_name=f"desk-table {name}-table",
                size="sm",
            ),
            part("P", f"{name}-none", "desk-none"),
        ],
        data_part=f"{name}-scroll",
        tabIndex="0",
        role="region",
        aria_label=label,
    )


def field(name: str, label: str, control: Component, hint: str = "") -> Component:
    """Return a labelled control of a form; `control` has the id `name`."""
    children = [dbc.Label(label, html_for=name), control]
    if hint:
        children.append(dbc.FormText(hint))
    return element("Div", "desk-field", children, data_field=name)


def button(name: str, text: str, class_name: str = "", *, kind: str = "button") -> Component:
    """Return a button that the scripts find by `data-do`."""
    return element("Button", f"button {class_name}".strip(), text, type=kind, data_do=name)


def editor(name: str, label: str) -> Component:
    """Return the place of a text editor with line numbers; the script 90-desk-editor.js makes it."""
    return element("Div", "desk-editor", data_editor=name, data_label=label)
