/**
 * The wall, put together: one socket, one store, one scene on show, everything drawn at most once a frame and at least
 * once a second, and a wall that looks after itself.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const TOPICS = ["gates", "services", "network", "programme", "alerts", "feeds"];

  function start(main) {
    const part = (name) => LSO.dom.part(main, name);
    const facts = LSO.page.facts.wall || {};
    const address = new URLSearchParams(root.location.search);
    const panel = LSO.panelType.panelOf(facts, root.location.pathname, "");
    const frozen = LSO.frozenCode && LSO.frozenCode();
    const together = Boolean(panel.together) && !frozen;
    const inner = LSO.createStore();
    const store = LSO.pacedStore(inner, together);
    const live = frozen ? LSO.connectFrozen({ id: frozen, store }) : LSO.connect({ topics: TOPICS, store });
    const alert = LSO.wallAlert(main);
    const stage = LSO.wallStage(main, panel);
    const turn = LSO.wallTurn(stage, panel, address);
    const foot = LSO.wallFoot(main, panel, store);
    let revoked = false;
    let asked = false;
    let timer = null;

    const journal = LSO.wallJournal({ panel: panel.id, now: live.serverNow, beat: sign, onAnswer: answered });
    const watch = LSO.wallWatch({ note: journal.note, panel: panel.id, browser: journal.browser, now: live.serverNow });
    const awake = LSO.keepAwake(() => journal.note("lock_lost"));
    const reload = LSO.wallReload({ live, store, clock: facts.reload_at, version: facts.version, note: journal.note });
    const beat = LSO.heartbeat(main, live, trouble, true);
    const orbit = LSO.wallOrbit(main);
    const line = LSO.wallLine(live, journal);
    journal.note("load", { detail: document.referrer ? "from " + new URL(document.referrer).pathname : "" });

    function trouble() {
      const still = watch.stillMs();
      if (still) return LSO.t("foot.still", { age: LSO.format.age(still / 1000) });
      if (frozen) return LSO.t(live.status.state === "missing" ? "foot.moment_missing" : "foot.moment", moment());
      return LSO.feedTrouble(store.get("feeds"));
    }

    const moment = () => ({ time: LSO.format.clock(live.serverNow(), "hanoi", true), day: LSO.format.day(live.serverNow()), code: frozen });

    /** What a sign of life tells; docs/wall.md explains each. */
    function sign() {
      const now = turn.now();
      return {
        scene: stage.shown() || "", code: foot.code(), held: Boolean(now && now.held), pinned: Boolean(now && now.pinned),
        drawn_at: Math.round(drawnAt), instant: Math.round(store.instant()), loaded_at: Math.round(loadedAt), frames: live.status.frames,
        width: root.innerWidth, height: root.innerHeight, ratio: root.devicePixelRatio || 1, lock: awake.state(), line: live.status.state,
        version: facts.version || "",
      };
    }
    let drawnAt = 0;
    const loadedAt = live.serverNow();

    function answered({ status, version }) {
      revoked = status === 401 || status === 403;
      // Its line is refused too: without this the head would only say that it is lost and comes back.
      live.says = revoked ? () => LSO.t("foot.revoked") : undefined;
      LSO.dom.data(main, "revoked", revoked ? "yes" : null);
      if (revoked) beat.say();
      reload.told(version);
    }

    function draw() {
      asked = false;
      const now = together && store.instant() ? store.instant() : live.serverNow();
      try {
        head(now);
        const shown = turn.at(now, store.get("alerts").items);
        foot.draw(shown, now);
        stage.draw(store, now);
        drawnAt = live.serverNow();
        watch.drawn();
      } catch (error) {
        watch.failed(error);
      }
    }

    function head(now) {
      const feeds = store.get("feeds");
      const gates = store.get("gates").gates;
      const simulation = LSO.simulation(feeds, gates);
      LSO.dom.show(part("sim"), simulation !== "none");
      LSO.dom.show(part("sim-partly"), simulation === "partly");
      LSO.markScenario(main, simulation, feeds);
      alert(store.has("alerts"), store.get("alerts"), age(feeds, now) ? LSO.calm(gates || {}, now) : "unsure");
      const scene = stage.shown() || "overview";
      LSO.dom.text(part("scene"), scene === "overview" ? null : LSO.t("scene." + scene));
      LSO.fitHead(main.querySelector(".wall-head"), [scene, simulation, root.innerWidth, root.innerHeight, feeds.scenario, part("notice").hidden, part("freshness").textContent.length].join());
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
      watch.asked();
      root.requestAnimationFrame(draw);
    }

    /** With the server's seconds, not this machine's: the clocks and the blocks of neighbours step as one. */
    function second() {
      const now = live.serverNow();
      // The clock of a saved moment stands: its seconds are this machine's.
      timer = root.setTimeout(second, frozen ? 1000 : Math.max(50, LSO.pacedStore.wait(now)));
      store.advance(LSO.pacedStore.due(now));
      watch.tick();
      beat.tick();
      reload.tick(now);
      soon();
    }

    function size() {
      const type = LSO.panelType.typeOf(panel, root.innerWidth, root.innerHeight, root.devicePixelRatio || 1);
      main.style.setProperty("--far-factor", type.factor.toFixed(4));
      soon();
    }

    const off = [store.on(soon), live.on(soon)];
    root.addEventListener("resize", size);
    size();
    second();
    journal.beat();
    LSO.screen = LSO.wall = { store, live, panel, journal, instant: store.instant, turn: turn.now };
    return function stop() {
      for (const each of [...off, line]) each();
      root.clearTimeout(timer);
      root.removeEventListener("resize", size);
      for (const each of [journal, watch, awake, orbit, stage, live]) each.stop();
    };
  }

  LSO.openAhead(/^\/wall(\/|$)/, TOPICS);
  LSO.onScreen("wall", start);
})(typeof window === "undefined" ? globalThis : window);
