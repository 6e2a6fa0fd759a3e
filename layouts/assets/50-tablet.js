/**
 * The tablet, put together: what is wrong, the gates, services and network, the map.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  const TOPICS = ["gates", "services", "network", "alerts", "feeds"];

  const share = (v) => F.percent(v * 100);
  const pct = (v) => F.percent(v);
  const count = (v) => F.number(v);
  const ROWS = {
    services: { on_time_rate: share, online_rate: share, received: count, overdue: (v) => LSO.t("unit.dossiers", { value: F.number(v) }) },
    network: { on_air: count, coverage_4g: pct, coverage_5g_key: pct, availability: (v) => F.percent(v, undefined, 2) },
  };
  /** Metrics whose alerts colour a row; a row takes its colour from a live alert and from nothing else. */
  const METRICS = {
    on_time_rate: ["on_time_rate"], online_rate: ["online_rate"], overdue: ["dossiers_overdue"], on_air: ["bts_count", "bts_expected_count", "site_on_air"],
    coverage_4g: ["population_coverage_pct", "covered_population_lost"], availability: ["cell_availability_pct"],
  };

  /** The priority of a live alert about the whole province on one of these metrics; null when none is urgent. */
  function urgency(items, metrics) {
    const mine = Object.values(items).filter((alert) => alert && (metrics || []).includes(alert.metric) && alert.place === "lang-son" && alert.state !== "RTNUN");
    return ["critical", "high"].find((priority) => mine.some((alert) => alert.priority === priority)) || null;
  }

  /** One of the two summaries. */
  function summary(main, name) {
    const element = main.querySelector(`[data-summary="${name}"]`);
    return function update(province, items, note, now) {
      const cells = [];
      for (const row of element.querySelectorAll("[data-row]")) {
        const cell = province[row.dataset.row];
        show(row, has(cell));
        if (!has(cell)) continue;
        cells.push(cell);
        const live = ofCell(cell, now) === "live";
        const priority = live ? urgency(items, METRICS[row.dataset.row]) : null;
        text(part(row, "value"), ROWS[name][row.dataset.row](cell.v));
        part(row, "value").classList.toggle("is-stale", !live);
        data(row, "priority", priority);
        data(part(row, "icon"), "icon", priority);
      }
      show(part(element, "empty"), cells.length === 0);
      const worst = LSO.freshness.worst(cells, now);
      const late = worst && worst.state !== "live";
      data(part(element, "note-icon"), "icon", late ? worst.state : null);
      text(part(element, "note"), late ? LSO.stateWords(worst.state, worst.cell, now) : cells.length ? LSO.quality.ofSome(cells, now) || note : null);
    };
  }

  function start(main) {
    const sheet = LSO.tabletSheet(main);
    const wrong = LSO.tabletAlerts(main, (id) => sheet.open("alert", id));
    const gates = LSO.tabletGates(main, (id) => sheet.open("gate", id));
    const services = summary(main, "services");
    const network = summary(main, "network");
    const back = LSO.dom.designUnit(() => Math.min(1, Math.max(0.6, main.clientWidth / 1400)));
    const [province, inset] = maps(main);
    const screen = LSO.liveScreen(main, TOPICS, draw);

    function draw(store, now) {
      const topic = store.get("gates");
      const items = store.get("alerts").items || {};
      wrong(store, now);
      gates(topic, now);
      const communes = Object.keys(store.get("services").communes || {}).length;
      services(store.get("services").province || {}, items, communes ? LSO.t("services.subtitle", { communes }) : null, now);
      const net = store.get("network").province || {};
      const whole = has(net.expected) ? LSO.t("network.subtitle", { expected: F.number(net.expected.v) }) : null;
      network(net, items, LSO.lostCoverage.note(store.get("network").lost) || whole, now);
      const state = { gates: LSO.mapGates(topic.gates || {}, now), silent: Object.values(store.get("network").silent || {}), lost: store.get("network").lost || null };
      province.show(state);
      inset.show(state);
      sheet.show(store, now);
    }

    return function stop() {
      back();
      sheet.close();
      screen.stop();
    };
  }

  function maps(main) {
    const box = (selector) => main.querySelector(selector);
    const province = LSO.liveMap(box('[data-map="province"]'), {
      padding: { top: 10, right: 240, bottom: 44, left: 10 }, obstacles: () => [box(".tablet-inset"), box(".map-credit")], insetFrame: true,
    });
    return [province, LSO.liveMap(box('[data-map="inset"]'), { padding: { top: 6, right: 96, bottom: 6, left: 0 } })];
  }

  LSO.onScreen("tablet", start);
})(typeof window === "undefined" ? globalThis : window);
