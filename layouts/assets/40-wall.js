/**
 * The wall, put together: one socket, one store, everything drawn at most once a frame and at least once a second.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const TOPICS = ["gates", "services", "network", "programme", "alerts", "feeds"];

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
