/**
 * The last 24 hours of a gate with hours and numbers beside the line: yesterday and the usual weekday behind it, the
 * limit as dots. SVG, drawn anew only when its data or its box changed; a wall shows at most six at once.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const SVG = "http://www.w3.org/2000/svg";
  const HOUR_MS = 3600000;
  /** Hanoi is seven hours ahead of UTC: its full hours that are multiples of six are those of UTC minus one. */
  const HANOI_MS = 7 * HOUR_MS;
  /** Empty buckets that a line may cross, as in the small trends. */
  const BRIDGED = 2;

  function add(parent, tag, attributes, words) {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    if (words !== undefined) element.textContent = words;
    return parent.appendChild(element);
  }

  const known = (value) => value !== null && value !== undefined;

  /** @returns {string} path data; a hole of more than BRIDGED buckets stays one */
  function path(values, x, y) {
    let out = "";
    let last = -1;
    (values || []).forEach((value, i) => {
      if (!known(value)) return;
      out += `${last < 0 || i - last > BRIDGED + 1 ? "M" : "L"}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
      last = i;
    });
    return out;
  }

  const highest = (trend) => Math.max(1, ...[trend.today, trend.yesterday, trend.usual || []].flat().filter(known));

  /** The limit is drawn only where it does not flatten the line it is there for. */
  const limitOf = (trend) => (known(trend.threshold) && trend.threshold <= highest(trend) * 4 ? trend.threshold : null);

  /** The weekday of the newest bucket, for "the usual Monday". */
  const weekday = (ms) => LSO.t("wall.weekday." + new Date(ms + HANOI_MS).getUTCDay());

  /**
   * Keep a trend in its box.
   * @param {HTMLElement} holder its size is the chart's
   * @param {{axes?: boolean}} how axes: numbers and hours beside it (near type), else the bare lines
   * @returns {function(?Object, ?string): void} show(trend, priority)
   */
  LSO.wallTrend = function (holder, how) {
    const axes = Boolean(how && how.axes);
    const drawing = holder.appendChild(LSO.dom.make("div", "trend-drawing"));
    const legend = axes ? holder.appendChild(LSO.dom.make("div", "trend-legend")) : null;
    const empty = holder.appendChild(LSO.dom.make("span", "near trend-empty", LSO.t("wall.trend_empty")));
    let drawn = "";

    return function show(trend, priority) {
      const some = Boolean(trend) && [...trend.today, ...trend.yesterday].some(known);
      LSO.dom.show(empty, !some);
      LSO.dom.show(drawing, some);
      if (legend) LSO.dom.show(legend, some);
      // Before the chart is measured: the words below it take of its height.
      if (legend && some) tell(trend, limitOf(trend));
      if (!some || !drawing.clientWidth || !drawing.clientHeight) return;
      const key = [JSON.stringify(trend), priority, drawing.clientWidth, drawing.clientHeight, LSO.dom.unit()].join();
      if (key === drawn) return;
      drawn = key;
      draw(trend);
      LSO.dom.data(holder, "priority", priority);
    };

    function draw(trend) {
      const u = LSO.dom.unit();
      const width = drawing.clientWidth;
      const height = drawing.clientHeight;
      const size = trend.today.length;
      const limit = limitOf(trend);
      const top = Math.max(highest(trend), limit || 0) * 1.08;
      const marks = axes ? LSO.lineChart.ticks(0, top).filter((mark) => mark <= top) : [];
      const em = 24 * u;
      const write = (value) => LSO.format.number(value);
      const left = axes ? Math.max(...marks.map((mark) => write(mark).length), 1) * em * 0.62 + 12 * u : 3 * u;
      const bottom = axes ? em * 1.5 : 4 * u;
      const x = (i) => left + (i / (size - 1)) * (width - left - 10 * u);
      const y = (value) => 10 * u + (1 - value / top) * (height - bottom - 14 * u);
      drawing.replaceChildren();
      const svg = add(drawing, "svg", { viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true", class: "wall-trend" });
      for (const mark of marks) {
        add(svg, "line", { x1: left, x2: width - 10 * u, y1: y(mark), y2: y(mark), class: "wall-trend-grid", "stroke-width": u });
        add(svg, "text", { x: left - 10 * u, y: y(mark) + em * 0.35, "text-anchor": "end" }, write(mark));
      }
      if (axes) hours(svg, trend, x, width, height, em, left);
      if (limit !== null) add(svg, "line", { x1: left, x2: width - 10 * u, y1: y(limit), y2: y(limit), class: "wall-trend-limit", "stroke-width": 2.5 * u, "stroke-dasharray": `${2 * u} ${7 * u}` });
      add(svg, "path", { d: path(trend.usual, x, y), class: "wall-trend-usual", "stroke-width": 2 * u, "stroke-dasharray": `${9 * u} ${6 * u}` });
      add(svg, "path", { d: path(trend.yesterday, x, y), class: "wall-trend-before", "stroke-width": 2.5 * u });
      add(svg, "path", { d: path(trend.today, x, y), class: "wall-trend-now", "stroke-width": (axes ? 4 : 3) * u });
      let last = size - 1;
      while (last >= 0 && !known(trend.today[last])) last -= 1;
      if (last >= 0) add(svg, "circle", { cx: x(last), cy: y(trend.today[last]), r: (axes ? 8 : 5) * u, class: "wall-trend-last" });
    }

    function hours(svg, trend, x, width, height, em, left) {
      const end = trend.start + trend.today.length * trend.step_s * 1000;
      const every = (width - left) / em > 30 ? 3 : 6;
      for (let at = Math.ceil((trend.start + HANOI_MS) / (every * HOUR_MS)) * every * HOUR_MS - HANOI_MS; at < end; at += every * HOUR_MS) {
        const place = x((at - trend.start) / (trend.step_s * 1000));
        if (place < left + em || place > width - em * 1.6) continue;
        add(svg, "line", { x1: place, x2: place, y1: height - em * 1.45, y2: height - em * 1.2, class: "wall-trend-tick", "stroke-width": em / 14 });
        add(svg, "text", { x: place, y: height - em * 0.28, "text-anchor": "middle" }, LSO.format.clock(at));
      }
    }

    function tell(trend, limit) {
      const rows = [["now", LSO.t("wall.trend_now")]];
      if (trend.yesterday.some(known)) rows.push(["before", LSO.t("wall.trend_before")]);
      if (trend.usual) rows.push(["usual", LSO.t("wall.trend_usual", { weekday: weekday(trend.start + trend.today.length * trend.step_s * 1000) })]);
      if (limit !== null) rows.push(["limit", LSO.t("wall.trend_limit", { value: LSO.format.number(limit) })]);
      const key = rows.join("|");
      if (legend.dataset.key === key) return;
      legend.dataset.key = key;
      legend.replaceChildren(...rows.map(([role, words]) => {
        const item = LSO.dom.make("span", "near trend-key");
        item.appendChild(LSO.dom.make("span", "trend-sample")).dataset.role = role;
        item.append(words);
        return item;
      }));
    }
  };
  LSO.wallTrend.path = path;
})(typeof window === "undefined" ? globalThis : window);
