"""A stage for the screens: the real pages and scripts, with a hub and an alert desk that do what a test tells them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import uvicorn
from fastapi import FastAPI, Request, WebSocket
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.app import ASSETS, _page_routes, _static_routes
from dashboard.assets import current_layers
from dashboard.auth.forms import Forms
from dashboard.auth.model import Principal, Role
from dashboard.auth.users import Users
from dashboard.errors import AccessError
from dashboard.pages import make_layout, shipped_screens
from dashboard.pwa.routes import app_routes
from dashboard.screen_app import ScreenApp
from dashboard.walls import load_walls
from dashboard.walls.version import served_version
from geodata.places import Places

MINUTE = 60_000
WALLS = load_walls(Path(__file__).resolve().parents[3] / "config", [place.id for place in Places.load().all("gate")])


def now_ms() -> int:
    """Return the stage's clock: this machine's."""
    return int(time.time() * 1000)


def cell(
    value: float | None, *, age_s: float = 1, sim: bool = True, quality: str = "good", cadence_s: float = 600
) -> Any:
    """Return one figure as the hub sends it."""
    at = now_ms() - int(age_s * 1000)
    return {
        "v": value,
        "at": at,
        "src": "border:simulator" if sim else "platform",
        "q": quality,
        "sim": sim,
        "cad": cadence_s,
    }


def gate(name: str, title: str, queue: float, **more: Any) -> dict[str, Any]:
    """Return one gate as the hub sends it."""
    return {
        "id": name,
        "name_vi": title,
        "name_en": title,
        "markers": "",
        "mode": "road",
        "order": 1,
        "lat": 22.0,
        "lon": 106.7,
        "opens": "07:00",
        "closes": "20:00",
        "open": True,
        "queue": cell(queue),
        "queue_yesterday": None,
        "trend": None,
        "extent_line": None,
        "road": "QL4A",
        "priority": None,
        "alert": None,
        "direction": "export",
        "bottleneck": None,
        "steps": {"export": [], "import": []},
        **more,
    }


def alert(name: str, priority: str, *, state: str = "UNACK", minutes: int = 5, **more: Any) -> dict[str, Any]:
    """Return one alert as the desk tells it."""
    at = now_ms() - minutes * MINUTE
    return {
        "id": name,
        "rule": "queue",
        "priority": priority,
        "state": state,
        "place": "tan-thanh",
        "gate": "tan-thanh",
        "metric": "queue_length_vehicles",
        "dims": {"queue": "physical"},
        "labels": {},
        "value": 1604,
        "threshold": 1150,
        "unit": "xe",
        "started_at": at,
        "updated_at": at,
        "ended_at": None,
        "summary_vi": f"Tân Thanh có 1.604 xe chờ ({name})",
        "summary_en": f"Tan Thanh has 1,604 vehicles waiting ({name})",
        "short_vi": "Ùn tắc nghiêm trọng",
        "short_en": "Severe congestion",
        "cause_vi": "Xe đến dồn.",
        "cause_en": "Arrivals.",
        "consequence_vi": "Bãi đầy.",
        "consequence_en": "Yards fill.",
        "response_vi": "Mở thêm làn.",
        "response_en": "Open lanes.",
        "owner_vi": "Trực ban",
        "owner_en": "Duty",
        "time_to_respond_s": 900,
        "source": "border:simulator",
        "simulated": True,
        "reason": "held-for",
        "acked_by": None,
        "acked_at": None,
        "note": None,
        "version": 1,
        **more,
    }


def source(*, simulated: bool = True, age_s: float = 1, **more: Any) -> dict[str, Any]:
    """Return one source of the topic feeds."""
    last_at = now_ms() - int(age_s * 1000)
    return {
        "name_vi": "Mô phỏng",
        "name_en": "Simulator",
        "kind": "simulator",
        "cadence_s": 600,
        "last_at": last_at,
        "rate_per_s": 1,
        "refused": 0,
        "simulated": simulated,
        "ended": False,
        "detail": "",
        **more,
    }


def quiet() -> dict[str, Any]:
    """Return the data of every topic on a day without anything wrong."""
    gates = {"tan-thanh": gate("tan-thanh", "Tân Thanh", 146), "huu-nghi": gate("huu-nghi", "Hữu Nghị", 262)}
    return {
        "gates": {"gates": gates, "focus": "tan-thanh", "today": {}, "crossings": {}},
        "services": {"province": {"on_time_rate": cell(0.991), "overdue": cell(38)}, "communes": {}},
        "network": {"province": {"on_air": cell(2_810), "expected": cell(2_818)}, "communes": {}, "silent": {}},
        "alerts": {"items": {}, "counts": {}},
        "feeds": {
            "sources": {"simulator": source()},
            "processes": {},
            "progress": {},
            "simulated": True,
            "scenario": "normal",
            "bus": "up",
            "history": "up",
        },
        "programme": {"targets": {}},
    }


class _Nobody:
    """Accounts of which none is right; every one-time link is good."""

    def sign_in(self, name: str, password: str, address: str) -> str:
        raise AccessError(f"{name} may not sign in")

    def link_is_good(self, secret: str) -> bool:
        return bool(secret)


class _SignedIn:
    """Puts a principal where the gate would."""

    def __init__(self, app: ASGIApp, stage: Stage) -> None:
        self._app = app
        self._stage = stage

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._stage.signed_out and scope["type"] == "http" and not scope["path"].startswith(("/sign", "/sw.js")):
            page = not scope["path"].startswith("/api/")
            gone = RedirectResponse("/sign-in", 303) if page else JSONResponse({}, 401)
            await gone(scope, receive, send)
            return
        principal = Principal(self._stage.who, self._stage.role, "cookie", "person", "")
        scope.setdefault("state", {})["principal"] = principal
        await self._app(scope, receive, send)


class Stage:
    """The stage on a port of its own; `url` once started."""

    def __init__(self) -> None:
        self.role = Role.DUTY
        self.who = "Trực ban 2"
        self.signed_out = False
        self.answers: dict[str, tuple[int, Any]] = {}
        self.whys: dict[str, dict[str, Any]] = {}
        self.topics = quiet()
        self.refusal: tuple[int, str] | None = None
        self.hold = threading.Event()
        self.actions: list[tuple[str, str, dict[str, Any]]] = []
        self.history: list[list[Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.reports: list[dict[str, Any]] = []
        self.answers_reports = 200
        self.version = served_version()
        self._sockets: set[WebSocket] = set()
        self._lines = 0
        self._line_opened = threading.Condition()
        self._closed = False
        self._seq = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        layers = current_layers()
        dash = ScreenApp(ASSETS, make_layout(lambda: layers.urls, WALLS))
        dash.warm()
        app = FastAPI(openapi_url=None)
        app.include_router(_static_routes(dash, layers))
        app.include_router(app_routes(lambda: layers.urls, "vi"))
        app.router.routes.extend(_page_routes(dash, "vi", shipped_screens(), secure=False, walls=WALLS))
        app.add_api_websocket_route("/live", self._live)
        app.add_api_route("/api/v1/alerts/{name}/{action}", self._act, methods=["POST"])
        app.add_api_route("/api/v1/me", self._me)
        app.add_api_route("/api/v1/alerts", self._alerts)
        app.add_api_route("/api/v1/history", self._history)
        app.add_api_route("/api/v1/explain", self._explain)
        app.add_api_route("/api/v1/manual", self._entered)
        app.add_api_route("/api/v1/manual", self._enter, methods=["POST"])
        app.add_api_route("/api/v1/manual/{number}", self._withdraw, methods=["DELETE"])
        app.add_api_route("/api/v1/screens/journal", self._reported, methods=["POST"])
        app.add_api_route("/api/v1/screens/journal", self._journal)
        app.add_api_route("/api/v1/screens", self._screens)
        app.add_api_route("/healthz", self._healthz)
        app.include_router(Forms(cast("Users", _Nobody()), "vi", secure=False).router())
        self.furnish(app)
        app.add_api_route("/api/v1/{path:path}", self._answer, methods=["GET", "POST"])
        app.add_middleware(_SignedIn, self)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(
            app, "127.0.0.1", self.port, log_level="error", ws="websockets-sansio", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def furnish(self, app: FastAPI) -> None:
        """Add routes of its own, for a stage that needs more than a scripted answer."""

    def start(self) -> None:
        """Serve, and return when it does."""
        self._thread.start()
        for _ in range(3_000):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.1):
                return
            threading.Event().wait(0.01)
        raise AssertionError("the stage did not start within 30 s")

    def stop(self) -> None:
        """End."""
        self._server.should_exit = True
        self._thread.join(10)

    def reset(self) -> None:
        """Make everything as it was: a quiet day, a duty officer, a server that answers."""
        self.role, self.topics, self.refusal = Role.DUTY, quiet(), None
        self.who, self.signed_out = "Trực ban 2", False
        self.answers.clear()
        self.whys.clear()
        self.actions.clear()
        self.history.clear()
        self.entries.clear()
        self.reports.clear()
        self.answers_reports, self.version = 200, served_version()
        self.hold.set()
        self._closed = False

    def tell(self, *topics: str) -> None:
        """Send the data of topics to every screen as it is now."""
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._send(topics), self._loop).result(10)

    def cut(self) -> None:
        """Close every line and take no new one."""
        self._closed = True
        assert self._loop is not None
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)

    def open_again(self) -> None:
        """Take new lines again."""
        self._closed = False

    def cut_once(self) -> None:
        """Close every line and return when a screen has taken a new one and been told all of its topics."""
        before = self._lines
        self.cut()
        self.open_again()
        with self._line_opened:
            assert self._line_opened.wait_for(lambda: self._lines > before, 60), "no screen took a new line in 60 s"

    async def _send(self, topics: tuple[str, ...]) -> None:
        for live in tuple(self._sockets):
            for topic in topics:
                await live.send_text(self._frame(topic))

    async def _close(self) -> None:
        for live in tuple(self._sockets):
            await live.close()

    def _frame(self, topic: str) -> str:
        self._seq += 1
        frame = {"type": "snapshot", "epoch": "stage", "topic": topic, "seq": self._seq, "at": now_ms(), "mode": "live"}
        return json.dumps({**frame, "data": self.topics[topic]})

    async def _live(self, websocket: WebSocket) -> None:
        self._loop = asyncio.get_running_loop()
        if self._closed:
            await websocket.close()
            return
        await websocket.accept()
        for topic in websocket.query_params["topics"].split(","):
            await websocket.send_text(self._frame(topic))
        self._sockets.add(websocket)
        with self._line_opened:
            self._lines += 1
            self._line_opened.notify_all()
        try:
            while True:
                await websocket.receive_text()
        except Exception:  # noqa: BLE001  # gone, in whatever way
            self._sockets.discard(websocket)

    async def _act(self, request: Request, name: str, action: str) -> JSONResponse:
        body = await request.json()
        await asyncio.to_thread(self.hold.wait, 20)
        if self.refusal:
            status, message = self.refusal
            return JSONResponse({"error": {"field": "", "message": message}}, status)
        self.actions.append((name, action, body))
        held = self.topics["alerts"]["items"][name]
        state = {"ack": "ACKED", "unack": "UNACK"}.get(action, held["state"])
        who = {"ack": "Trực ban 2", "unack": None}.get(action, held["acked_by"])
        changed = {"state": state, "acked_by": who, "acked_at": now_ms(), "note": body.get("note") or held["note"]}
        return JSONResponse({**held, **changed, "version": held["version"] + 1})

    async def _answer(self, request: Request, path: str) -> Response:
        """Answer what no other route does, as the test put it into `answers` ("METHOD path"); 404 otherwise."""
        name = f"{request.method} {path}"
        if request.method == "POST":
            self.actions.append((path, "asked", await request.json() if await request.body() else {}))
        status, body = self.answers.get(name, (404, {"error": {"field": "", "message": "there is no such thing"}}))
        return Response(body, status, media_type="image/png") if isinstance(body, bytes) else JSONResponse(body, status)

    async def _me(self) -> JSONResponse:
        return JSONResponse({"name": "Trực ban 2", "role": self.role.value, "kind": "person", "permissions": []})

    async def _alerts(self) -> JSONResponse:
        return JSONResponse({"alerts": list(self.topics["alerts"]["items"].values())})

    async def _history(self, metric: str, place: str) -> JSONResponse:
        series = [{"metric": metric, "place": place, "dims": {}, "source": "border:simulator", "points": self.history}]
        return JSONResponse({"metric": metric, "place": place, "unit": "xe", "series": series if self.history else []})

    async def _explain(self, cell: str, metric: str = "") -> JSONResponse:
        if self.refusal:
            status, message = self.refusal
            return JSONResponse({"error": {"field": "", "message": message}}, status)
        self.actions.append((cell, "explain", {}))
        return JSONResponse(
            {
                "cell": cell,
                "metric": metric or "queue_length_vehicles",
                "name": "Số xe chờ",
                "unit": "xe",
                "decimals": 0,
                "formula": "Đếm từng xe đã đến mà chưa rời cửa khẩu.",
                "value": 2299,
                "at": now_ms() - 14 * MINUTE,
                "cadence_s": 600,
                "quality": "good",
                "simulated": False,
                "entered_by": "",
                "until": None,
                "rule": None,
                "threshold": None,
                "sources": [{"id": "platform", "name_vi": "Nền tảng cửa khẩu số", "name_en": "Gate platform"}],
                "methods": ["count"],
                "received_at": now_ms() - 13 * MINUTE,
                "inputs": [],
                "inputs_more": 0,
                **self.whys.get(cell, {}),
            }
        )

    async def _reported(self, request: Request) -> JSONResponse:
        if self.answers_reports != 200:
            return JSONResponse({"error": {"field": "", "message": "refused"}}, self.answers_reports)
        self.reports.append(await request.json())
        return JSONResponse({"at": now_ms(), "added": 0, "version": self.version})

    async def _journal(self) -> JSONResponse:
        lines = [{"panel": one["panel"], **line} for one in self.reports for line in one["entries"]]
        return JSONResponse({"entries": lines[::-1]})

    async def _screens(self) -> JSONResponse:
        rows = [
            {
                "screen": "wall",
                "panel": name,
                "wall": wall.id,
                "name_vi": panel.name_vi,
                "name_en": panel.name_en,
                "url": f"/wall/{name}",
                "state": "never",
                "beat_at": None,
                "age_s": None,
                "displays": [],
            }
            for name, (wall, panel) in WALLS.panels().items()
        ]
        return JSONResponse({"at": now_ms(), "version": self.version, "screens": rows})

    async def _healthz(self) -> JSONResponse:
        return JSONResponse({"state": "up"})

    async def _entered(self) -> JSONResponse:
        return JSONResponse({"entries": self.entries[::-1]})

    async def _enter(self, request: Request) -> JSONResponse:
        body = await request.json()
        await asyncio.to_thread(self.hold.wait, 20)
        if self.refusal:
            status, message = self.refusal
            return JSONResponse({"error": {"field": "value" if status == 422 else "", "message": message}}, status)
        now = datetime.now(UTC)
        until = now + timedelta(seconds=body.get("valid_for_s", 7_200))
        times = {"observed_at": now.isoformat(), "until": until.isoformat()}
        self.entries.append({**body, **times, "id": len(self.entries) + 1, "who": "Trực ban 2", "valid": True})
        return JSONResponse(self.entries[-1], 201)

    async def _withdraw(self, number: int) -> JSONResponse:
        if self.refusal:
            status, message = self.refusal
            return JSONResponse({"error": {"field": "", "message": message}}, status)
        self.actions.append((str(number), "withdraw", {}))
        self.entries[:] = [entry for entry in self.entries if entry["id"] != number]
        return JSONResponse({"id": number})
