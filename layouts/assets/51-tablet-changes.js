/**
 * What changed since a look: two pictures of the province compared, each difference with its time. Pure; who looked
 * when is kept by 51-tablet-seen.js.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const F = LSO.format;
  const { has, ofCell, ageOf, stateOf } = LSO.freshness;
  /** A queue that moved by less in both is no news. Ours: ordinary days vary by 12 % (domain §2). */
  const QUEUE = { least: 50, share: 0.25 };
  const CLEARANCE = { least_s: 3600, share: 0.25 };
  /** The other side is normal at 1.0, strict at 0.2 to 0.5, closed at 0 (domain §2): a step of this size is another regime. */
  const OTHER_SIDE = 0.2;
  /** Figures of the province: topic, path, how they are written, and what is no news. */
  const FIGURES = [
    { topic: "services", name: "on_time_rate", least: 0.003, write: (v) => F.percent(v * 100) },
    { topic: "services", name: "online_rate", least: 0.01, write: (v) => F.percent(v * 100) },
    { topic: "services", name: "overdue", least: 10, write: (v) => F.number(v) },
    { topic: "network", name: "on_air", least: 5, write: (v) => F.number(v) },
    { topic: "network", name: "coverage_4g", least: 0.5, write: (v) => F.percent(v) },
  ];

  const value = (cell, now) => (has(cell) && ofCell(cell, now) === "live" ? { v: cell.v, at: cell.at, sim: Boolean(cell.sim) } : null);

  /** A picture of now, small enough to be kept: what is compared and nothing else. */
  function picture(get, now) {
    const gates = {};
    for (const [id, gate] of Object.entries(get("gates").gates || {})) {
      if (!gate) continue;
      gates[id] = { open: gate.open === undefined ? null : gate.open, status: value(gate.status, now), queue: value(gate.queue, now), clearance: value(gate.clearance_median, now), other: value(gate.other_side, now) };
    }
    const alerts = {};
    for (const alert of Object.values(get("alerts").items || {})) if (alert) alerts[alert.id] = { state: alert.state, priority: alert.priority, vi: alert.summary_vi, en: alert.summary_en, place: alert.gate || alert.place };
    const figures = {};
    for (const figure of FIGURES) figures[figure.topic + "/" + figure.name] = value((get(figure.topic).province || {})[figure.name], now);
    const sources = {};
    for (const [id, source] of Object.entries(get("feeds").sources || {}))
      if (source && source.last_at && !source.ended && source.kind !== "derived") sources[id] = { lost: stateOf(ageOf(source.last_at, now), source.cadence_s || 60) === "lost", vi: source.name_vi, en: source.name_en, at: source.last_at };
    const targets = {};
    for (const [key, target] of Object.entries(get("programme").targets || {})) if (target && target.state) targets[key] = target.state;
    return { at: now, gates, alerts, figures, sources, targets };
  }

  const moved = (from, to, least, share) => Math.abs(to - from) >= least && Math.abs(to - from) >= Math.abs(from) * share;
  /** A simulated figure and a real one are no two states of one thing. */
  const both = (a, b) => a && b && a.sim === b.sim;

  function ofAlerts(before, get, recent, now) {
    const found = [];
    const live = get("alerts").items || {};
    const known = new Map(Object.values(live).filter(Boolean).map((alert) => [alert.id, alert]));
    for (const alert of recent || []) if (!known.has(alert.id)) known.set(alert.id, alert);
    for (const alert of known.values()) {
      const common = { href: live[alert.id] ? "#/alert/" + encodeURIComponent(alert.id) : hrefOf(alert.gate || alert.place) };
      const words = { sentence: LSO.text(alert, "summary") };
      if (alert.started_at > before.at) found.push({ ...common, key: "began-" + alert.id, kind: "began", at: alert.started_at, priority: alert.priority, words: words.sentence });
      if (alert.acked_at && alert.acked_at > before.at && alert.acked_by)
        found.push({ ...common, key: "taken-" + alert.id, kind: "taken", at: alert.acked_at, words: LSO.t("tablet.change.taken", { ...words, who: alert.acked_by }) });
      const over = alert.ended_at && alert.ended_at > before.at && (!live[alert.id] || alert.state === "RTNUN");
      if (over) found.push({ ...common, key: "over-" + alert.id, kind: "over", at: alert.ended_at, words: LSO.t("tablet.change.over", words) });
    }
    // What was live at the last look and is gone, with nobody to tell when.
    for (const [id, alert] of Object.entries(before.alerts || {}))
      if (!known.has(id)) found.push({ key: "over-" + id, kind: "over", at: null, href: hrefOf(alert.place), words: LSO.t("tablet.change.over", { sentence: LSO.page.lang === "vi" ? alert.vi : alert.en }) });
    return found;
  }

  function hrefOf(place) {
    if (LSO.page.gates.some((gate) => gate.id === place)) return "#/gate/" + place;
    if (place && place.startsWith("commune.")) return "#/services/" + place;
    return "#/alerts";
  }

  function ofGates(before, after, get, times) {
    const found = [];
    for (const [id, gate] of Object.entries(after.gates)) {
      const was = (before.gates || {})[id];
      const full = (get("gates").gates || {})[id];
      if (!was || !full) continue;
      const words = { gate: LSO.name(full) };
      const add = (kind, at, key, more) => found.push({ key: kind + "-" + id, kind, at, href: "#/gate/" + id, words: LSO.t(key, { ...words, ...more }) });
      const open = (one) => (one.status ? one.status.v > 0 : one.open);
      if (open(was) !== null && open(gate) !== null && open(was) !== open(gate)) add("door", times["status/" + id] || (gate.status ? gate.status.at : after.at), open(gate) ? "tablet.change.opened" : "tablet.change.closed");
      if (both(was.other, gate.other) && Math.abs(was.other.v - gate.other.v) >= OTHER_SIDE) {
        const key = gate.other.v === 0 ? "tablet.change.other_closed" : gate.other.v < was.other.v ? "tablet.change.other_slower" : "tablet.change.other_faster";
        add("other", times["other/" + id] || gate.other.at, key, { share: F.percent(gate.other.v * 100, undefined, 0) });
      }
      if (both(was.queue, gate.queue) && moved(was.queue.v, gate.queue.v, QUEUE.least, QUEUE.share))
        add("queue", gate.queue.at, "tablet.change.queue", { from: F.number(was.queue.v), to: F.number(gate.queue.v), unit: LSO.t(full.mode === "rail" ? "gate.waiting_rail" : "gate.waiting") });
      if (both(was.clearance, gate.clearance) && moved(was.clearance.v, gate.clearance.v, CLEARANCE.least_s, CLEARANCE.share))
        add("clearance", gate.clearance.at, "tablet.change.clearance", { from: F.duration(was.clearance.v), to: F.duration(gate.clearance.v) });
    }
    return found;
  }

  function ofFigures(before, after) {
    const found = [];
    for (const figure of FIGURES) {
      const path = figure.topic + "/" + figure.name;
      const [was, is] = [(before.figures || {})[path], after.figures[path]];
      if (!both(was, is) || !(Math.abs(is.v - was.v) >= figure.least)) continue;
      found.push({ key: "figure-" + path, kind: "figure", at: is.at, href: "#/" + figure.topic, words: LSO.t("tablet.change.figure", { name: LSO.t(figure.topic + "." + figure.name), from: figure.write(was.v), to: figure.write(is.v) }) });
    }
    return found;
  }

  function ofSources(before, after) {
    const found = [];
    for (const [id, source] of Object.entries(after.sources)) {
      const was = (before.sources || {})[id];
      if (!was || was.lost === source.lost) continue;
      found.push({ key: "source-" + id, kind: "source", at: source.at, href: "#/network", words: LSO.t(source.lost ? "tablet.change.lost" : "tablet.change.returned", { name: LSO.page.lang === "vi" ? source.vi : source.en }) });
    }
    return found;
  }

  const TARGETS = { reached: "tablet.change.target_reached", on_path: "tablet.change.target_on_path", behind: "tablet.change.target_behind", far_behind: "tablet.change.target_far_behind" };

  function ofTargets(before, after, get) {
    const found = [];
    const targets = get("programme").targets || {};
    for (const [key, state] of Object.entries(after.targets)) {
      const was = (before.targets || {})[key];
      if (!was || was === state || !TARGETS[state]) continue;
      const cell = targets[key].cell;
      found.push({ key: "target-" + key, kind: "target", at: cell ? cell.at : after.at, href: "#/programme/" + key, words: LSO.t(TARGETS[state], { name: LSO.name(targets[key]) }) });
    }
    return found;
  }

  /** What is left out first where there is no room for all: the lower, the longer it stays. */
  const WEIGHTS = { door: 1, other: 1, queue: 2, source: 2, over: 3, clearance: 3, target: 3, taken: 4, figure: 4 };
  const weight = (change) => (change.kind === "began" ? { critical: 0, high: 1 }[change.priority] ?? 5 : WEIGHTS[change.kind]);

  /**
   * What differs, the newest first; what has no known time last.
   * @param {*} before a picture
   * @param {function(string): *} get the data of a topic
   * @param {number} now
   * @param {{recent?: Array<*>, times?: Object<string, number>}=} told by the server: alerts since then, live or over,
   *   and when a gate or its other side changed last
   */
  function compare(before, get, now, told) {
    const more = told || {};
    const after = picture(get, now);
    const found = [
      ...ofAlerts(before, get, more.recent, now),
      ...ofGates(before, after, get, more.times || {}),
      ...ofFigures(before, after),
      ...ofSources(before, after),
      ...ofTargets(before, after, get),
    ];
    for (const change of found) change.weight = weight(change);
    return found.sort((a, b) => (b.at || 0) - (a.at || 0) || (a.key < b.key ? -1 : 1));
  }

  LSO.tabletChanges = { picture, compare, OTHER_SIDE };
})(typeof window === "undefined" ? globalThis : window);
