"""A stage with a podium: decks, frozen moments and presentations as the web process serves them."""

from __future__ import annotations

import copy
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from fastapi import FastAPI, Request
from playwright.sync_api import Browser, expect, sync_playwright
from starlette.responses import JSONResponse

from dashboard.api.body import BodyError
from dashboard.api.deck import deck_routes
from dashboard.api.follow import follow_routes
from dashboard.api.frozen import frozen_routes
from dashboard.errors import AccessError, ActionError
from dashboard.frozen.following import Following
from dashboard.frozen.presentations import Presentation, Presentations
from dashboard.frozen.store import open_frozen
from dashboard.parts import Parts
from tests.browser.chromium import find
from tests.browser.screens.stage import Stage, alert, cell, gate, now_ms

CONFIG = Path(__file__).resolve().parents[3] / "config"
HOLD_S = 1.0
"""How long the podium holds a follower's question: a broken line shows when the next one is asked, not after 20 s."""


class ShortHold(Following):
    """Following whose questions are answered after a second, so that nothing is held when a test breaks the line."""

    async def after(self, code: str, revision: int, hold_s: float = HOLD_S) -> Presentation | None:
        """Answer as the web process does, but soon."""
        return await super().after(code, revision, hold_s)


class Podium(Stage):
    """The stage with the briefing's routes; `deaf` makes them answer nobody."""

    def furnish(self, app: FastAPI) -> None:
        """Add the routes of decks, frozen moments and presentations."""
        self.deaf = threading.Event()
        self._folder = tempfile.TemporaryDirectory()
        self.frozen = open_frozen(f"sqlite:///{self._folder.name}/desk.sqlite")
        hub = SimpleNamespace(picture=lambda: (now_ms(), copy.deepcopy(self.topics)))
        settings = SimpleNamespace(config_dir=CONFIG, lang="vi", public_url="http://chihuy.test")
        parts = cast(
            "Parts",
            SimpleNamespace(hub=hub, frozen=self.frozen, settings=settings, clock=lambda: datetime.now(UTC)),
        )
        self.following = ShortHold(Presentations(self.frozen.engine).get)

        @app.middleware("http")
        async def deafness(request: Request, call_next: Any) -> Any:
            if self.deaf.is_set() and request.url.path.startswith(("/api/v1/deck", "/api/v1/follow", "/api/v1/frozen")):
                return JSONResponse({"error": {"field": "", "message": "down"}}, 503)
            return await call_next(request)

        for router in (deck_routes(parts), frozen_routes(parts), follow_routes(parts, self.following)):
            app.include_router(router, prefix="/api/v1")
        app.add_exception_handler(
            BodyError, lambda _, error: JSONResponse({"error": {"message": str(error)}}, getattr(error, "status", 400))
        )
        for kind, status in ((AccessError, 403), (ActionError, 422)):
            app.add_exception_handler(
                kind, lambda _, error, status=status: JSONResponse({"error": {"message": str(error)}}, status)
            )

    def stop(self) -> None:
        """End, and give back what was opened."""
        self.following.close()
        super().stop()
        self.frozen.close()
        self._folder.cleanup()

    def reset(self) -> None:
        """Make everything as it was."""
        super().reset()
        self.deaf.clear()


@contextmanager
def opened(*flags: str) -> Iterator[tuple[Podium, Browser]]:
    """Yield a podium and a browser; a module's own, since an open Playwright keeps asyncio tests from running.

    Args:
        *flags: more of Chromium's.
    """
    stage = Podium()
    stage.start()
    # A bound for hangs, not a promise: machines that run the suite are busy.
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox", *flags])
        yield stage, browser
        browser.close()
    stage.stop()


def jam(stage: Stage, *, steps_simulated: bool = True) -> None:
    """Tân Thanh is congested at quarantine, and nobody has the alert."""
    stage.topics["alerts"]["items"] = {"jam": alert("jam", "critical")}
    steps = [{"step": "quarantine", "queue": cell(1261, sim=steps_simulated), "median": None}]
    stage.topics["gates"]["gates"]["tan-thanh"] = gate(
        "tan-thanh",
        "Tân Thanh",
        1604,
        priority="critical",
        alert="jam",
        bottleneck="quarantine",
        steps={"export": steps, "import": []},
        clearance_median=cell(34_800),
    )


def busy_day(stage: Stage) -> None:
    """A day with something on every slide: all gates, steps, communes, sites, targets, two alerts."""
    names = ("transport", "flow_control", "medical_check", "vehicle_inspection", "quarantine", "transshipment")
    loads = (57, 74, 12, 38, 1261, 142)
    steps = {
        "export": [{"step": n, "queue": cell(v), "median": None} for n, v in zip(names, loads, strict=True)],
        "import": [],
    }
    jam(stage)
    trend = {
        "start": now_ms() - 86_400_000,
        "step_s": 300,
        "today": [200 + (i % 97) for i in range(288)],
        "yesterday": [180 + (i % 89) for i in range(288)],
        "threshold": 500,
    }
    gates = stage.topics["gates"]["gates"]
    gates["tan-thanh"] |= {
        "steps": steps,
        "lat": 22.016,
        "lon": 106.69,
        "queue_yesterday": 464,
        "extent_m": cell(8_200),
        "extent_line": [[106.69, 22.016], [106.71, 21.99], [106.74, 21.96]],
        "clearance_p90": cell(50_700),
        "throughput_export": cell(17),
        "throughput_import": cell(63),
        "lanes_open": cell(4),
        "lanes_max": cell(6),
    }
    gates["huu-nghi"] |= {"lat": 21.974, "lon": 106.715, "steps": {"export": [], "import": []}, "trend": trend}
    gates["huu-nghi"] |= {"clearance_median": cell(12_900), "throughput_export": cell(24), "queue_yesterday": 280}
    gates["chi-ma"] = gate("chi-ma", "Chi Ma", 103, lat=21.85, lon=107.0, clearance_median=cell(9_600))
    gates["coc-nam"] = gate("coc-nam", "Cốc Nam", 9, lat=22.0, lon=106.69, steps=steps)
    gates["dong-dang"] = gate("dong-dang", "Ga Đồng Đăng", 8, lat=21.946, lon=106.7, mode="rail")
    stage.topics["gates"]["today"] = {
        "vehicles_export": {"cell": cell(348), "yesterday": 402},
        "vehicles_import": {"cell": cell(1_106), "yesterday": 1_020},
        "fee_vnd": {"cell": cell(1_402_000_000), "yesterday": None},
    }
    communes = ("Xã Đồng Đăng", "Phường Đông Kinh", "Xã Na Dương", "Xã Điềm He", "Xã Bình Gia", "Xã Thiện Tân")
    stage.topics["services"] = {
        "province": {
            "on_time_rate": cell(0.991),
            "online_rate": cell(0.8776),
            "received": cell(1_886),
            "settled": cell(1_796),
            "overdue": cell(38),
        },
        "communes": {
            f"commune.{i}": {"id": f"commune.{i}", "name_vi": name, "name_en": name, "overdue": cell(9 - i)}
            for i, name in enumerate(communes)
        },
    }
    stage.topics["network"] = {
        "province": {
            "on_air": cell(2_810),
            "expected": cell(2_818),
            "coverage_4g": cell(99.2),
            "coverage_5g": cell(26.1),
            "coverage_5g_key": cell(75.7),
            "availability": cell(99.89),
        },
        "communes": {f"commune.{i}": {"coverage_4g": cell(89.5 + i)} for i in range(6)},
        "silent": {},
        "lost": None,
    }
    stage.topics["alerts"]["items"]["feed"] = alert(
        "feed",
        "high",
        state="ACKED",
        acked_by="Lan",
        acked_at=now_ms(),
        place="chi-ma",
        gate="chi-ma",
        short_vi="Thông quan chậm",
        short_en="Slow clearance",
        summary_vi="Chi Ma thông quan chậm",
        response_vi="Tăng ca kiểm dịch, ưu tiên nông sản tươi.",
        response_en="Add quarantine shifts.",
        metric="clearance_time_s",
        value=34_800,
        threshold=28_800,
        unit="giây",
    )
    target = {"decimals": 1, "unit": "%", "tier": "province", "better": "up", "aim": {"year": 2025, "value": 90}}
    stage.topics["programme"] = {
        "targets": {
            "work_files": {
                **target,
                "key": "work_files",
                "order": 1,
                "name_vi": "Hồ sơ công việc xử lý trên mạng, cấp tỉnh",
                "name_en": "Work files online, province",
                "cell": cell(84.5),
                "state": "behind",
            },
            "inspections": {
                **target,
                "key": "inspections",
                "order": 2,
                "aim": {"year": 2030, "value": 70},
                "name_vi": "Kiểm tra qua môi trường số",
                "name_en": "Inspections through the digital environment",
                "cell": cell(72.0),
                "state": "reached",
            },
            "assistants": {**target, "key": "assistants", "order": 3, "name_vi": "Trợ lý ảo", "cell": None},
        }
    }
