/**
 * The wall, put together: one socket, one store, everything drawn at most once a frame and at least once a second.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const TOPICS = ["gates", "services", "network", "programme", "alerts", "feeds"];

  /** What is wrong between the feeds and us, as a sentence; null when nothing is. */
  LSO.feedTrouble = function (feeds) {
    if (feeds.bus === "down") return LSO.t("live.bus_down");
    if (feeds.history === "down") return LSO.t("live.history_down");
    const down = Object.entries(feeds.processes || {}).find(([, process]) => process && process.state !== "running");
    return down ? LSO.t("live.process_down", { name: down[0] }) : null;
  };

  /** "Data 2 s ago", "5/6 sources"; null before any source has spoken. */
  LSO.feedAge = function (feeds, now) {
    const sources = Object.values(feeds.sources || {}).filter((source) => source && source.last_at && !source.ended);
    if (!sources.length) return null;
    const newest = Math.max(...sources.map((source) => source.last_at));
    const live = sources.filter(
      (source) => LSO.freshness.stateOf(LSO.freshness.ageOf(source.last_at, now), source.cadence_s || 60) === "live"
    ).length;
    const age = LSO.format.age(LSO.freshness.ageOf(newest, now));
    return { live, all: sources.length, age: LSO.t("live.data", { age }), sources: LSO.t("live.sources", { live, all: sources.length }) };
  };

  /** Whether figures are simulated: all of them, some, or none. Any simulated figure counts, whatever the feeds say. */
  LSO.simulation = function (feeds, gates) {
    const sources = Object.values(feeds.sources || {}).filter((source) => source && source.last_at && !source.ended);
    const cells = Object.values(gates || {}).map((gate) => gate && gate.queue).filter(Boolean);
    const some = feeds.simulated === true || cells.some((cell) => cell.sim);
    if (!some) return "none";
    return sources.some((source) => !source.simulated) || cells.some((cell) => !cell.sim) ? "partly" : "all";
  };

  /** The name of the scenario beside the mark, unless it is the ordinary province. */
  LSO.markScenario = function (main, simulation, feeds) {
    const named = simulation !== "none" && feeds && feeds.scenario && feeds.scenario !== "normal";
    LSO.dom.text(LSO.dom.part(main, "sim-scenario"), named ? LSO.text(feeds, "scenario") || feeds.scenario : null);
  };

  function start(main) {
    const part = (name) => LSO.dom.part(main, name);
    const store = LSO.createStore();
    const live = LSO.connect({ topics: TOPICS, store });
    const gates = LSO.wallGates(main);
    const panels = LSO.wallPanels(main);
    const alert = LSO.wallAlert(main);
    const beat = LSO.heartbeat(main, live, () => LSO.feedTrouble(store.get("feeds")));
    const [province, inset] = maps(main);
    let asked = false;

    function draw() {
      asked = false;
      const now = live.serverNow();
      const feeds = store.get("feeds");
      const topic = store.get("gates");
      const simulation = LSO.simulation(feeds, topic.gates);
      LSO.dom.show(part("sim"), simulation !== "none");
      LSO.dom.show(part("sim-partly"), simulation === "partly");
      LSO.markScenario(main, simulation, feeds);
      gates(topic, now, simulation === "partly");
      panels(store.get, now, simulation === "partly");
      alert(store.has("alerts"), store.get("alerts"), age(feeds, now) ? LSO.calm(topic.gates || {}, now) : "unsure");
      progress(feeds);
      const state = { gates: LSO.mapGates(topic.gates || {}, now), silent: Object.values(store.get("network").silent || {}), lost: store.get("network").lost || null };
      province.show(state);
      inset.show(state);
    }

    /** @returns {boolean} whether every source is live, without which silence proves nothing */
    function age(feeds, now) {
      const found = LSO.feedAge(feeds, now);
      LSO.dom.text(part("freshness"), found ? found.age : LSO.t(store.has("feeds") ? "live.waiting" : "live.connecting"));
      LSO.dom.text(part("sources"), found ? found.sources : null);
      const late = Boolean(found) && found.live < found.all;
      LSO.dom.data(main.querySelector(".wall-pulse"), "state", late ? "attention" : null);
      return Boolean(found) && !late;
    }

    function progress(feeds) {
      const task = Object.values(feeds.progress || {}).find((each) => each && each.total > 0 && each.done < each.total);
      LSO.dom.show(part("progress"), Boolean(task));
      if (!task) return;
      const done = task.done / task.total;
      LSO.dom.text(part("progress-text"), LSO.t("progress.label", { label: LSO.text(task, "label"), percent: LSO.format.percent(100 * done, undefined, 0) }));
      LSO.dom.style(part("progress-fill"), "--share", done.toFixed(3));
    }

    function soon() {
      if (asked) return;
      asked = true;
      root.requestAnimationFrame(draw);
    }

    const off = store.on(soon);
    const second = root.setInterval(() => {
      beat();
      soon();
    }, 1000);
    root.addEventListener("resize", soon);
    beat();
    soon();
    LSO.wall = { store, live };
    return function stop() {
      off();
      root.clearInterval(second);
      root.removeEventListener("resize", soon);
      live.stop();
    };
  }

  function maps(main) {
    const box = (selector) => main.querySelector(selector);
    const province = LSO.liveMap(box('[data-map="province"]'), {
      // The land keeps to the left: the inset stands where China is, and nothing of ours lies under it.
      padding: { top: 16, right: 212, bottom: 34, left: -8 },
      obstacles: () => [box(".wall-inset"), box(".map-credit"), box(".map-progress")],
      insetFrame: true,
    });
    return [province, LSO.liveMap(box('[data-map="inset"]'), { padding: { top: -10, right: 122, bottom: -18, left: 44 } })];
  }

  LSO.onScreen("wall", start);
})(typeof window === "undefined" ? globalThis : window);
