/**
 * The right side of the wall's overview: today's counts, public services, mobile network.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, style, part } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;

  const count = (v) => F.number(v);
  const share = (v) => F.percent(v * 100);
  const pct = (v) => F.percent(v);
  const files = (v) => LSO.t("unit.dossiers", { value: F.number(v) });

  /**
   * The rows by panel: where the cell is, how it is written, which metrics' alerts colour it, its share of 1.
   * A row takes its colour from a live alert and from nothing else: limits are rules, not script.
   */
  const ROWS = {
    today: {
      vehicles_export: { write: count, change: count }, vehicles_import: { write: count, change: count },
      passengers: { write: count, change: count }, goods_tonnes: { write: count, change: "pct" }, fee_vnd: { write: (v) => F.money(v), change: "pct" },
    },
    services: {
      on_time_rate: { write: share, metrics: ["on_time_rate"], share: (v) => v }, online_rate: { write: share, metrics: ["online_rate"], share: (v) => v },
      received: { write: count, metrics: ["dossiers_received"] }, settled: { write: count }, open: { write: count, metrics: ["dossiers_open"] },
      overdue: { write: files, metrics: ["dossiers_overdue"] },
    },
    network: {
      on_air: { write: count, metrics: ["bts_count", "site_on_air"] }, coverage_5g_key: { write: pct, share: (v) => v / 100 },
      coverage_4g: { write: pct, share: (v) => v / 100, metrics: ["population_coverage_pct", "covered_population_lost"] }, coverage_5g: { write: pct }, availability: { write: (v) => F.percent(v, undefined, 2), metrics: ["cell_availability_pct"] },
    },
  };

  /** The highest priority among live alerts on some metrics; null when it is not an urgent one. */
  function urgency(alerts, metrics) {
    const found = Object.values(alerts).filter((alert) => metrics.includes(alert.metric) && alert.state !== "RTNUN");
    return ["critical", "high"].find((priority) => found.some((alert) => alert.priority === priority)) || null;
  }

  function changeText(how, value, before) {
    if (!how || before === null || before === undefined) return null;
    if (how !== "pct") return F.signed(value - before);
    return before > 0 ? F.signed((100 * (value - before)) / before) + F.percent(0, undefined, 0).slice(1) : null;
  }

  function panel(element) {
    const name = element.dataset.panel;
    const rows = [...element.querySelectorAll("[data-row]")].map((row) => [row, ROWS[name][row.dataset.row], row.dataset.row]);
    /** @param {function(string): {cell: ?*, path?: string, before?: ?number, target?: ?number}} find */
    return function update(find, note, alerts, now, mixed, noted = null) {
      const cells = [];
      for (const [row, how, rowName] of rows) {
        const { cell, path, before, target } = find(rowName);
        show(row, has(cell));
        if (!has(cell)) continue;
        cells.push(cell);
        const live = ofCell(cell, now) === "live";
        const priority = live && how.metrics ? urgency(alerts, how.metrics) : null;
        text(part(row, "value"), how.write(cell.v));
        LSO.dom.cell(part(row, "value"), path);
        part(row, "value").classList.toggle("is-stale", !live);
        data(row, "priority", priority);
        data(part(row, "icon"), "icon", priority);
        text(part(row, "change"), changeText(how.change, cell.v, before));
        if (how.share && part(row, "fill")) {
          style(part(row, "fill"), "--share", Math.min(1, how.share(cell.v)).toFixed(4));
          const mark = part(row, "target");
          show(mark, typeof target === "number");
          if (typeof target === "number") style(mark, "--share", Math.min(0.99, target / 100).toFixed(4));
        }
      }
      show(part(element, "empty"), cells.length === 0);
      const worst = LSO.freshness.worst(cells, now);
      const late = worst && worst.state !== "live";
      data(part(element, "note-icon"), "icon", late ? worst.state : noted);
      for (const name of ["note", "note-icon"]) data(part(element, name), "priority", late ? null : noted);
      text(part(element, "note"), late ? LSO.stateWords(worst.state, worst.cell, now) : cells.length ? LSO.quality.ofSome(cells, now) || note : null);
      data(element, "sim", mixed && cells.some((cell) => cell.sim) ? "true" : null);
    };
  }

  /** A panel of rows of the wall; see ROWS for what its rows are. */
  LSO.wallPanel = panel;

  /** Row → its target in config/targets.yaml, where the two have other names. */
  const AIMS = { online_rate: "dossiers_online", coverage_5g_key: "key_areas_5g", availability: "cell_availability_4g" };

  /** What the programme asks for in a row, in its own unit; undefined where it asks for nothing. */
  LSO.targetOf = (targets, name) => {
    const target = targets[AIMS[name] || name];
    return target && target.aim && typeof target.aim.value === "number" ? target.aim.value : undefined;
  };

  const TOLD_BY = [["today", "gates"], ["services", "services"], ["network", "network"]];

  LSO.wallPanels = function (main) {
    const of = (name) => panel(main.querySelector(`[data-panel="${name}"]`));
    const today = of("today");
    const services = of("services");
    const network = of("network");
    return function update(store, now, mixed) {
      const { get } = store;
      // Until its topic is told, a panel keeps the room of its rows: figures that come move nothing (see .wall-side).
      for (const [name, topic] of TOLD_BY) data(main.querySelector(`[data-panel="${name}"]`), "told", store.has(topic) ? "true" : null);
      const alerts = get("alerts").items || {};
      const targets = get("programme").targets || {};
      const counts = get("gates").today || {};
      const compared = Object.values(counts).some((entry) => entry && entry.yesterday !== null && entry.yesterday !== undefined);
      today((name) => ({ cell: counts[name] && counts[name].cell, path: `gates/today/${name}/cell`, before: counts[name] && counts[name].yesterday }),
        compared ? LSO.t("today.subtitle") : null, alerts, now, mixed);
      const communes = Object.keys(get("services").communes || {}).length;
      const target = (name) => LSO.targetOf(targets, name);
      services((name) => ({ cell: (get("services").province || {})[name], path: `services/province/${name}`, target: target(name) }),
        communes ? LSO.t("services.subtitle", { communes }) : null, alerts, now, mixed);
      const province = get("network").province || {};
      const lost = LSO.lostCoverage.note(get("network").lost);
      network((name) => ({ cell: province[name], path: `network/province/${name}`, target: target(name) }),
        lost || (has(province.expected) ? LSO.t("network.subtitle", { expected: F.number(province.expected.v) }) : null), alerts, now, mixed,
        lost ? urgency(alerts, ["road_dead_stretch_km", "covered_population_lost"]) : null);
    };
  };
})(typeof window === "undefined" ? globalThis : window);
