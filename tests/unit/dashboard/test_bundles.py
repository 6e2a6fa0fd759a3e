"""Which bundles and assets a page is sent."""

from __future__ import annotations

import re
from importlib import resources

import dash_bootstrap_components as dbc
import dash_leaflet as dl
import pytest
from dash import html

from dashboard.app import ASSETS
from dashboard.bundles import SHARED, asset_belongs, belongs, packages_of
from dashboard.pages import make_layout, shipped_screens
from dashboard.screen_app import Page
from dashboard.screens import SCREENS


def test_libraries_are_found_wherever_a_component_stands():
    """In children, in lists of them and in other properties."""
    tree = html.Div([html.P("x"), html.Div(dl.Map(children=[dl.TileLayer()])), None, html.Label(dbc.Input())])
    assert packages_of(tree) == {"dash_html_components", "dash_leaflet", "dash_bootstrap_components"}
    assert packages_of(html.P("x")) == {"dash_html_components"}


def test_a_page_is_sent_its_own_libraries_and_those_of_dash():
    """A library that the page does not use stays away; what the renderer needs always comes."""
    own = frozenset({"dash_leaflet"})
    assert belongs({"namespace": "dash_leaflet"}, "wall", own)
    assert not belongs({"namespace": "dash_bootstrap_components"}, "wall", own)
    assert belongs({"namespace": "dash"}, "wall", own)
    assert belongs({"relative_package_path": "x.js"}, "wall", own)
    table = {"namespace": "dash", "relative_package_path": "dash_table/bundle.js"}
    assert not belongs(table, "wall", own)
    assert belongs(table, "wall", own | {"dash_table"})


@pytest.mark.parametrize(
    ("path", "screens"),
    [
        ("91-feeds-sources.js", {"feeds"}),
        ("90-desk-ask.js", {"feeds", "mapping"}),
        ("96-mapping.css", {"mapping"}),
        ("80-crossings.js", {"crossings"}),
        ("40-wall.js", {"wall"}),
        ("33-map.js", set(SCREENS)),
        ("00-lso.js", set(SCREENS)),
        ("plotly/plotly-basic-4.1.1.min.js", set()),
    ],
)
def test_an_asset_goes_to_the_screens_of_its_name(path, screens):
    """A first word that names no screen is everybody's; the gallery, which shows all components, gets all of them."""
    assert {screen for screen in SCREENS if asset_belongs(path, screen)} - {"gallery"} == screens - {"gallery"}
    assert asset_belongs(path, "gallery") or not screens


def test_no_asset_is_sent_to_nobody():
    """A file whose name fits no screen would never be loaded."""
    files = [path.name for path in ASSETS.iterdir() if path.suffix in {".js", ".css"}]
    assert len(files) > 40
    assert [name for name in files if not any(asset_belongs(name, screen) for screen in SCREENS)] == []
    assert set().union(*SHARED.values()) <= set(SCREENS)


@pytest.mark.parametrize("screen", shipped_screens())
def test_only_forms_load_bootstrap_and_only_maps_load_leaflet(screen):
    """The wall does not pay for the desk, nor the desk for the map."""
    packages = packages_of(make_layout(dict)(Page(screen, "vi", role="admin")))
    assert ("dash_bootstrap_components" in packages) is (screen in {"feeds", "mapping"})
    assert ("dash_leaflet" in packages) is (screen in {"gallery", "tablet", "wall"})


def test_the_shipped_plotly_is_the_version_of_the_python_package():
    """Figures made in Python and in the browser mean the same; the script asks for the file that is there."""
    package = resources.files("plotly").joinpath("package_data/plotly.min.js").read_text("utf-8")[:200]
    version = re.search(r"v(\d+\.\d+\.\d+)", package)[1]
    [shipped] = (ASSETS / "plotly").glob("*.js")
    assert shipped.name == f"plotly-basic-{version}.min.js"
    assert f"v{version}\n" in shipped.read_text("utf-8")[:200]
    assert f'VERSION = "{version}"' in (ASSETS / "29-plotly.js").read_text("utf-8")
