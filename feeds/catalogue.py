"""The metric catalogue: every name a reading may carry, with what is needed to judge, store and show it.

Names and units come from the field's glossary (domain facts §5). A metric that is not here does not exist: a reading
that names it is refused. What this table does not hold is thresholds; those are rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from feeds.model import DIRECTIONS, GOODS_CLASSES, STEPS

Aggregation = Literal["sum", "mean", "last"]
Retention = Literal["standard", "site"]

DIM_VALUES: Final[Mapping[str, tuple[str, ...] | None]] = {
    "direction": DIRECTIONS,
    "step": STEPS,
    "goods_class": GOODS_CLASSES,
    "queue": ("physical", "virtual"),
    "stat": ("median", "p90"),
    "technology": ("2g", "3g", "4g", "5g"),
    "operator": None,
    "tier": ("province", "commune", "district"),
    "feed": None,
    "target": None,
    "window": ("today", "1h", "4h", "24h"),
    "area": ("key", "all"),
    "road": None,
    "system": None,
    "vehicle_type": ("truck", "car", "bus", "wagon"),
}
"""Allowed values by dimension; None allows any short word (letters, digits, `-`, `_`, `.`, `:`)."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes:
        name: with its unit, as in columns and rules.
        unit: for people, "" for a pure number.
        cadence_s: seconds between readings that a healthy source is expected to keep.
        lower: smallest possible value, None where there is none.
        upper: largest possible value, None where there is none.
        integer: whether only whole numbers make sense.
        aggregation: how parts make a whole (sum over places, mean, or not at all: last).
        bad: the direction in which it gets worse, None where neither is.
        dims: dimensions a reading may carry.
        name_vi: Vietnamese name.
        name_en: English name.
        decimals: digits shown after the decimal sign.
        retention: `site` for single mobile sites (48 h raw, 30 days hourly), else `standard`.
    """

    name: str
    unit: str
    cadence_s: float
    name_vi: str
    name_en: str
    lower: float | None = 0.0
    upper: float | None = None
    integer: bool = False
    aggregation: Aggregation = "last"
    bad: Literal["high", "low"] | None = None
    dims: frozenset[str] = frozenset()
    decimals: int = 0
    retention: Retention = "standard"


def _dims(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GATE_DIMS: Final = _dims("direction goods_class")
_VEHICLE_BOUND: Final = 100_000.0
"""No queue of this province can hold more: about 50 times the historic peak of 4,550 (Dec 2021)."""
_MONTH_S: Final = 31 * 86_400.0

# A table is read by its columns, not by a formatter's lines.
# fmt: off
METRICS: Final[tuple[Metric, ...]] = (
    # The border, its queues and flow
    Metric("queue_length_vehicles", "xe", 60, "Số xe chờ", "Vehicles waiting", 0, _VEHICLE_BOUND, True, "sum", "high",
           _dims("direction goods_class queue step vehicle_type")),
    Metric("stock_vehicles", "xe", 86_400, "Xe tồn lúc 20:00", "Stock at 20:00", 0, _VEHICLE_BOUND, True, "sum", "high",
           _GATE_DIMS),
    Metric("queue_extent_m", "m", 60, "Chiều dài hàng trên đường", "Queue on the road", 0, 500_000, False, "last", "high"),
    Metric("arrival_rate_vph", "xe/giờ", 60, "Xe đến mỗi giờ", "Arrivals per hour", 0, 10_000, False, "sum", None,
           _GATE_DIMS, 1),
    Metric("throughput_vph", "xe/giờ", 60, "Xe qua mỗi giờ", "Throughput per hour", 0, 10_000, False, "sum", "low",
           _dims("direction goods_class step vehicle_type"), 1),
    Metric("service_rate_vph_per_lane", "xe/giờ/làn", 60, "Năng suất mỗi làn", "Service rate per lane", 0, 1_000, False,
           "mean", "low", _dims("direction step"), 1),
    Metric("utilisation", "", 60, "Mức sử dụng", "Utilisation", 0, 1, False, "mean", "high", _dims("direction step"), 2),
    Metric("wait_time_s", "giây", 60, "Thời gian chờ", "Waiting time", 0, _MONTH_S, False, "last", "high",
           _dims("direction goods_class step stat vehicle_type")),
    Metric("step_duration_s", "giây", 60, "Thời gian mỗi bước", "Time in step", 0, _MONTH_S, False, "last", "high",
           _dims("direction goods_class step stat")),
    Metric("clearance_time_s", "giây", 60, "Thời gian thông quan", "Clearance time", 0, _MONTH_S, False, "last", "high",
           _dims("direction goods_class stat")),
    Metric("dwell_time_s", "giây", 60, "Thời gian lưu tại cửa khẩu", "Dwell time", 0, _MONTH_S, False, "last", "high",
           _dims("direction goods_class stat")),
    Metric("release_time_s", "giây", 60, "Thời gian giải phóng hàng", "Release time", 0, _MONTH_S, False, "last", "high",
           _dims("direction goods_class stat")),
    Metric("diverted_vehicles", "xe", 300, "Xe quay đầu hôm nay", "Vehicles turned back today", 0, _VEHICLE_BOUND, True,
           "sum", "high", _GATE_DIMS),
    Metric("lanes_open", "làn", 300, "Làn đang mở", "Lanes open", 0, 200, True, "sum", "low",
           _dims("direction vehicle_type")),
    Metric("lanes_max", "làn", 86_400, "Tổng số làn", "Lanes in total", 0, 200, True, "sum", None,
           _dims("direction vehicle_type")),
    Metric("operational_status", "", 300, "Trạng thái cửa khẩu (1 mở, 0 đóng)", "Gate status (1 open, 0 closed)", 0, 1,
           False, "last", "low", _dims("direction vehicle_type"), 1),
    Metric("other_side_rate_ratio", "", 300, "Tốc độ phía bạn so với bình thường", "Other side's rate against normal", 0,
           3, False, "mean", "low", _dims("direction"), 2),
    # The border, counts since midnight in Hanoi
    Metric("vehicles_passed_today", "xe", 60, "Xe qua hôm nay", "Vehicles passed today", 0, _VEHICLE_BOUND, True, "sum",
           None, _GATE_DIMS),
    Metric("vehicles_arrived_today", "xe", 60, "Xe đến hôm nay", "Vehicles arrived today", 0, _VEHICLE_BOUND, True,
           "sum", None, _GATE_DIMS),
    Metric("passengers_today", "người", 300, "Hành khách hôm nay", "Passengers today", 0, 1_000_000, True, "sum", None,
           _dims("direction")),
    Metric("goods_tonnes_today", "tấn", 60, "Hàng hóa hôm nay", "Goods today", 0, 10_000_000, False, "sum", None,
           _GATE_DIMS),
    Metric("fee_vnd_today", "đồng", 60, "Phí thu hôm nay", "Fees today", 0, 1e13, True, "sum", None, _GATE_DIMS),
    # Public services, counted since midnight in Hanoi
    Metric("dossiers_received", "hồ sơ", 300, "Hồ sơ tiếp nhận hôm nay", "Dossiers received today", 0, 1e6, True, "sum",
           None, _dims("tier")),
    Metric("dossiers_online", "hồ sơ", 300, "Hồ sơ trực tuyến hôm nay", "Online dossiers today", 0, 1e6, True, "sum",
           None, _dims("tier")),
    Metric("dossiers_settled", "hồ sơ", 300, "Hồ sơ giải quyết hôm nay", "Dossiers settled today", 0, 1e6, True, "sum",
           None, _dims("tier")),
    Metric("dossiers_open", "hồ sơ", 300, "Hồ sơ đang giải quyết", "Dossiers in progress", 0, 1e6, True, "sum", None,
           _dims("tier")),
    Metric("dossiers_overdue", "hồ sơ", 300, "Hồ sơ quá hạn", "Dossiers overdue", 0, 1e6, True, "sum", "high",
           _dims("tier")),
    Metric("online_rate", "", 300, "Tỷ lệ hồ sơ trực tuyến", "Online rate", 0, 1, False, "mean", "low",
           _dims("tier window"), 3),
    Metric("on_time_rate", "", 300, "Tỷ lệ đúng hạn", "On-time rate", 0, 1, False, "mean", "low", _dims("tier window"), 3),
    # The province's programme: targets that people report
    Metric("target_value", "", 604_800, "Giá trị chỉ tiêu", "Value of a target", 0, 1e12, False, "last", "low",
           _dims("target"), 1),
    # Mobile network
    Metric("site_on_air", "", 300, "Trạm đang phát sóng", "Site on air", 0, 1, True, "sum", "low", _dims("technology"),
           retention="site"),
    Metric("bts_count", "trạm", 300, "Số trạm đang phát", "Sites on air", 0, 100_000, True, "sum", "low",
           _dims("technology operator")),
    Metric("bts_expected_count", "trạm", 300, "Số trạm theo kế hoạch", "Sites expected on air", 0, 100_000, True, "sum",
           None, _dims("technology operator")),
    Metric("cell_count", "ô sóng", 86_400, "Số ô sóng được ghi nhận", "Cells on record", 0, 1e6, True, "sum", None,
           _dims("technology operator")),
    Metric("population_coverage_pct", "%", 300, "Phủ sóng theo dân số", "Population coverage", 0, 100, False, "mean",
           "low", _dims("technology area"), 1),
    Metric("commune_coverage_pct", "%", 300, "Phủ sóng theo diện tích", "Area coverage", 0, 100, False, "mean", "low",
           _dims("technology area"), 1),
    Metric("covered_area_lost_km2", "km²", 300, "Diện tích mất sóng", "Area that lost coverage", 0, 1e6, False, "sum",
           "high", _dims("technology"), 1),
    Metric("covered_population_lost", "người", 300, "Số dân mất sóng", "People who lost coverage", 0, 1e9, False, "sum",
           "high", _dims("technology")),
    Metric("road_dead_stretch_km", "km", 300, "Đoạn đường mất sóng dài nhất", "Longest road stretch without signal", 0,
           1_000, False, "last", "high", _dims("technology road"), 1),
    Metric("rsrp_dbm", "dBm", 300, "Cường độ tín hiệu (RSRP)", "Signal strength (RSRP)", -156, -31, False, "mean", "low",
           _dims("technology operator")),
    Metric("rsrq_db", "dB", 300, "Chất lượng tín hiệu (RSRQ)", "Signal quality (RSRQ)", -43, 20, False, "mean", "low",
           _dims("technology operator"), 1),
    Metric("sinr_db", "dB", 300, "Tỷ số tín hiệu trên nhiễu (SINR)", "Signal to noise (SINR)", -23, 40, False, "mean",
           "low", _dims("technology operator"), 1),
    Metric("prb_utilisation_pct", "%", 300, "Mức dùng tài nguyên vô tuyến (PRB)", "Radio resource use (PRB)", 0, 100,
           False, "mean", "high", _dims("technology operator"), 1),
    Metric("cell_availability_pct", "%", 300, "Độ sẵn sàng của ô sóng", "Cell availability", 0, 100, False, "mean",
           "low", _dims("technology operator"), 2),
    Metric("rrc_setup_success_pct", "%", 300, "Kết nối vô tuyến thành công (RRC)", "RRC set-up success", 0, 100, False,
           "mean", "low", _dims("technology operator"), 2),
    Metric("dl_user_throughput_mbps", "Mbit/s", 300, "Tốc độ tải xuống", "Download speed", 0, 100_000, False, "mean",
           "low", _dims("technology operator"), 1),
    # The province's own systems, as probes find them
    Metric("system_availability", "", 60, "Hệ thống hoạt động (1 có, 0 không)", "System answers (1 yes, 0 no)", 0, 1,
           True, "mean", "low", _dims("system")),
    Metric("response_time_ms", "ms", 60, "Thời gian trả lời", "Response time", 0, 600_000, False, "mean", "high",
           _dims("system")),
    Metric("certificate_days_left", "ngày", 60, "Chứng thư còn hiệu lực", "Certificate still valid for", -40_000, 40_000,
           False, "last", "low", _dims("system"), 1),
    # The feeds themselves
    Metric("conservation_error_vehicles", "xe", 60, "Lệch cân đối xe vào và ra", "Vehicles in and out that disagree",
           -_VEHICLE_BOUND, _VEHICLE_BOUND, True, "last", "high", _dims("direction feed")),
    Metric("feed_age_s", "giây", 15, "Tuổi dữ liệu của nguồn", "Age of a feed's newest data", 0, _MONTH_S * 120, False,
           "last", "high", _dims("feed")),
    Metric("feed_age_cadences", "", 15, "Tuổi dữ liệu so với chu kỳ", "Feed age in cadences", 0, 1e9, False, "last",
           "high", _dims("feed"), 1),
    Metric("feed_rate_per_s", "/giây", 15, "Số bản ghi mỗi giây", "Records per second", 0, 1e6, False, "last", None,
           _dims("feed"), 1),
    Metric("feed_refused_today", "bản ghi", 15, "Bản ghi bị từ chối hôm nay", "Records refused today", 0, 1e12, True,
           "last", "high", _dims("feed")),
    Metric("feed_clock_ahead_s", "giây", 15, "Đồng hồ nguồn chạy nhanh", "Source clock ahead", 0, _MONTH_S, False,
           "last", "high", _dims("feed")),
)
# fmt: on


class Catalogue:
    """The metrics by name."""

    def __init__(self, metrics: Iterable[Metric] = METRICS) -> None:
        self._by_name = {metric.name: metric for metric in metrics}

    def get(self, name: str) -> Metric | None:
        """Return the metric of that name, or None."""
        return self._by_name.get(name)

    def __getitem__(self, name: str) -> Metric:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def all(self) -> tuple[Metric, ...]:
        """Return every metric in the order of the table."""
        return tuple(self._by_name.values())
