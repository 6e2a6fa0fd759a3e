/**
 * What the briefing says: from one frozen moment to slides, each with the finding as its headline. Pure.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  const MOST_FIGURES = 4;
  const MOST_SENTENCES = 3;
  /** More names than these are counted: the foot is two lines. */
  const MOST_SOURCES = 2;
  const urgent = (priority) => (priority === "critical" || priority === "high" ? priority : null);

  /**
   * @param {{at: number, get: function(string): *}} moment
   * @returns {Array<{headline: string, priority: ?string, layout: string, figures?: *, bars?: *, sentences?: *, sources: string}>}
   */
  LSO.briefingSlides = function (moment) {
    return [province(moment), gate(moment), reach(moment), alerts(moment)].filter(Boolean);
  };

  /** One figure to cite; null without a value. A figure that was not live then says so in its note. */
  function figure(moment, label, cell, write, note, priority) {
    if (!has(cell)) return null;
    const state = ofCell(cell, moment.at);
    const own = LSO.quality.words(cell, moment.at);
    const words = state === "live" ? [own, note].filter(Boolean).join(" · ") : LSO.stateWords(state, cell, moment.at);
    return { label, value: write(cell.v), note: words || null, stale: state !== "live", priority: state === "live" ? priority || null : null, cell };
  }

  const some = (list) => list.filter(Boolean).slice(0, MOST_FIGURES);

  /** The names of the sources of some figures, for the foot of the slide. */
  function sources(moment, cells) {
    const known = moment.get("feeds").sources || {};
    const names = new Set(cells.flatMap((cell) => cell.src.split("+")));
    const listed = [...names].map((name) => (known[name] ? LSO.name(known[name]) : name));
    const rest = listed.length - MOST_SOURCES;
    return rest > 0 ? LSO.t("briefing.sources_more", { names: listed.slice(0, MOST_SOURCES).join(", "), count: rest }) : listed.join(", ");
  }

  const against = (before, value) => (before === null || before === undefined ? null : LSO.t("briefing.against_yesterday", { change: F.signed(value - before) }));
  const queue = (v) => F.number(v);
  const lower = (words) => words.charAt(0).toLowerCase() + words.slice(1);
  const roads = (gates) => LSO.page.gates.map((card) => gates[card.id]).filter((each) => each && each.mode !== "rail");

  /** Vehicles at all road gates, when each of them is known; as old as the oldest. */
  function waiting(list) {
    const cells = list.map((each) => each.queue);
    if (!cells.length || !cells.every(has)) return null;
    const sum = cells.reduce((total, cell) => total + cell.v, 0);
    const oldest = cells.reduce((old, cell) => (cell.at + cell.cad * 1500 < old.at + old.cad * 1500 ? cell : old));
    return { ...oldest, v: sum, src: [...new Set(cells.flatMap((cell) => cell.src.split("+")))].join("+"), sim: cells.some((cell) => cell.sim) };
  }

  function province(moment) {
    const topic = moment.get("gates");
    const gates = topic.gates || {};
    const today = topic.today || {};
    const list = roads(gates);
    const count = (name) => today[name] || {};
    const figures = some([
      figure(moment, LSO.t("briefing.waiting_all", { count: list.length }), waiting(list), queue),
      figure(moment, LSO.t("briefing.exported"), count("vehicles_export").cell, queue, has(count("vehicles_export").cell) && against(count("vehicles_export").yesterday, count("vehicles_export").cell.v)),
      figure(moment, LSO.t("briefing.imported"), count("vehicles_import").cell, queue, has(count("vehicles_import").cell) && against(count("vehicles_import").yesterday, count("vehicles_import").cell.v)),
      figure(moment, LSO.t("briefing.fees"), count("fee_vnd").cell, (v) => F.money(v)),
    ]);
    const rows = LSO.page.gates.map((card) => gates[card.id]).filter((each) => each && has(each.queue)).map((each) => {
      const live = ofCell(each.queue, moment.at) === "live";
      return { label: LSO.name(each), value: each.queue.v, text: LSO.quality.withWord(F.number(each.queue.v), each.queue, moment.at), stale: !live, priority: live ? urgent(each.priority) : null, cell: each.queue };
    });
    if (!figures.length && !rows.length) return empty(moment);
    return {
      ...finding(moment), layout: "figures-bars", figures,
      bars: rows.length ? { title: LSO.t("briefing.by_gate"), rows, from: 30 } : null,
      sources: sources(moment, [...figures, ...rows].map((each) => each.cell)),
    };
  }

  /** The headline of the whole province: the gravest alert, or that there is none, if that can be known. */
  function finding(moment) {
    const first = LSO.alerts.ordered(moment.get("alerts").items || {}).filter((alert) => alert.state !== "RTNUN")[0];
    if (first) {
      const short = LSO.text(first, "short");
      const place = LSO.alerts.place(first, moment.get);
      return { headline: short ? `${place}: ${lower(short)}` : LSO.text(first, "summary"), priority: urgent(first.priority) };
    }
    const calm = LSO.alerts.calm(moment.get, moment.at, true);
    return { headline: LSO.t(calm.sure ? "briefing.calm" : "briefing.unsure"), priority: null, calm };
  }

  const empty = () => ({ headline: LSO.t("briefing.nothing"), priority: null, layout: "sentences", sentences: [], sources: "" });

  function gate(moment) {
    const topic = moment.get("gates");
    const focus = (topic.gates || {})[topic.focus];
    if (!focus || !has(focus.queue)) return null;
    const live = ofCell(focus.queue, moment.at) === "live";
    const priority = live ? urgent(focus.priority) : null;
    const alert = (moment.get("alerts").items || {})[focus.alert];
    const limit = alert && alert.metric === "queue_length_vehicles" && alert.threshold ? LSO.t("duty.limit", { limit: F.number(alert.threshold) }) : null;
    const extent = has(focus.extent_m) && focus.extent_m.v > 0 ? focus.extent_m : null;
    const figures = some([
      figure(moment, LSO.t("briefing.waiting_here"), focus.queue, queue, limit || against(focus.queue_yesterday, focus.queue.v), priority),
      figure(moment, LSO.t("briefing.clearance"), focus.clearance_median, (v) => F.duration(v), has(focus.clearance_p90) ? LSO.t("briefing.p90", { time: F.duration(focus.clearance_p90.v) }) : null),
      figure(moment, LSO.t("briefing.extent", { road: focus.road || "" }), extent, (v) => F.distance(v)),
      figure(moment, LSO.t("briefing.throughput_export"), focus.throughput_export, queue, LSO.t("unit.vph")),
      figure(moment, LSO.t("briefing.throughput_import"), focus.throughput_import, queue, LSO.t("unit.vph")),
    ]);
    const steps = ((focus.steps || {})[focus.direction] || []).filter((row) => has(row.queue)).map((row) => {
      const fresh = ofCell(row.queue, moment.at) === "live";
      const worst = fresh && focus.bottleneck === row.step && row.queue.sim === focus.queue.sim;
      return { step: row.step, label: LSO.t("step." + row.step), value: row.queue.v, text: F.number(row.queue.v), stale: !fresh, priority: worst ? priority : null, cell: row.queue };
    });
    // The step is named only where queue and steps are of one kind: a real queue is not explained by simulated steps.
    const narrow = steps.find((row) => row.step === focus.bottleneck && row.cell.sim === focus.queue.sim);
    const jam = priority && narrow ? LSO.t("briefing.jam", { gate: LSO.name(focus), step: LSO.t("step." + focus.bottleneck).toLowerCase() }) : null;
    const short = alert && priority ? LSO.text(alert, "short") : "";
    const calm = short ? `${LSO.name(focus)}: ${lower(short)}` : LSO.t("briefing.gate", { gate: LSO.name(focus), count: F.number(focus.queue.v) });
    return {
      headline: jam || calm, priority, layout: "figures-bars", figures,
      bars: steps.length ? { title: LSO.t("briefing.by_step", { direction: LSO.t("direction." + focus.direction) }), rows: steps, from: 30 } : null,
      sources: sources(moment, [...figures, ...steps].map((each) => each.cell)),
    };
  }

  /** Public services and mobile network of the whole province. */
  function reach(moment) {
    const services = moment.get("services").province || {};
    const network = moment.get("network").province || {};
    const share = (v) => F.percent(v * 100);
    const pct = (v) => F.percent(v);
    const figures = [
      figure(moment, LSO.t("briefing.on_time"), services.on_time_rate, share),
      figure(moment, LSO.t("briefing.online"), services.online_rate, share),
      figure(moment, LSO.t("briefing.received"), services.received, queue),
      figure(moment, LSO.t("briefing.overdue"), services.overdue, queue),
      figure(moment, LSO.t("briefing.on_air"), network.on_air, queue, has(network.expected) ? LSO.t("briefing.of", { all: F.number(network.expected.v) }) : null),
      figure(moment, LSO.t("briefing.coverage_4g"), network.coverage_4g, pct),
      figure(moment, LSO.t("briefing.coverage_5g_key"), network.coverage_5g_key, pct),
      figure(moment, LSO.t("briefing.availability"), network.availability, (v) => F.percent(v, undefined, 2)),
    ].filter(Boolean);
    if (!figures.length) return null;
    const said = [
      has(services.on_time_rate) && LSO.t("briefing.said_services", { share: share(services.on_time_rate.v) }),
      has(network.on_air) && LSO.t("briefing.said_network", { count: F.number(network.on_air.v) }),
    ].filter(Boolean).join("; ");
    return { headline: said || LSO.t("briefing.reach"), priority: null, layout: "figures-two", figures, sources: sources(moment, figures.map((each) => each.cell)) };
  }

  function alerts(moment) {
    const list = LSO.alerts.ordered(moment.get("alerts").items || {});
    if (!list.length) {
      const { headline, calm } = finding(moment);
      const words = { text: LSO.t("alert.none"), icon: calm.sure ? "ok" : "late", detail: calm.words };
      return { headline, priority: null, layout: "sentences", sources: "", sentences: [words] };
    }
    const unack = list.filter((alert) => alert.state !== "ACKED").length;
    const sentences = list.slice(0, MOST_SENTENCES).map((alert) => ({
      text: LSO.text(alert, "summary"), icon: alert.priority, priority: urgent(alert.priority),
      detail: [LSO.t("priority." + alert.priority), LSO.alerts.since(alert, moment.at), LSO.alerts.holder(alert)].join(" · "),
    }));
    const headline = LSO.t(unack ? "briefing.open_unacked" : "briefing.open_acked", { count: F.number(list.length), unack: F.number(unack) });
    return { headline, priority: urgent(list[0].priority), layout: "sentences", sentences, sources: sources(moment, list.slice(0, MOST_SENTENCES).map((alert) => ({ src: (alert.source || "").replace(/,/g, "+") })).filter((each) => each.src)) };
  }

  LSO.briefingSlides.waiting = waiting;
})(typeof window === "undefined" ? globalThis : window);
