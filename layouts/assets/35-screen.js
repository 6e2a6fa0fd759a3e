/**
 * What tablet, duty and crossings have in common: one socket, one store, the head, and drawing at most once a frame
 * and at least once a second.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /**
   * Start a live screen.
   * @param {HTMLElement} main
   * @param {string[]} topics
   * @param {function(*, number): void} draw draw(store, now): called for every change and each second
   * @returns {{store: *, live: *, soon: function(): void, stop: function(): void}}
   */
  LSO.liveScreen = function (main, topics, draw) {
    const store = LSO.createStore();
    const live = LSO.line({ topics, store });
    const beat = LSO.heartbeat(main, live, () => LSO.feedTrouble(store.get("feeds")));
    let asked = false;

    function show() {
      asked = false;
      const now = live.serverNow();
      if (live.drawing) live.drawing();
      head(main, store, now);
      draw(store, now);
      if (live.drawn) live.drawn(main, now);
      beat.say();
    }

    function soon() {
      if (asked) return;
      asked = true;
      root.requestAnimationFrame(show);
    }

    const off = [store.on(soon), live.on(soon)];
    const second = root.setInterval(() => {
      beat.tick();
      soon();
    }, 1000);
    root.addEventListener("resize", soon);
    beat.tick();
    soon();
    LSO.screen = { store, live };
    return {
      store,
      live,
      soon,
      stop() {
        for (const each of off) each();
        root.clearInterval(second);
        root.removeEventListener("resize", soon);
        live.stop();
      },
    };
  };

  /** Age of the data, sources that are live, and the mark of simulated figures. */
  function head(main, store, now) {
    const part = (name) => LSO.dom.part(main, name);
    const feeds = store.get("feeds");
    const age = LSO.feedAge(feeds, now);
    LSO.dom.text(part("freshness"), age ? age.age : LSO.t(store.has("feeds") ? "live.waiting" : "live.connecting"));
    LSO.dom.text(part("sources"), age ? age.sources : null);
    LSO.dom.data(part("pulse-box"), "state", age && age.live < age.all ? "attention" : null);
    LSO.markSimulated(main, LSO.simulation(feeds, store.get("gates").gates), feeds);
  }

  /** Show the mark for "all" or "partly" simulated figures, hide it for "none"; with the topic `feeds`, the scenario too. */
  LSO.markSimulated = function (main, simulation, feeds) {
    LSO.dom.show(LSO.dom.part(main, "sim"), simulation !== "none");
    LSO.dom.show(LSO.dom.part(main, "sim-partly"), simulation === "partly");
    LSO.markScenario(main, simulation, feeds);
  };
})(typeof window === "undefined" ? globalThis : window);
