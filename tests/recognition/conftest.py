"""The screens' fixtures, for pictures that are read."""

from tests.browser.screens.conftest import contexts, open_screen, stage

__all__ = ["contexts", "open_screen", "stage"]
