/**
 * The last 24 hours of a gate in Plotly, with the day before as a ghost and the usual weekday as dashes behind it, the threshold as dots.
 *
 * Drawn anew only when its numbers or its colour change: 2 x 288 points at most, no matter how long the wall runs.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const CONFIG = { staticPlot: true, displayModeBar: false, responsive: false };
  /** No trend is drawn more often: its buckets are five minutes wide. */
  const REDRAW_MS = 4000;

  const line = (y, colour, width, dash) => ({
    y, mode: "lines", hoverinfo: "skip", connectgaps: false, line: { color: colour, width, dash: dash || "solid", simplify: true },
  });

  /** Empty buckets in a row that the line may cross: a five-minute reading that jitters leaves one out now and then.
      Anything longer is a hole and is shown as one. */
  const BRIDGED = 2;

  function bridge(values) {
    const out = (values || []).slice();
    let known = -1;
    out.forEach((value, i) => {
      if (value === null || value === undefined) return;
      if (known >= 0 && i - known > 1 && i - known <= BRIDGED + 1)
        for (let k = known + 1; k < i; k++) out[k] = out[known] + ((value - out[known]) * (k - known)) / (i - known);
      known = i;
    });
    return out;
  }

  /**
   * @param {{today: Array<?number>, yesterday: Array<?number>, usual?: ?Array<?number>, threshold: ?number}} trend
   * @param {string} colour of today's line
   * @param {number} unit device pixels of one design pixel
   */
  function figure(trend, colour, unit) {
    const colours = LSO.page.colours;
    const values = [...(trend.today || []), ...(trend.yesterday || []), ...(trend.usual || [])].filter((v) => v !== null && v !== undefined);
    const size = Math.max((trend.today || []).length, (trend.yesterday || []).length, 2);
    const highest = Math.max(1, ...values);
    // The threshold is drawn only where it does not flatten the line it is there for.
    const limit = trend.threshold !== null && trend.threshold !== undefined && trend.threshold <= highest * 4 ? trend.threshold : null;
    const top = Math.max(highest, limit || 0) * 1.12;
    const traces = [line(bridge(trend.yesterday), colours.ghost, 2 * unit), line(bridge(trend.today), colour, 3 * unit)];
    let last = (trend.today || []).length - 1;
    while (last >= 0 && (trend.today[last] === null || trend.today[last] === undefined)) last -= 1;
    if (last >= 0)
      traces.push({ x: [last], y: [trend.today[last]], mode: "markers", hoverinfo: "skip", marker: { color: colour, size: 10 * unit } });
    // Beneath both days: it is the ground they are seen against.
    if (trend.usual) traces.unshift(line(bridge(trend.usual), colours.fill, 1.5 * unit, "dash"));
    if (limit) traces.push({ ...line([limit, limit], colours["text-4"], 1.5 * unit, "dot"), x: [0, size - 1] });
    const axis = { visible: false, fixedrange: true };
    const layout = {
      margin: { l: 0, r: 6 * unit, t: 2 * unit, b: 2 * unit },
      template: LSO.page.chart, showlegend: false,
      xaxis: { ...axis, range: [0, size - 1 + size * 0.03] },
      yaxis: { ...axis, range: [-top * 0.05, top] },
    };
    return { traces, layout };
  }

  /** Charts that wait for their turn: one a frame, for five at once would hold the page up. */
  const waiting = [];

  function inTurn(draw) {
    waiting.push(draw);
    if (waiting.length === 1) root.requestAnimationFrame(next);
  }

  function next() {
    try {
      waiting[0]();
    } finally {
      waiting.shift();
      if (waiting.length) root.requestAnimationFrame(next);
    }
  }

  /**
   * Keep a trend in its graph. The returned function may be called as often as anything changes.
   * @param {HTMLElement} holder contains the chart's place (.trend)
   */
  LSO.trend = function (holder) {
    let drawn = "";
    let drawnAt = 0;
    return function show(trend, colour) {
      const graph = holder.querySelector(".trend");
      const Plotly = trend && graph && holder.clientWidth ? LSO.plotly() : null;
      if (!Plotly) return;
      const unit = LSO.dom.unit();
      const key = [JSON.stringify(trend), colour, holder.clientWidth, holder.clientHeight].join();
      if (key === drawn || Date.now() - drawnAt < REDRAW_MS) return;
      const size = { width: holder.clientWidth, height: holder.clientHeight };
      drawn = key;
      drawnAt = Date.now();
      inTurn(() => {
        const { traces, layout } = figure(trend, colour, unit);
        Plotly.react(graph, traces, { ...layout, ...size }, CONFIG);
        // Plotly measures its texts in a picture of its own beside the page; that is nothing to be read out.
        const ruler = document.getElementById("js-plotly-tester");
        if (ruler) ruler.setAttribute("aria-hidden", "true");
      });
    };
  };
  LSO.trend.figure = figure;
})(typeof window === "undefined" ? globalThis : window);
