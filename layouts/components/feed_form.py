"""The form that declares a feed: one group of controls a kind, of Bootstrap's components in our own tokens.

The script 97-mapping-save.js shows the group of the kind chosen and sends what its controls hold; the server judges it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from layouts import ids
from layouts.components.desk_table import button, editor, field
from layouts.components.element import element, part
from layouts.wording import say

KINDS: Final = ("http", "websocket", "folder", "mqtt")
AUTHS: Final = ("none", "bearer", "header", "query", "basic")


@dataclass(frozen=True, slots=True)
class Control:
    """One control: its key in feeds.yaml, its type, what stands in it, and whether it must be filled in."""

    key: str
    kind: str = "text"
    value: str = ""
    needed: bool = False


GROUPS: Final[dict[str, tuple[Control, ...]]] = {
    "http": (Control("url", "url", "", needed=True), Control("every_s", "number", "60")),
    "websocket": (Control("url", "url", "", needed=True), Control("subscribe")),
    "folder": (Control("path", "text", "inbox/", needed=True), Control("pattern", "text", "*")),
    "mqtt": (
        Control("host", "text", "", needed=True),
        Control("port", "number", "1883"),
        Control("topics", "text", "", needed=True),
        Control("user"),
        Control("secret"),
    ),
}
"""Controls of each kind. What else feeds.yaml knows is written in the text of the settings."""


def feed_form(lang: str) -> Component:
    """Return the form with every group, all but the first hidden."""
    form: Component = dbc.Form(
        [
            element(
                "Div",
                "feed-row",
                [
                    _field("name", Control("name", needed=True), lang),
                    _select("kind", KINDS, lang),
                    _field("source", Control("source"), lang),
                ],
            ),
            *(_group(kind, lang) for kind in GROUPS),
            element(
                "Div",
                "feed-row",
                [
                    _select("auth", AUTHS, lang),
                    _field("auth_name", Control("auth_name"), lang),
                    _field("auth_secret", Control("auth_secret"), lang),
                ],
                data_group="auth",
            ),
            element(
                "Div",
                "desk-field",
                [
                    element("P", "form-text", say(lang, "mapping.settings_text")),
                    editor("settings", say(lang, "mapping.settings")),
                ],
                data_group="text",
                hidden=True,
            ),
            part("P", "save-error", "desk-error", role="alert"),
            element(
                "Div",
                "desk-actions",
                [
                    button("save", say(lang, "mapping.save"), "is-main", kind="submit"),
                    button("as-text", say(lang, "mapping.as_text")),
                ],
            ),
            element("Div", "feed-follow", data_part="follow", role="status"),
        ],
        class_name="desk-form",
        id=ids.mapping_field("form"),
    )
    return form


def _group(kind: str, lang: str) -> Component:
    return element(
        "Div",
        "feed-row",
        [_field(f"{kind}-{control.key}", control, lang) for control in GROUPS[kind]],
        data_group=kind,
        hidden=kind != KINDS[0],
    )


def _field(name: str, control: Control, lang: str) -> Component:
    label = say(lang, f"mapping.field.{control.key}")
    made = dbc.Input(
        id=ids.mapping_field(name),
        type=control.kind,
        value=control.value,
        debounce=False,
        autocomplete="off",
        maxlength=2_000,
    )
    hint = say(lang, f"mapping.hint.{control.key}")
    return field(ids.mapping_field(name), label + (" *" if control.needed else ""), made, hint)


def _select(name: str, values: tuple[str, ...], lang: str) -> Component:
    words = {
        **{kind: say(lang, f"mapping.kind.{kind}") for kind in KINDS},
        **{auth: say(lang, f"mapping.auth.{auth}") for auth in AUTHS},
    }
    options = [{"label": words[value], "value": value} for value in values]
    made = dbc.Select(id=ids.mapping_field(name), options=options, value=values[0])
    return field(ids.mapping_field(name), say(lang, f"mapping.field.{name}"), made, say(lang, f"mapping.hint.{name}"))
