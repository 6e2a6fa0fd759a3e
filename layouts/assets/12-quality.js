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

  /** The words of the first figure among several that a person entered, or that a broken instrument told. */
  function ofSome(cells, now) {
    for (const cell of cells) {
      const said = words(cell, now);
      if (said) return said;
    }
    return null;
  }

  /** What stands in the place of a figure that is not there: that its instrument is broken, or `otherwise`. */
  const instead = (cell, otherwise) => (cell && cell.q === "instrument" ? LSO.t("quality.instrument") : otherwise);

  /** A figure with "nhập tay" behind it where a person entered it. */
  const withWord = (figure, cell, now) => (isManual(cell, now) ? figure + " · " + LSO.t("quality.manual_word") : figure);

  LSO.quality = { isManual, words, ofSome, instead, withWord };
})(typeof window === "undefined" ? globalThis : window);
