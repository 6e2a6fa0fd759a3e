/**
 * The tablet, put together: pages by address, one live line for all of them, only the page on show is drawn.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, part } = LSO.dom;
  const F = LSO.format;
  const TOPICS = ["gates", "services", "network", "programme", "alerts", "feeds"];

  function start(main) {
    const seen = LSO.tabletSeen(() => LSO.tabletRedraw());
    const views = {
      needs: LSO.tabletNeedsList(main, seen), changes: LSO.tabletChangesList(main, seen), gates: LSO.tabletGates(main), strip: LSO.tabletStrip(main),
      gate: LSO.tabletGate(main), services: LSO.tabletServices(main), network: LSO.tabletNetwork(main), programme: LSO.tabletProgramme(main), alerts: LSO.tabletAllAlerts(main),
    };
    const router = LSO.tabletRouter(main, arrived);
    const sheet = LSO.tabletSheet(main, () => router.route().page === "alert" && router.back());
    const back = LSO.dom.designUnit(() => Math.min(1, Math.max(0.62, main.clientWidth / 1400)));
    const map = LSO.tabletLiveMap(main);
    let mapsMay = false;
    let screen = null;
    LSO.tabletRedraw = () => screen && screen.soon();
    screen = LSO.liveScreen(main, TOPICS, draw);
    const again = LSO.tabletRefresh(main, TOPICS, () => screen, () => views.gate.refresh());
    const off = screen.store.on(again.heard);
    const ungesture = LSO.tabletGestures(main, (step) => router.go("#/gate/" + views.gate.beside(step)), () => router.beneath().page === "gate" && router.route().page !== "alert", again.refresh);
    part(main, "pulse-box").addEventListener("click", again.refresh);
    main.addEventListener("click", tools);
    root.document.addEventListener("visibilitychange", returned);
    router.begin();

    function arrived(route, beneath) {
      sheet.show(route.page === "alert" ? route.id : null);
      if (beneath.page === "gate") views.gate.show(beneath.id, screen && screen.store);
      title(beneath);
      if (screen) screen.soon();
    }

    function title(beneath) {
      const words = {
        now: () => LSO.t("tablet.title"), gate: () => views.gate.name(), services: () => LSO.t("tablet.title.services"), network: () => LSO.t("tablet.title.network"),
        programme: () => LSO.t("tablet.title.programme"), alerts: () => LSO.t("tablet.alerts"),
      };
      text(part(main, "page-title"), words[beneath.page]());
    }

    function draw(store, now) {
      text(part(main, "clock"), F.clock(now));
      text(part(main, "today-date"), F.day(now).replace(/[/ ]\d{4}$/, ""));
      sheet.draw(store, now);
      // What changed is looked at on every page: who reads about a gate has seen the province too.
      const { page, id } = router.beneath();
      if (page === "gate") {
        views.gate.show(id, store);
        title(router.beneath());
        views.gate.draw(store, now);
      } else if (page === "now") now_(store, now);
      else if (page === "alerts") views.alerts(store, now);
      else views[page](id, store, now);
      if (page !== "now") seen.look(store, now);
    }

    function now_(store, now) {
      const topic = store.get("gates");
      views.needs(store, now);
      views.changes(store, now);
      views.gates(topic, now);
      views.strip(store, now);
      if (!mapsMay) return void mapsNext(store);
      map(store, now);
    }

    /** Maps cost as much as the rest of the first picture: they wait until the figures have been seen. */
    function mapsNext(store) {
      if (mapsMay === null || !(store.has("gates") || screen.live.status.state !== "connecting")) return;
      mapsMay = null;
      root.requestAnimationFrame(() => root.setTimeout(() => {
        mapsMay = true;
        screen.soon();
      }));
    }

    /** Note, share, code: the app's own scripts (25-tablet-app*.js) do them; here they are told what is on show. */
    function tools(event) {
      const button = event.target.closest("[data-tool]");
      const app = LSO.tabletApp;
      if (!button || !app) return;
      const name = button.dataset.tool;
      if (name === "code") return app.openCode && app.openCode();
      if (app[name]) app[name](context());
    }

    /** What the leader looks at: its address, and the place and alert it is about. */
    function context() {
      const alert = sheet.alert();
      const { page, id } = router.beneath();
      const held = alert && (screen.store.get("alerts").items || {})[alert];
      const place = held ? held.place : page === "gate" ? views.gate.id() : id.startsWith("commune.") ? id : "";
      const path = "/tablet" + (page === "gate" ? "#/gate/" + views.gate.id() : root.location.hash || "#/now");
      return { path, page, place, alert: alert || "", title: held ? LSO.text(held, "summary") : part(main, "page-title").textContent };
    }

    function returned() {
      if (root.document.visibilityState === "visible") seen.returned(screen.live.serverNow());
    }

    return function stop() {
      back();
      off();
      ungesture();
      again.stop();
      sheet.close();
      router.stop();
      views.gate.stop();
      main.removeEventListener("click", tools);
      root.document.removeEventListener("visibilitychange", returned);
      LSO.tabletRedraw = () => {};
      screen.stop();
    };
  }

  LSO.openAhead(/^\/tablet$/, TOPICS);
  LSO.onScreen("tablet", start);
})(typeof window === "undefined" ? globalThis : window);
