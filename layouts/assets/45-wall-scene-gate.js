/**
 * Scene "gate": one gate in depth. Which one: that of a held alert, the one named in config/screens.yaml, or the one
 * that needs it most ("worst"), as the topic says.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, style, part } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  const STEP_SCALE_FROM = 30;
  const COUNTS = ["vehicles_export", "vehicles_import", "passengers", "goods_tonnes", "fee_vnd"];
  const ALERTS_SHOWN = 3;
  const CHOSEN = new Set(["worst", "focus", ""]);

  /** The id of the gate to show; null before any is known. */
  function choose(settings, topic) {
    const wanted = String(settings.gate || "worst");
    if (!CHOSEN.has(wanted)) return wanted in (topic.gates || {}) ? wanted : null;
    return topic.focus || Object.keys(topic.gates || {})[0] || null;
  }

  LSO.scene("gate", function (section, context) {
    const kit = LSO.wallKit;
    const panel = (name) => section.querySelector(`[data-panel="${name}"]`);
    const lead = panel("gate-lead");
    const trend = LSO.wallTrend(part(section, "trend"), { axes: true });
    const road = LSO.gateRoad(part(section, "map"));
    const counts = kit.list(part(section, "counts"), () =>
      kit.tree("div", "count-row", [["span", "near count-label", "label"], ["span", "far count-value", "value"], ["span", "near count-change", "change"]]));
    const alerts = kit.list(part(section, "alerts"), () =>
      kit.tree("li", "gate-alert", [["span", "icon", "icon"], ["span", "gate-alert-text", "sentence"], ["span", "near", "since"]]));
    const fits = [lead, panel("gate-today"), panel("gate-alerts")].map((each) => kit.shedding(each));
    let chosen = null;

    function draw(store, now) {
      const topic = store.get("gates");
      chosen = choose(context.settings, topic);
      const gate = (topic.gates || {})[chosen] || null;
      const queue = gate && has(gate.queue) ? gate.queue : null;
      const state = queue ? ofCell(queue, now) : null;
      const priority = state === "live" ? LSO.urgent(gate.priority) : null;
      head(gate, queue, priority, now);
      facts(gate, now);
      kit.note(panel("gate-trend"), queue ? [queue] : [], now, null);
      show(part(panel("gate-trend"), "empty"), false);
      ways(gate, priority, now);
      today(topic, now);
      mine(store, now);
      const mixed = kit.mixed(store);
      for (const name of ["gate-lead", "gate-trend", "gate-steps", "gate-road"]) kit.simulated(panel(name), gate ? [gate.queue] : [], mixed);
      const rows = section.querySelectorAll(".lead-row:not([hidden]), .count-row, .gate-alert").length;
      for (const fit of fits) fit([chosen, rows].join());
      // Drawn last, into the room that the words have left them.
      trend(gate && queue ? gate.trend : null, priority);
      road(gate, priority, now);
    }

    function head(gate, queue, priority, now) {
      const base = `gates/gates/${chosen}/`;
      text(part(lead, "name"), gate ? LSO.name(gate) : LSO.t("wall.gate_waiting"));
      const said = LSO.gateStatus(gate, now);
      data(part(lead, "status-icon"), "icon", said.icon);
      text(part(lead, "status"), gate ? [said.words, gate.markers].filter(Boolean).join(" · ") || null : null);
      data(lead, "priority", priority);
      data(lead, "state", queue ? ofCell(queue, now) : null);
      kit.figure(part(lead, "total"), queue, base + "queue", (v) => F.number(v), now);
      text(part(lead, "unit"), queue ? LSO.t(gate.mode === "rail" ? "gate.waiting_rail" : "gate.waiting") : null);
      text(part(lead, "empty"), queue ? null : LSO.quality.instead(gate && gate.queue, LSO.t("gate.no_data")));
      const before = gate && gate.queue_yesterday;
      const known = queue && before !== null && before !== undefined;
      text(part(lead, "compare"), known ? F.signed(queue.v - before) : null);
      text(part(lead, "compare-note"), known ? LSO.t("wall.compared") : null);
    }

    function facts(gate, now) {
      const base = `gates/gates/${chosen}/`;
      const row = (name, cell, path, write, more) => {
        const element = lead.querySelector(`[data-fact="${name}"]`);
        show(element, has(cell));
        if (!has(cell)) return;
        kit.figure(part(element, "value"), cell, base + path, write, now);
        text(part(element, "more"), more);
      };
      const g = gate || {};
      row("clearance", g.clearance_median, "clearance_median", F.duration, has(g.clearance_p90) ? LSO.t("wall.p90", { time: F.duration(g.clearance_p90.v) }) : null);
      row("flow", g.throughput, "throughput", (v) => LSO.t("wall.per_hour", { count: F.number(v) }), has(g.arrivals) ? LSO.t("wall.arriving", { count: F.number(g.arrivals.v) }) : null);
      row("other_side", g.other_side, "other_side", LSO.otherSide.figure, has(g.other_side) ? LSO.t("wall.since_reading", { beijing: F.clock(now, "beijing") }) : null);
      row("lanes", g.lanes_open, "lanes_open", (v) => (has(g.lanes_max) ? `${F.number(v)}/${F.number(g.lanes_max.v)}` : F.number(v)), g.opens ? LSO.t(g.open ? "gate.open" : "gate.closed", { opens: g.opens, closes: g.closes || "24:00" }) : null);
      row("stock", g.stock, "stock", (v) => LSO.t("wall.vehicles", { count: F.number(v) }), has(g.stock) ? LSO.t("wall.stock_at", { time: F.clock(g.stock.at), day: F.day(g.stock.at).replace(/[ /]\d{4}$/, "") }) : null);
      const yard = has(g.queue) && g.yard_places ? g.queue : null;
      row("yard", yard, "queue", (v) => F.percent((100 * v) / g.yard_places, undefined, 0), g.yard_places ? LSO.t("wall.yard_places", { places: F.number(g.yard_places) }) : null);
    }

    function ways(gate, priority, now) {
      const all = [];
      for (const box of section.querySelectorAll("[data-direction]")) {
        const direction = box.dataset.direction;
        const base = `gates/gates/${chosen}/`;
        const rows = (gate && gate.steps && gate.steps[direction]) || [];
        const known = rows.filter((row) => has(row.queue));
        all.push(...known.map((row) => row.queue));
        show(box, known.length > 0);
        if (!known.length) continue;
        kit.figure(part(box, "way-queue"), gate["queue_" + direction], `${base}queue_${direction}`, (v) => LSO.t("wall.vehicles", { count: F.number(v) }), now);
        const [median, p90] = [gate["clearance_median_" + direction], gate["clearance_p90_" + direction]];
        text(part(box, "way-times"), has(median) ? LSO.t("wall.way_times", { median: F.duration(median.v), p90: has(p90) ? F.duration(p90.v) : LSO.t("wall.unknown") }) : null);
        const scale = Math.max(STEP_SCALE_FROM, ...known.map((row) => row.queue.v));
        rows.forEach((row, index) => {
          const item = box.querySelector(`[data-step-of="${row.step}"]`);
          const slow = gate.direction === direction && gate.bottleneck === row.step;
          const live = has(row.queue) && ofCell(row.queue, now) === "live";
          const path = `${base}steps/${direction}/${index}/`;
          style(part(item, "bar"), "--share", has(row.queue) ? (row.queue.v / scale).toFixed(3) : "0");
          kit.figure(part(item, "queue"), row.queue, path + "queue", (v) => F.number(v), now);
          kit.figure(part(item, "median"), row.median, path + "median", F.duration, now);
          kit.figure(part(item, "p90"), row.p90, path + "p90", F.duration, now);
          data(item, "priority", live && slow ? priority : null);
          data(item, "slow", slow ? "true" : null);
        });
      }
      const named = gate && gate.bottleneck ? LSO.t("wall.holds_up", { step: LSO.t("step." + gate.bottleneck), direction: LSO.t("direction." + gate.direction) }) : LSO.t("wall.steps_note");
      kit.note(panel("gate-steps"), all, now, named);
      data(part(panel("gate-steps"), "note"), "priority", gate && gate.bottleneck ? priority : null);
    }

    function today(topic, now) {
      const mine = (topic.today_by_gate || {})[chosen] || {};
      const rows = COUNTS.filter((name) => mine[name] && has(mine[name].cell)).map((name) => ({ key: name, ...mine[name] }));
      counts(rows, (element, row) => {
        const money = row.key === "fee_vnd";
        text(part(element, "label"), LSO.t("today." + row.key));
        kit.figure(part(element, "value"), row.cell, `gates/today_by_gate/${chosen}/${row.key}/cell`, (v) => (money ? F.money(v) : F.number(v)), now);
        const before = row.yesterday;
        const change = before === null || before === undefined ? null : money || row.key === "goods_tonnes"
          ? before > 0 ? F.signed((100 * (row.cell.v - before)) / before) + F.percent(0, undefined, 0).slice(1) : null
          : F.signed(row.cell.v - before);
        text(part(element, "change"), change);
        data(element, "shed", row.key === "goods_tonnes" ? "3" : row.key === "passengers" ? "4" : null);
      });
      const compared = rows.some((row) => row.yesterday !== null && row.yesterday !== undefined);
      kit.note(panel("gate-today"), rows.map((row) => row.cell), now, compared ? LSO.t("today.subtitle") : null);
    }

    function mine(store, now) {
      const items = LSO.alertOrder((store.get("alerts").items) || {}).filter((alert) => alert.gate === chosen || alert.place === chosen);
      alerts(items.slice(0, ALERTS_SHOWN).map((alert) => ({ key: alert.id, alert })), (element, { alert }) => {
        data(part(element, "icon"), "icon", alert.priority);
        data(element, "priority", alert.priority);
        text(part(element, "sentence"), LSO.text(alert, "summary"));
        text(part(element, "since"), LSO.alertWords(alert));
        data(element, "shed", items.indexOf(alert) > 0 ? String(5 + items.indexOf(alert)) : null);
      });
      const more = items.length - ALERTS_SHOWN;
      text(part(panel("gate-alerts"), "note"), more > 0 ? LSO.t("wall.more", { count: more }) : null);
      text(part(panel("gate-alerts"), "empty"), items.length ? null : LSO.t(store.has("alerts") ? "wall.no_gate_alerts" : "alert.waiting"));
    }

    return { draw, stop() {}, gate: () => chosen };
  });
})(typeof window === "undefined" ? globalThis : window);
