"""From the topics of one instant to a deck: what is said, what is left out, and that no number is made up."""

from __future__ import annotations

from typing import Any

import pytest

from layouts.slides.compose import compose
from layouts.slides.measures import measure
from layouts.slides.model import Deck
from layouts.slides.plan import DeckPlan, SlidePlan, Wish, Words
from layouts.slides.simulation import simulation_of
from layouts.view import TRAFFIC_GATES

AT = 1_795_415_400_000  # 2026-11-23 13:30 in Hanoi
SHARES = ("on_time_rate", "online_rate")
KINDS = ("title", "province", "gate", "services", "network", "programme", "alerts", "decisions")
PLAN = DeckPlan("all", Words("Tình hình", "The state"), Words(), tuple(SlidePlan(kind) for kind in KINDS))


def cell(value: float | None, *, age_s: float = 1, sim: bool = False, cad: float = 60, **more: Any) -> dict[str, Any]:
    """Return a cell as the hub sends it."""
    at = AT - int(age_s * 1000)
    return {"v": value, "at": at, "src": "platform", "q": "good", "sim": sim, "cad": cad, **more}


def gate(name: str, title: str, queue: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """Return a gate as the hub sends it."""
    steps: dict[str, list[Any]] = {"export": [], "import": []}
    return {"id": name, "name_vi": title, "name_en": title, "mode": "road", "queue": queue, "steps": steps, **more}


def topics(**more: Any) -> dict[str, Any]:
    """Return one quiet gate and what the test adds."""
    gates = {"tan-thanh": gate("tan-thanh", "Tân Thanh", cell(146))}
    return {
        "gates": {"gates": gates, "today": {}, "focus": "tan-thanh"},
        "feeds": {"sources": {"platform": {"name_vi": "Nền tảng", "last_at": AT, "cadence_s": 60}}},
        **more,
    }


def alert(name: str, **more: Any) -> dict[str, Any]:
    """Return an alert as the desk tells it."""
    return {
        "id": name, "priority": "critical", "state": "UNACK", "place": "tan-thanh", "gate": "tan-thanh",
        "metric": "queue_length_vehicles", "value": 1604, "threshold": 1150, "unit": "xe", "started_at": AT - 60_000,
        "short_vi": "Ùn tắc nghiêm trọng", "response_vi": "Mở thêm làn.", "source": "platform", **more,
    }  # fmt: skip


def composed(data: dict[str, Any], plan: DeckPlan = PLAN, lang: str = "vi") -> Deck:
    """Return the deck of topics."""
    return compose(plan, data, AT, lang, TRAFFIC_GATES)


def slide(deck: Deck, name: str) -> Any:
    """Return the slide of a name."""
    return next(one for one in deck.slides if one.id == name)


def test_nothing_is_known_in_the_first_minute() -> None:
    """A house that has just been installed shows no figure and no invented good news."""
    deck = composed({})
    assert [one.id for one in deck.slides] == ["title", "province", "alerts", "decisions"]
    assert all(not one.figures for one in deck.slides)
    assert slide(deck, "province").headline == "Chưa có số liệu nào để trình bày"
    assert "chưa đủ để kết luận" in slide(deck, "alerts").headline
    assert deck.simulated == "none"


def test_tiles_are_numbered_through_the_deck() -> None:
    """One number is one tile, whatever the slide."""
    services = {"province": {"on_time_rate": cell(0.991), "overdue": cell(38)}, "communes": {}}
    deck = composed(topics(services=services))
    numbers = [figure.number for one in deck.slides for figure in one.figures]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 4
    assert "Số 1: Xe chờ, 1 cửa khẩu 146 xe" in slide(deck, "province").notes


@pytest.mark.parametrize(
    ("age_s", "state", "note"), [(90, "live", ""), (91, "late", "chậm 1\u00a0ph"), (601, "lost", "mất 10\u00a0ph")]
)
def test_a_figure_says_how_old_it_is(age_s: float, state: str, note: str) -> None:
    """On either side of the edge: 1.5 times the cadence is still live."""
    data = topics()
    data["gates"]["gates"]["tan-thanh"]["queue"] = cell(146, age_s=age_s)
    figure = slide(composed(data), "gate-tan-thanh").figures[0]
    assert (figure.state, figure.note) == (state, note)
    assert figure.at_ms == AT - age_s * 1000


def test_a_late_queue_has_no_colour() -> None:
    """An alert that can no longer be proved colours no figure and no headline."""
    data = topics(alerts={"items": {"a": alert("a")}})
    data["gates"]["gates"]["tan-thanh"] |= {"queue": cell(1604, age_s=200), "priority": "critical", "alert": "a"}
    one = slide(composed(data), "gate-tan-thanh")
    assert one.priority is None
    assert one.figures[0].priority is None
    assert one.headline.startswith("Tân Thanh: số liệu cũ, 1.604 xe lúc ")


def test_an_entry_by_hand_says_whose_it_is() -> None:
    """Nobody takes what a person typed for what a feed told."""
    data = topics()
    data["gates"]["gates"]["tan-thanh"]["queue"] = cell(90, age_s=7_200, by="Lan", until=AT + 1)
    figure = slide(composed(data), "gate-tan-thanh").figures[0]
    assert (figure.state, figure.note) == ("live", "nhập tay · Lan · 2g\u00a000")


def test_a_sum_is_left_out_when_a_part_is_missing() -> None:
    """Four gates of which one is silent are not the province."""
    data = topics()
    data["gates"]["gates"]["chi-ma"] = gate("chi-ma", "Chi Ma", None)
    assert [figure.label for figure in slide(composed(data), "province").figures] == []
    data["gates"]["gates"]["chi-ma"]["queue"] = cell(4, age_s=200)
    figure = slide(composed(data), "province").figures[0]
    assert (figure.value, figure.state) == ("150", "stale")


def test_decisions_are_those_that_apply_now() -> None:
    """The operator's sentence waits for its alert; what nobody has is asked for first; a response is said once."""
    wishes = (
        Wish(Words("Duyệt cho {places}."), "critical"),
        Wish(Words("Họp giao ban."), "always"),
        Wish(Words("Chỉ Chi Ma."), "high", "chi-ma"),
    )
    plan = DeckPlan("d", Words("x"), Words(), (SlidePlan("decisions", wishes=wishes, most=6),))
    assert slide(composed(topics(), plan), "decisions").sentences == ("A. Họp giao ban.",)
    items = {"a": alert("a"), "b": alert("b", place="huu-nghi", gate="huu-nghi", state="ACKED", acked_by="Lan")}
    said = slide(composed(topics(alerts={"items": items}), plan), "decisions")
    assert said.headline == "4 việc cần quyết định"
    assert said.sentences == (
        "A. Duyệt cho Tân Thanh, Hữu Nghị.",
        "B. Họp giao ban.",
        "C. Giao người nhận cảnh báo nguy cấp chưa ai nhận: Tân Thanh (ùn tắc nghiêm trọng).",
        "D. Tân Thanh, Hữu Nghị: mở thêm làn.",
    )


def test_an_alert_is_a_tile_with_its_value_its_time_and_who_has_it() -> None:
    """Read aloud it says where, what, how much, since when, and who is on it."""
    deck = composed(topics(alerts={"items": {"a": alert("a")}}))
    figure = slide(deck, "alerts").figures[0]
    assert (figure.label, figure.value) == ("Tân Thanh: ùn tắc nghiêm trọng", "1.604\u00a0xe")
    assert figure.note == "nguy cấp · Từ 13:29 · chưa ai nhận"
    assert slide(deck, "title").sentences[0] == "Tân Thanh: ùn tắc nghiêm trọng"


def test_a_target_of_a_document_says_its_year_and_an_ended_tier_its_day() -> None:
    """A rank of 2020 is no figure of today, nor is a district's."""
    known = {"basis": "document", "known": {"year": 2020}, "state": "behind", "cell": cell(21, age_s=1e8, cad=600)}
    ended = {"valid_to": "2025-06-30", "state": "on_path", "cell": cell(80, age_s=1e8, cad=600)}
    base = {"order": 1, "unit": "%", "aim": {"year": 2025, "value": 90}}
    targets = {"rank": {**base, **known, "name_vi": "Xếp hạng"}, "files": {**base, **ended, "name_vi": "Cấp huyện"}}
    targets["none"] = {**base, "name_vi": "Chưa có", "cell": None}
    one = slide(composed(topics(programme={"targets": targets})), "programme")
    assert [figure.note.split(" · ")[0] for figure in one.figures] == ["số năm 2020", "đến hết 30/06/2025"]
    assert {figure.state for figure in one.figures} == {"lost"}
    assert one.sentences == ("1 chỉ tiêu chưa có số liệu",)


def test_a_slide_may_have_the_operators_words() -> None:
    """A headline and notes of the deck's file stand where the file says."""
    plan = DeckPlan(
        "d", Words("x"), Words(), (SlidePlan("services", headline=Words("Lời", "Words"), notes=Words("N")),)
    )
    data = topics(services={"province": {"overdue": cell(3)}, "communes": {}})
    one = slide(composed(data, plan, "en"), "services")
    assert one.headline == "Words"
    assert one.notes.startswith("N")


@pytest.mark.parametrize(("cells", "expected"), [((False,), "none"), ((True,), "all"), ((True, False), "partly")])
def test_simulated_figures_mark_the_deck(cells: tuple[bool, ...], expected: str) -> None:
    """One simulated figure is enough for the mark."""
    gates = {str(i): gate(str(i), "x", cell(1, sim=sim)) for i, sim in enumerate(cells)}
    assert simulation_of({"gates": {"gates": gates}, "feeds": {}}) == expected


@pytest.mark.parametrize(
    ("value", "metric", "unit", "lang", "expected"),
    [
        (1604, "queue_length_vehicles", None, "vi", "1.604\u00a0xe"),
        (34_800, "clearance_time_s", None, "vi", "9g\u00a040"),
        (0.8776, "online_rate", None, "en", "88%"),
        (2.5, "unheard_of", None, "vi", "2,50"),
        (3, "queue_length_vehicles", "xe/giờ", "en", "3\u00a0vehicles/h"),
    ],
)
def test_a_value_is_written_with_its_unit(
    value: float, metric: str, unit: str | None, lang: str, expected: str
) -> None:
    """As the duty desk writes it."""
    assert measure(value, metric, lang, unit) == expected


def test_a_tile_knows_which_figure_it_shows() -> None:
    """Whoever clicks a cited number is told where it comes from."""
    deck = composed(topics())
    cells = {figure.cell for one in deck.slides for figure in one.figures}
    assert "gates/gates/tan-thanh/queue" in cells


@pytest.mark.parametrize(
    ("sources", "said"),
    [(("border:sim", "sim"), "Mô phỏng"), (("sim", "border:sim+network:sim"), "Mô phỏng"),
     (("border:sim", "network:sim"), "Tính từ Mô phỏng"), (("border:sim", "platform"), "Tính từ Mô phỏng, Nền tảng")],
)  # fmt: skip
def test_a_source_is_named_once_however_its_figures_came(sources, said):
    """A leader who reads "Tính từ Mô phỏng, Mô phỏng" counts two sources where there is one."""
    names = {
        "platform": "Nền tảng",
        "sim": "Mô phỏng",
        "border:sim": "Tính từ Mô phỏng",
        "network:sim": "Tính từ Mô phỏng",
    }
    data = topics(
        services={
            "province": {name: cell(0.9) | {"src": source} for name, source in zip(SHARES, sources, strict=True)}
        },
        feeds={"sources": {key: {"name_vi": name, "last_at": AT, "cadence_s": 60} for key, name in names.items()}},
    )
    assert slide(composed(data), "services").sources == said
