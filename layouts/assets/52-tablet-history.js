/**
 * What the tablet asks of the history, and keeps for a while: the past changes little, and every page is drawn each second.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const ASK_AGAIN_MS = 300000;
  /** A house that did not answer is asked again soon: it may be back in a moment. */
  const RETRY_MS = 10000;

  /**
   * The points of the series of a metric at a place that reaches furthest, as [ms, value]; [] when there is none,
   * null when the house did not answer.
   * @param {?string} dims exactly these dims; null takes the series without any
   */
  LSO.tabletHistory = async function (metric, place, dims, from, to, points) {
    const query = new URLSearchParams({ metric, place, from: String(Math.round(from)), to: String(Math.round(to)), points: String(points) });
    if (dims) query.set("dims", dims);
    try {
      const answer = await fetch("/api/v1/history?" + query, { headers: { accept: "application/json" } });
      if (!answer.ok) return null;
      const key = (one) => Object.entries(one || {}).map((pair) => pair.join("=")).sort().join();
      const wanted = (dims || "").split(",").sort().join();
      const all = (await answer.json()).series.filter((one) => key(one.dims) === wanted && one.points.length);
      const best = all.sort((a, b) => (LSO.simulatedSource(a.source) ? 1 : 0) - (LSO.simulatedSource(b.source) ? 1 : 0) || b.points.length - a.points.length)[0];
      if (!best) return [];
      const found = best.points.map((point) => [Date.parse(point[0]), point[1]]);
      found.source = best.source;
      return found;
    } catch (error) {
      return null;
    }
  };

  /** Whether a source's name says that it is simulated: the simulator itself, or what is derived from it. */
  LSO.simulatedSource = (source) => String(source).split(/[:+]/).includes("simulator");

  /**
   * What was asked of the history. Without a network nothing is asked, and what was asked before is asked anew as soon
   * as it is back: the time between is missing in it.
   */
  LSO.tabletPast = function () {
    /** @type {Map<string, {at: number, points: ?Array<*>}>} */
    const asked = new Map();
    const away = () => Boolean(LSO.tabletApp && LSO.tabletApp.offline());

    /**
     * Points up to now; null while they are fetched for the first time, [] where there are none.
     * @param {{metric: string, place: string, dims: ?string, span_ms: number, points: number}} what
     */
    function points(what, now) {
      const key = [what.place, what.metric, what.dims, what.span_ms].join();
      const known = asked.get(key);
      if (away()) {
        if (known) known.at = -Infinity;
        return (known && known.points) || [];
      }
      if (known && now - known.at < ASK_AGAIN_MS) return known.points;
      const entry = { at: now, points: known ? known.points : null };
      asked.set(key, entry);
      LSO.tabletHistory(what.metric, what.place, what.dims, now - what.span_ms, now, what.points).then((found) => {
        if (!found) entry.at = now - ASK_AGAIN_MS + RETRY_MS;
        entry.points = found || entry.points || [];
        LSO.tabletRedraw();
      });
      return entry.points;
    }

    return { points, away, clear: () => asked.clear() };
  };
})(typeof window === "undefined" ? globalThis : window);
