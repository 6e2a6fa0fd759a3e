/**
 * Sizes of type on a panel: what a design pixel is in millimetres, and how far away it can be read.
 *
 * Source of 16 arc-minutes: domain facts §7 (display figures); of the cap height: Inter's OS/2 table, 1490 of 2048.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** Height of Inter's capital letters in em. */
  const CAP_EM = 1490 / 2048;
  const ARC_MINUTES = 16;
  /** Millimetres that 16 arc-minutes cover at one metre. */
  const MM_PER_M = 1000 * Math.tan((ARC_MINUTES / 60) * (Math.PI / 180));
  /** The smallest type for the seats, in design pixels. */
  const SMALLEST_FAR = 36;
  /** Scenes are laid out for type up to so much larger; beyond, words would not fit. */
  const LARGEST_FACTOR = 1.35;
  const MM_PER_INCH = 25.4;

  /**
   * What a panel does with its type.
   * @param {{diagonal_in: number, distance_m: number, width_px?: ?number, height_px?: ?number}} panel
   * @param {number} width of the window in CSS pixels
   * @param {number} height of the window in CSS pixels
   * @param {number} ratio device pixels in a CSS pixel
   * @returns {{unit: number, pitchMm: number, needed: number, factor: number, servesM: number, enough: boolean,
   *   capMm: function(number, boolean): number, arcMinutes: function(number, boolean, number): number}}
   *   unit: CSS pixels of a design pixel; factor: of the type for the seats; servesM: the farthest seat that reads it.
   */
  function typeOf(panel, width, height, ratio) {
    const unit = Math.min(width / 1920, height / 1080);
    const diagonalMm = panel.diagonal_in * MM_PER_INCH;
    // Told pixels are the whole picture's, whatever the window; without them the window fills the picture.
    const told = panel.width_px && panel.height_px;
    const pitchMm = told ? (diagonalMm / Math.hypot(panel.width_px, panel.height_px)) * ratio : diagonalMm / Math.hypot(width, height);
    const capMm = (px, far, factor) => px * unit * (far ? factor : 1) * CAP_EM * pitchMm;
    const needed = (panel.distance_m * MM_PER_M) / capMm(SMALLEST_FAR, false, 1);
    const factor = Math.min(LARGEST_FACTOR, Math.max(1, needed));
    return {
      unit,
      pitchMm,
      needed,
      factor,
      servesM: capMm(SMALLEST_FAR, true, factor) / MM_PER_M,
      // A hair below counts as enough: the figures come from a diagonal that is itself rounded.
      enough: needed <= LARGEST_FACTOR * 1.001,
      capMm: (px, far) => capMm(px, far, factor),
      arcMinutes: (px, far, metres) => ((Math.atan(capMm(px, far, factor) / (metres * 1000)) * 180) / Math.PI) * 60,
    };
  }

  /** The panel an address names, of those in config/screens.yaml; `main` where it names none. */
  function panelOf(facts, pathname, search) {
    const panels = (facts && facts.panels) || {};
    const asked = new URLSearchParams(search).get("panel") || (/^\/wall\/([\w-]+)$/.exec(pathname) || [])[1];
    return panels[asked] || panels.main || Object.values(panels)[0] || { id: "main", diagonal_in: 55, distance_m: 3, scenes: [], codes: {} };
  }

  LSO.panelType = { typeOf, panelOf, CAP_EM, MM_PER_M, SMALLEST_FAR, LARGEST_FACTOR, ARC_MINUTES };
})(typeof window === "undefined" ? globalThis : window);
