/**
 * How a figure was come by, in words: entered by a person, or told by a broken instrument.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /** Whether a person entered it and it still speaks. */
  const isManual = (cell, now) => Boolean(cell) && cell.until !== undefined && now < cell.until;

  /**
   * "nhập tay · Lan · 12 ph"; null for a figure that a feed told.
   * @param {?Object} cell
   * @param {number} now the server's clock
   * @returns {?string}
   */
  function words(cell, now) {
    if (!cell) return null;
    if (cell.q === "instrument") return LSO.t("quality.instrument");
    if (cell.until === undefined) return null;
    const age = LSO.format.age(LSO.freshness.ageOf(cell.at, now));
    return LSO.t(isManual(cell, now) ? "quality.manual" : "quality.expired", { by: cell.by || "?", age });
  }

  LSO.quality = { isManual, words };
})(typeof window === "undefined" ? globalThis : window);
