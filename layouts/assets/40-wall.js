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
    const alert = LSO.wallAlert(main);
    const beat = LSO.heartbeat(main, live, () => LSO.feedTrouble(store.get("feeds")));
    const stage = LSO.wallStage(main, {});
    let asked = false;

    function draw() {
      asked = false;
      const now = live.serverNow();
      const feeds = store.get("feeds");
      const gates = store.get("gates").gates;
      const simulation = LSO.simulation(feeds, gates);
      LSO.dom.show(part("sim"), simulation !== "none");
      LSO.dom.show(part("sim-partly"), simulation === "partly");
      LSO.markScenario(main, simulation, feeds);
      alert(store.has("alerts"), store.get("alerts"), age(feeds, now) ? LSO.calm(gates || {}, now) : "unsure");
      stage.draw(store, now);
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

    function soon() {
      if (asked) return;
      asked = true;
      root.requestAnimationFrame(draw);
    }

    stage.show(new URLSearchParams(root.location.search).get("scene") || "overview", {});
    const off = store.on(soon);
    const second = root.setInterval(() => {
      beat();
      soon();
    }, 1000);
    root.addEventListener("resize", soon);
    beat();
    soon();
    LSO.screen = LSO.wall = { store, live };
    return function stop() {
      off();
      root.clearInterval(second);
      root.removeEventListener("resize", soon);
      stage.stop();
      live.stop();
    };
  }

  LSO.onScreen("wall", start);
})(typeof window === "undefined" ? globalThis : window);
