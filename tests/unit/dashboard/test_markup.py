"""Plain elements become text, and everything else stays what it was."""

from __future__ import annotations

import dash_leaflet as dl
import pytest
from dash import Input, Output, State, html

from dashboard.app import ASSETS
from dashboard.markup import Markup, fold
from dashboard.pages import make_layout, shipped_screens
from dashboard.screen_app import Page, ScreenApp, serving
from layouts.markup import write


def components(tree):
    """Every component of a layout, in document order."""
    found = [tree]
    children = getattr(tree, "children", None)
    for child in children if isinstance(children, list) else [children]:
        if hasattr(child, "to_plotly_json"):
            found += components(child)
    return found


def test_a_tree_of_plain_elements_is_one_component():
    """Nothing in it moves by itself."""
    tree = html.Section([html.H2("Tân Thanh"), html.P(["146 ", html.Span("xe", className="near")])], lang="vi")
    folded = fold(tree)
    assert isinstance(folded, Markup)
    assert (folded.tag, folded.attributes) == ("section", {"lang": "vi"})
    assert folded.inner == '<h2>Tân Thanh</h2><p>146 <span class="near">xe</span></p>'


@pytest.mark.parametrize(
    ("element", "text"),
    [
        (html.Span("a < b & c"), "<span>a &lt; b &amp; c</span>"),
        (html.A("x", href='/?a="1"&b=2'), '<a href="/?a=&quot;1&quot;&amp;b=2">x</a>'),
        (html.Div(hidden=True), "<div hidden></div>"),
        (html.Div(hidden=False, title=None), "<div></div>"),
        (html.Div(**{"data-on": True, "aria-busy": "true"}), '<div aria-busy="true" data-on="true"></div>'),
        (html.Div(style={"marginTop": "4px", "--x": 1}), '<div style="margin-top:4px;--x:1"></div>'),
        (html.Label("Tên", htmlFor="n"), '<label for="n">Tên</label>'),
        (html.Div([html.Br(), None, 0, html.Img(src="a.svg")]), '<div><br>0<img src="a.svg"></div>'),
        (html.Script('{"a":"<b> & c"}', type="x/y"), '<script type="x/y">{"a":"<b> & c"}</script>'),
        (html.MapEl(n_clicks=3, key="k"), "<map></map>"),
    ],
)  # fmt: skip
def test_markup_says_what_the_element_says(element, text):
    """Text stays text, attributes keep their meaning, and what only Dash knows is left out."""
    assert write(element) == text


def test_what_holds_a_map_stays_and_its_neighbours_fold():
    """The map is drawn by its own component, in the place where it stood."""
    tree = html.Div([html.P("trước"), html.Div(dl.MapContainer(id="map")), html.P("sau")], className="whole")
    folded = fold(tree)
    assert [one._type for one in components(folded)] == ["Div", "Markup", "Div", "MapContainer", "Markup"]
    assert folded.className == "whole"
    assert [one._type for one in components(tree)] == ["Div", "P", "Div", "MapContainer", "P"]


def test_what_a_callback_names_stays():
    """A callback finds its element by its id."""
    folded = fold(html.Div([html.Button("Lưu", id="save"), html.P("x")]), {"save"})
    assert [one._type for one in components(folded)] == ["Div", "Button", "Markup"]


def test_the_app_spares_what_its_callbacks_name():
    """Inputs, states and outputs, several in one callback among them."""
    app = ScreenApp(ASSETS, lambda _: html.Div([html.P(id=name) for name in ("in", "state", "one", "two", "other")]))

    def call(*_):
        """Do nothing."""

    app.callback([Output("one", "children"), Output("two", "title")], Input("in", "n_clicks"), State("state", "title"))(
        call
    )
    app.warm()
    with serving(Page("duty", "vi")):
        kept = [getattr(one, "id", None) for one in components(app._current_layout())]
    assert [name for name in kept if name] == ["in", "state", "one", "two"]


def test_a_page_is_drawn_once_until_what_it_is_made_of_changes():
    """The next to open it need not wait; another role, or other map layers, are another page."""
    drawn, layers = [], ["a"]

    def draw(page):
        """Draw, and remember for whom with which layers."""
        drawn.append((page.role, layers[0]))
        return html.Div(layers[0])

    app = ScreenApp(ASSETS, draw, lambda: layers[0])
    viewer, duty = Page("duty", "vi"), Page("duty", "vi", role="duty")

    def shown(page):
        """Return what the page shows."""
        with serving(page):
            return str(app._current_layout())

    first = [shown(viewer), shown(viewer), shown(duty)]
    layers[0] = "b"
    assert drawn == [("viewer", "a"), ("duty", "a")]
    assert shown(viewer) != first[0]
    assert drawn[-1] == ("viewer", "b")


@pytest.mark.parametrize("screen", shipped_screens())
def test_a_screen_is_few_components(screen):
    """Each component costs at every step of drawing: a hundred are enough for the largest form."""
    draw = make_layout(dict)
    assert len(components(fold(draw(Page(screen, "vi", role="admin"))))) <= 100
