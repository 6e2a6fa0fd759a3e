"""config/briefing.yaml: the shipped one can be used, and each refusal names file, key and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.decks.file import DecksFileError, load_decks, parse_decks
from dashboard.decks.room import GATES, DeckRoom, ground, only, share_plan

CONFIG = Path(__file__).resolve().parents[4] / "config"
KINDS = ["title", "province", "gate", "services", "network", "programme", "alerts", "decisions"]
LEAST = "decks: {d: {title: {vi: T}, slides: [%s]}}"


def test_the_shipped_file_has_every_slide() -> None:
    """The default deck is the one the leaders asked for."""
    decks = load_decks(CONFIG, GATES)
    assert [slide.kind for slide in decks.plans[decks.default].slides] == KINDS
    assert all(plan.title.vi and plan.title.en for plan in decks.plans.values())


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("decks: {}", "decks", "1 to 30 decks"),
        ("decks: [", "", "not YAML"),
        ("default: x\n" + LEAST % "{kind: title}", "default", "one of d"),
        (LEAST % "{kind: nope}", "decks.d.slides[0].kind", "one of title"),
        (LEAST % "{kind: gate, gate: nowhere}", "decks.d.slides[0].gate", "each, worst or one of"),
        (LEAST % "{kind: alerts, most: 9}", "decks.d.slides[0].most", "1 to 6"),
        (LEAST % "{kind: title}, {kind: title}", "decks.d.slides[1].kind", "each slide once"),
        (LEAST % "{kind: title, colour: red}", "slides", "colour"),
        (LEAST % "{kind: decisions, wanted: [{text: {vi: x}, when: later}]}", "wanted[0].when", "one of always"),
        (LEAST % "{kind: decisions, wanted: [{text: {en: x}}]}", "wanted[0].text.vi", "in Vietnamese"),
        ("decks: {D!: {title: {vi: T}, slides: [{kind: title}]}}", "decks.D!", "small letters"),
        ("decks: {d: {title: {en: T}, slides: [{kind: title}]}}", "decks.d.title.vi", "in Vietnamese"),
    ],
)
def test_a_wrong_file_is_refused_with_the_key(text: str, key: str, expected: str) -> None:
    """An operator is told where to look."""
    with pytest.raises(DecksFileError) as refusal:
        parse_decks(text, GATES, "briefing.yaml")
    assert str(refusal.value).startswith("briefing.yaml: ")
    assert key in str(refusal.value)
    assert expected in str(refusal.value)


def test_a_change_is_taken_up_and_a_wrong_one_is_not(tmp_path: Path) -> None:
    """A slip of the operator's pen in the middle of a conference changes nothing on the screens."""
    file = tmp_path / "briefing.yaml"
    room = DeckRoom(tmp_path)
    assert room.decks().default == "giao-ban"
    file.write_text(LEAST % "{kind: title}", encoding="utf-8")
    assert list(room.decks().plans) == ["d"]
    file.write_text("decks: {", encoding="utf-8")
    assert list(room.decks().plans) == ["d"]


def test_a_shared_view_becomes_its_own_slide() -> None:
    """Who shares a gate's page sends the gate, not the province."""
    assert share_plan("/tablet#/gate/chi-ma").slides[0].gate == "chi-ma"
    assert share_plan("/tablet#/services").slides[0].kind == "services"
    assert share_plan("/wall").slides[0].kind == "province"
    deck = DeckRoom(CONFIG).deck("", "vi", 0, {})
    assert deck is not None
    alone = only(deck, "province")
    assert alone is not None
    assert [slide.id for slide in alone.slides] == ["province"]
    assert only(deck, "nope") is None


def test_the_map_is_small_enough_to_be_sent() -> None:
    """A slide carries its map: some thousand points, all of them in the box or near it."""
    drawn = ground()
    assert drawn is not None
    points = [point for shape in drawn.shapes for point in shape.points]
    assert 500 < len(points) < 6_000
    assert {shape.kind for shape in drawn.shapes} == {"land", "commune", "road", "border"}
    assert all(-0.2 < x < 1.2 and -0.2 < y < 1.2 for x, y in points)
