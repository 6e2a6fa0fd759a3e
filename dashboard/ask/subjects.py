"""What one may ask a figure of: a metric of the catalogue, in people's words, and where its figure stands.

A subject without a place on the screens is looked up in history. Every metric that no row names is a subject by its
own name. Phrases are folded when they are read, so that they may be written here as people should write them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from feeds.catalogue import METRICS, Catalogue

SENTENCES: Final = frozenset(
    [
        "queue",
        "queue_virtual",
        "clearance",
        "wait",
        "dwell",
        "throughput",
        "arrivals",
        "lanes",
        "other_side",
        "stock",
        "extent",
        "passed",
        "arrived",
        "passengers",
        "goods",
        "fee",
        "diverted",
        "received",
        "settled",
        "open_files",
        "overdue",
        "on_time",
        "online",
        "on_air",
        "expected",
        "coverage",
        "availability",
        "speed",
        "step_time",
        "step_queue",
    ]
)
"""Subjects with a sentence of their own in the catalogue of sentences; any other says name and value."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that has figures.

    Attributes:
        key: its name here.
        metric: its name in the catalogue.
        phrases: what people call it, in both languages, parted by `|`.
        gate: field of a gate in the topic `gates`, by direction ("" for both together).
        province: path of the province's cell, by direction.
        commune: path of a commune's cell, with `{id}`.
        dims: dimensions of its series where nothing else is asked.
        counter: whether it counts since midnight in Hanoi.
        ask_most: what "the worst" means: `most` or `least`.
    """

    key: str
    metric: str
    phrases: str
    gate: Mapping[str, str] = field(default_factory=dict)
    province: Mapping[str, str] = field(default_factory=dict)
    commune: str = ""
    dims: Mapping[str, str] = field(default_factory=dict)
    counter: bool = False
    ask_most: str = "most"

    @property
    def spoken(self) -> bool:
        """Whether it has a sentence of its own."""
        return self.key in SENTENCES

    @property
    def of_gates(self) -> bool:
        """Whether gates have it on their cards."""
        return bool(self.gate)


_TODAY: Final = "gates/today/{}/cell"


def _today(**names: str) -> dict[str, str]:
    return {direction.replace("both", ""): _TODAY.format(name) for direction, name in names.items()}


SUBJECTS: Final[tuple[Subject, ...]] = (
    # The border
    Subject(
        "queue",
        "queue_length_vehicles",
        "hàng chờ|xe chờ|số xe chờ|lượng xe chờ|xe đang chờ|xe nằm chờ|xe xếp hàng|xe đang xếp hàng"
        "|hàng đợi|hàng xe|xe đợi|xe đang đợi|ùn tắc|ùn ứ|kẹt xe|tắc xe|tắc|ùn|xe ùn|xe tải chờ"
        "|phương tiện chờ|phương tiện đang chờ|queue|queues|queue length|vehicles waiting|trucks waiting"
        "|lorries waiting|vehicles in queue|waiting vehicles|waiting trucks|waiting line|backlog"
        "|trucks in line|trucks are waiting|vehicles are waiting|congestion|trucks in the queue"
        "|vehicles in the queue|lined up",
        {"": "queue", "export": "queue_export", "import": "queue_import"},
        dims={"queue": "physical"},
    ),
    Subject(
        "queue_virtual",
        "queue_length_vehicles",
        "hàng chờ ảo|xe khai báo chưa đến|xe đã khai báo chưa đến|đã khai báo chưa đến|xe chưa đến"
        "|virtual queue|declared not arrived|vehicles declared",
        {"": "queue_virtual"},
        dims={"queue": "virtual"},
    ),
    Subject(
        "clearance",
        "clearance_time_s",
        "thông quan|thời gian thông quan|thông quan mất|làm thủ tục|tốc độ thông quan|clearance"
        "|clearance time|customs clearance|to clear|clearing time|clearing",
        {"": "clearance_median", "p90": "clearance_p90"},
        dims={"stat": "median"},
    ),
    Subject(
        "wait",
        "wait_time_s",
        "thời gian chờ|chờ bao lâu|phải chờ bao lâu|chờ mấy tiếng|phải chờ mấy tiếng|chờ mấy giờ"
        "|đợi bao lâu|waiting time|wait time|wait|how long do trucks wait|how long is the wait",
        dims={"stat": "median"},
    ),
    Subject(
        "dwell",
        "dwell_time_s",
        "thời gian lưu|lưu bãi|thời gian lưu bãi|thời gian nằm bãi|nằm bãi bao lâu|lưu tại cửa khẩu|dwell time|dwell",
        dims={"stat": "median"},
    ),
    Subject(
        "throughput",
        "throughput_vph",
        "xe qua mỗi giờ|xe thông quan mỗi giờ|thông lượng|năng lực thông quan|xe một giờ|xe mỗi giờ"
        "|throughput|vehicles per hour|trucks per hour",
        {"export": "throughput_export", "import": "throughput_import"},
        ask_most="least",
    ),
    Subject(
        "arrivals",
        "arrival_rate_vph",
        "xe đến mỗi giờ|xe lên mỗi giờ|lưu lượng xe đến|arrivals|arrivals per hour|arrival rate",
        {"": "arrivals"},
    ),
    Subject(
        "lanes",
        "lanes_open",
        "làn|làn mở|làn đang mở|số làn|số làn mở|số làn đang mở|mở mấy làn|lanes|lanes open|open lanes",
        {"": "lanes_open"},
        ask_most="least",
    ),
    Subject(
        "other_side",
        "other_side_rate_ratio",
        "bên kia|phía bạn|phía trung quốc|bên trung quốc|bên bạn|trung quốc|tốc độ phía bạn|phía bên kia"
        "|bằng tường|other side|the other side|chinese side|china side|china",
        {"": "other_side"},
        ask_most="least",
    ),
    Subject(
        "stock",
        "stock_vehicles",
        "xe tồn|số xe tồn|tồn bãi|xe tồn bãi|xe tồn lúc 20 giờ|lượng xe tồn|xe còn tồn|stock"
        "|vehicles in stock|overnight stock",
        {"": "stock"},
    ),
    Subject(
        "extent",
        "queue_extent_m",
        "chiều dài hàng|hàng dài bao nhiêu mét|hàng dài mấy km|hàng dài mấy cây số|hàng xe dài bao nhiêu"
        "|hàng chờ dài bao nhiêu mét|hàng chờ dài mấy km|hàng xe kéo dài|hàng chờ kéo dài|kéo dài mấy km"
        "|kéo dài|đuôi hàng|đuôi hàng ở đâu|hàng trên đường|length of the queue|queue on the road"
        "|tail of the queue|queue extent",
        {"": "extent_m"},
    ),
    Subject(
        "passed",
        "vehicles_passed_today",
        "xe qua|xe qua lại|xe đã qua|xe thông quan|xe đã thông quan|lượt xe|xe xuất nhập khẩu"
        "|xe xuất nhập|lưu lượng|lưu lượng xe|phương tiện qua|xe qua cửa khẩu|vehicles passed"
        "|vehicles crossed|trucks crossed|vehicles cleared|trucks cleared|crossings|trucks passed|traffic"
        "|vehicles through|trucks through",
        province={"export": _TODAY.format("vehicles_export"), "import": _TODAY.format("vehicles_import")},
        counter=True,
        ask_most="most",
    ),
    Subject(
        "arrived",
        "vehicles_arrived_today",
        "xe đến|xe đã đến|xe lên cửa khẩu|vehicles arrived|trucks arrived",
        counter=True,
    ),
    Subject(
        "passengers",
        "passengers_today",
        "hành khách|khách|lượt khách|khách qua|khách xuất nhập cảnh|người xuất nhập cảnh|người qua"
        "|lượt người|passengers|travellers|travelers|people crossed",
        province=_today(both="passengers"),
        counter=True,
    ),
    Subject(
        "goods",
        "goods_tonnes_today",
        "hàng hóa|hàng hoá|tấn hàng|tấn hàng hóa|lượng hàng|sản lượng hàng|khối lượng hàng|goods|cargo"
        "|tonnes|tons|tonnes of goods|freight",
        province=_today(both="goods_tonnes"),
        counter=True,
    ),
    Subject(
        "fee",
        "fee_vnd_today",
        "phí|tiền phí|phí thu|số phí|thu phí|thu được bao nhiêu phí|số thu|số thu phí|phí hạ tầng"
        "|phí thu được|tiền thu phí|fee|fees|fee revenue|fees collected",
        province=_today(both="fee_vnd"),
        counter=True,
    ),
    Subject(
        "diverted",
        "diverted_vehicles",
        "quay đầu|xe quay đầu|xe phải quay đầu|turned back|vehicles turned back|trucks turned back",
        counter=True,
    ),
    # The eight steps; the step asked for is a dimension
    Subject("step_time", "step_duration_s", "thời gian mỗi bước|thời gian bước|time in step", dims={"stat": "median"}),
    Subject("step_queue", "queue_length_vehicles", "xe chờ ở bước|queue at step", dims={"queue": "physical"}),
    # Public services
    Subject(
        "received",
        "dossiers_received",
        "hồ sơ|hồ sơ tiếp nhận|tiếp nhận|hồ sơ nhận|hồ sơ đã nhận|hồ sơ mới|tiếp nhận hồ sơ|nhận hồ sơ"
        "|dossiers|dossiers received|files received|applications|applications received",
        province={"": "services/province/received"},
        commune="services/communes/{id}/received",
        counter=True,
    ),
    Subject(
        "settled",
        "dossiers_settled",
        "hồ sơ giải quyết|hồ sơ đã giải quyết|giải quyết hồ sơ|đã giải quyết|giải quyết|hồ sơ đã xong"
        "|dossiers settled|files settled|applications settled",
        province={"": "services/province/settled"},
        counter=True,
    ),
    Subject(
        "open_files",
        "dossiers_open",
        "hồ sơ đang giải quyết|hồ sơ đang xử lý|đang giải quyết|đang xử lý hồ sơ|dossiers in progress"
        "|files in progress|open dossiers",
        province={"": "services/province/open"},
    ),
    Subject(
        "overdue",
        "dossiers_overdue",
        "quá hạn|hồ sơ quá hạn|trễ hạn|hồ sơ trễ hạn|hồ sơ trễ|hồ sơ chậm|hồ sơ tồn|hồ sơ bị quá hạn"
        "|overdue|overdue dossiers|dossiers overdue|files overdue|overdue files|late files|late dossiers"
        "|overdue applications",
        province={"": "services/province/overdue"},
        commune="services/communes/{id}/overdue",
    ),
    Subject(
        "on_time",
        "on_time_rate",
        "đúng hạn|tỷ lệ đúng hạn|tỉ lệ đúng hạn|hồ sơ đúng hạn|giải quyết đúng hạn|on time|on time rate|on-time rate",
        province={"": "services/province/on_time_rate"},
        commune="services/communes/{id}/on_time_rate",
        ask_most="least",
    ),
    Subject(
        "online",
        "online_rate",
        "trực tuyến|hồ sơ trực tuyến|tỷ lệ trực tuyến|tỉ lệ trực tuyến|nộp trực tuyến"
        "|tỷ lệ hồ sơ trực tuyến|dịch vụ công trực tuyến|online|online rate|online dossiers|online share"
        "|filed online|submitted online",
        province={"": "services/province/online_rate"},
        commune="services/communes/{id}/online_rate",
        ask_most="least",
    ),
    # The network
    Subject(
        "on_air",
        "bts_count",
        "trạm đang phát|trạm phát sóng|số trạm|trạm bts|bts|trạm hoạt động|trạm đang hoạt động"
        "|sites on air|sites|base stations|bts sites|mobile sites",
        province={"": "network/province/on_air"},
        commune="network/communes/{id}/on_air",
        ask_most="least",
    ),
    Subject(
        "expected",
        "bts_expected_count",
        "trạm theo kế hoạch|tổng số trạm|số trạm theo kế hoạch|planned sites|sites expected",
        province={"": "network/province/expected"},
        commune="network/communes/{id}/expected",
    ),
    Subject(
        "coverage",
        "population_coverage_pct",
        "phủ sóng|vùng phủ|vùng phủ sóng|tỷ lệ phủ sóng|độ phủ|độ phủ sóng|mạng|sóng|mạng di động"
        "|coverage|network coverage|population coverage|mobile coverage|network",
        province={
            "4g": "network/province/coverage_4g",
            "5g": "network/province/coverage_5g",
            "5g key": "network/province/coverage_5g_key",
        },
        commune="network/communes/{id}/coverage_{technology}",
        ask_most="least",
    ),
    Subject(
        "availability",
        "cell_availability_pct",
        "độ sẵn sàng|độ sẵn sàng mạng|sẵn sàng của mạng|availability|network availability|cell availability",
        province={"": "network/province/availability"},
        commune="network/communes/{id}/availability",
        ask_most="least",
    ),
    Subject(
        "speed",
        "dl_user_throughput_mbps",
        "tốc độ mạng|tốc độ tải xuống|tốc độ tải|tốc độ 4g|tốc độ 5g|tốc độ internet|download speed"
        "|network speed|internet speed|4g speed|5g speed",
        ask_most="least",
    ),
)

BY_KEY: Final[Mapping[str, Subject]] = {subject.key: subject for subject in SUBJECTS}
_HIDDEN: Final = frozenset({"site_on_air", "target_value", "system_availability"})
"""Metrics that are asked for by their thing (a site, a target, a system), not by their own name."""


def catalogue_subjects(catalogue: Catalogue) -> Iterable[Subject]:
    """Yield a subject for every metric of the catalogue that no row of SUBJECTS names.

    They are known by the names the catalogue gives them, and by the metric's own name.
    """
    named = {subject.metric for subject in SUBJECTS}
    for metric in catalogue.all():
        if metric.name not in named and metric.name not in _HIDDEN:
            names = {metric.name_vi, metric.name_en, metric.name}
            names |= {name.partition("(")[0].strip() for name in names}
            yield Subject(
                f"metric.{metric.name}",
                metric.name,
                "|".join(sorted(names)),
                dims={"stat": "median"} if "stat" in metric.dims else {},
                counter=metric.name.endswith("_today"),
                ask_most="least" if metric.bad == "low" else "most",
            )


assert {subject.metric for subject in SUBJECTS} <= {metric.name for metric in METRICS}
SITE: Final = Subject("site", "site_on_air", "")
"""A single mobile site; it is asked for by its number."""
