/**
 * The wall's gate cards, the eight steps of the gate that needs it most, and what the map is told about gates.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, style, part, cell } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  /** Below this many vehicles the bars of the steps stay low: two trucks are no mountain. */
  const STEP_SCALE_FROM = 30;

  const urgent = LSO.urgent;

  /**
   * One card. Writing comes apart from what measures, so that the page is laid out once for all cards.
   * @returns {{write: function(*, number, string): ?HTMLElement, chart: function(*, number): void}} write(gate, now, size)
   *   gives its head where that has to be fitted anew, see fitMarkers
   */
  function card(element) {
    const base = `gates/gates/${element.dataset.gate}/`;
    const trend = LSO.trend(element.querySelector(".gate-trend"));
    let fitted = "";
    return { write, chart };

    function write(gate, now, size) {
      const queue = gate && has(gate.queue) ? gate.queue : null;
      const state = queue ? ofCell(queue, now) : null;
      const priority = gate ? urgent(gate.priority) : null;
      data(element, "state", state);
      data(element, "priority", priority);
      text(part(element, "queue"), queue ? F.number(queue.v) : null);
      cell(part(element, "queue"), queue ? `${base}queue` : null);
      text(part(element, "empty"), queue ? null : LSO.quality.instead(gate && gate.queue, LSO.t("gate.no_data")));
      show(part(element, "unit"), Boolean(queue));
      const before = gate ? gate.queue_yesterday : null;
      const change = queue && before !== null && before !== undefined ? F.signed(queue.v - before) : null;
      text(part(element, "change"), change);
      show(part(element, "change-note"), change !== null);
      time("clearance", gate && gate.clearance_median, "clearance_median", now);
      time("p90", gate && gate.clearance_p90, "clearance_p90", now);
      return status(gate, now, size);
    }

    function chart(gate, now) {
      if (!gate || !has(gate.queue)) return;
      const priority = ofCell(gate.queue, now) === "live" && urgent(gate.priority);
      trend(gate.trend, LSO.page.colours[priority || "data"]);
    }

    function time(name, figure, path, now) {
      show(part(element, name + "-box"), has(figure));
      if (!has(figure)) return;
      text(part(element, name), F.duration(figure.v));
      cell(part(element, name), base + path);
      part(element, name).classList.toggle("is-stale", ofCell(figure, now) !== "live");
    }

    function status(gate, now, size) {
      const said = LSO.gateStatus(gate, now);
      data(part(element, "status-icon"), "icon", said.icon);
      const key = said.words + size;
      if (key === fitted) return null;
      fitted = key;
      text(part(element, "status"), said.words);
      return element.querySelector(".gate-head");
    }
  }

  /** The markers give way where they and the status do not both fit. @param {HTMLElement[]} heads */
  function fitMarkers(heads) {
    const markers = heads.map((head) => head.querySelector(".gate-markers"));
    for (const each of markers) show(each, true);
    const fits = heads.map((head) => head.scrollWidth <= head.clientWidth + 1);
    markers.forEach((each, i) => show(each, fits[i]));
  }

  const byStep = (rows) => Object.fromEntries(rows.map((row) => [row.step, row]));
  const live = (row, now) => Boolean(row) && has(row.queue) && ofCell(row.queue, now) === "live";

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
      const slow = live(byStep(rows)[gate.bottleneck], now) ? LSO.t("wall.holds_up_short", { step: LSO.t("step." + gate.bottleneck) }) : null;
      text(part(element, "note"), late ? LSO.stateWords(worst.state, worst.cell, now) : slow || LSO.t("steps.subtitle"));
      data(part(element, "note"), "priority", !late && slow ? urgent(gate.priority) : null);
      const scale = Math.max(STEP_SCALE_FROM, ...known.map((row) => row.queue.v));
      const steps_ = byStep(rows);
      for (const item of element.querySelectorAll("[data-step]")) {
        const row = steps_[item.dataset.step];
        const queue = row && has(row.queue) ? row.queue : null;
        // A space keeps the line's height where a step has no figure.
        part(item, "queue").textContent = queue ? F.number(queue.v) : "\u00a0";
        part(item, "queue").classList.toggle("is-stale", Boolean(queue) && !live(row, now));
        cell(part(item, "queue"), queue ? `gates/gates/${gate.id}/steps/${direction}/${rows.indexOf(row)}/queue` : null);
        cell(part(item, "median"), row && has(row.median) ? `gates/gates/${gate.id}/steps/${direction}/${rows.indexOf(row)}/median` : null);
        part(item, "median").textContent = row && has(row.median) ? F.duration(row.median.v) : "\u00a0";
        style(part(item, "bar"), "--share", queue ? (queue.v / scale).toFixed(3) : "0");
        data(item, "priority", live(row, now) && gate.bottleneck === item.dataset.step ? urgent(gate.priority) : null);
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
      const size = [main.clientWidth, root.getComputedStyle(main).getPropertyValue("--far-factor")].join();
      const heads = [];
      for (const [id, element, { write }] of cards) {
        const head = write(gates[id], now, size);
        if (head) heads.push(head);
        markCard(element, gates[id], mixed);
      }
      fitMarkers(heads);
      for (const [id, , { chart }] of cards) chart(gates[id], now);
      const focus = gates[topic.focus];
      flow(focus, now);
      const rows = (focus && focus.steps && focus.steps[focus.direction]) || [];
      mark(panel, mixed && rows.some((row) => simulated(row.queue) || simulated(row.median)));
    };
  };
})(typeof window === "undefined" ? globalThis : window);
