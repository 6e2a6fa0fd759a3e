"""Any row becomes one line and comes back as what both databases would keep."""

from __future__ import annotations

import math
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashboard.backup.rows import Digest, decoder, encoder
from feeds.history.dialect import storable

COLUMNS: list[tuple[str, Any]] = [("a", "int"), ("b", "float"), ("c", "text"), ("d", "bool"), ("e", "bytes")]
rows = st.tuples(
    st.none() | st.integers(-(2**63), 2**63 - 1),
    st.none() | st.floats(),
    st.none() | st.text(st.characters(exclude_categories=())),
    st.none() | st.booleans(),
    st.none() | st.binary(),
)


@given(row=rows)
def test_a_row_comes_back_as_it_was(row: tuple) -> None:
    """One line without an end inside; the value both databases can keep is the value that comes back."""
    line = encoder(COLUMNS)(row)
    assert b"\n" not in line
    found = decoder(COLUMNS)(line)
    text = None if row[2] is None else storable(row[2])
    assert (found[0], *found[2:]) == (row[0], text, *row[3:])
    if row[1] is not None and math.isnan(row[1]):
        assert math.isnan(found[1])
    else:
        assert found[1] == row[1]
        assert found[1] is None or found[1] != 0 or math.copysign(1, found[1]) == 1
    assert encoder(COLUMNS)(found) == line


@given(lines=st.lists(st.binary(max_size=20), max_size=30), seed=st.integers(0, 9), cut=st.integers(0, 30))
def test_a_digest_knows_every_row_and_no_order(lines: list[bytes], seed: int, cut: int) -> None:
    """Shuffled and cut into pages it is the same; with one row changed, added or doubled it is another."""
    whole, other, more = Digest(), Digest(), Digest()
    whole.add(lines)
    shuffled = random.Random(seed).sample(lines, len(lines))
    other.add(shuffled[:cut])
    other.add(shuffled[cut:])
    assert (whole.rows, whole.hex()) == (other.rows, other.hex())
    more.add([*lines, lines[0] if lines else b""])
    assert more.hex() != whole.hex()
    if lines:
        changed = Digest()
        changed.add([lines[0] + b"x", *lines[1:]])
        assert changed.hex() != whole.hex()
