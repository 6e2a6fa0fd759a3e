"""Identity of series and what counts as simulated."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.model import dims_key, is_simulated, parse_dims_key

WORDS = st.text("abcdefghij-_.0123456789", min_size=1, max_size=8)


@given(st.dictionaries(WORDS, WORDS, max_size=4))
def test_dims_have_one_text_and_come_back(dims: dict[str, str]) -> None:
    """The same dims in any order are the same series, and the text gives them back."""
    backwards = dict(reversed(dims.items()))
    assert dims_key(dims) == dims_key(backwards)
    assert parse_dims_key(dims_key(dims)) == dims


@pytest.mark.parametrize("text", ["direction", "=export", "direction=", "a=b,,c=d"])
def test_a_text_that_is_no_dims_is_refused(text: str) -> None:
    """A query with dims that cannot be read gets an error, not an empty answer."""
    with pytest.raises(ValueError, match="key=value"):
        parse_dims_key(text)


@pytest.mark.parametrize(
    ("source", "simulated"),
    [
        ("simulator", True),
        ("border:simulator", True),
        ("replay-dpsu", True),
        ("border:replay-dpsu", True),
        ("exercise-2026", True),
        ("border-gate-platform", False),
        ("border:border-gate-platform", False),
        ("simulators-inc", False),
        ("recorder", False),
    ],
)
def test_nothing_simulated_passes_for_real(source: str, simulated: bool) -> None:
    """A simulator, a replay and an exercise are recognised, directly and through a derivation."""
    assert is_simulated(source) is simulated
