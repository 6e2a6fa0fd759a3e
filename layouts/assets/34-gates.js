/**
 * What every screen says of gates: the words of a state, what the map draws, and what the absence of alerts means.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const F = LSO.format;
  const { has, ofCell, ageOf } = LSO.freshness;
  /** A shorter queue on the road is drawn but needs no words. */
  const TAIL_FROM_M = 1000;

  /** A priority that has a colour; medium and low have none. */
  const urgent = (LSO.urgent = (priority) => (priority === "critical" || priority === "high" ? priority : null));

  /** "chậm 14 ph": a state in words with its age. */
  LSO.stateWords = (state, cell, now) =>
    LSO.quality.words(cell, now) || LSO.t("state.aged", { state: LSO.t("state." + state), age: F.age(ageOf(cell.at, now)) });

  /** What the map draws of the gates, the urgent ones first so that their labels find their place first. */
  LSO.mapGates = function (gates, now) {
    const rank = { critical: 0, high: 1 };
    return LSO.page.gates
      .map((card) => gates[card.id])
      .filter((gate) => gate && gate.lat)
      .map((gate) => {
        const queue = has(gate.queue) ? gate.queue : null;
        const extent = has(gate.extent_m) && gate.extent_m.v > 0 ? gate.extent_m.v : 0;
        return {
          id: gate.id, lat: gate.lat, lon: gate.lon, name: LSO.name(gate), queueText: queue ? F.number(queue.v) : "",
          priority: urgent(gate.priority), state: queue ? ofCell(queue, now) : null,
          line: extent ? gate.extent_line : null, tail: extent >= TAIL_FROM_M ? LSO.t("map.tail", { distance: LSO.tailWords(gate, now) }) : "",
          // Rounded, so that a map is not drawn anew for each second that a reading grows older.
          road: gate.road || "", distance: extent ? LSO.tailWords(gate, now) : "", metres: extent, error: extent ? Math.round((LSO.tailError(gate, now) || 0) / 50) * 50 : 0, size: queue ? queue.v : 0,
          other: LSO.otherSide.words(gate.other_side) || "", otherState: has(gate.other_side) ? LSO.otherSide.state(gate.other_side.v) : null,
        };
      })
      .sort((a, b) => (rank[a.priority] ?? 2) - (rank[b.priority] ?? 2));
  };

  /**
   * What the absence of alerts means: "sure" that all is well; "pending" where a queue is over its limit and the rule
   * still waits; "unsure" where a queue is not live or there is none.
   */
  LSO.calm = function (gates, now) {
    const known = Object.values(gates).filter((gate) => gate && has(gate.queue));
    if (!known.length || known.some((gate) => ofCell(gate.queue, now) !== "live")) return "unsure";
    const over = (gate) => gate.trend && typeof gate.trend.threshold === "number" && gate.queue.v > gate.trend.threshold;
    return known.some(over) ? "pending" : "sure";
  };
})(typeof window === "undefined" ? globalThis : window);
