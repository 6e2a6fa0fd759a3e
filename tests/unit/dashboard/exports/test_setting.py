"""Setting text: it fits, it is whole where it can be, and it says when it is not."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.exports.fonts import printable, width
from dashboard.exports.setting import ELLIPSIS, LEADING, fit, wrap

TEXTS = st.text(st.characters(codec="utf-8"), max_size=120) | st.text("aăệỬ đWi1.,· \u00a0", max_size=200)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.floats(30, 900), st.floats(20, 300))
def test_no_line_is_wider_or_higher_than_its_frame(text: str, room: float, height: float) -> None:
    """Whatever a feed calls itself, nothing runs over its neighbour."""
    said = fit(text, room, height, 40, 12)
    assert all(width(line, said.size) <= room + 0.001 or len(line) <= 2 for line in said.lines)
    assert len(said.lines) <= 1 or len(said.lines) * said.size * LEADING <= height + 1e-6
    if said.whole:
        assert "".join(said.lines).replace(" ", "") == printable(text).replace(" ", "")
    else:
        assert said.lines[-1].endswith(ELLIPSIS) or width(said.lines[-1], said.size) <= room


def test_a_text_is_set_smaller_before_it_is_shortened() -> None:
    """A long name stays readable as a whole."""
    said = fit("Trung tâm Phục vụ hành chính công", 300, 30 * LEADING, 30, 12, most_lines=1)
    assert said.whole
    assert 12 < said.size < 30
    assert not fit("Trung tâm Phục vụ hành chính công " * 9, 300, 16, 30, 12).whole


def test_words_that_belong_together_stay_together() -> None:
    """A figure is not parted from its unit by the end of a line."""
    lines = wrap("chờ 9\u00a0g\u00a040 ở Tân\u00a0Thanh", 180, 30)
    assert any("9\u00a0g\u00a040" in line for line in lines)
    assert any("Tân\u00a0Thanh" in line for line in lines)
