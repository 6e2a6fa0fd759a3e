"""The template of charts: made of tokens only, known to Plotly, and sent to the screens that draw with it."""

import re
from pathlib import Path

import pytest

import layouts
from layouts.components.shell import CHARTED, page_data
from layouts.plotly_template import CLEAR, name_of, register, template
from layouts.theme import TOKENS
from layouts.view import THEMES, View

ASSETS = Path(layouts.__file__).parent / "assets"


def colours_in(node):
    """Every text in a template that is a colour."""
    if isinstance(node, dict):
        return [found for value in node.values() for found in colours_in(value)]
    if isinstance(node, list):
        return [found for value in node for found in colours_in(value)]
    return [node] if isinstance(node, str) and node.startswith(("#", "rgb")) else []


@pytest.mark.parametrize("theme", THEMES)
def test_a_template_has_no_colour_of_its_own(theme):
    """A chart in another grey than the panel beside it looks like a mistake, and is one."""
    found = set(colours_in(template(theme)))
    assert len(found) > 5
    assert found <= {*TOKENS[theme].values(), CLEAR}


def test_plotly_knows_both_templates():
    """A figure drawn in Python names its theme and needs nothing else."""
    import plotly.graph_objects as go
    import plotly.io as pio

    register()
    for theme in THEMES:
        figure = go.Figure(go.Scatter(y=[1, 2]), layout={"template": name_of(theme)})
        assert name_of(theme) in pio.templates
        assert figure.layout.template.layout.font.color == TOKENS[theme]["text-2"]
        assert figure.layout.template.layout.colorway[0] == TOKENS[theme]["data"]


@pytest.mark.parametrize("theme", THEMES)
def test_screens_with_a_chart_are_sent_the_template_of_their_theme(theme):
    """What the browser draws with is what Python would have drawn with."""
    for screen in CHARTED:
        assert page_data(View(screen=screen, theme=theme))["chart"] == template(theme)
    assert "chart" not in page_data(View(screen="tablet", theme=theme))


def test_whoever_draws_with_plotly_names_the_template():
    """A chart without it comes in Plotly's own white and blue."""
    drawing = [
        path for path in ASSETS.glob("*.js") if re.search(r"Plotly\.(?:react|newPlot)\(", path.read_text("utf-8"))
    ]
    assert drawing
    for path in drawing:
        assert "template: LSO.page.chart" in path.read_text("utf-8"), path.name
