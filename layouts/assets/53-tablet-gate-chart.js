/**
 * A gate's day and week: the last 24 hours with yesterday and the usual weekday behind them come live with the topic;
 * the week, clearance and passages are asked of the history, at most once in five minutes for each.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, part } = LSO.dom;
  const F = LSO.format;
  const RANGES_MS = { day: 86400000, week: 7 * 86400000 };
  const POINTS = 336;
  /** What each series is in the history. */
  const SERIES = {
    queue: { metric: "queue_length_vehicles", dims: "queue=physical", write: (v) => F.number(v) },
    clearance: { metric: "clearance_time_s", dims: "stat=median", write: (v) => F.duration(v) },
    passed: { metric: "throughput_vph", dims: null, ways: ["direction=export", "direction=import"], write: (v) => F.number(v) },
  };

  LSO.tabletGateChart = function (page) {
    const holder = part(page, "chart");
    const soon = () => LSO.tabletRedraw && LSO.tabletRedraw();
    const series = LSO.choiceOf(page, "series", soon);
    const range = LSO.choiceOf(page, "range", soon);
    const asked = LSO.tabletPast();
    const { away } = asked;
    let drawn = "";

    const past = (gate, metric, dims, now) => asked.points({ place: gate, metric, dims, span_ms: RANGES_MS[range()], points: POINTS }, now);

    const timed = (trend, name) => (trend && trend[name] ? trend[name].map((v, i) => [trend.start + i * trend.step_s * 1000, v]) : []);
    const some = (points) => points.some((point) => point[1] !== null && point[1] !== undefined);

    function wanted(id, gate, now) {
      const what = SERIES[series()];
      const trend = gate && gate.trend;
      if (series() === "queue" && range() === "day" && trend && some(timed(trend, "today")))
        return {
          points: timed(trend, "today"), from: trend.start, to: trend.start + trend.today.length * trend.step_s * 1000, limit: limitOf(trend),
          ghosts: [{ role: "usual", points: timed(trend, "usual") }, { role: "yesterday", points: timed(trend, "yesterday") }].filter((one) => some(one.points)), write: what.write,
        };
      const lines = what.ways ? what.ways.map((dims) => past(id, what.metric, dims, now)) : [past(id, what.metric, what.dims, now)];
      if (lines.some((points) => points === null)) return null;
      return {
        points: lines[0], from: now - RANGES_MS[range()], to: now, limit: series() === "queue" ? limitOf(trend, lines[0]) : null, write: what.write,
        ghosts: lines.slice(1).filter(some).map((points) => ({ role: "other", points })),
      };
    }

    /** The limit, unless it is so far away that it would press the line flat. */
    function limitOf(trend, points) {
      const limit = trend ? trend.threshold : null;
      if (typeof limit !== "number") return null;
      const values = (points || timed(trend, "today")).map((point) => point[1]).filter((v) => typeof v === "number");
      return limit <= Math.max(1, ...values) * 3 ? limit : null;
    }

    function draw(id, gate, now) {
      const what = wanted(id, gate, now);
      const last = what && what.points.length ? what.points[what.points.length - 1].join() : "";
      const key = [id, series(), range(), what && what.points.length, last, what && what.ghosts.map((one) => one.points.length).join(), holder.clientWidth, holder.clientHeight, away()].join();
      if (key === drawn) return;
      drawn = key;
      const any = Boolean(what) && LSO.lineChart(holder, { ...what, axes: true });
      const none = LSO.t(away() ? "tablet.chart.away" : "tablet.chart.none");
      show(holder, true);
      text(part(page, "chart-empty"), any ? null : what ? none : LSO.t("tablet.chart.loading"));
      holder.setAttribute("aria-label", any ? spoken(what) : none);
      legend(any ? what : null);
    }

    /** What the picture says, for those who do not see it: from, to, and the highest. */
    function spoken(what) {
      const values = what.points.filter((point) => typeof point[1] === "number");
      const highest = values.reduce((most, point) => (point[1] > most[1] ? point : most), values[0]);
      const words = { first: what.write(values[0][1]), last: what.write(values[values.length - 1][1]), highest: what.write(highest[1]), time: F.clock(highest[0]) };
      return [LSO.t("tablet.series." + series()), LSO.t("tablet.range." + range()), LSO.t("tablet.chart.spoken", words)].join(": ");
    }

    function legend(what) {
      const line = part(page, "legend");
      const names = what ? [series() === "passed" ? "export" : "now", ...what.ghosts.map((one) => (one.role === "other" ? "import" : one.role)), ...(what.limit !== null ? ["limit"] : [])] : [];
      show(line, names.length > 1);
      const key = names.join();
      if (line.dataset.names === key) return;
      line.dataset.names = key;
      line.replaceChildren(...names.map((name) => {
        const entry = LSO.dom.make("span", "legend-entry");
        entry.append(LSO.dom.make("span", "legend-line"), LSO.dom.make("span", "", LSO.t("tablet.legend." + name)));
        entry.firstChild.dataset.line = name;
        entry.firstChild.setAttribute("aria-hidden", "true");
        return entry;
      }));
    }

    return {
      draw,
      /** Forget what was fetched: it is asked for anew. */
      refresh() {
        asked.clear();
        drawn = "";
      },
      stop: () => asked.clear(),
    };
  };
})(typeof window === "undefined" ? globalThis : window);
