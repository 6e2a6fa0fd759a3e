/**
 * How old is too old. The thresholds equal feeds/freshness.py; a test keeps them so.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** Multiples of the cadence after which the next state begins; exactly on it still belongs to the better one. */
  const LATE_FROM = 1.5;
  const STALE_FROM = 3;
  const LOST_FROM = 10;
  const ORDER = ["live", "late", "stale", "lost"];

  /** @typedef {{v: ?number, at: number, src: string, q: string, sim: boolean, cad: number, by: string=, until: number=}} Cell */

  /** @returns {"live"|"late"|"stale"|"lost"} */
  function stateOf(ageS, cadenceS) {
    if (ageS <= LATE_FROM * cadenceS) return "live";
    if (ageS <= STALE_FROM * cadenceS) return "late";
    return ageS <= LOST_FROM * cadenceS ? "stale" : "lost";
  }

  /** Age in seconds against the server's clock; 0 for an instant ahead of it. */
  const ageOf = (atMs, nowMs) => Math.max(0, (nowMs - atMs) / 1000);

  /** Whether a cell holds a figure at all: what never had one is left out on screens. */
  const has = (cell) => Boolean(cell) && cell.v !== null && cell.v !== undefined;

  /** A manual entry is as good as new until it expires, then it is lost. */
  const untilState = (untilMs, nowMs) => (nowMs < untilMs ? "live" : "lost");

  /** The best state any figure may have now; see `atBest`. */
  let best = 0;

  /** Hold every figure for no better than a state: "late" while what is shown was kept on the device, null otherwise. */
  const atBest = (state) => (best = Math.max(0, ORDER.indexOf(state)));

  /** Whether figures are held for no better than some state: what is shown is not of now. */
  const held = () => best > 0;

  /** @returns {?string} null where there never was a reading. */
  function ofCell(cell, nowMs) {
    if (!cell) return null;
    const state = cell.until === undefined ? stateOf(ageOf(cell.at, nowMs), cell.cad) : untilState(cell.until, nowMs);
    return ORDER[Math.max(best, ORDER.indexOf(state))];
  }

  /**
   * The worst state among cells, with the cell it belongs to; null when none ever had a reading.
   * @returns {?{state: string, cell: Cell}}
   */
  function worst(cells, nowMs) {
    let found = null;
    for (const cell of cells) {
      if (!cell) continue;
      const state = ofCell(cell, nowMs);
      if (!found || ORDER.indexOf(state) > ORDER.indexOf(found.state)) found = { state, cell };
    }
    return found;
  }

  LSO.freshness = { LATE_FROM, STALE_FROM, LOST_FROM, ORDER, stateOf, ageOf, has, ofCell, worst, atBest, held };
})(typeof window === "undefined" ? globalThis : window);
