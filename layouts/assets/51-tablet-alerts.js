/**
 * The tablet's sentences: the three alerts that matter most, with who has each, and the tiles of the gates.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;

  /** @param {function(string): void} open told the id of the alert that was touched */
  LSO.tabletAlerts = function (main, open) {
    const places = [...part(main, "wrong-list").children];
    for (const item of places) item.firstElementChild.addEventListener("click", () => item.dataset.alert && open(item.dataset.alert));

    return function update(store, now) {
      const alerts = LSO.alerts.ordered(store.get("alerts").items || {});
      show(part(main, "wrong-list"), alerts.length > 0);
      places.forEach((item, i) => {
        const alert = alerts[i];
        show(item, Boolean(alert));
        data(item, "alert", alert ? alert.id : null);
        if (!alert) return;
        data(item, "priority", alert.priority);
        data(part(item, "icon"), "icon", alert.priority);
        text(part(item, "sentence"), LSO.text(alert, "summary"));
        text(part(item, "detail"), [LSO.t("priority." + alert.priority), LSO.alerts.since(alert, now), LSO.alerts.holder(alert)].join(" · "));
      });
      const rest = alerts.length - places.length;
      text(part(main, "more"), rest > 0 ? LSO.t("tablet.more", { count: F.number(rest) }) : null);
      none(store, alerts, now);
    };

    function none(store, alerts, now) {
      show(part(main, "none"), alerts.length === 0);
      if (alerts.length) return;
      const known = store.has("alerts");
      const calm = LSO.alerts.calm(store.get, now, LSO.screen.live.status.state === "open");
      data(part(main, "none-icon"), "icon", known ? (calm.sure ? "ok" : "late") : null);
      text(part(main, "none-title"), LSO.t(known ? "alert.none" : "alert.waiting"));
      text(part(main, "none-detail"), known ? calm.words : null);
    }
  };

  const urgent = (priority) => (priority === "critical" || priority === "high" ? priority : null);

  /** @param {function(string): void} open told the id of the gate that was touched */
  LSO.tabletGates = function (main, open) {
    const tiles = [...main.querySelectorAll("[data-tile]")];
    for (const tile of tiles) tile.addEventListener("click", () => open(tile.dataset.tile));

    return function update(topic, now) {
      const gates = topic.gates || {};
      for (const tile of tiles) fill(tile, gates[tile.dataset.tile], now);
      today(topic.today || {}, now);
    };

    function fill(tile, gate, now) {
      const queue = gate && has(gate.queue) ? gate.queue : null;
      const state = queue ? ofCell(queue, now) : null;
      const priority = gate && state === "live" ? urgent(gate.priority) : null;
      const before = gate ? gate.queue_yesterday : null;
      data(tile, "state", state);
      data(tile, "priority", priority);
      text(part(tile, "queue"), queue ? F.number(queue.v) : null);
      text(part(tile, "empty"), queue ? null : LSO.quality.instead(gate && gate.queue, LSO.t("gate.no_data")));
      text(part(tile, "change"), queue && before !== null && before !== undefined ? F.signed(queue.v - before) : null);
      const clearance = gate && has(gate.clearance_median) ? gate.clearance_median : null;
      text(part(tile, "clearance"), clearance ? LSO.t("tablet.clearance", { time: F.duration(clearance.v) }) : null);
      part(tile, "clearance").classList.toggle("is-stale", Boolean(clearance) && ofCell(clearance, now) !== "live");
      const late = queue && state !== "live";
      data(part(tile, "icon"), "icon", late ? state : priority);
      text(part(tile, "status"), late || LSO.quality.isManual(queue, now) ? LSO.stateWords(state, queue, now) : priority ? LSO.t("priority." + priority) : gate && gate.open === false ? LSO.t("tablet.closed") : null);
      tile.disabled = !queue;
    }

    function today(counts, now) {
      let any = false;
      for (const name of ["vehicles_export", "vehicles_import"]) {
        const line = part(main, "today-" + name);
        const cell = counts[name] && counts[name].cell;
        show(line, has(cell));
        if (!has(cell)) continue;
        any = true;
        text(part(line, "value"), F.number(cell.v));
        part(line, "value").classList.toggle("is-stale", ofCell(cell, now) !== "live");
      }
      show(part(main, "today"), any);
    }
  };
})(typeof window === "undefined" ? globalThis : window);
