"""The Plotly template of each theme, made from the tokens: what a chart draws when nobody says otherwise.

The browser gets it as `LSO.page.chart` and every chart of Plotly's names it as its template; Python code that draws
a figure registers it with `register` and names `lso-dark` or `lso-light`. Plotly itself is imported only there.
"""

from __future__ import annotations

from typing import Any, Final

from layouts.theme import TOKENS
from layouts.view import THEMES, Theme

FONT: Final = "Inter Variable, Inter, Noto Sans, DejaVu Sans, sans-serif"
CLEAR: Final = "rgba(0,0,0,0)"
"""A chart lies on the panel beneath it."""
LINES: Final = ("data", "ghost", "fill", "text-4", "act")
"""Order of a chart's lines: now, before, usual, others. Severity is never a line's colour by default."""


def name_of(theme: Theme) -> str:
    """Return the name under which a theme's template is registered."""
    return f"lso-{theme}"


def template(theme: Theme) -> dict[str, Any]:
    """Return the template of a theme as Plotly's JSON; every colour is a token."""
    token = TOKENS[theme]
    axis = {
        "gridcolor": token["line"],
        "linecolor": token["line-strong"],
        "zerolinecolor": token["line-strong"],
        "tickcolor": token["line-strong"],
        "tickfont": {"color": token["text-3"]},
        "automargin": True,
    }
    return {
        "layout": {
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "colorway": [token[name] for name in LINES],
            "font": {"family": FONT, "color": token["text-2"]},
            "hoverlabel": {
                "bgcolor": token["raised"],
                "bordercolor": token["line-strong"],
                "font": {"color": token["text"]},
            },
            "legend": {"font": {"color": token["text-3"]}},
            "separators": ",.",
            "xaxis": axis,
            "yaxis": axis,
        }
    }


def register() -> None:
    """Make both templates known to Plotly under their names; done again, it changes nothing."""
    import plotly.graph_objects as go  # slow to import, and only who draws in Python needs it
    import plotly.io as pio

    for theme in THEMES:
        pio.templates[name_of(theme)] = go.layout.Template(template(theme))
