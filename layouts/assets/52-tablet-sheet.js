/**
 * The tablet's sheet: one alert with what to do, or one gate with its day and its eight steps. Live while it is open.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, make } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;

  LSO.tabletSheet = function (main) {
    const sheet = part(main, "sheet");
    let what = null;
    let drawn = "";
    let charted = "";

    part(sheet, "sheet-close").addEventListener("click", close);
    sheet.addEventListener("close", () => (what = null));
    // A touch beside the sheet closes it: the backdrop belongs to the dialog itself.
    sheet.addEventListener("click", (event) => event.target === sheet && close());

    function open(kind, id) {
      what = { kind, id };
      drawn = charted = "";
      if (!sheet.open) sheet.showModal();
      if (LSO.screen) showNow(LSO.screen.store, LSO.screen.live.serverNow());
    }

    function close() {
      if (sheet.open) sheet.close();
      what = null;
    }

    function showNow(store, now) {
      if (!what) return;
      const found = what.kind === "alert" ? ofAlert(store, now) : ofGate(store, now);
      if (!found) return close(); // It is over while somebody reads it.
      data(sheet, "priority", found.priority);
      data(part(sheet, "sheet-icon"), "icon", found.priority);
      text(part(sheet, "sheet-title"), found.title);
      text(part(sheet, "sheet-meta"), found.meta);
      rows(found.rows);
      chart(found.trend);
    }

    /** Rows: [label, words, stale] */
    function rows(wanted) {
      const key = JSON.stringify(wanted);
      if (key === drawn) return;
      drawn = key;
      part(sheet, "sheet-rows").replaceChildren(...wanted.map(([label, words, stale]) => {
        const row = make("div", "sheet-row" + (words.length > 60 ? " is-long" : ""));
        row.append(make("dt", "", label), make("dd", stale ? "is-stale" : "", words));
        return row;
      }));
    }

    function chart(trend) {
      const holder = part(sheet, "sheet-chart");
      const points = !trend || !trend.today ? [] : trend.today.map((v, i) => [trend.start + i * trend.step_s * 1000, v]).filter((p) => p[1] !== null && p[1] !== undefined);
      show(holder, points.length > 1);
      if (points.length < 2) return;
      holder.setAttribute("aria-label", LSO.t("tablet.trend"));
      const key = [points.length, points[points.length - 1].join(), holder.clientWidth].join();
      if (key === charted) return;
      charted = key;
      LSO.lineChart(holder, { points, from: trend.start, to: trend.start + trend.today.length * trend.step_s * 1000, axes: true });
    }

    function ofAlert(store, now) {
      const alert = (store.get("alerts").items || {})[what.id];
      if (!alert) return null;
      const { value, limit } = LSO.alerts.against(alert);
      const found = [];
      const put = (key, words) => words && found.push([LSO.t(key), words, false]);
      put("duty.figure.value", value);
      put("duty.figure.limit", limit);
      put("tablet.who", LSO.alerts.holder(alert));
      put("duty.note", alert.note);
      put("duty.text.where", LSO.lostCoverage.details(store.get("network").lost, alert).join(" "));
      for (const name of ["response", "cause", "consequence", "owner"]) put("duty.text." + name, LSO.text(alert, name));
      const meta = [LSO.t("priority." + alert.priority), LSO.alerts.since(alert, now), F.age(Math.max(0, now - alert.started_at) / 1000)];
      return { priority: alert.priority, title: LSO.text(alert, "summary"), meta: meta.join(" · "), rows: found, trend: null };
    }

    function ofGate(store, now) {
      const gate = (store.get("gates").gates || {})[what.id];
      if (!gate || !has(gate.queue)) return null;
      const state = ofCell(gate.queue, now);
      const found = [];
      const put = (label, cell, write) => has(cell) && found.push([label, LSO.quality.withWord(write(cell.v), cell, now), ofCell(cell, now) !== "live"]);
      const vehicles = (v) => LSO.alerts.measure(v, "queue_length_vehicles");
      const hourly = (v) => F.number(v) + "\u00a0" + LSO.t("unit.vph");
      put(LSO.t("tablet.queue_export"), gate.queue_export, vehicles);
      put(LSO.t("tablet.queue_import"), gate.queue_import, vehicles);
      put(LSO.t("tablet.arrivals"), gate.arrivals, hourly);
      put(LSO.t("tablet.throughput_export"), gate.throughput_export, hourly);
      put(LSO.t("tablet.throughput_import"), gate.throughput_import, hourly);
      put(LSO.t("tablet.clearance_median"), gate.clearance_median, (v) => F.duration(v));
      put(LSO.t("tablet.clearance_p90"), gate.clearance_p90, (v) => F.duration(v));
      if (has(gate.lanes_open) && has(gate.lanes_max)) put(LSO.t("tablet.lanes"), gate.lanes_open, (v) => F.number(v) + "/" + F.number(gate.lanes_max.v));
      put(LSO.t("tablet.other_side"), gate.other_side, (v) => F.percent(v * 100, undefined, 0));
      if (has(gate.extent_m) && gate.extent_m.v > 0) put(LSO.t("tablet.extent", { road: gate.road || "" }), gate.extent_m, (v) => F.distance(v));
      for (const row of (gate.steps && gate.steps[gate.direction]) || [])
        put(LSO.t("step." + row.step) + " (" + LSO.t("direction." + gate.direction) + ")", row.queue, (v) => vehicles(v) + (has(row.median) ? " · " + F.duration(row.median.v) : ""));
      const words = state === "live" && !LSO.quality.isManual(gate.queue, now) ? F.ago(LSO.freshness.ageOf(gate.queue.at, now)) : LSO.stateWords(state, gate.queue, now);
      const priority = state === "live" && (gate.priority === "critical" || gate.priority === "high") ? gate.priority : null;
      const waiting = LSO.t(gate.mode === "rail" ? "gate.waiting_rail" : "gate.waiting");
      return { priority, title: `${LSO.name(gate)}: ${F.number(gate.queue.v)} ${waiting}`, meta: LSO.t("tablet.trend") + " · " + words, rows: found, trend: gate.trend };
    }

    return { open, close, show: showNow };
  };
})(typeof window === "undefined" ? globalThis : window);
