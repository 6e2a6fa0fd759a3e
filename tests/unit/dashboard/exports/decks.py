"""Decks to print: one as a bad morning gives it, and wild ones that no screen should ever have to show."""

from __future__ import annotations

import math

from layouts.slides.model import Chart, Deck, Figure, Series, Shape, Slide, SlideMap, Table

AT_MS = 1_795_000_000_000
AT_TEXT = "Chốt số liệu 14:30 ngày 22/11/2026 — giờ Hà Nội (Bắc Kinh 15:30)"


def deck(*slides: Slide, **more: object) -> Deck:
    """Return a deck of slides."""
    facts: dict[str, object] = {
        "title": "Giao ban trực tuyến", "subtitle": "Văn phòng UBND tỉnh", "at_ms": AT_MS, "at_text": AT_TEXT,
        "live": False, "simulated": "all", "lang": "vi", "slides": slides, "code": "K7M2QX", **more,
    }  # fmt: skip
    return Deck(**facts)  # type: ignore[arg-type]


def crisis() -> Deck:
    """Return the deck of a bad morning."""
    hours = tuple(f"{hour:02d}:00" for hour in range(24))
    now = tuple(900 + 700 * math.sin(hour / 5) if hour < 15 else None for hour in range(24))
    line = Chart(
        "line", "Xe chờ 24 giờ qua", "xe", hours,
        (
            Series("Hôm nay", "now", now),
            Series("Hôm qua", "before", tuple(700 + 300 * math.sin(hour / 5) for hour in range(24))),
            Series("Chủ nhật thường", "usual", tuple(600 + 250 * math.sin(hour / 5) for hour in range(24))),
        ),
        limit=1200.0,
    )  # fmt: skip
    steps = Chart(
        "bars", "Xe theo bước, chiều xuất", "xe", ("Điều luồng", "Soi xe", "Kiểm dịch", "Sang tải", "Thu phí"),
        (Series("Xe", "now", (57.0, 74.0, 1261.0, 142.0, 17.0)),),
        texts=("57", "74", "1.261", "142", "17"), highlight=2,
    )  # fmt: skip
    ground = SlideMap(
        (
            Shape("land", ((0.05, 0.3), (0.3, 0.02), (0.7, 0.1), (0.95, 0.5), (0.6, 0.95), (0.2, 0.8))),
            Shape("commune", ((0.3, 0.2), (0.5, 0.2), (0.5, 0.4), (0.3, 0.4))),
            Shape("border", ((0.3, 0.02), (0.7, 0.1), (0.95, 0.5))),
            Shape("road", ((0.2, 0.8), (0.5, 0.5), (0.62, 0.2))),
            Shape("queue", ((0.62, 0.2), (0.57, 0.32)), priority="critical"),
            Shape("gate", ((0.62, 0.2), (0.7, 0.16)), "Tân Thanh 1.604", "critical"),
            Shape("gate", ((0.7, 0.3), (0.76, 0.3)), "Hữu Nghị 870"),
            Shape("gate", ((0.9, 0.5), (0.7, 0.6)), "Chi Ma 230", "high"),
        ),
        1.1,
    )
    tiles = (
        Figure(1, "Xe chờ xuất", "1.604", "xe", "ngưỡng 1.200", priority="critical", source="nền tảng cửa khẩu số"),
        Figure(2, "Thông quan trung vị", "9g 40", "", "p90: 14g 05"),
        Figure(3, "Đuôi hàng QL4A", "8,2 km", "", "sai số 0,4 km", priority="high"),
        Figure(4, "Dự kiến thông", "22:40", "", "chậm 14 ph", state="late"),
    )
    more = tuple(
        Figure(5 + at, label, value, "", note)
        for at, (label, value, note) in enumerate(
            (
                ("Hồ sơ đúng hạn", "99,1 %", "mục tiêu 98 %"), ("Nộp trực tuyến", "87,8 %", ""),
                ("Hồ sơ tiếp nhận hôm nay", "2.201", "−18 so với hôm qua"), ("Quá hạn", "12", ""),
                ("Trạm phát sóng đang phát", "2.790", "trên 2.818"), ("Phủ sóng 4G theo dân số", "98,2 %", ""),
                ("5G tại vùng trọng điểm", "41,0 %", ""), ("Độ sẵn sàng", "99,93 %", ""),
            )
        )
    )  # fmt: skip
    alerts = (
        "Tân Thanh: 1.604 xe chờ xuất, vượt ngưỡng 1.200 từ 09:12, chưa ai nhận xử lý.",
        "Chi Ma: thời gian thông quan trung vị 9 giờ 40 phút, gấp đôi ngày thường.",
        "Nguồn «Trạm Mẫu Sơn» im lặng 25 phút; số liệu phủ sóng xã Mẫu Sơn đã cũ.",
    )
    return deck(
        Slide("title", "title", "Giao ban trực tuyến về cửa khẩu", "Văn phòng UBND tỉnh Lạng Sơn", simulated=True),
        Slide(
            "province", "province", "Toàn tỉnh: 2.780 xe chờ, Tân Thanh ùn tắc ở khâu kiểm dịch", "", "critical", tiles,
            map=ground, sources="nền tảng cửa khẩu số, Cục Hải quan và 2 nguồn khác", simulated=True,
            notes="Nói về số 1.",
        ),
        Slide(
            "gate-tan-thanh", "gate", "Tân Thanh ùn tắc ở khâu kiểm dịch", "Cửa khẩu Tân Thanh", "critical", tiles,
            chart=steps, sources="nền tảng cửa khẩu số", simulated=True, notes="Bước 6 thiếu hai kiểm dịch viên.",
        ),
        Slide("gate-huu-nghi", "gate", "Hữu Nghị: 870 xe, giảm dần", "", None, tiles[1:], chart=line),
        Slide("services", "services", "99,1 % hồ sơ đúng hạn; 2.790 trạm đang phát", figures=more, sources="cổng"),
        Slide(
            "programme", "programme", "3 trên 5 chỉ tiêu đúng lộ trình", table=Table(
                ("Chỉ tiêu", "Hiện nay", "Mục tiêu 2030", "Cần mỗi ngày", "Chủ trì"),
                (("Dịch vụ trên nhiều thiết bị", "72,0 %", "100 %", "+0,02", "Sở KH&CN"),
                 ("Hồ sơ công việc trực tuyến cấp xã", "61,5 %", "100 %", "+0,03", "Văn phòng UBND tỉnh")),
            ),
        ),
        Slide("alerts", "alerts", "3 cảnh báo mở, 1 chưa nhận", "", "critical", sentences=alerts, simulated=True),
    )  # fmt: skip


def wild(lang: str = "vi") -> Deck:
    """Return a deck of everything at once: endless names, 65 rows, emoji, other scripts, figures beyond all measure."""
    long = "Trung tâm Phục vụ hành chính công xã Ưỡng Bừu Nguyễn Thượng Hiền " * 6
    figures = tuple(
        Figure(at + 1, long[: 20 + 30 * at], "9" * (1 + 3 * at), "phương tiện quy đổi", long[: 15 * at], state="lost")
        for at in range(14)
    )
    many = Chart(
        "bars", "Theo xã " + long, "%", tuple(f"Xã {at} {long[:at]}" for at in range(65)),
        (
            Series("nay", "now", tuple(float(at) if at % 7 else None for at in range(65))),
            Series("mục tiêu", "target", (50.0,) * 65),
        ),
        texts=tuple(f"{at},5 %" for at in range(65)), highlight=60,
    )  # fmt: skip
    line = Chart(
        "line", "", "", tuple(f"nhãn rất dài số {at}" for at in range(40)),
        (Series(long, "now", (math.nan, math.inf, 1e15, -1e15, *([None] * 36))), Series("x", "target", (1.0,) * 40)),
        5e15,
    )  # fmt: skip
    rows = tuple((f"{at}", f"{long[: at * 3]}", f"{at * 1_000_000}", "🚚 đến 中国 שלום") for at in range(65))
    return deck(
        Slide("a", "gate", long, long, "high", figures, many, sources=long, simulated=True),
        Slide("b", "alerts", "🚚🚛 Xe 中国 שלום عربى", sentences=tuple(long[: 60 * n] for n in range(9)), sources="①"),
        Slide("c", "programme", "W" * 200, table=Table(("Số", "Tên", "Đồng", long), rows), figures=figures[:2]),
        Slide("d", "province", "", chart=line),
        Slide("e", "decisions", "Hết"),
        lang=lang, at_text=AT_TEXT * 2, title=long,
    )  # fmt: skip
