"""What may be played: every scenario with its figures, and finding one by its name.

The Chinese side is one server-rate multiplier; with the demand of each gate it drives nearly every historic crisis
(domain facts §2). A scenario that happens at one gate may be asked for at another: `gate-closed:huu-nghi`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from feeds.twin.calibration import DAILY_MEAN, HOUR_S, JULY_2025, JULY_2025_TOTAL
from feeds.twin.play import Blackout, Phase, Rot, Sampling, Scenario

__all__ = ["SCENARIOS", "Phase", "Scenario", "gates_of", "scenario_named"]

BUILD_UP_DAYS: Final = 11
"""Days in which the queues of `december-2021` build up: the seven of the history and four of warm-up before it."""
_NORMAL_SCALE: Final = DAILY_MEAN / JULY_2025_TOTAL

NORMAL: Final = Scenario(
    "normal",
    name_vi="Bình thường",
    name_en="Normal",
    about_vi="Lưu lượng như tháng 7/2025, mạng và dịch vụ công như đã công bố; Tết theo lịch.",
    about_en="Traffic as in July 2025, network and public services as published; Tết by the calendar.",
)
CHINA_STRICT: Final = Scenario(
    "china-strict",
    (Phase(0, (0.2, 0.5), patience_s=168 * HOUR_S),),
    "Trung Quốc siết kiểm soát",
    "Strict control on the Chinese side",
    "Phía Trung Quốc tiếp nhận 20–50 % năng lực bình thường, mỗi ngày một khác.",
    "The Chinese side takes 20–50 % of what it takes normally, differing from day to day.",
)
DECEMBER_2021: Final = Scenario(
    "december-2021",
    (
        Phase(
            0,
            (0.37, 0.37),
            {"huu-nghi": 277.0, "tan-thanh": 326.0, "chi-ma": 86.0, "coc-nam": 18.0},
            {"huu-nghi": 30.0, "tan-thanh": 25.0, "chi-ma": 6.0, "coc-nam": 1.0},
        ),
        Phase(
            BUILD_UP_DAYS,
            (0.37, 0.37),
            {"huu-nghi": 175.0, "tan-thanh": 99.0, "chi-ma": 28.0, "coc-nam": 18.0},
            {"huu-nghi": 30.0, "tan-thanh": 25.0, "chi-ma": 6.0, "coc-nam": 1.0},
        ),
    ),
    "Ùn tắc tháng 12/2021",
    "The jam of December 2021",
    "Hàng chờ dồn lên khoảng 4.550 xe, mỗi ngày thông quan 300–400 xe.",
    "The queues build up to some 4,550 vehicles while 300–400 a day are cleared.",
)
"""16 December 2021: 4,550 waiting (HN 1,263, TT 2,601, CM 678), 300–400 a day cleared (domain facts §2). The queues
build up in BUILD_UP_DAYS and are held from then on, as when the province asked shippers to stop sending trucks. The
demand is ours (D): what the rate of 0.37 lets through, plus the published queue spread over those days."""

DURIAN_PEAK: Final = Scenario(
    "durian-peak",
    (
        Phase(
            export_a_day={
                "huu-nghi": 540.0,
                "tan-thanh": 500.0,
                "chi-ma": JULY_2025["chi-ma"][0] * _NORMAL_SCALE,
                "coc-nam": JULY_2025["coc-nam"][0] * _NORMAL_SCALE,
            },
            fruit_share=0.95,
            sampling=Sampling(0.95, 0.5, {"huu-nghi": 18, "tan-thanh": 17}),
            inside_factor=4.0,
            patience_s=120 * HOUR_S,
        ),
    ),
    "Cao điểm sầu riêng",
    "Durian peak",
    "Hơn 1.000 xe trái cây mỗi ngày; phía bạn lấy mẫu kiểm dịch gần như mọi xe, chỉ khoảng một nửa qua được.",
    "More than 1,000 fruit trucks a day; the other side samples nearly each of them and only about half get through.",
    lead=timedelta(days=2),
)
"""March 2023: more than 1,000 fruit trucks a day, half of them cleared (domain facts §2, M). The demand is those
trucks at the two gates that carry fruit. Sampling is ours (A): nearly each truck, twice as long (60 min at the median),
in as many places as clear half of them in 15 staffed hours (D: 513 a day ÷ 2 ÷ 15 h × 70 min ≈ 20, less what the yards
bring in by night). Flow control lets in four times as many, since the yards (HN 1,250 places, TT 1,100) take them."""

GATE_NAMES: Final[Mapping[str, str]] = {
    "huu-nghi": "Hữu Nghị",
    "tan-thanh": "Tân Thanh",
    "chi-ma": "Chi Ma",
    "coc-nam": "Cốc Nam",
}
CLOSED_STILL_COME: Final = 0.3
CLOSED_PATIENCE_S: Final = 48 * HOUR_S
CLOSED_DAYS: Final = 31


def _gate_closed(gate: str) -> Scenario:
    """Return the closure of a road gate: what goes elsewhere is shared by what the other gates carry (A)."""
    others = {name: sum(pair) for name, pair in JULY_2025.items() if name != gate}
    total = sum(others.values())
    export, imports = (JULY_2025[gate][index] * _NORMAL_SCALE for index in (0, 1))
    moved = export * (1 - CLOSED_STILL_COME)
    export_a_day = {name: JULY_2025[name][0] * _NORMAL_SCALE + moved * share / total for name, share in others.items()}
    import_a_day = {
        name: JULY_2025[name][1] * _NORMAL_SCALE + imports * share / total for name, share in others.items()
    }
    return Scenario(
        "gate-closed",
        (
            Phase(
                0,
                export_a_day={**export_a_day, gate: export * CLOSED_STILL_COME},
                import_a_day={**import_a_day, gate: 0.0},
                patience_s=CLOSED_PATIENCE_S,
                closed=frozenset({gate}),
            ),
            Phase(CLOSED_DAYS),
        ),
        f"Đóng cửa khẩu {GATE_NAMES[gate]}",
        f"{GATE_NAMES[gate]} closes",
        f"Cửa khẩu {GATE_NAMES[gate]} đóng: xe chờ, quay đầu hoặc chuyển sang cửa khẩu khác cho tới khi mở lại.",
        f"The gate {GATE_NAMES[gate]} closes: trucks wait, turn back or go to its neighbours until it opens again.",
        lead=timedelta(hours=20),
    )


GATE_CLOSED: Final = _gate_closed("tan-thanh")
"""18 December 2021 to 18 January 2022: Tân Thanh shut for 31 days (domain facts §2). How many come all the same (30 %)
and how long they stay (two days on average) is ours (A)."""

TET: Final = Scenario(
    "tet",
    name_vi="Tết Nguyên đán",
    name_en="Lunar new year",
    about_vi="Xe giảm dần, cửa khẩu nghỉ 4 ngày, 5 ngày chỉ nhận xe đăng ký trước, rồi dồn hàng; dịch vụ công nghỉ.",
    about_en="Traffic falls, the gates close for 4 days, take pre-registered trucks for 5, then the rush; offices are "
    "closed.",
    lead=timedelta(days=3),
    tet=True,
)
"""Closures of 4 days, then 4–5 days of pre-registered traffic only (domain facts §2); see `tet` for the days."""


def _network_outage(gate: str) -> Scenario:
    return Scenario(
        "network-outage",
        name_vi=f"Mất sóng gần {GATE_NAMES[gate]}",
        name_en=f"Network outage near {GATE_NAMES[gate]}",
        about_vi=f"Đứt cáp quang và mất điện dọc đường vào {GATE_NAMES[gate]}: trạm mất sóng vài giờ, rồi lần lượt trở "
        "lại.",
        about_en=f"Fibre and power are cut along the road to {GATE_NAMES[gate]}: sites are silent for hours and come "
        "back one after another.",
        lead=timedelta(minutes=90),
        blackout=Blackout(gate, 2_500.0, 12_000.0),
    )


NETWORK_OUTAGE: Final = _network_outage("huu-nghi")

FEED_ROT: Final = Scenario(
    "feed-rot",
    name_vi="Nguồn dữ liệu hỏng",
    name_en="The feed goes bad",
    about_vi="Số liệu của bộ mô phỏng đến muộn 5 %, sai giờ 2 %, trùng 3 %, thiếu 4 %, mâu thuẫn 1 %, hỏng 1 %.",
    about_en="Of the simulator's readings 5 % are late, 2 % have a clock ahead, 3 % come twice, 4 % are missing, 1 % "
    "contradict themselves, 1 % must be refused.",
    lead=timedelta(0),
    rot=Rot(0.05, 0.02, 0.03, 0.04, 0.01, 0.01, passages_duplicated=0.03),
)

SCENARIOS: Final[Mapping[str, Scenario]] = {
    each.name: each
    for each in (NORMAL, CHINA_STRICT, DECEMBER_2021, DURIAN_PEAK, GATE_CLOSED, TET, NETWORK_OUTAGE, FEED_ROT)
}
_AT_A_GATE: Final[Mapping[str, tuple[str, Callable[[str], Scenario]]]] = {
    "gate-closed": ("tan-thanh", _gate_closed),
    "network-outage": ("huu-nghi", _network_outage),
}


def gates_of(name: str) -> tuple[str, ...]:
    """Return the gates at which a scenario may be asked for, its own first; none for one of the whole province."""
    if name not in _AT_A_GATE:
        return ()
    own = _AT_A_GATE[name][0]
    return (own, *(gate for gate in JULY_2025 if gate != own))


def scenario_named(name: str) -> Scenario:
    """Return a scenario by its name, `name` or `name:gate`.

    Raises:
        ValueError: when there is none of that name; the message lists those there are.
    """
    plain, _, gate = name.partition(":")
    if name in SCENARIOS:
        return SCENARIOS[name]
    gates = gates_of(plain)
    if gate in gates:
        return replace(_AT_A_GATE[plain][1](gate), name=name)
    if gates:
        raise ValueError(f"The scenario {plain!r} is known at {', '.join(gates)}, not at {gate[:40]!r}.")
    raise ValueError(f"There is no scenario {name[:80]!r}. Expected one of: {', '.join(SCENARIOS)}.")
