"""What the wall's frame decides in the browser: whose turn it is, what holds it, what it shows when, and how large."""
# ruff: noqa: E501  (JavaScript in strings reads better unbroken)

import pytest

pytestmark = pytest.mark.browser

FRAME = (
    "00-lso.js", "10-dom.js", "10-format.js", "10-store.js", "43-wall-rotation.js", "43-wall-together.js", "43-panel-type.js",
    "43-wall-journal.js", "43-wall-watch.js", "43-wall-reload.js",
)  # fmt: skip
TURNS = '[{ scene: "a", dwell_s: 60 }, { scene: "b", dwell_s: 20 }, { scene: "c", dwell_s: 20 }]'


@pytest.mark.parametrize(
    ("at_s", "index", "since_s", "until_s"),
    [
        (0, 0, 0, 60),
        (59.999, 0, 0, 60),
        (60, 1, 60, 80),
        (80, 2, 80, 100),
        (100, 0, 100, 160),
        (1_000_070, 1, 1_000_060, 1_000_080),
    ],
)
def test_the_rotation_follows_the_servers_clock(scripts, at_s, index, since_s, until_s):
    """At every instant each panel of a wall knows the scene and when it turns, on both sides of each boundary."""
    seen = scripts(*FRAME).evaluate(f"() => LSO.wallRotation.turnAt({TURNS}, {at_s} * 1000, 0)")
    assert seen == {"index": index, "since": since_s * 1000, "until": until_s * 1000}


def test_a_single_scene_never_turns(scripts):
    """A panel with one scene has no end of its turn to wait for."""
    seen = scripts(*FRAME).evaluate('() => LSO.wallRotation.turnAt([{ scene: "a", dwell_s: 5 }], 9e9, 7)')
    assert seen == {"index": 0, "since": 7, "until": None}


ALERT = "(id, more) => ({ id, priority: 'critical', state: 'UNACK', started_at: 1000, gate: 'chi-ma', ...more })"
HOLDS = [
    ("[]", None),
    ("[a('1')]", ("gate", "chi-ma", "1", 1)),
    ("[a('1', { state: 'ACKED' })]", None),
    ("[a('1', { state: 'RTNUN' })]", ("gate", "chi-ma", "1", 1)),
    ("[a('1', { priority: 'high' })]", None),
    ("[a('1', { gate: null })]", ("alerts", None, "1", 1)),
    # A new one is jumped to at once, even while another is held.
    ("[a('1'), a('2', { gate: 'coc-nam', started_at: 5000 })]", ("gate", "coc-nam", "2", 2)),
    # What went away unseen waits behind what lasts.
    ("[a('1'), a('2', { gate: 'coc-nam', started_at: 5000, state: 'RTNUN' })]", ("gate", "chi-ma", "1", 2)),
]


@pytest.mark.parametrize(("alerts", "held"), HOLDS)
def test_an_unacknowledged_critical_alert_holds_the_panel(scripts, alerts, held):
    """It shows the gate the alert is about, else the alerts; once somebody has acknowledged, nothing holds it."""
    seen = scripts(*FRAME).evaluate(f"""() => {{ const a = {ALERT};
      const items = Object.fromEntries({alerts}.map((one) => [one.id, one]));
      const found = LSO.wallRotation.heldBy(items, 6000, () => true);
      return found && [found.scene, found.settings.gate || null, found.alert, found.count]; }}""")
    assert seen == (list(held) if held else None)


def test_several_held_gates_take_turns(scripts):
    """Two gates in a crisis are both seen, half a minute each, the newest first."""
    seen = scripts(
        *FRAME
    ).evaluate(f"""() => {{ const a = {ALERT};
      const items = {{ 1: a("1"), 2: a("2", {{ gate: "coc-nam", started_at: 5000 }}), 3: a("3") }};
      return [5000, 34999, 35000, 65000].map((now) => LSO.wallRotation.heldBy(items, now, () => true).settings.gate); }}""")
    assert seen == ["coc-nam", "coc-nam", "chi-ma", "coc-nam"]


def test_panels_of_a_wall_show_the_same_second(scripts):
    """The same frames, come in another rhythm: at every second both show the same, and nothing newer than it."""
    seen = scripts(*FRAME).evaluate("""() => {
      const frames = [["snapshot", 1, 10100, { v: 1 }], ["delta", 2, 10400, { v: 2 }], ["delta", 3, 10999, { v: 3 }], ["delta", 4, 11000, { v: 4 }], ["delta", 5, 11700, { v: 5 }]]
        .map(([type, seq, at, data]) => ({ type, seq, at, data, topic: "gates", epoch: "e" }));
      const play = (delay) => { const store = LSO.pacedStore(LSO.createStore(), true); const shown = []; const left = [...frames];
        for (let now = 10000; now < 13000; now += 50) {
          while (left.length && left[0].at + delay <= now) store.take(left.shift());
          const due = LSO.pacedStore.due(now);
          if (due !== store.instant()) { store.advance(due); shown.push([due, store.get("gates").v ?? null]); } }
        return shown; };
      return [play(10), play(200)]; }""")
    quick, slow = ({at: value for at, value in run if at >= 11_000} for run in seen)
    assert quick == slow == {11_000: 4, 12_000: 5}


def test_a_panel_alone_shows_a_frame_at_once(scripts):
    """Whoever has nobody to keep step with loses no time; a gap still asks for a snapshot, a repetition changes nothing."""
    seen = scripts(
        *FRAME
    ).evaluate("""() => { const store = LSO.pacedStore(LSO.createStore(), false);
      const frame = (type, seq, v) => store.take({ type, seq, at: 1000 + seq, data: { v }, topic: "gates", epoch: "e" });
      return [frame("delta", 1, 0), frame("snapshot", 1, 1), frame("delta", 2, 2), frame("delta", 2, 9), frame("delta", 4, 4), store.get("gates").v, store.instant()]; }""")
    assert seen == ["gap", "applied", "applied", "repeated", "gap", 2, 1002]


def test_frames_that_wait_are_counted_as_come(scripts):
    """While a second is not drawn yet, a frame sent again is known, a missing one is noticed, and a new epoch too."""
    seen = scripts(
        *FRAME
    ).evaluate("""() => { const store = LSO.pacedStore(LSO.createStore(), true);
      const frame = (type, seq, epoch = "e") => store.take({ type, seq, at: 5000 + seq, data: { v: seq }, topic: "gates", epoch });
      const said = [frame("snapshot", 1), frame("delta", 2), frame("delta", 2), frame("delta", 4), frame("delta", 3, "f")];
      store.advance(4000); const before = store.get("gates").v; store.advance(6000); return [said, before, store.get("gates").v]; }""")
    assert seen == [["applied", "applied", "repeated", "gap", "gap"], 1, 2]


@pytest.mark.parametrize(
    ("diagonal", "metres", "size", "factor", "serves"),
    [
        (55, 3, (1920, 1080), 1.0, 3.57), (55, 4, (1920, 1080), 1.121, 4.0), (55, 4, (3840, 2160), 1.121, 4.0),
        (55, 8, (1920, 1080), 1.35, 4.82), (98, 6, (1366, 768), 1.0, 6.36), (75, 4, (2560, 1080), 1.037, 4.0),
    ],
)  # fmt: skip
def test_far_type_meets_sixteen_arc_minutes(scripts, diagonal, metres, size, factor, serves):
    """The smallest type for the seats grows with the farthest one, up to what the scenes hold; then the distance is told."""
    told = scripts(
        *FRAME
    ).evaluate(f"""() => {{ const type = LSO.panelType.typeOf({{ diagonal_in: {diagonal}, distance_m: {metres} }}, {size[0]}, {size[1]}, 1);
      return [type.factor, type.servesM, type.arcMinutes(36, true, {metres}), type.enough, type.arcMinutes(36, true, type.servesM)]; }}""")
    assert (round(told[0], 3), round(told[1], 2)) == (factor, serves)
    assert told[3] == (told[2] >= 15.98)
    assert abs(told[4] - 16) < 0.01


def test_declared_pixels_count_more_than_the_window(scripts):
    """A window that does not fill a 4K panel still has the panel's pixels; at ratio 2 a CSS pixel is two of them."""
    pitch = scripts(*FRAME).evaluate(
        """() => [1, 2].map((ratio) => LSO.panelType.typeOf({ diagonal_in: 55, distance_m: 3, width_px: 3840, height_px: 2160 }, 1280, 720, ratio).pitchMm)"""
    )
    assert [round(each, 3) for each in pitch] == [0.317, 0.634]


def test_a_panels_address_names_it(scripts):
    """/wall is the panel main; an address of another one, or ?panel= of the self-test, names that."""
    seen = scripts(
        *FRAME
    ).evaluate("""() => { const facts = { panels: { main: { id: "main" }, left: { id: "left" } } };
      return [["/wall", ""], ["/wall/left", ""], ["/wall/nowhere", ""], ["/wall/self-test", "?panel=left"]].map(([path, search]) => LSO.panelType.panelOf(facts, path, search).id); }""")
    assert seen == ["main", "left", "main", "left"]


# 2026-11-22 20:30 UTC is 03:30 of the 23rd in Hanoi.
NIGHT = 1_795_379_400_000


@pytest.mark.parametrize(
    ("minutes", "loaded_minutes", "clock", "due"),
    [(0, -600, "03:30", True), (-1, -600, "03:30", False), (179, -600, "03:30", True), (181, -600, "03:30", False),
     (10, 5, "03:30", False), (0, -600, "", False), (0, -600, "03:31", False), (1_440, 1, "03:30", True)],
)  # fmt: skip
def test_the_wall_loads_itself_anew_once_a_night(scripts, minutes, loaded_minutes, clock, due):
    """In Hanoi's small hours, not before, not all day, and not again when it has just been loaded."""
    script = f'() => LSO.wallReload.nightly({NIGHT} + {minutes} * 60000, {NIGHT} + {loaded_minutes} * 60000, "{clock}")'
    assert scripts(*FRAME).evaluate(script) is due


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("", ""),
        ("line: 'lost'", "the line is lost"),
        ("alerts: { 1: { priority: 'critical', state: 'UNACK' } }", "a critical alert waits for somebody"),
        ("alerts: { 1: { priority: 'critical', state: 'ACKED' }, 2: { priority: 'high', state: 'UNACK' } }", ""),
        ("fetch: async (path) => path === '/healthz' ? { status: 503 } : page", "the house is not healthy"),
        (
            "fetch: async (path) => path === '/healthz' ? { status: 200 } : { ...page, redirected: true }",
            "the page does not come",
        ),
        ("fetch: async () => { throw new Error('gone'); }", "the server does not answer"),
    ],
)
def test_only_a_healthy_wall_loads_itself_anew(scripts, change, why):
    """An old picture is better than the browser's own fault page, and a crisis is no time for it."""
    seen = scripts(*FRAME).evaluate(f"""async () => {{ const page = {{ status: 200, redirected: false, text: async () => "<script id=_dash-config>" }};
      const well = {{ line: "open", alerts: {{}}, page: "/wall", fetch: async (path) => path === "/healthz" ? {{ status: 200 }} : page }};
      return LSO.wallReload.unwell({{ ...well, {change} }}); }}""")
    assert seen == why


def test_a_newer_version_is_taken_once_it_is_served(scripts):
    """The page loads itself anew when the server says that it serves another version; not while that is the same."""
    seen = scripts(*FRAME).evaluate("""async () => { let loads = 0; const notes = [];
      const storage = {}; Object.defineProperty(window, "sessionStorage", { value: { getItem: (k) => storage[k] || null, setItem: (k, v) => (storage[k] = v) } });
      const answer = async (path) => path === "/healthz" ? { status: 200 } : { status: 200, text: async () => "_dash-config" };
      const reload = LSO.wallReload({ live: { status: { state: "open" } }, store: { get: () => ({}) }, clock: "", version: "a", spread: 0,
        note: (kind, more) => notes.push(kind + " " + more.detail), fetch: answer, reload: () => (loads += 1) });
      const settle = () => new Promise((done) => setTimeout(done, 0));
      const t = 1e12; reload.tick(t); reload.told("a"); reload.tick(t + 100000); await settle(); const same = loads;
      reload.told("b"); reload.tick(t + 200000); await settle(); const newer = loads;
      reload.tick(t + 300000); await settle();
      return [same, newer, loads, notes]; }""")
    assert seen == [0, 1, 1, ["reload version b"]]


def test_the_journal_waits_for_the_server_and_is_sent_once(scripts):
    """Lines of an outage stay in the browser; when the server answers they are handed over and gone, each with its number."""
    seen = scripts(
        *FRAME
    ).evaluate("""async () => { let up = false; const sent = []; const statuses = [];
      const storage = {}; Object.defineProperty(window, "localStorage", { value: { getItem: (k) => storage[k] || null, setItem: (k, v) => (storage[k] = v) } });
      const answer = async (path, what) => { if (!up) throw new Error("offline"); sent.push(JSON.parse(what.body)); return { ok: true, status: 200, json: async () => ({ version: "v" }) }; };
      const open = () => LSO.wallJournal({ panel: "main", now: () => 1000, beat: () => ({ scene: "a" }), onAnswer: (a) => statuses.push(a.status), fetch: answer });
      const first = open(); first.note("outage", { for_ms: 5000.4, detail: "x".repeat(400) }); await first.beat(); first.stop();
      const second = open(); second.note("load"); const waiting = second.waiting(); up = true; await second.beat(); await second.beat(); second.stop();
      return [waiting, statuses, sent.map((body) => body.entries.map((line) => [line.kind, line.n, line.for_ms, line.detail.length])), sent[0].browser === first.browser, second.waiting()]; }""")
    assert seen == [2, [0, 200, 200], [[["outage", 1, 5000, 300], ["load", 2, 0, 0]], []], True, 0]


def test_the_journal_is_bounded_and_says_what_it_lost(scripts):
    """A week without a server fills no disk; the next report tells how many lines went."""
    seen = scripts(*FRAME).evaluate("""async () => { let last = null;
      Object.defineProperty(window, "localStorage", { value: { getItem: () => null, setItem: () => { throw new Error("full"); } } });
      const journal = LSO.wallJournal({ panel: "main", now: () => 1000, beat: () => ({}), onAnswer: () => {}, fetch: async (p, w) => { last = JSON.parse(w.body); return { ok: false, status: 503 }; } });
      for (let i = 0; i < 450; i++) journal.note("slow"); await journal.beat(); journal.stop();
      return [journal.waiting(), last.entries.length, last.entries[0].n]; }""")
    assert seen == [400, 50, 52]


def test_a_picture_that_stands_still_is_noticed_and_told_afterwards(scripts):
    """Drawing that was asked for and did not happen for five seconds is told at once; when it is over, it is journalled."""
    seen = scripts(*FRAME).evaluate("""() => { let now = 0; performance.now = () => now; const notes = [];
      const watch = LSO.wallWatch({ note: (kind, more) => notes.push([kind, Math.round(more.for_ms / 1000), more.detail]), panel: "main", browser: "b", now: () => now, worker: false });
      const at = (second) => { now = second * 1000; watch.tick(); return Math.round(watch.stillMs() / 1000); };
      watch.asked(); const seen = [1, 2, 3, 4, 5, 6, 7].map(at); watch.drawn(); seen.push(at(8)); seen.push(at(20)); watch.stop();
      return [seen, notes]; }""")
    assert seen == [
        [0, 0, 0, 0, 0, 6, 7, 0, 0],
        [["frozen", 7, "nothing was drawn"], ["frozen", 12, "the page did not run"]],
    ]


def test_a_fault_in_drawing_is_told_once_a_minute(scripts):
    """A fault that comes with every frame does not fill the journal."""
    page = scripts(*FRAME)
    seen = page.evaluate("""() => { let now = 0; performance.now = () => now; const notes = []; console.error = () => {};
      const watch = LSO.wallWatch({ note: (kind, more) => notes.push(more.detail), panel: "main", browser: "b", now: () => now, worker: false });
      for (const second of [0, 1, 59, 61]) { now = second * 1000; watch.failed(new Error("no gate")); } watch.failed("other"); watch.stop(); return notes; }""")
    assert seen == ["no gate", "no gate", "other"]
