/**
 * How each component of the gallery is drawn: by the script of its screen, told the invented day. A name here is one of
 * layouts/gallery/pieces.py. A function gets {main, store, now, state, deck, screens, live} and may return how to draw it
 * anew (a function) or how to stop what it started ({stop}).
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const HOUR_MS = 3600000;
  const TOPICS = ["gates", "services", "network", "programme", "alerts", "feeds"];
  const GATE = "tan-thanh";
  const NO_STRIPS = { spans: ["day", "month"], get: () => null, cells: () => null };

  /** Two hours of a figure that never was. */
  LSO.gallerySample = {
    history(at) {
      const points = [...Array(24).keys()].map((i) => {
        const value = 1150 + Math.round(280 * Math.sin(i / 5)) + 12 * i;
        return [at - (24 - i) * 300000, value, value - 20, value + 20];
      });
      return { metric: "queue_length_vehicles", unit: "xe", series: [{ metric: "queue_length_vehicles", dims: {}, source: "sample", unit: "xe", points }] };
    },
  };

  /** A screen's own start, with the sample for a line. */
  const whole = (name) => ({ main, screens }) => ({ stop: screens[name](main) });

  function scene(name) {
    return ({ main, store, now }) => {
      const stage = LSO.wallStage(main, {});
      stage.show(name, {});
      stage.draw(store, now);
      return () => stage.draw(store, now);
    };
  }

  function slide(kind) {
    return ({ main, deck }) => {
      const holder = main.querySelector(".slide-holder");
      const index = deck ? deck.slides.findIndex((each) => each.kind === kind) : -1;
      LSO.dom.text(LSO.dom.part(main, "message"), index < 0 ? LSO.t(deck ? "briefing.nothing" : "briefing.waiting") : null);
      LSO.dom.show(holder, index >= 0);
      if (index >= 0) LSO.slideFrame(holder).show(deck, index);
    };
  }

  const page = (main) => main.querySelectorAll(".page").forEach((each) => LSO.dom.show(each, true));

  const seen = (store, now) => ({ since: () => now - HOUR_MS, read() {}, look: () => (store.has("gates") ? { since: now - HOUR_MS, changes: [] } : null) });

  LSO.galleryDraw = {
    "wall-header": ({ main }) => LSO.liveScreen(main, TOPICS, () => {}),
    "wall-gate": ({ main, store, now }) => {
      const draw = LSO.wallGates(main);
      draw(store.get("gates"), now, false);
      return () => draw(store.get("gates"), now, false);
    },
    "wall-panels": ({ main, store, now }) => LSO.wallPanels(main)(store, now, false),
    "wall-alert": ({ main, store, now }) => LSO.wallAlert(main)(store.has("alerts"), store.get("alerts"), LSO.calm(store.get("gates").gates || {}, now)),
    "tablet-now": ({ main, store, now }) => {
      page(main);
      LSO.tabletNeedsList(main, seen(store, now))(store, now);
      LSO.tabletChangesList(main, seen(store, now))(store, now);
      LSO.tabletGates(main)(store.get("gates"), now);
      LSO.tabletStrip(main)(store, now);
    },
    "tablet-map": ({ main, store, now }) => {
      LSO.galleryMaps(main);
      const draw = LSO.tabletLiveMap(main);
      draw(store, now);
      return () => draw(store, now);
    },
    "tablet-gate": ({ main, store, now }) => {
      page(main);
      const gate = LSO.tabletGate(main);
      gate.show(GATE, store);
      gate.draw(store, now);
      return () => gate.draw(store, now);
    },
    "tablet-services": ({ main, store, now }) => (page(main), LSO.tabletServices(main)("", store, now)),
    "tablet-network": ({ main, store, now }) => (page(main), LSO.tabletNetwork(main)("", store, now)),
    "tablet-programme": ({ main, store, now }) => (page(main), LSO.tabletProgramme(main)("", store, now)),
    "tablet-alerts": ({ main, store, now }) => (page(main), LSO.tabletAllAlerts(main)(store, now)),
    "head": ({ main }) => LSO.liveScreen(main, TOPICS, () => {}),
    "duty": whole("duty"),
    "crossings": whole("crossings"),
    "sources": ({ main, store, now }) => {
      const rows = LSO.feedRows(store.get("feeds"), now);
      LSO.feedsTable(main, NO_STRIPS, () => {}).show(rows, rows.length ? rows[0].key : null, now);
      LSO.dom.text(LSO.dom.part(main, "sources-none"), rows.length ? null : LSO.t(store.has("feeds") ? "feeds.none" : "live.connecting"));
    },
    "slide-province": slide("province"),
    "slide-gate": slide("gate"),
    "slide-alerts": slide("alerts"),
    "line-chart": ({ main, now, state }) => {
      const holder = LSO.dom.part(main, "chart");
      const urgent = { warning: "high", critical: "critical" }[state];
      LSO.dom.data(main, "priority", urgent);
      const none = ["missing", "loading", "empty", "error"].includes(state);
      const points = none ? [] : LSO.gallerySample.history(now).series[0].points.map(([at, value]) => [at, state === "too_much" ? value * 97531 : value]);
      const drawn = LSO.lineChart(holder, { points, from: now - 2 * HOUR_MS, to: now, axes: true, limit: urgent ? 1300 : null });
      LSO.dom.show(holder, drawn);
      const words = { loading: "duty.history_waiting", error: "duty.history_failed" }[state] || "duty.history_none";
      LSO.dom.text(LSO.dom.part(main, "chart-empty"), drawn ? null : LSO.t(words));
    },
    "buttons": ({ main, state }) => {
      const busy = state === "loading" || state === "missing" || state === "lost";
      for (const button of main.querySelectorAll("button")) button.disabled = button.disabled || busy;
      LSO.dom.text(LSO.dom.part(main, "error"), state === "error" ? LSO.t("note.desk.away") : null);
    },
    "explain": ({ main, store, live }) => {
      const figure = LSO.dom.part(main, "why");
      const cell = ((store.get("gates").gates || {})[GATE] || {}).queue;
      LSO.dom.cell(figure, `gates/gates/${GATE}/queue`);
      LSO.dom.text(LSO.dom.part(main, "why-value"), cell && cell.v !== null ? LSO.format.number(cell.v) : "–");
      figure.addEventListener("click", () => {
        LSO.screen = { store, live };
        LSO.explain(figure);
      });
    },
  };
  for (const name of ["gates", "gate", "services", "network", "programme", "alerts"]) LSO.galleryDraw["scene-" + name] = scene(name);
})(window);
