"""What the wall's scenes decide in the browser: tails, the other side, shades, changes of the list of alerts."""
# ruff: noqa: E501  (JavaScript in strings reads better unbroken)

import json

import pytest

from layouts.wording import catalogue

pytestmark = pytest.mark.browser

SCRIPTS = (
    "00-lso.js", "10-dom.js", "10-format.js", "10-freshness.js", "12-quality.js", "32-map-labels.js", "32-map-tail.js", "34-gates.js", "34-line-chart.js",
    "36-network.js", "41-wall-figures.js", "41-wall-trend.js", "42-wall-communes.js", "42-wall-gate-words.js",
)  # fmt: skip
SCENES = ("45-wall-scene-services.js", "45-wall-scene-network.js", "45-wall-scene-alerts.js")
WORDS = "LSO.page = " + json.dumps({"lang": "vi", "words": dict(catalogue("vi"))}) + ";"


def load(scripts):
    """Open the scripts with the words they need."""
    return scripts("00-lso.js", "40-wall-scenes.js", *SCRIPTS[1:], *SCENES, extra=WORDS)


@pytest.mark.parametrize(
    ("metres", "error", "age_h", "words"),
    [
        (8200, {"fixed_m": 400, "per_hour_m": 0}, 0, "8,2 km ± 0,4"),
        (8200, {"fixed_m": 400, "per_hour_m": 600}, 1, "8,2 km ± 1,0"),
        (8200, {"fixed_m": 3, "per_hour_m": 0}, 0, "8,2 km ± 0,1"),
        (640, {"fixed_m": 88, "per_hour_m": 0}, 0, "640 m ± 90"),
        (110, {"fixed_m": 210, "per_hour_m": 0}, 0, "trong 320 m"),
        (8200, None, 0, "8,2 km"),
    ],
)
def test_the_tail_says_how_far_it_may_be_off(scripts, metres, error, age_h, words):
    """The error grows with the age of the reading; none is written where nobody knows, and no ± around nothing."""
    page = load(scripts)
    said = page.evaluate(
        "([metres, error, age]) => LSO.tailWords({ extent_m: { v: metres, at: 0 }, extent_error: error }, age * 3600000)",
        [metres, error, age_h],
    )
    assert said.replace("\u00a0", " ") == words


def test_the_unsure_end_of_a_queue_is_parted_from_the_sure_one(scripts):
    """A tenth of the line may be missing: it is cut off at nine tenths, and both parts meet."""
    page = load(scripts)
    sure, off = page.evaluate("() => LSO.splitTail([[106, 22], [106, 22.05], [106, 22.1]], 1000, 100)")
    assert sure[-1] == off[0]
    assert sure[-1][1] == pytest.approx(22.09)
    assert off[-1] == [106, 22.1]
    assert page.evaluate("() => LSO.splitTail([[106, 22], [106, 22.1]], 1000, 0)[1]") == []


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (1.01, "bên kia mở"),
        (0.9, "bên kia mở"),
        (0.89, "bên kia mở 89 %"),
        (0.6, "bên kia mở 60 %"),
        (0.59, "bên kia siết 59 %"),
        (0.05, "bên kia đóng"),
    ],
)
def test_the_other_side_is_named_by_the_bounds_of_the_rules(scripts, ratio, words):
    """Screen and alert call the same rate by the same name."""
    page = load(scripts)
    assert page.evaluate("(v) => LSO.otherSide.words({ v })", ratio).replace("\u00a0", " ") == words


def test_a_commune_is_coloured_by_an_alert_and_by_nothing_else(scripts):
    """A poor rate is a darker grey; an alert that has returned colours nothing."""
    page = load(scripts)
    seen = page.evaluate("""() => LSO.communes.shades(
      { a: { id: "a", on_time_rate: { v: 0.5 } }, b: { id: "b", on_time_rate: { v: 0.99 } }, c: { id: "c" }, d: { id: "d", on_time_rate: { v: 0.95 } } },
      { 1: { place: "b", priority: "high", state: "ACKED", metric: "dossiers_overdue" }, 2: { place: "a", priority: "high", state: "RTNUN", metric: "on_time_rate" },
        3: { place: "d", priority: "low", state: "UNACK", metric: "on_time_rate" } })""")
    assert [(row["level"], row["priority"]) for row in seen] == [
        ("2", None),
        ("0", "high"),
        ("none", None),
        ("1", None),
    ]


def test_a_corner_says_first_whether_the_figure_can_be_believed(scripts):
    """An old figure's age stands before its alert, an alert before the other side, the other side before the hours."""
    page = load(scripts)
    seen = page.evaluate("""() => { const q = (at) => ({ v: 9, at, cad: 60 }); const side = { v: 0.3, at: 1000000, cad: 300 };
      const base = { open: true, opens: "07:00", closes: "20:00", alert_short_vi: "Ùn tắc" };
      return [{ ...base, queue: q(700000), priority: "high", other_side: side }, { ...base, queue: q(1000000), priority: "high", other_side: side },
        { ...base, queue: q(1000000), other_side: side }, { ...base, queue: q(1000000), other_side: { ...side, v: 1 } }]
        .map((gate) => LSO.gateStatus(gate, 1000000)).map(({ icon, words }) => [icon, words.replace(/\\u00a0/g, " ")]); }""")
    assert seen == [["stale", "cũ 5 ph"], ["high", "Ùn tắc"], [None, "bên kia siết 30 %"], [None, "MỞ 07–20"]]


def test_a_hole_in_a_line_stays_a_hole(scripts):
    """Two missed buckets are crossed, three are seen."""
    page = load(scripts)
    path = page.evaluate("() => LSO.wallTrend.path([1, null, null, 4, null, null, null, 8], (i) => i, (v) => v)")
    assert path == "M0.0 1.0L3.0 4.0M7.0 8.0"


def test_a_trend_fits_beside_its_words_when_it_is_drawn_first(scripts):
    """The key below the line takes of its height before the line is drawn, so that no hour lies under the key."""
    page = load(scripts)
    sizes = page.evaluate("""() => {
      const box = document.body.appendChild(document.createElement("div"));
      box.style.cssText = "display:flex;flex-direction:column;width:900px;height:320px";
      document.head.appendChild(document.createElement("style")).textContent = ".trend-drawing { flex: 1 1 0; min-height: 0; overflow: hidden }";
      LSO.wallTrend(box, { axes: true })({ start: 0, step_s: 300, today: Array(288).fill(5), yesterday: Array(288).fill(4), threshold: 9 }, null);
      return [box.querySelector("svg").getBoundingClientRect().height, box.querySelector(".trend-drawing").clientHeight, box.querySelectorAll(".trend-key").length];
    }""")
    assert sizes[0] == sizes[1]
    assert sizes[2] == 3


def test_what_gives_way_gives_way_whole_and_in_its_order(scripts):
    """Larger type costs the row that matters least; what does not overflow loses nothing."""
    page = load(scripts)
    seen = page.evaluate("""() => { const box = document.createElement("div"); box.style.cssText = "height: 100px; overflow: hidden";
      const style = document.createElement("style"); style.textContent = ".is-shed { display: none } p { margin: 0; height: 40px }";
      box.innerHTML = "<p>a</p><p data-shed='1'>b</p><p data-shed='2'>c</p>"; document.body.append(style, box);
      const fit = LSO.wallKit.shedding(box); fit("x"); const shed = () => [...box.children].map((p) => p.classList.contains("is-shed"));
      const first = shed(); box.style.height = "200px"; fit("x"); return [first, shed()]; }""")
    assert seen == [[False, False, True], [False, False, False]]


def test_a_list_keeps_its_elements_and_their_order(scripts):
    """A row that moves is the same element: nothing flickers, and what is gone is gone."""
    page = load(scripts)
    seen = page.evaluate("""() => { const holder = document.createElement("ol"); const list = LSO.wallKit.list(holder, () => document.createElement("li"));
      const put = (keys) => { list(keys.map((key) => ({ key })), (li, row) => (li.textContent = row.key)); return [...holder.children]; };
      const [a, b] = put(["a", "b"]); const after = put(["b", "c", "a"]);
      return [after.map((li) => li.textContent), after[2] === a, after[0] === b, put(["c"]).length]; }""")
    assert seen == [["b", "c", "a"], True, True, 1]


def test_what_changed_in_the_list_of_alerts_is_told(scripts):
    """New, taken, returned, over: each once, with its own instant."""
    page = load(scripts)
    seen = page.evaluate("""() => { const a = (state, more) => ({ state, priority: "high", started_at: 5, updated_at: 7, ...more });
      return LSO.alertChanges({ kept: a("UNACK"), taken: a("UNACK"), gone: a("ACKED"), back: a("UNACK"), up: a("UNACK", { priority: "low" }) },
        { kept: a("UNACK"), taken: a("ACKED"), back: a("RTNUN"), fresh: a("UNACK"), up: a("UNACK") }, 9).map(({ kind, at }) => [kind, at]); }""")
    assert sorted(seen) == [["began", 5], ["ended", 7], ["over", 9], ["regraded", 7], ["taken", 7]]


def test_a_stretch_before_two_gates_is_told_once(scripts):
    """Gates share roads; a leader hears of one dead stretch, not of two."""
    page = load(scripts)
    seen = page.evaluate("""() => { const s = (gate, to_km) => ({ road: "QL1", from_km: 1, to_km, technology: "4g", gate });
      return LSO.distinctStretches([s("huu-nghi", 4), s("tan-thanh", 4), s("tan-thanh", 5)]).map((row) => [row.gate, row.to_km]); }""")
    assert seen == [["huu-nghi", 4], ["tan-thanh", 5]]


def test_only_communes_that_need_somebody_are_listed(scripts):
    """The alerted one first, then by overdue dossiers; one in order is not on the list."""
    page = load(scripts)
    seen = page.evaluate("""() => { const c = (id, overdue, rate) => ({ id, overdue: { v: overdue }, on_time_rate: { v: rate } });
      return LSO.worstCommunes({ a: c("a", 2, 0.99), b: c("b", 9, 0.97), fine: c("fine", 0, 0.99), slow: c("slow", 0, 0.9), told: c("told", 1, 0.99) },
        new Map([["told", "high"]])).map((each) => each.id); }""")
    assert seen == ["told", "b", "a", "slow"]
