"""The screens' fixtures, for pictures that are read."""

from tests.browser.screens.conftest import open_screen, stage, tabs

__all__ = ["open_screen", "stage", "tabs"]
