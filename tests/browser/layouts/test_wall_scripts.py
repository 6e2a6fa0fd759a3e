"""What the wall decides in the browser: which alert is first, what is simulated, where a label stands."""
# ruff: noqa: E501  (JavaScript in strings reads better unbroken)

import pytest

pytestmark = pytest.mark.browser

WALL = (
    "00-lso.js", "10-dom.js", "10-format.js", "10-freshness.js", "10-store.js", "12-quality.js", "20-live-ahead.js", "20-live.js", "30-heartbeat.js", "30-trend.js",
    "31-map-layers.js", "32-map-labels.js", "33-map.js", "34-gates.js", "34-sources.js", "40-wall-scenes.js", "41-wall-gates.js", "42-wall-panels.js",
    "43-wall-alert.js", "45-wall-scene-overview.js", "40-wall.js",
)  # fmt: skip


def test_the_worst_unanswered_alert_comes_first(scripts):
    """Priority, then nobody's before somebody's, then the oldest; what has returned waits behind all."""
    page = scripts(*WALL)
    order = page.evaluate("""() => LSO.alertOrder({
      returned: { id: "returned", priority: "critical", state: "RTNUN", started_at: 1 },
      low: { id: "low", priority: "low", state: "UNACK", started_at: 1 },
      acked: { id: "acked", priority: "critical", state: "ACKED", started_at: 1 },
      young: { id: "young", priority: "critical", state: "UNACK", started_at: 9 },
      old: { id: "old", priority: "critical", state: "UNACK", started_at: 5 } }).map((a) => a.id)""")
    assert order == ["old", "young", "acked", "low", "returned"]


@pytest.mark.parametrize(
    ("feeds", "cells", "answer"),
    [
        ("{ simulated: true }", "[true, true]", "all"),
        ("{ simulated: false }", "[false, false]", "none"),
        ("{ simulated: false }", "[false, true]", "partly"),
        ("{ simulated: true, sources: { push: { last_at: 1, simulated: false } } }", "[true]", "partly"),
        ("{ simulated: true, sources: { old: { last_at: 1, simulated: false, ended: true } } }", "[true]", "all"),
        ("{}", "[]", "none"),
    ],
)
def test_nothing_simulated_passes_for_real(scripts, feeds, cells, answer):
    """One simulated figure is enough for the mark; a real one beside it makes it partial."""
    page = scripts(*WALL)
    script = (
        f"() => LSO.simulation({feeds}, Object.fromEntries({cells}.map((sim, i) => [i, {{ queue: {{ v: 1, sim }} }}])))"
    )
    assert page.evaluate(script) == answer


def test_the_age_of_everything_counts_sources(scripts):
    """Two of three sources are live; one that has ended is not counted at all."""
    page = scripts(*WALL)
    page.evaluate('LSO.page.words = { ...LSO.page.words, "live.data": "{age}", "live.sources": "{live}/{all}" }')
    seen = page.evaluate("""() => LSO.feedAge({ sources: {
      a: { last_at: 98000, cadence_s: 60 }, b: { last_at: 60000, cadence_s: 60 }, c: { last_at: 5000, cadence_s: 60 },
      d: { last_at: 99999, cadence_s: 60, ended: true }, e: { last_at: null, cadence_s: 60 } } }, 100000)""")
    assert (seen["age"], seen["sources"]) == ("2\u00a0giây", "2/3")


def test_when_every_source_was_stopped_the_head_says_so(scripts):
    """A house whose only feed is paused waits for nothing: the age of the last figure and why it grows; none is live."""
    page = scripts(*WALL)
    page.evaluate('LSO.page.words = { ...LSO.page.words, "live.data": "{age}" }')
    seen = page.evaluate("""() => [LSO.feedAge({ sources: {
      a: { last_at: 98000, cadence_s: 60, ended: true }, b: { last_at: 60000, cadence_s: 60, ended: true } } }, 100000),
      LSO.feedAge({ sources: { a: { last_at: null, ended: true } } }, 100000)]""")
    assert seen == [{"live": 0, "all": 2, "age": "2\u00a0giây", "sources": "live.all_ended"}, None]


def test_trouble_between_the_feeds_and_us_is_a_sentence(scripts):
    """The channel first, then the history, then a process; none when all is well."""
    page = scripts(*WALL)
    page.evaluate('LSO.page.words = { ...LSO.page.words, "live.process_down": "{name} away" }')
    seen = page.evaluate("""() => [{ bus: "down", history: "down" }, { history: "down" },
      { bus: "up", processes: { recorder: { state: "restarting" } } }, { bus: "up", processes: { web: { state: "running" } } }]
      .map(LSO.feedTrouble)""")
    assert seen == ["live.bus_down", "live.history_down", "recorder away", None]


def test_labels_never_cover_each_other(scripts):
    """Gates a few kilometres apart: every label has a place of its own inside the map, and none lies on a mark."""
    page = scripts(*WALL)
    seen = page.evaluate("""() => {
      const points = [[100, 100], [108, 118], [112, 140], [100, 160], [390, 20]].map(([x, y]) => ({ x, y }));
      const marks = points.map(({ x, y }) => ({ x: x - 8, y: y - 8, w: 16, h: 16 }));
      const boxes = LSO.mapLabels.place(points.map((point) => ({ point, size: { w: 150, h: 28 }, gap: 12 })), marks, { w: 400, h: 300 });
      const cross = (a, b) => Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)) * Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y));
      const shown = boxes.filter(Boolean);
      return [shown.length, shown.every((b) => b.x >= 0 && b.y >= 0 && b.x + b.w <= 400 && b.y + b.h <= 300),
        Math.max(...shown.flatMap((a, i) => shown.slice(i + 1).map((b) => cross(a, b)))) / (150 * 28)]; }""")
    shown, inside, covered = seen
    assert shown >= 4
    assert inside
    assert covered <= 0.04


def test_a_label_without_room_is_left_out(scripts):
    """Better no label than one over another."""
    page = scripts(*WALL)
    seen = page.evaluate(
        """() => LSO.mapLabels.place([1, 2, 3].map(() => ({ point: { x: 50, y: 20 }, size: { w: 45, h: 30 }, gap: 2 })), [], { w: 100, h: 40 })"""
    )
    assert [box is not None for box in seen] == [True, True, False] or [box is not None for box in seen] == [
        True,
        False,
        False,
    ]


def test_a_flat_threshold_does_not_hide_the_trend(scripts):
    """A limit far above the day's line is not drawn; one within reach is, and today's end is marked."""
    page = scripts(*WALL)
    page.evaluate("LSO.page.colours = {}")
    near, far, empty = page.evaluate("""() => [{ today: [1, 5, null], yesterday: [2, 2, 2], threshold: 9 },
      { today: [1, 5, null], yesterday: [], threshold: 900 }, { today: [null], yesterday: [], threshold: null }]
      .map((trend) => LSO.trend.figure(trend, "#fff", 1).traces)""")
    assert len(near) == 4
    assert (near[2]["x"], near[2]["y"]) == ([1], [5])
    assert len(far) == 3
    assert len(empty) == 2


def test_no_alert_is_not_always_good_news(scripts):
    """That all is well is said only over live figures within their limits; a rule that still waits is told."""
    page = scripts(*WALL)
    seen = page.evaluate("""() => { const gate = (v, at, threshold) => ({ queue: { v, at, cad: 60 }, trend: { threshold } });
      return [{ a: gate(10, 99000, 50) }, { a: gate(60, 99000, 50) }, { a: gate(60, 99000, null) },
        { a: gate(10, 99000, 50), b: gate(10, 1000, 50) }, {}].map((gates) => LSO.calm(gates, 100000)); }""")
    assert seen == ["sure", "pending", "sure", "unsure", "unsure"]


def test_a_hole_in_the_trend_stays_a_hole(scripts):
    """A missed reading or two is bridged; an outage of a quarter of an hour is seen as one."""
    page = scripts(*WALL)
    page.evaluate("LSO.page.colours = {}")
    today = page.evaluate("""() => LSO.trend.figure({ today: [null, 3, null, null, 6, null, null, null, 9], yesterday: [],
      threshold: null }, "#fff", 1).traces[1].y""")
    assert today == [None, 3, 4, 5, 6, None, None, None, 9]


def test_a_screen_starts_when_dash_has_drawn_it_and_stops_when_it_goes(scripts):
    """Dash draws late and may change the page without a reload: no screen starts twice or runs on unseen."""
    page = scripts("00-lso.js")
    seen = page.evaluate("""async () => { const log = []; const turn = () => new Promise((done) => setTimeout(done, 0));
      LSO.onScreen("wall", () => { log.push("wall " + LSO.page.lang); return () => log.push("end"); });
      document.body.innerHTML = '<main data-screen="wall"><script type="application/json" id="lso-page">{"lang":"en","words":{}}</script></main>';
      await turn(); document.body.append("text"); await turn(); document.body.innerHTML = "<p>other</p>"; await turn();
      return [log, document.documentElement.lang]; }""")
    assert seen == [["wall en", "end"], "en"]
