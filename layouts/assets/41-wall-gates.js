/**
 * The wall's gate cards, the eight steps of the gate that needs it most, and what the map is told about gates.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, style, part } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  /** Below this many vehicles the bars of the steps stay low: two trucks are no mountain. */
  const STEP_SCALE_FROM = 30;

  const urgent = LSO.urgent;

  /** One card. @returns {function(*, number): void} show(gate, now) */
  function card(element) {
    const trend = LSO.trend(element.querySelector(".gate-trend"));
    return function update(gate, now) {
      const queue = gate && has(gate.queue) ? gate.queue : null;
      const state = queue ? ofCell(queue, now) : null;
      const priority = gate ? urgent(gate.priority) : null;
      data(element, "state", state);
      data(element, "priority", priority);
      text(part(element, "queue"), queue ? F.number(queue.v) : null);
      text(part(element, "empty"), queue ? null : LSO.quality.instead(gate && gate.queue, LSO.t("gate.no_data")));
      show(part(element, "unit"), Boolean(queue));
      const before = gate ? gate.queue_yesterday : null;
      const change = queue && before !== null && before !== undefined ? F.signed(queue.v - before) : null;
      text(part(element, "change"), change);
      show(part(element, "change-note"), change !== null);
      time("clearance", gate && gate.clearance_median, now);
      time("p90", gate && gate.clearance_p90, now);
      status(gate, queue, state, priority, now);
      if (gate && queue) trend(gate.trend, state === "live" && priority ? LSO.page.colours[priority] : LSO.page.colours.data);
    };

    function time(name, cell, now) {
      show(part(element, name + "-box"), has(cell));
      if (!has(cell)) return;
      text(part(element, name), F.duration(cell.v));
      part(element, name).classList.toggle("is-stale", ofCell(cell, now) !== "live");
    }

    /** What stands in the card's corner: first whether the figure can be believed, then the alert, then the hours. */
    function status(gate, queue, state, priority, now) {
      let icon = null;
      let words = "";
      if (queue && state !== "live") {
        icon = state;
        words = LSO.stateWords(state, queue, now);
      } else if (LSO.quality.isManual(queue, now)) {
        icon = priority;
        words = LSO.quality.words(queue, now);
      } else if (gate && priority) {
        icon = priority;
        words = LSO.text(gate, "alert_short") || LSO.t("priority." + priority);
      } else if (gate && gate.opens) {
        words = gate.open
          ? LSO.t("gate.open", { opens: gate.opens.replace(":00", ""), closes: (gate.closes || "24:00").replace(":00", "") })
          : LSO.t("gate.closed", { opens: gate.opens });
      }
      data(part(element, "status-icon"), "icon", icon);
      if (part(element, "status").textContent === words) return;
      text(part(element, "status"), words);
      // The markers give way where both do not fit.
      const head = element.querySelector(".gate-head");
      const markers = element.querySelector(".gate-markers");
      show(markers, true);
      show(markers, head.scrollWidth <= head.clientWidth + 1);
    }
  }

  /** The panel of the eight steps. @returns {function(?*, number): void} */
  function steps(element) {
    return function update(gate, now) {
      const direction = gate && gate.direction;
      const rows = (gate && gate.steps && gate.steps[direction]) || [];
      const known = rows.filter((row) => has(row.queue));
      show(part(element, "list"), known.length > 0);
      if (!known.length) {
        text(part(element, "title"), LSO.t("steps.empty"));
        data(part(element, "note-icon"), "icon", null);
        return text(part(element, "note"), null);
      }
      text(part(element, "title"), LSO.t("steps.title", { gate: LSO.name(gate), direction: LSO.t("direction." + direction) }));
      const worst = LSO.freshness.worst(known.map((row) => row.queue), now);
      const late = worst && worst.state !== "live";
      data(part(element, "note-icon"), "icon", late ? worst.state : null);
      text(part(element, "note"), late ? LSO.stateWords(worst.state, worst.cell, now) : LSO.t("steps.subtitle"));
      const scale = Math.max(STEP_SCALE_FROM, ...known.map((row) => row.queue.v));
      const byStep = Object.fromEntries(rows.map((row) => [row.step, row]));
      for (const item of element.querySelectorAll("[data-step]")) {
        const row = byStep[item.dataset.step];
        const queue = row && has(row.queue) ? row.queue : null;
        const live = queue && ofCell(queue, now) === "live";
        // A space keeps the line's height where a step has no figure.
        part(item, "queue").textContent = queue ? F.number(queue.v) : "\u00a0";
        part(item, "queue").classList.toggle("is-stale", Boolean(queue) && !live);
        part(item, "median").textContent = row && has(row.median) ? F.duration(row.median.v) : "\u00a0";
        style(part(item, "bar"), "--share", queue ? (queue.v / scale).toFixed(3) : "0");
        data(item, "priority", live && gate.bottleneck === item.dataset.step ? urgent(gate.priority) : null);
      }
    };
  }

  const simulated = (cell) => has(cell) && cell.sim;
  const mark = (element, on) => data(element, "sim", on ? "true" : null);

  /** A real queue beside simulated times: then only the times carry the mark, else the whole card does. */
  function markCard(element, gate, mixed) {
    const whole = Boolean(mixed && gate && simulated(gate.queue));
    const times = mixed && gate && (simulated(gate.clearance_median) || simulated(gate.clearance_p90));
    mark(element, whole);
    mark(element.querySelector(".gate-clearance"), !whole && times);
  }

  LSO.wallGates = function (main) {
    const cards = [...main.querySelectorAll("[data-gate]")].map((element) => [element.dataset.gate, element, card(element)]);
    const panel = main.querySelector('[data-panel="steps"]');
    const flow = steps(panel);
    return function update(topic, now, mixed) {
      const gates = topic.gates || {};
      for (const [id, element, show] of cards) {
        show(gates[id], now);
        markCard(element, gates[id], mixed);
      }
      const focus = gates[topic.focus];
      flow(focus, now);
      const rows = (focus && focus.steps && focus.steps[focus.direction]) || [];
      mark(panel, mixed && rows.some((row) => simulated(row.queue) || simulated(row.median)));
    };
  };
})(typeof window === "undefined" ? globalThis : window);
