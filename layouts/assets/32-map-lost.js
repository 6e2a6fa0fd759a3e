/**
 * The area that lost coverage: hatched and outlined, from runs of cells as the topic network tells them.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /** @typedef {{grid: [number, number, number], cells: number[]}} Lost west, south and step in degrees; row, column, length … */

  /** The runs by row. @returns {Map<number, Array<[number, number]>>} row → first and end column, ascending */
  function rowsOf(cells) {
    const rows = new Map();
    for (let i = 0; i + 2 < cells.length; i += 3) {
      if (!rows.has(cells[i])) rows.set(cells[i], []);
      rows.get(cells[i]).push([cells[i + 1], cells[i + 1] + cells[i + 2]]);
    }
    return rows;
  }

  /**
   * The outline as pieces of grid lines. Between two rows there is an edge wherever exactly one of them is lost: between
   * the first and second, the third and fourth … of the ends that not both rows share.
   * @returns {Array<[number, number, number, number]>} column, row, column, row
   */
  function edges(cells) {
    const rows = rowsOf(cells);
    const found = [];
    for (const [row, runs] of rows) for (const [from, to] of runs) found.push([from, row, from, row + 1], [to, row, to, row + 1]);
    const levels = new Set([...rows.keys()].flatMap((row) => [row, row + 1]));
    for (const level of levels) {
      const ends = new Map();
      for (const run of [...(rows.get(level - 1) || []), ...(rows.get(level) || [])])
        for (const end of run) ends.set(end, (ends.get(end) || 0) + 1);
      const kept = [...ends].filter(([, count]) => count === 1).map(([end]) => end).sort((a, b) => a - b);
      for (let i = 0; i + 1 < kept.length; i += 2) found.push([kept[i], level, kept[i + 1], level]);
    }
    return found;
  }

  function hatch(context, colour, unit) {
    const tile = document.createElement("canvas");
    const size = (tile.width = tile.height = Math.max(6, Math.round(8 * unit)));
    const pen = tile.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = Math.max(1, 1.6 * unit);
    for (const shift of [-size, 0, size]) {
      pen.moveTo(shift, size);
      pen.lineTo(shift + size, 0);
    }
    pen.stroke();
    return context.createPattern(tile, "repeat");
  }

  /** The corners of everything lost, and where a label is put beside it; null when nothing is. */
  function extent(lost) {
    const [west, south, step] = lost.grid;
    let [rowA, rowB, columnA, columnB, y, count] = [Infinity, -Infinity, Infinity, -Infinity, 0, 0];
    for (let i = 0; i + 2 < lost.cells.length; i += 3) {
      const [row, column, length] = lost.cells.slice(i, i + 3);
      rowA = Math.min(rowA, row);
      rowB = Math.max(rowB, row + 1);
      columnA = Math.min(columnA, column);
      columnB = Math.max(columnB, column + length);
      y += (row + 0.5) * length;
      count += length;
    }
    const point = (row, column) => [south + row * step, west + column * step];
    return count ? { bounds: [point(rowA, columnA), point(rowB, columnB)], anchor: point(y / count, columnB) } : null;
  }

  /**
   * A layer with the lost area; null when nothing is lost.
   * @param {*} map Leaflet map
   * @param {*} renderer canvas to draw on
   * @param {?Lost} lost
   * @param {number} unit size of a design pixel
   * @param {string} colour of hatch and outline
   */
  LSO.mapLost = function (map, renderer, lost, unit, colour) {
    const around = lost && lost.cells ? extent(lost) : null;
    if (!around) return null;
    const [west, south, step] = lost.grid;
    const lines = edges(lost.cells);
    const layer = root.L.rectangle(around.bounds, { renderer, pane: renderer.options.pane, interactive: false });
    layer._updatePath = function () {
      if (!renderer._drawing) return;
      const context = renderer._ctx;
      const at = (row, column) => map.latLngToLayerPoint([south + row * step, west + column * step]);
      context.save();
      context.beginPath();
      for (let i = 0; i + 2 < lost.cells.length; i += 3) {
        const [row, column, length] = lost.cells.slice(i, i + 3);
        const a = at(row + 1, column);
        const b = at(row, column + length);
        context.rect(a.x, a.y, b.x - a.x, b.y - a.y);
      }
      context.globalAlpha = 0.1;
      context.fillStyle = colour;
      context.fill();
      context.globalAlpha = 0.6;
      context.fillStyle = hatch(context, colour, unit);
      context.fill();
      context.beginPath();
      for (const [columnA, rowA, columnB, rowB] of lines) {
        const a = at(rowA, columnA);
        const b = at(rowB, columnB);
        context.moveTo(a.x, a.y);
        context.lineTo(b.x, b.y);
      }
      context.globalAlpha = 1;
      context.strokeStyle = colour;
      context.lineWidth = 1.6 * unit;
      context.stroke();
      context.restore();
    };
    layer.lsoAnchor = around.anchor;
    return layer;
  };
  LSO.mapLost.edges = edges;
})(typeof window === "undefined" ? globalThis : window);
