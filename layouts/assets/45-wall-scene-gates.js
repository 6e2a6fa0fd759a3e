/**
 * Scene "gates": the gates side by side. Beside each other the eye finds the one that is unlike the rest; bars and
 * lines have a scale for each gate, because Cốc Nam's would lie flat on Hữu Nghị's.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, style, part } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  /** Below this many vehicles the bars of the steps stay low: two trucks are no mountain. */
  const STEP_SCALE_FROM = 30;

  const perHour = (v) => F.number(v);

  function column(element, kit) {
    const id = element.dataset.column;
    const base = `gates/gates/${id}/`;
    const trend = LSO.wallTrend(part(element, "trend"));

    function figures(gate, now) {
      const write = { clearance_median: F.duration, clearance_p90: F.duration, arrivals: perHour, throughput: perHour };
      for (const [name, how] of Object.entries(write)) kit.figure(part(element, name), gate && gate[name], base + name, (v) => how(v), now);
      const other = gate && gate.other_side;
      kit.figure(part(element, "other_side"), other, base + "other_side", (v) => F.percent(v * 100, undefined, 0), now);
      data(part(element, "other_side"), "side", has(other) ? LSO.otherSide.state(other.v) : null);
      if (has(other)) text(part(element, "other_side").previousElementSibling, LSO.t("wall.side_label." + LSO.otherSide.state(other.v)));
      const lanes = gate && gate.lanes_open;
      kit.figure(part(element, "lanes"), lanes, base + "lanes_open", (v) => (has(gate.lanes_max) ? `${F.number(v)}/${F.number(gate.lanes_max.v)}` : F.number(v)), now);
      for (const holder of element.querySelectorAll("[data-figure]")) show(holder, !holder.lastElementChild.hidden);
    }

    function steps(gate, now, priority) {
      for (const box of element.querySelectorAll("[data-direction]")) {
        const direction = box.dataset.direction;
        const rows = (gate && gate.steps && gate.steps[direction]) || [];
        const known = rows.filter((row) => has(row.queue));
        show(box, known.length > 0);
        if (!known.length) continue;
        kit.figure(part(box, "way-queue"), gate["queue_" + direction], `${base}queue_${direction}`, (v) => F.number(v), now);
        const scale = Math.max(STEP_SCALE_FROM, ...known.map((row) => row.queue.v));
        let longest = null;
        rows.forEach((row, index) => {
          const item = box.querySelector(`[data-step-of="${row.step}"]`);
          const value = has(row.queue) ? row.queue.v : 0;
          const live = has(row.queue) && ofCell(row.queue, now) === "live";
          const slow = gate.direction === direction && gate.bottleneck === row.step;
          style(part(item, "bar"), "--share", (value / scale).toFixed(3));
          data(item, "priority", live && slow ? priority : null);
          data(item, "slow", slow ? "true" : null);
          LSO.dom.cell(item, has(row.queue) ? `${base}steps/${direction}/${index}/queue` : null);
          if (has(row.queue) && slow) longest = row;
        });
        text(part(box, "worst"), longest ? LSO.t("wall.bottleneck", { step: LSO.t("step." + longest.step), count: F.number(longest.queue.v) }) : null);
        data(part(box, "worst"), "priority", longest ? priority : null);
      }
    }

    return function update(gate, now, mixed) {
      const queue = gate && has(gate.queue) ? gate.queue : null;
      const state = queue ? ofCell(queue, now) : null;
      const priority = state === "live" && gate ? LSO.urgent(gate.priority) : null;
      data(element, "state", state);
      data(element, "priority", priority);
      kit.figure(part(element, "total"), queue, base + "queue", (v) => F.number(v), now);
      text(part(element, "empty"), queue ? null : LSO.quality.instead(gate && gate.queue, LSO.t("gate.no_data")));
      show(part(element, "unit"), Boolean(queue));
      const before = gate ? gate.queue_yesterday : null;
      text(part(element, "change"), queue && before !== null && before !== undefined ? F.signed(queue.v - before) : null);
      const said = LSO.gateStatus(gate, now);
      data(part(element, "status-icon"), "icon", said.icon);
      text(part(element, "status"), said.words || null);
      figures(gate, now);
      steps(gate, now, priority);
      if (gate && queue) trend(gate.trend, priority);
      else trend(null, null);
      kit.simulated(element, gate ? [gate.queue] : [], mixed);
    };
  }

  LSO.scene("gates", function (section) {
    const kit = LSO.wallKit;
    const columns = [...section.querySelectorAll("[data-column]")].map((element) => [element.dataset.column, column(element, kit)]);
    const fit = kit.shedding(section.querySelector(".gates-columns"));
    return {
      draw(store, now) {
        const gates = store.get("gates").gates || {};
        const mixed = kit.mixed(store);
        for (const [id, update] of columns) update(gates[id], now, mixed);
        fit([...section.querySelectorAll("[data-direction], [data-figure], [data-part=worst]")].map((each) => each.hidden).join());
      },
      stop() {},
    };
  });
})(typeof window === "undefined" ? globalThis : window);
