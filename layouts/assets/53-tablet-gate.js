/**
 * One gate in depth: its queue, the eight steps both ways with the bottleneck named, its figures with the other side,
 * and its alerts. The chart is 53-tablet-gate-chart.js.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, cell, make } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell, ageOf } = LSO.freshness;
  const DIRECTIONS = ["export", "import"];
  /** Below this the other side is strict (domain §2: 0.2 to 0.5 strict, 0 closed). */
  const STRICT_BELOW = 0.6;

  /** How the other side works, in a word. */
  function otherSide(rate) {
    return LSO.t(rate === 0 ? "tablet.other.closed" : rate < STRICT_BELOW ? "tablet.other.strict" : "tablet.other.open");
  }

  LSO.tabletGate = function (main) {
    const page = main.querySelector('[data-page="gate"]');
    const chart = LSO.tabletGateChart(page);
    const picks = [...page.querySelectorAll("[data-pick]")];
    let id = "";

    function draw(store, now) {
      const gates = store.get("gates").gates || {};
      for (const pick of picks) picker(pick, gates[pick.dataset.pick], now);
      const gate = gates[id] || null;
      head(gate, now);
      facts(gate, now);
      steps(gate, now);
      alerts(store, now);
      chart.draw(id, gate, now);
    }

    function picker(pick, gate, now) {
      const queue = gate && has(gate.queue) ? gate.queue : null;
      const live = queue && ofCell(queue, now) === "live";
      if (pick.dataset.pick === id) pick.setAttribute("aria-current", "page");
      else pick.removeAttribute("aria-current");
      LSO.writeFigure(part(pick, "queue"), queue, `gates/gates/${pick.dataset.pick}/queue`, (v) => F.number(v), now);
      data(pick, "priority", live ? LSO.urgent(gate.priority) : null);
      data(part(pick, "icon"), "icon", live ? LSO.urgent(gate.priority) : queue ? ofCell(queue, now) : null);
    }

    function head(gate, now) {
      const queue = gate && has(gate.queue) ? gate.queue : null;
      const live = Boolean(queue) && ofCell(queue, now) === "live";
      const card = page.querySelector(".gate-queue");
      data(card, "priority", live ? LSO.urgent(gate.priority) : null);
      LSO.writeFigure(part(card, "big"), queue, `gates/gates/${id}/queue`, (v) => F.number(v), now);
      text(part(card, "big-unit"), queue ? LSO.t(gate.mode === "rail" ? "gate.waiting_rail" : "gate.waiting") : LSO.quality.instead(gate && gate.queue, LSO.t("gate.no_data")));
      const before = gate ? gate.queue_yesterday : null;
      text(part(card, "change"), queue && typeof before === "number" ? LSO.t("tablet.gate.change", { change: F.signed(queue.v - before) }) : null);
      const split = DIRECTIONS.filter((way) => gate && has(gate["queue_" + way])).map((way) => `${LSO.t("direction." + way)} ${F.number(gate["queue_" + way].v)}`);
      text(part(card, "split"), split.join(" · ") || null);
      text(part(card, "age"), queue ? LSO.figureState(queue, now) || F.ago(ageOf(queue.at, now)) : null);
      const worst = live ? LSO.urgent(gate.priority) : queue ? ofCell(queue, now) : null;
      data(part(card, "gate-note-icon"), "icon", worst);
      const door = gate ? (gate.open === false ? LSO.t("gate.closed", { opens: gate.opens || "" }) : gate.opens ? LSO.t("gate.open", { opens: gate.opens, closes: gate.closes }) : "") : "";
      text(part(card, "gate-note"), [live && LSO.urgent(gate.priority) ? LSO.t("priority." + gate.priority) : "", door].filter(Boolean).join(" · ") || null);
    }

    function facts(gate, now) {
      const found = [];
      const put = (key, label, one, write, note) => has(one) && found.push({ key, label: LSO.t(label), words: write(one.v), note, cell: one, path: `gates/gates/${id}/${key}` });
      if (gate) {
        const hourly = (v) => F.number(v) + "\u00a0" + LSO.t("unit.vph", { count: F.number(v) });
        const p90 = has(gate.clearance_p90) ? LSO.t("tablet.gate.p90", { time: F.duration(gate.clearance_p90.v) }) : "";
        put("other_side", "tablet.other_side", gate.other_side, (v) => otherSide(v), has(gate.other_side) ? otherNote(gate.other_side, now) : "");
        put("clearance_median", "tablet.clearance_median", gate.clearance_median, (v) => F.duration(v), p90);
        const lanes = has(gate.lanes_max) ? LSO.t("tablet.gate.of", { all: F.number(gate.lanes_max.v) }) : "";
        put("lanes_open", "tablet.lanes", gate.lanes_open, (v) => F.number(v), lanes);
        put("arrivals", "tablet.arrivals", gate.arrivals, hourly);
        put("throughput_export", "tablet.throughput_export", gate.throughput_export, hourly);
        put("throughput_import", "tablet.throughput_import", gate.throughput_import, hourly);
        put("stock", "tablet.gate.stock", gate.stock, (v) => LSO.alerts.measure(v, "stock_vehicles"), has(gate.stock) ? LSO.t("tablet.gate.at", { time: F.clock(gate.stock.at) + " " + F.day(gate.stock.at).replace(/[/ ]\d{4}$/, "") }) : "");
        if (has(gate.extent_m) && gate.extent_m.v > 0) {
          // The tail goes on moving between two readings: what the reading's age adds, the screen adds.
          const off = gate.extent_error ? gate.extent_error.fixed_m + (ageOf(gate.extent_m.at, now) / 3600) * gate.extent_error.per_hour_m : null;
          const error = off === null ? "" : LSO.t("tablet.gate.error", { error: F.distance(off) });
          put("extent_m", "tablet.gate.tail", gate.extent_m, (v) => F.distance(v), [gate.road, error].filter(Boolean).join(" · "));
        }
        put("queue_virtual", "tablet.gate.virtual", gate.queue_virtual, (v) => LSO.alerts.measure(v, "queue_length_vehicles"));
        put("diverted", "tablet.gate.diverted", gate.diverted, (v) => LSO.alerts.measure(v, "diverted_vehicles"));
      }
      LSO.factRows(part(page, "facts"), found, now);
      show(part(page, "facts-none"), found.length === 0);
    }

    /** "40 % of normal · 15:32 in Beijing": the clock there is an hour ahead. */
    const otherNote = (one, now) => LSO.t("tablet.other.note", { share: F.percent(one.v * 100, undefined, 0), time: F.clock(now, "beijing") });

    function steps(gate, now) {
      const busiest = gate && gate.bottleneck;
      text(part(page, "bottleneck"), busiest ? LSO.t("tablet.gate.bottleneck", { step: LSO.t("step." + busiest), direction: LSO.t("direction." + gate.direction) }) : null);
      for (const way of DIRECTIONS) {
        const rows = ((gate && gate.steps && gate.steps[way]) || []).filter((row) => row && (has(row.queue) || has(row.median)));
        const most = Math.max(1, ...rows.map((row) => (has(row.queue) ? row.queue.v : 0)));
        show(page.querySelector(`[data-flow="${way}"]`), rows.length > 0);
        LSO.keepList(part(page, "flow-" + way), rows.map((row) => ({ key: row.step, row })), makeStep, (item, { row }) => {
          const index = gate.steps[way].indexOf(row);
          const path = `gates/gates/${id}/steps/${way}/${index}/`;
          const [bar, name, queue, median] = item.children;
          const live = has(row.queue) && ofCell(row.queue, now) === "live";
          const urgent = live && busiest === row.step && gate.direction === way ? LSO.urgent(gate.priority) || "bottleneck" : null;
          data(item, "mark", urgent);
          bar.firstChild.style.height = has(row.queue) ? Math.max(row.queue.v > 0 ? 4 : 0, (row.queue.v / most) * 100) + "%" : "0";
          text(name, LSO.t("step." + row.step));
          // A column of eight is narrow: the unit may stand in a line of its own.
          LSO.writeFigure(queue, row.queue, path + "queue", (v) => LSO.alerts.measure(v, "queue_length_vehicles").replace("\u00a0", " "), now);
          LSO.writeFigure(median, row.median, path + "median", (v) => F.duration(v), now);
        });
      }
      show(page.querySelector(".gate-steps"), Boolean(gate) && DIRECTIONS.some((way) => ((gate.steps || {})[way] || []).length));
    }

    function makeStep() {
      const item = make("li", "flow-step");
      const bar = make("span", "flow-bar");
      bar.setAttribute("aria-hidden", "true");
      bar.appendChild(make("span", "flow-fill"));
      item.append(bar, make("span", "flow-name"), make("span", "flow-queue"), make("span", "flow-median"));
      return item;
    }

    function alerts(store, now) {
      const mine = LSO.alerts.ordered(store.get("alerts").items || {}).filter((alert) => (alert.gate || alert.place) === id);
      LSO.tabletNeeds.draw(part(page, "gate-alerts"), LSO.tabletNeeds.each(mine, now));
      text(part(page, "gate-calm"), mine.length ? null : LSO.tabletNeeds.none(store, now));
    }

    const known = () => LSO.page.gates.map((gate) => gate.id);

    return {
      draw,
      /** Show a gate; without one the gate that needs most attention. */
      show(wanted, store) {
        const focus = store && store.get("gates").focus;
        id = known().includes(wanted) ? wanted : id || (known().includes(focus) ? focus : known()[0]);
      },
      id: () => id,
      name: () => LSO.name(LSO.page.gates.find((gate) => gate.id === id) || { id }),
      /** The gate before (-1) or after (1) in the order of the tiles; round and round. */
      beside: (step) => known()[(known().indexOf(id) + step + known().length) % known().length],
      refresh: chart.refresh,
      stop: chart.stop,
    };
  };
})(typeof window === "undefined" ? globalThis : window);
