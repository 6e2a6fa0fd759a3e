/**
 * One alert in full: since when, from which source and how old, what to do, and the last two hours of its figure.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part } = LSO.dom;
  const F = LSO.format;
  const WINDOW_MS = 2 * 3600000;
  /** The curve is asked for again after this; one figure a minute is what history holds. */
  const REFRESH_MS = 60000;
  const RETRY_MS = 10000;
  const POINTS = 240;
  const TEXTS = ["response", "cause", "consequence", "owner"];

  LSO.dutyDetail = function (main) {
    const panel = main.querySelector(".detail");
    const curve = history(panel);

    return {
      show(alert, store, now) {
        show(panel, Boolean(alert));
        if (!alert) return;
        data(panel, "priority", alert.priority);
        data(part(panel, "icon"), "icon", alert.priority);
        text(part(panel, "title-text"), LSO.text(alert, "summary"));
        text(part(panel, "meta"), meta(alert, store, now));
        show(part(panel, "simulated"), Boolean(alert.simulated));
        figures(alert, now);
        said(alert);
        const where = LSO.lostCoverage.details(store.get("network").lost, alert).join(" ");
        text(part(panel, "text-where"), where);
        show(part(panel, "text-where").parentElement, Boolean(where));
        for (const name of TEXTS) {
          const words = LSO.text(alert, name);
          text(part(panel, "text-" + name), words);
          show(part(panel, "text-" + name).parentElement, Boolean(words));
        }
        curve(alert, now);
      },
    };

    function meta(alert, store, now) {
      const parts = [LSO.t("priority." + alert.priority), LSO.alerts.stateWord(alert), LSO.alerts.since(alert, now)];
      if (alert.state === "RTNUN" && alert.ended_at) parts.push(LSO.t("duty.ended", { time: F.clock(alert.ended_at) }));
      const sources = store.get("feeds").sources || {};
      for (const name of (alert.source || "").split(",").filter(Boolean)) parts.push(sourceWords(name, sources[name], now));
      return parts.join(" · ");
    }

    function sourceWords(name, source, now) {
      if (name.startsWith("manual.") && source && source.last_at)
        return LSO.t("quality.manual", { by: LSO.name(source), age: F.age(LSO.freshness.ageOf(source.last_at, now)) });
      const words = LSO.t("duty.source", { name: source ? LSO.name(source) : name });
      return source && source.last_at ? words + ", " + F.ago(LSO.freshness.ageOf(source.last_at, now)) : words;
    }

    function figures(alert, now) {
      const { value, limit } = LSO.alerts.against(alert);
      const due = alert.started_at + (alert.time_to_respond_s || 0) * 1000;
      const waits = alert.state === "UNACK" && alert.time_to_respond_s > 0;
      const over = waits && now > due;
      const shown = {
        value,
        limit,
        since: LSO.alerts.lasted(alert, now),
        respond: !waits ? null : over ? LSO.t("duty.overdue", { age: F.age((now - due) / 1000) }) : LSO.t("duty.due", { time: F.clock(due) }),
      };
      for (const box of panel.querySelectorAll("[data-figure]")) {
        const words = shown[box.dataset.figure];
        text(part(box, "figure-" + box.dataset.figure), words);
        if (box.dataset.figure === "value") {
          LSO.dom.cell(part(box, "figure-value"), `alerts/items/${alert.id}`);
          text(part(box, "figure-name"), LSO.alerts.valueName(alert));
        }
        show(box, Boolean(words));
      }
      data(panel.querySelector('[data-figure="respond"]'), "over", over ? "true" : null);
    }

    function said(alert) {
      const who = alert.acked_by ? LSO.t("alert.acked", { who: alert.acked_by, time: F.clock(alert.acked_at || alert.updated_at) }) : null;
      show(part(panel, "said"), Boolean(who || alert.note));
      text(part(panel, "said-who"), who || LSO.t("duty.note"));
      text(part(panel, "said-text"), alert.note);
    }
  };

  /** The curve of the figure an alert is about. @returns {function(*, number): void} */
  function history(panel) {
    const holder = part(panel, "chart");
    let asked = { id: null, at: 0 };
    let drawn = "";
    /** @type {?{id: string, unit: string, points: Array<[number, number, number, number]>}} */
    let held = null;
    let failed = false;

    return function curve(alert, now) {
      if (asked.id !== alert.id) {
        held = null;
        failed = false;
        asked = { id: alert.id, at: -Infinity };
      }
      if (now - asked.at > (failed ? RETRY_MS : REFRESH_MS)) {
        asked.at = now;
        ask(alert, now);
      }
      draw(alert, now);
    };

    function draw(alert, now) {
      const name = LSO.alerts.metric(alert.metric);
      text(part(panel, "chart-title"), LSO.t("duty.window", { metric: name ? LSO.name(name) : alert.metric }));
      const known = held && held.points.length > 0;
      show(holder, Boolean(known));
      text(part(panel, "chart-empty"), known ? null : LSO.t(failed ? "duty.history_failed" : held ? "duty.history_none" : "duty.history_waiting"));
      if (!known) return;
      const to = Math.ceil(now / 30000) * 30000;
      const key = [held.id, held.points.length, to, holder.clientWidth, holder.clientHeight].join();
      if (key === drawn) return;
      drawn = key;
      LSO.lineChart(holder, {
        points: held.points.map(([at, value]) => [at, value]), from: to - WINDOW_MS, to, axes: true,
        limit: comparable(alert, held) ? alert.threshold : null, write: (value) => LSO.alerts.measure(value, alert.metric, held.unit),
      });
    }

    /** The limit stands beside the curve only where the curve is what the rule compares: not for a ratio of two. */
    function comparable(alert, series) {
      if (alert.threshold === null || alert.threshold === undefined || alert.unit !== series.unit) return false;
      const near = Math.max(Math.abs(alert.value || 0) * 0.1, 1e-9);
      return series.points.some(([, , low, high]) => alert.value >= low - near && alert.value <= high + near);
    }

    async function ask(alert, now) {
      const dims = Object.keys(alert.dims || {}).sort().map((name) => name + "=" + alert.dims[name]).join(",");
      const query = new URLSearchParams({ metric: alert.metric, place: alert.place, dims, from: String(Math.floor(now - WINDOW_MS)), to: String(Math.ceil(now)), points: String(POINTS) });
      try {
        const answer = await fetch("/api/v1/history?" + query, { credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        const body = await answer.json();
        if (asked.id !== alert.id) return; // Somebody looks at another alert by now.
        held = { id: alert.id, unit: body.unit, points: newest(body.series, alert.source) };
        failed = false;
      } catch (error) {
        if (asked.id === alert.id) failed = held === null;
      }
    }

    /** The points of the alert's own source; else of the series that is the most recent. */
    function newest(series, source) {
      const sources = (source || "").split(",");
      const read = series.map((one) => ({ mine: sources.includes(one.source), points: one.points.filter((p) => p[1] !== null).map(([at, value, low, high]) => [Date.parse(at), value, low, high]) }));
      const last = (one) => (one.points.length ? one.points[one.points.length - 1][0] : 0);
      read.sort((a, b) => Number(b.mine) - Number(a.mine) || last(b) - last(a));
      return read.length ? read[0].points : [];
    }
  }
})(typeof window === "undefined" ? globalThis : window);
