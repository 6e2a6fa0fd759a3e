"""The live socket and the store: what a screen knows after gaps, silence and the server's absence."""
# ruff: noqa: E501  (JavaScript in strings reads better unbroken)

import pytest

pytestmark = pytest.mark.browser

# A socket and a clock the test moves by hand; nothing here waits.
FAKES = """
window.world = { now: 1_000_000, timers: [], sockets: [], random: 1 };
window.FakeSocket = class {
  constructor(url) { this.url = url; this.readyState = 1; this.sent = []; world.sockets.push(this);
    if (world.refuse) throw new Error("no way"); }
  send(text) { this.sent.push(JSON.parse(text)); }
  close() { this.readyState = 3; }
  drop(code) { this.readyState = 3; this.onclose({ code }); }
  get(frame) { this.onmessage({ data: JSON.stringify(frame) }); }
};
world.run = (ms) => { const end = world.now + ms;
  for (let guard = 0; guard < 5000; guard++) {
    const next = world.timers.filter((t) => !t.off && t.at <= end).sort((a, b) => a.at - b.at)[0];
    if (!next) break; world.now = Math.max(world.now, next.at); next.off = true; next.f(); }
  world.now = end; };
world.start = () => { window.store = LSO.createStore(); window.live = LSO.connect({ topics: ["gates", "alerts"], store,
  url: "ws://example/live", WebSocket: FakeSocket, now: () => world.now, random: () => world.random,
  setTimeout: (f, ms) => { const t = { f, at: world.now + ms, off: false }; world.timers.push(t); return t; },
  clearTimeout: (t) => { if (t) t.off = true; } }); };
world.last = () => world.sockets[world.sockets.length - 1];
world.snapshot = (seq, data, epoch) => world.last().get({ type: "snapshot", epoch: epoch || "a", topic: "gates", seq, at: world.now, data });
world.delta = (seq, data, epoch) => world.last().get({ type: "delta", epoch: epoch || "a", topic: "gates", seq, at: world.now, data });
"""


@pytest.fixture
def page(scripts):
    """A page with the socket client and the fakes, not yet connected."""
    return scripts("00-lso.js", "10-store.js", "20-live-ahead.js", "20-live.js", extra=FAKES)


def test_it_subscribes_in_its_address(page):
    """One request is enough: the topics stand in the address."""
    assert page.evaluate("world.start(), world.last().url") == "ws://example/live?topics=gates,alerts"


def test_deltas_change_leaves_and_remove_entries(page):
    """A path sets one figure; null on an entry removes it; null on a figure means no figure."""
    seen = page.evaluate("""() => { world.start();
      world.snapshot(1, { gates: { a: { queue: { v: 1 }, alert: "x" }, b: { queue: { v: 2 } } }, focus: "a" });
      world.delta(2, { "gates/a/queue": { v: 9 }, "gates/b": null, "gates/a/alert": null, "gates/c/queue": { v: 3 }, focus: "c" });
      return store.get("gates"); }""")
    assert seen == {"gates": {"a": {"queue": {"v": 9}, "alert": None}, "c": {"queue": {"v": 3}}}, "focus": "c"}


def test_a_gap_asks_for_a_snapshot_once(page):
    """A lost frame never leaves a wrong number standing, and a flood of deltas does not become a flood of requests."""
    seen = page.evaluate("""() => { world.start(); world.snapshot(1, { focus: "a" });
      world.delta(3, { focus: "c" }); world.delta(4, { focus: "d" });
      const before = [world.last().sent, store.get("gates").focus];
      world.snapshot(4, { focus: "d" }); world.delta(5, { focus: "e" });
      return [...before, store.get("gates").focus, world.last().sent.length]; }""")
    assert seen == [[{"type": "resync", "topic": "gates"}], "a", "e", 1]


def test_an_unanswered_request_is_repeated(page):
    """The request for a snapshot may be lost like any other message."""
    seen = page.evaluate("""() => { world.start(); world.snapshot(1, {}); world.delta(9, {});
      for (let i = 0; i < 7; i++) { world.run(1000); world.last().get({ type: "ping", at: world.now }); }
      return world.last().sent.filter((m) => m.type === "resync").length; }""")
    assert seen == 2


def test_a_delta_that_is_in_the_snapshot_already_is_left(page):
    """Frames of before the snapshot may arrive after it; they must not turn the clock back."""
    seen = page.evaluate("""() => { world.start(); world.snapshot(7, { focus: "new" }); world.delta(6, { focus: "old" });
      return [store.get("gates").focus, world.last().sent]; }""")
    assert seen == ["new", []]


def test_a_new_epoch_asks_for_a_snapshot(page):
    """A restarted hub counts from the start: its deltas do not belong to our state."""
    seen = page.evaluate("""() => { world.start(); world.snapshot(1, { focus: "a" }); world.delta(2, { focus: "b" }, "other");
      return [store.get("gates").focus, world.last().sent]; }""")
    assert seen == ["a", [{"type": "resync", "topic": "gates"}]]


def test_a_ping_is_answered(page):
    """The server drops who does not answer."""
    assert page.evaluate('world.start(), world.last().get({ type: "ping", at: 5 }), world.last().sent') == [
        {"type": "pong"}
    ]


def test_nonsense_on_the_line_is_survived(page):
    """A frame that is not JSON, and one of an unknown type, change nothing."""
    seen = page.evaluate("""() => { world.start(); world.snapshot(1, { focus: "a" });
      world.last().onmessage({ data: "{" }); world.last().get({ type: "future", topic: "gates" });
      return [store.get("gates").focus, live.status.state]; }""")
    assert seen == ["a", "open"]


def test_silence_is_a_lost_line(page):
    """A socket that looks open but says nothing for 12 s is given up, and the data stays on the screen."""
    seen = page.evaluate("""() => { world.start(); world.snapshot(1, { focus: "a" }); world.run(12000);
      const before = [live.status.state, world.sockets.length]; world.run(1001);
      const lost = [live.status.state, world.sockets[0].readyState]; world.run(400);
      return [before, lost, world.sockets.length, store.get("gates").focus]; }""")
    assert seen == [["open", 1], ["lost", 3], 2, "a"]


def test_it_never_gives_up_and_is_soon_back(page):
    """Four minutes without a server: it still tries, at most 3 s apart, and the first frame ends the alarm."""
    seen = page.evaluate("""() => { world.start(); world.snapshot(1, {}); world.refuse = true; world.last().drop(1006);
      world.run(240000); const tries = world.sockets.length; world.refuse = false; world.run(3001);
      const state = live.status.state; world.snapshot(1, { focus: "z" }, "b");
      return [tries, state, live.status.state, store.get("gates").focus]; }""")
    tries, waiting, state, focus = seen
    assert 75 < tries < 95
    assert (waiting, state, focus) == ("lost", "open", "z")


def test_screens_do_not_come_back_in_one_instant(page):
    """The wait is drawn between half and all of it, so that two hundred screens spread out."""
    seen = page.evaluate("""() => { const waits = []; for (const random of [0, 1]) { world.random = random; world.timers = [];
      world.start(); world.last().drop(1006); waits.push(Math.max(...world.timers.filter((t) => !t.off).map((t) => t.at - world.now).filter((ms) => ms < 1000))); }
      return waits; }""")
    assert seen == [200, 400]


def test_a_refusal_is_told_apart(page):
    """A session that has ended is not a broken line: the screen says sign in, and still tries."""
    seen = page.evaluate("""() => { world.start(); world.last().drop(4401); const state = live.status.state; world.run(400);
      return [state, world.sockets.length]; }""")
    assert seen == ["refused", 2]


def test_ages_follow_the_servers_clock(page):
    """A wall whose own clock is an hour off shows right ages; the smallest delay counts."""
    seen = page.evaluate("""() => { world.start(); const ahead = 3600000;
      world.last().get({ type: "ping", at: world.now + ahead - 250 }); world.last().get({ type: "ping", at: world.now + ahead - 20 });
      world.last().get({ type: "ping", at: world.now + ahead - 400 });
      return [live.serverNow() - world.now, live.clockOffset()]; }""")
    assert seen == [3599980, 3599980]


def test_a_stopped_client_stays_silent(page):
    """Leaving the page ends the socket and its attempts."""
    seen = page.evaluate(
        """() => { world.start(); live.stop(); world.run(60000); return [world.sockets.length, world.sockets[0].readyState]; }"""
    )
    assert seen == [1, 3]


AHEAD = """() => {
  window.WebSocket = FakeSocket;
  LSO.openAhead(/./, ["gates", "alerts"]);
  world.last().get({ type: "snapshot", epoch: "a", topic: "gates", seq: 1, at: Date.now(), data: { focus: "early" } });
  window.store = LSO.createStore();
}"""


def test_a_socket_opened_before_the_page_stands_is_taken_over_with_what_came(page):
    """The figures are there when the screen begins, nobody asks for them twice, and later frames go the same way."""
    page.evaluate(AHEAD)
    first = page.evaluate("""() => { window.heard = [];
      window.live = LSO.connect({ topics: ["gates", "alerts"], store, url: "/live" });
      store.on((topic) => heard.push(topic));
      return new Promise((drawn) => requestAnimationFrame(() => drawn(store.has("gates")))); }""")
    assert first, "a picture without figures was painted first"
    assert page.evaluate("[world.sockets.length, store.get('gates').focus, live.status.state, heard]") == [
        1, "early", "open", ["gates"],
    ]  # fmt: skip
    page.evaluate(
        "world.last().get({ type: 'delta', epoch: 'a', topic: 'gates', seq: 2, at: Date.now(), data: { focus: 'late' } })"
    )
    assert page.evaluate("store.get('gates').focus") == "late"
    page.evaluate("live.stop()")


@pytest.mark.parametrize("spoilt", ["world.last().close()", "window.other = true"])
def test_a_socket_that_is_of_no_use_is_left(page, spoilt):
    """One that was refused meanwhile, or that carries other topics: the screen opens its own."""
    page.evaluate(AHEAD)
    page.evaluate(f"""() => {{ {spoilt};
      window.live = LSO.connect({{ topics: window.other ? ["alerts"] : ["gates", "alerts"], store, url: "/live" }}); }}""")
    assert page.evaluate("[world.sockets.length, store.has('gates')]") == [2, False]
    page.evaluate("live.stop()")


def test_a_listener_that_fails_keeps_nothing_back_that_came_ahead(page):
    """A fault in drawing one topic must not leave the others, and all that comes later, waiting for ever."""
    page.evaluate(AHEAD)
    page.evaluate("""() => {
      world.last().get({ type: "snapshot", epoch: "a", topic: "alerts", seq: 1, at: Date.now(), data: { n: 1 } });
      window.live = LSO.connect({ topics: ["gates", "alerts"], store, url: "/live" });
      let once = true;
      addEventListener("error", (event) => event.preventDefault());  // it is meant to be
      store.on(() => { if (once) { once = false; throw new Error("no"); } });
    }""")
    page.wait_for_function("store.has('alerts')")
    page.evaluate(
        "world.last().get({ type: 'delta', epoch: 'a', topic: 'gates', seq: 2, at: Date.now(), data: { focus: 'late' } })"
    )
    assert page.evaluate("store.get('gates').focus") == "late"
    page.evaluate("live.stop()")
