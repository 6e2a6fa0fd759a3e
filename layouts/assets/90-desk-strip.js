/**
 * A strip of time: what a source told of each cell, and where it was silent.
 *
 * A cell is told by shape as well as by colour: full where it spoke, half where it was silent for part of it, a thin
 * line at the foot where it was silent, nothing before it was first heard.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const desk = (LSO.desk = LSO.desk || {});

  /**
   * The state of each cell.
   * @param {{first: ?number, gaps: Array<[number, number]>}} heard in ms
   * @param {number} from
   * @param {number} to
   * @param {number} cells
   * @param {number} allowedMs silence up to this long is no gap
   * @returns {Array<"told"|"partly"|"silent"|"unknown">}
   */
  desk.cells = function (heard, from, to, cells, allowedMs) {
    const width = (to - from) / cells;
    const silent = new Float64Array(cells);
    for (const [start, end] of heard.gaps) {
      if (end - start <= allowedMs) continue;
      const first = Math.max(0, Math.floor((start - from) / width));
      const last = Math.min(cells - 1, Math.ceil((end - from) / width) - 1);
      for (let i = first; i <= last; i++)
        silent[i] += Math.max(0, Math.min(end, from + (i + 1) * width) - Math.max(start, from + i * width));
    }
    return Array.from(silent, (ms, i) => {
      if (heard.first === null || from + (i + 1) * width <= heard.first) return "unknown";
      // A cell is as long as a gap can be told apart: 1 % is rounding.
      return ms >= width * 0.99 ? "silent" : ms > width * 0.01 ? "partly" : "told";
    });
  };

  /** Draw cells into a canvas, sharp on every screen. */
  desk.strip = function (canvas, cells) {
    const box = canvas.getBoundingClientRect();
    if (!box.width || !box.height) return;
    const scale = root.devicePixelRatio || 1;
    const width = Math.round(box.width * scale);
    const height = Math.round(box.height * scale);
    const key = [width, height, LSO.page.colours.fill, cells.join("")].join("|");
    if (canvas.drawn === key) return;
    canvas.drawn = key;
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d");
    const colours = LSO.page.colours;
    const look = {
      told: [colours.fill, 1], partly: [colours.high, 0.55], silent: [colours.high, 0.18], unknown: [colours.line, 0.06],
    };
    // Neighbours of one state are one box: no hairlines between them.
    for (let i = 0; i < cells.length; ) {
      let end = i;
      while (end < cells.length && cells[end] === cells[i]) end += 1;
      const [colour, share] = look[cells[i]];
      const left = Math.round((i / cells.length) * width);
      const right = Math.max(left + 1, Math.round((end / cells.length) * width));
      const tall = Math.max(scale, Math.round(height * share));
      pen.fillStyle = colour;
      pen.fillRect(left, height - tall, right - left, tall);
      i = end;
    }
  };

  /** How much of the known time was silent, in words: "2 khoảng trống · 1g 05". */
  desk.stripWords = function (heard, allowedMs) {
    const gaps = heard.gaps.filter(([start, end]) => end - start > allowedMs);
    if (heard.first === null) return LSO.t("feeds.strip.nothing");
    if (!gaps.length) return LSO.t("feeds.strip.whole");
    const total = gaps.reduce((sum, [start, end]) => sum + end - start, 0);
    return LSO.t("feeds.strip.gaps", { count: gaps.length, time: LSO.format.age(total / 1000) });
  };
})(typeof window === "undefined" ? globalThis : window);
