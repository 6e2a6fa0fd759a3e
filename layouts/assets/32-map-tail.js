/**
 * What the map says of a gate beside its queue: the other side, and how far the tail may be off.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const F = LSO.format;
  const { has, ageOf } = LSO.freshness;
  /** The same bounds as the rules other_side_closed and other_side_slow (config/rules/gates.yaml). */
  const CLOSED_TO = 0.05;
  const STRICT_BELOW = 0.6;
  /** From here on the other side works as it always does, and its rate beside the gate's name would only be wondered at. */
  const USUAL_FROM = 0.9;

  /** @returns {"open"|"strict"|"closed"} what the Chinese side is, by its rate against normal */
  const sideState = (ratio) => (ratio <= CLOSED_TO ? "closed" : ratio < STRICT_BELOW ? "strict" : "open");

  /** "mở 98 %", "siết 35 %", "đóng". */
  const sideFigure = (ratio) => {
    const state = sideState(ratio);
    return LSO.t("map.side." + state, { rate: F.percent(ratio * 100, undefined, 0) });
  };

  /** "bên kia siết 35 %", "bên kia mở"; null where nothing is known of the other side. */
  const sideWords = (cell) => {
    if (!has(cell)) return null;
    return LSO.t("map.side", { state: cell.v >= USUAL_FROM ? LSO.t("map.side.usual") : sideFigure(cell.v) });
  };

  LSO.otherSide = { state: sideState, figure: sideFigure, words: sideWords };

  /**
   * How far the tail may be off now, in metres: what is off in itself, and what has come and gone since the reading.
   * @param {*} gate
   * @param {number} now
   * @returns {?number} null where nobody can say
   */
  LSO.tailError = function (gate, now) {
    const error = gate && gate.extent_error;
    if (!error || !has(gate.extent_m)) return null;
    return error.fixed_m + error.per_hour_m * (ageOf(gate.extent_m.at, now) / 3600);
  };

  /** "8,2 km ± 0,4" or "640 m ± 90"; without a known error the distance alone. */
  LSO.tailWords = function (gate, now) {
    const metres = gate.extent_m.v;
    const error = LSO.tailError(gate, now);
    if (error === null) return F.distance(metres);
    // Where the queue may as well have no tail on the road at all, a plus and a minus would pretend to know one.
    if (error >= metres) return LSO.t("map.tail_within", { distance: F.distance(metres + error) });
    const off = metres < 995 ? F.number(Math.max(10, Math.round(error / 10) * 10)) : F.number(Math.max(0.1, error / 1000), undefined, 1);
    return `${F.distance(metres)}\u00a0±\u00a0${off}`;
  };

  /**
   * Split a queue's line where it ceases to be sure: the last `error` metres may or may not be there.
   * @param {Array<[number, number]>} line from the barrier to the tail
   * @returns {[Array<[number, number]>, Array<[number, number]>]}
   */
  LSO.splitTail = function (line, metres, error) {
    const squeeze = Math.cos((line[0][1] * Math.PI) / 180);
    const lengths = line.slice(1).map((p, i) => Math.hypot((p[0] - line[i][0]) * squeeze, p[1] - line[i][1]));
    const total = lengths.reduce((sum, each) => sum + each, 0);
    let left = total * Math.max(0, 1 - error / metres);
    for (let i = 0; i < lengths.length; i++) {
      if (left < lengths[i]) {
        const share = lengths[i] ? left / lengths[i] : 0;
        const cut = [line[i][0] + (line[i + 1][0] - line[i][0]) * share, line[i][1] + (line[i + 1][1] - line[i][1]) * share];
        return [[...line.slice(0, i + 1), cut], [cut, ...line.slice(i + 1)]];
      }
      left -= lengths[i];
    }
    return [line, []];
  };
})(typeof window === "undefined" ? globalThis : window);
