/**
 * A line over time as SVG: two hours of one figure with its limit, or a small trend without axes. Light on purpose: it
 * is drawn anew for every alert a duty officer looks at.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const SVG = "http://www.w3.org/2000/svg";
  /** A hole in the data of more than this many usual distances is a hole in the line. */
  const HOLE = 4;
  const STEPS_MS = [5, 10, 15, 30, 60, 120, 240, 360, 1440, 2880].map((minutes) => minutes * 60000);
  const DAY_MS = 86400000;
  const HANOI_MS = 7 * 3600000;

  function add(parent, tag, attributes, text) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    if (text !== undefined) element.textContent = text;
    parent.appendChild(element);
    return element;
  }

  /** Round numbers from low to high, three or four of them. */
  function ticks(low, high) {
    const rough = (high - low) / 3;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= rough);
    const found = [];
    for (let at = Math.ceil(low / step) * step; at <= high + step * 1e-9 && found.length < 6; at += step) found.push(at);
    return found;
  }

  /** The range of values that is drawn; never a flat line on the edge, and from 0 where 0 is near. */
  function range(values, limit) {
    const all = limit === null ? values : [...values, limit];
    let low = Math.min(...all);
    let high = Math.max(...all);
    if (low >= 0 && low < high * 0.6) low = 0;
    const room = (high - low || Math.abs(high) || 1) * 0.12;
    return { low: low === 0 ? 0 : low - room, high: high + room };
  }

  /** @returns {string} path data with a new start after each hole */
  function path(points, x, y) {
    const distances = points.slice(1).map((p, i) => p[0] - points[i][0]).sort((a, b) => a - b);
    const usual = distances.length ? distances[Math.floor(distances.length / 2)] : 0;
    return points
      .map(([at, value], i) => {
        const start = i === 0 || points[i][0] - points[i - 1][0] > usual * HOLE;
        return `${start ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      })
      .join("");
  }

  /**
   * Draw.
   * @param {Element} holder its size is the chart's
   * @param {{points: Array<[number, number]>, from: number, to: number, limit?: ?number, axes?: boolean,
   *   ghosts?: Array<{role: string, points: Array<[number, number]>}>, write?: function(number): string}} what
   *   points: ms and value, by time; ghosts: lines behind it, told apart by their role (usual, yesterday, other)
   * @returns {boolean} false when there is nothing to draw
   */
  LSO.lineChart = function (holder, what) {
    const points = what.points.filter((point) => point[1] !== null && point[1] !== undefined);
    holder.replaceChildren();
    const width = holder.clientWidth;
    const height = holder.clientHeight;
    if (!points.length || !width || !height) return false;
    const limit = what.limit === undefined ? null : what.limit;
    const em = parseFloat(root.getComputedStyle(holder).fontSize) || 14;
    const ghosts = (what.ghosts || []).map((ghost) => ({ role: ghost.role, points: ghost.points.filter((point) => point[1] !== null && point[1] !== undefined) }));
    const { low, high } = range([points, ...ghosts.map((ghost) => ghost.points)].flat().map((point) => point[1]), limit);
    const write = what.write || ((value) => LSO.format.number(value));
    // Between 0 and 1 of something that is counted, a half would be written as the number beside it.
    const marks = what.axes ? ticks(low, high).filter((v, i, all) => i + 1 === all.length || write(v) !== write(all[i + 1])) : [];
    const left = what.axes ? Math.max(...marks.map((v) => write(v).length), 1) * em * 0.6 + em * 0.6 : 3;
    const bottom = what.axes ? em * 1.7 : 3;
    const x = (at) => left + ((at - what.from) / (what.to - what.from)) * (width - left - 6);
    const y = (value) => 3 + (1 - (value - low) / (high - low)) * (height - bottom - 6);
    const svg = add(holder, "svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true", class: "line-chart" });
    for (const mark of marks) {
      add(svg, "line", { x1: left, x2: width - 6, y1: y(mark), y2: y(mark), class: "line-chart-grid" });
      add(svg, "text", { x: left - em * 0.5, y: y(mark) + em * 0.35, "text-anchor": "end" }, write(mark));
    }
    if (what.axes) times(svg, what, x, width, height, em);
    if (limit !== null) add(svg, "line", { x1: left, x2: width - 6, y1: y(limit), y2: y(limit), class: "line-chart-limit" });
    for (const ghost of ghosts) add(svg, "path", { d: path(ghost.points, x, y), class: "line-chart-ghost", "data-role": ghost.role });
    add(svg, "path", { d: path(points, x, y), class: "line-chart-line" });
    const [lastAt, lastValue] = points[points.length - 1];
    add(svg, "circle", { cx: x(lastAt), cy: y(lastValue), r: what.axes ? em * 0.28 : 3, class: "line-chart-last" });
    return true;
  };

  function times(svg, what, x, width, height, em) {
    const room = Math.max(2, Math.floor((width / em) / 7));
    const step = STEPS_MS.find((ms) => (what.to - what.from) / ms <= room) || STEPS_MS[STEPS_MS.length - 1];
    // Round hours of Hanoi; from a day on it is the day that tells.
    for (let at = Math.ceil((what.from + HANOI_MS) / step) * step - HANOI_MS; at <= what.to; at += step) {
      const words = step >= DAY_MS ? LSO.format.day(at).replace(/[/ ]\d{4}$/, "") : LSO.format.clock(at);
      if (x(at) > width - (em * words.length) / 3 || x(at) < em * 3) continue;
      add(svg, "text", { x: x(at), y: height - em * 0.3, "text-anchor": "middle" }, words);
    }
  }

  LSO.lineChart.ticks = ticks;
  LSO.lineChart.range = range;
})(typeof window === "undefined" ? globalThis : window);
