"""The words of questions besides names: what is asked, about when, which way, and what is mere politeness. Pure data.

Each row is a slot, its value and the phrases that say so, in both languages. A word that stands neither here, nor in
the subjects, nor in a name is unknown, and a question with an unknown word is not answered: so nothing that a question
says is ever ignored. Fillers therefore are words that change no answer.
"""

from __future__ import annotations

from typing import Final

LEXICON: Final[tuple[tuple[str, str, str], ...]] = (
    # What is asked
    (
        "intent",
        "why",
        (
            "vì sao|tại sao|vì đâu|do đâu|sao|sao lại|nguyên nhân|nguyên nhân nào|lý do|lí do|bởi đâu|why"
            "|why is|why are|reason|the reason|reasons|cause|what causes|what caused|what is causing"
            "|what makes|how come"
        ),
    ),
    ("intent", "who", "ai|người nào|đồng chí nào|who|who has|whom"),
    (
        "extreme",
        "most",
        (
            "nhiều nhất|cao nhất|lớn nhất|dài nhất|lâu nhất|đông nhất|tắc nhất|ùn nhất|most|highest|longest"
            "|largest|biggest|nhanh nhất|fastest|the most|busiest|worst congested"
        ),
    ),
    (
        "extreme",
        "least",
        "ít nhất|thấp nhất|nhỏ nhất|ngắn nhất|vắng nhất|least|fewest|lowest|shortest|smallest|the least|quietest",
    ),
    ("extreme", "worst", "chậm nhất|kém nhất|tệ nhất|yếu nhất|xấu nhất|đáng lo nhất|slowest|worst|weakest|poorest"),
    ("extreme", "best", "tốt nhất|khá nhất|best"),
    ("extreme", "top", "nhất"),
    ("few", "few", "ít|thấp|ngắn|nhỏ|vắng|few|low|short"),
    (
        "intent",
        "compare",
        (
            "so với|so sánh|hơn hay kém|tăng hay giảm|tăng giảm|compared to|compared with|compare|versus|vs"
            "|more or less than|than"
        ),
    ),
    (
        "intent",
        "overview",
        (
            "tình hình|thế nào|ra sao|như thế nào|có gì|tình trạng|ổn không|có ổn không|how is|how are"
            "|how about|status of|situation|what about|overview|how are things|what is going on|sao rồi"
            "|thế nào rồi"
        ),
    ),
    # Which kind of thing
    (
        "kind",
        "gate",
        "cửa khẩu nào|cửa khẩu|các cửa khẩu|which gate|which gates|gate|gates|border gate|border gates|the gates",
    ),
    (
        "kind",
        "commune",
        (
            "xã nào|xã|các xã|phường nào|phường|xã phường nào|xã phường|đơn vị nào|địa phương nào"
            "|which commune|which communes|commune|communes|which ward|ward"
        ),
    ),
    (
        "kind",
        "site",
        "trạm|site|station|trạm nào|những trạm nào|các trạm nào|which site|which sites|which station|which stations",
    ),
    (
        "kind",
        "feed",
        (
            "nguồn nào|nguồn|nguồn dữ liệu|nguồn dữ liệu nào|các nguồn|which feed|which feeds|feed|feeds"
            "|source|sources|which source|which sources|data sources"
        ),
    ),
    (
        "kind",
        "target",
        (
            "mục tiêu nào|mục tiêu|chỉ tiêu nào|chỉ tiêu|các mục tiêu|các chỉ tiêu|which target|which targets"
            "|target|targets|goal|goals"
        ),
    ),
    (
        "kind",
        "alert",
        "cảnh báo nào|cảnh báo|các cảnh báo|báo động|which alert|which alerts|alert|alerts|alarm|alarms|which alarms",
    ),
    (
        "kind",
        "system",
        "hệ thống nào|hệ thống|các hệ thống|phần mềm nào|phần mềm|which system|which systems|system|systems",
    ),
    (
        "kind",
        "road",
        "đoạn đường nào|đoạn đường|đoạn nào|đường nào|which road|which stretch|which stretches|road stretches",
    ),
    (
        "kind",
        "step",
        (
            "bước nào|khâu nào|bước|khâu|which step|which steps|nút thắt|điểm nghẽn|bottleneck|nghẽn ở đâu"
            "|tắc ở đâu|tắc ở khâu nào|kẹt ở đâu"
        ),
    ),
    ("kind", "procedure", "thủ tục|thủ tục hành chính|thủ tục nào|procedure|procedures"),
    # How things are
    (
        "state",
        "slow",
        (
            "chậm|lâu|đông|chậm vậy|quá chậm|lâu thế|chậm thế|đông thế|chậm tiến độ|trễ|slow|slow today"
            "|so slow|busy|crowded|behind|delayed|behind schedule|taking so long|bị chậm|nghẽn|bị tắc"
            "|tắc nghẽn|ách tắc|jammed|congested|kẹt|bị nghẽn|so busy|late"
        ),
    ),
    (
        "state",
        "silent",
        (
            "mất sóng|im|im lặng|mất tín hiệu|không phát sóng|ngừng phát|hỏng|bị hỏng|down|offline|silent"
            "|off air|not working|mất kết nối|mất liên lạc|không hoạt động|ngừng|ngừng hoạt động|mất|bị mất"
            "|chết|lost|dead|broken|sự cố|gặp sự cố|bị sự cố|lỗi|bị lỗi|failing|out|without signal"
            "|lost signal|trục trặc|treo|failed"
        ),
    ),
    (
        "state",
        "open",
        (
            "mở không|có mở không|có mở cửa không|mở cửa không|mở chưa|đang mở|mở cửa|còn mở không|mở"
            "|hoạt động|có hoạt động không|is open|open"
        ),
    ),
    ("state", "closed", "đóng|đóng cửa|đang đóng|đóng chưa|có đóng không|đóng cửa chưa|closed|shut|is closed"),
    (
        "state",
        "unacked",
        (
            "chưa ai nhận|chưa nhận|chưa có ai nhận|chưa xử lý|chưa ai xử lý|chưa có người nhận|không ai nhận"
            "|chưa được nhận|chưa tiếp nhận|unacknowledged|not acknowledged|nobody has|nobody"
            "|has nobody acknowledged|nobody acknowledged|unowned|nobody has acknowledged|without owner"
            "|unassigned|no one has acknowledged|no one has"
        ),
    ),
    (
        "state",
        "acked",
        (
            "nhận|đã nhận|đang xử lý|xử lý|đang giữ|phụ trách|tiếp nhận cảnh báo|nhận cảnh báo|acknowledged"
            "|has acknowledged|is handling|handling|handles|took|owns|has taken"
        ),
    ),
    ("state", "critical", "nghiêm trọng|nguy cấp|khẩn cấp|critical"),
    ("state", "high", "mức cao|cao|high"),
    ("state", "reached", "đạt|đã đạt|reached|met|achieved"),
    # Which way, which technology, which share
    (
        "direction",
        "export",
        (
            "xuất|xuất khẩu|chiều xuất|hàng xuất|xe xuất|xe xuất khẩu|xe xuất đi|đi xuất|exported|export"
            "|exports|outbound|exported vehicles|exported trucks|vehicles exported|trucks exported"
        ),
    ),
    (
        "direction",
        "import",
        (
            "nhập|nhập khẩu|chiều nhập|hàng nhập|xe nhập|xe nhập khẩu|xe nhập về|imported|import|imports"
            "|inbound|imported vehicles|imported trucks|vehicles imported|trucks imported"
        ),
    ),
    ("technology", "4g", "4g|lte"),
    ("technology", "5g", "5g"),
    ("technology", "3g", "3g"),
    ("technology", "2g", "2g"),
    (
        "area",
        "key",
        "khu trọng điểm|khu vực trọng điểm|vùng trọng điểm|các khu trọng điểm|trọng điểm|key area|key areas",
    ),
    ("stat", "p90", "p90|chín mươi phần trăm|90th percentile"),
    ("stat", "median", "trung vị|median|thường|trung bình|average|on average"),
    ("goods", "fruit", "hoa quả|trái cây|chở hoa quả|fruit|nông sản"),
    ("step", "declaration", "khai báo|declaration|declaring"),
    ("step", "transport", "vận chuyển|transport"),
    ("step", "flow_control", "điều luồng|điều tiết luồng|flow control"),
    ("step", "medical_check", "y tế|kiểm tra y tế|medical|medical check"),
    ("step", "vehicle_inspection", "soi xe|kiểm tra xe|kiểm soát phương tiện|vehicle inspection"),
    ("step", "quarantine", "kiểm dịch|quarantine"),
    ("step", "transshipment", "sang tải|kiểm hóa|kiểm hoá|chuyển tải|transshipment|goods inspection"),
    ("step", "fee_collection", "bước thu phí|khâu thu phí|fee collection"),
    # Vehicles without saying which: those that wait, or those that passed where a day or a direction is named
    (
        "soft",
        "vehicles",
        "xe|xe tải|container|xe container|công|công te nơ|phương tiện|vehicles|vehicle|trucks|truck|lorries|lorry",
    ),
    ("soft", "passed", "through|cross|crossed|passed|went through|crossing"),
    # When
    (
        "time",
        "now",
        (
            "bây giờ|hiện nay|hiện tại|hiện giờ|hiện|lúc này|giờ này|ngay bây giờ|đang|now|right now"
            "|currently|at the moment|at present|current|giờ|bi giờ"
        ),
    ),
    (
        "time",
        "today",
        (
            "hôm nay|trong ngày|ngày hôm nay|ngày nay|từ đầu ngày|từ sáng|từ sáng đến giờ|today|so far today"
            "|since midnight|today so far|this day|sáng nay đến giờ"
        ),
    ),
    ("time", "yesterday", "hôm qua|ngày hôm qua|bữa qua|yesterday|hqua"),
    (
        "time",
        "same_yesterday",
        (
            "hôm qua giờ này|giờ này hôm qua|cùng giờ hôm qua|cùng thời điểm hôm qua|hôm qua cùng giờ"
            "|bằng giờ hôm qua|cùng kỳ hôm qua|hôm qua lúc này|this time yesterday|same time yesterday"
            "|yesterday at this time|yesterday this time|the same time yesterday|at this time yesterday"
        ),
    ),
    ("time", "day_before", "hôm kia|ngày hôm kia|the day before yesterday|day before yesterday"),
    ("time", "same_last_week", "giờ này tuần trước|cùng giờ tuần trước|this time last week|same time last week"),
    ("time", "this_week", "tuần này|trong tuần|this week"),
    ("time", "last_week", "tuần trước|tuần vừa rồi|tuần qua|last week|previous week"),
    ("time", "this_month", "tháng này|trong tháng|this month"),
    ("time", "last_month", "tháng trước|tháng vừa rồi|last month"),
    # What the house does not do
    (
        "refuse",
        "future",
        (
            "ngày mai|mai|sáng mai|chiều mai|tối mai|tối nay|đêm nay|chiều nay sẽ|ngày kia|ngày mốt|tuần sau"
            "|tuần tới|tháng sau|tháng tới|năm sau|năm tới|sắp tới|sẽ|dự báo|dự đoán|dự kiến|bao giờ|khi nào"
            "|bao giờ hết|khi nào hết|sắp|tomorrow|next week|next month|next year|tonight|will|forecast"
            "|predict|prediction|expect|expected|going to|when will|when|in the future|upcoming|soon"
            "|bao lâu nữa|mấy giờ nữa|tương lai"
        ),
    ),
    (
        "refuse",
        "advice",
        (
            "nên|có nên|phải làm gì|làm gì|làm thế nào|làm sao|cần làm gì|should|should we|what should|how to"
            "|recommend|advice|giải pháp|đề xuất|xử lý thế nào|how do i|how do we|how can we"
        ),
    ),
    (
        "refuse",
        "past",
        (
            "năm ngoái|năm trước|năm nay|năm kia|last year|this year|quý này|quý trước|this quarter"
            "|last quarter|từ đầu năm"
        ),
    ),
    # Mere politeness and grammar
    (
        "filler",
        "",
        (
            "bao nhiêu|là bao nhiêu|mấy|mấy tiếng|mấy giờ|mấy phút|bao lâu|mất bao lâu|mất bao nhiêu lâu"
            "|mất bao nhiêu thời gian|mất mấy tiếng|hết bao lâu|là mấy|có bao nhiêu|được bao nhiêu|có|không"
            "|ko|k|hông|à|ạ|ơi|em|anh|chị|bạn|vậy|thế|nhỉ|nhé|đi|cho|cho tôi|cho tôi biết|cho biết|cho hỏi"
            "|cho xem|xem|hỏi|tôi|tôi muốn biết|muốn biết|xin|xin hỏi|hãy|ở|tại|của|qua|trên|trong|các|những"
            "|thì|là|bị|đã|rồi|được|và|với|về|từ|đến|ra|tới|số|lượng|con số|tổng|tổng số|tổng cộng|toàn bộ"
            "|tất cả|nào|gì|đâu|ở đâu|này|đó|kia|lại|còn|vẫn|chiếc|lượt|chiều|lúc|vào|khu vực|khu|theo|tỷ lệ"
            "|tỉ lệ|phần trăm|mức|tiếng|phút|người|hàng|quả|thời gian|số liệu|dữ liệu|hiển thị|nghe|nói|dùm"
            "|giùm|với ạ|ok|alo|chưa|đồng|tấn|vnd|thu|thu được|đợi|chờ|nhiều|dài|lớn|quá|hơn|bằng|the|a|an|is"
            "|are|was|were|be|of|at|in|on|for|to|how|many|how many|much|how much|what|what is|what's|whats|s"
            "|which|there|there are|are there|do|does|did|we|have|has|had|tell|me|show|please|give|number"
            "|total|long|how long|take|takes|taking|does it take|it|and|by|from|any|so far|rate|time|hours"
            "|minutes|hour|hello|hi|hey|ok|people|percent|share|today's|all|now|that|this|with|per|right|can"
            "|you|i|want|know|been|got|get|let|see|find|hm|um|then|list|our|my|us|collected|get"
        ),
    ),
)
"""(slot, value, phrases parted by `|`)."""

WEEKDAYS: Final = {
    "thứ hai": 0, "thứ ba": 1, "thứ tư": 2, "thứ năm": 3, "thứ sáu": 4, "thứ bảy": 5, "chủ nhật": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
"""Days of the week; the latest such day that is over is meant."""

ABBREVIATIONS: Final = {
    "HN": "huu-nghi", "TT": "tan-thanh", "CM": "chi-ma", "CN": "coc-nam", "DD": "dong-dang", "ĐĐ": "dong-dang",
    "LS": "lang-son",
}  # fmt: skip
"""What the gates' officers write. Source: domain facts §2 (HN, TT, CM, CN)."""
