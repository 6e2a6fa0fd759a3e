/**
 * A gate's queue along its road: the line as far as it is sure, and pale where it may or may not reach.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, part } = LSO.dom;
  const { has, ofCell } = LSO.freshness;
  /** The map shows at least this much around the gate, and all of the queue. In degrees: 0.014 is about 1.5 km. */
  const AROUND_DEG = 0.014;

  /**
   * The queue along its road, on a map that reaches as far as the queue does.
   * @param {HTMLElement} holder
   * @returns {function(?Object, ?string, number): void}
   */
  LSO.gateRoad = function (holder) {
    const map = LSO.svgMap(holder, {
      layers: [
        { name: "province", className: "m-land" },
        { name: "border", className: "m-border" },
        { name: "roads", className: "m-road" },
        { name: "approaches", className: "m-road" },
      ],
      padding: { top: 40, right: 90, bottom: 44, left: 90 },
    });
    let drawn = "";

    /** The bounds of gate and queue, with room around, on a coarse grid so that the ground is not redrawn each minute. */
    function bounds(gate) {
      const points = [[gate.lon, gate.lat], ...(gate.extent_line || [])];
      const grid = (v, up) => (up ? Math.ceil(v / AROUND_DEG) : Math.floor(v / AROUND_DEG)) * AROUND_DEG;
      const [lons, lats] = [points.map((p) => p[0]), points.map((p) => p[1])];
      const round = (v) => Number(v.toFixed(5));
      return [
        [round(grid(Math.min(...lats) - AROUND_DEG / 2, false)), round(grid(Math.min(...lons) - AROUND_DEG / 2, false))],
        [round(grid(Math.max(...lats) + AROUND_DEG / 2, true)), round(grid(Math.max(...lons) + AROUND_DEG / 2, true))],
      ];
    }

    return function show(gate, priority, now) {
      const panel = holder.closest("[data-panel]");
      const extent = gate && has(gate.extent_m) ? gate.extent_m : null;
      const words = extent ? (extent.v > 0 ? LSO.t("wall.tail_on", { distance: LSO.tailWords(gate, now), road: gate.road || "" }) : LSO.t("wall.no_tail")) : null;
      text(part(panel, "note"), words);
      LSO.dom.cell(part(panel, "note"), extent ? `gates/gates/${gate.id}/extent_m` : null);
      part(panel, "note").classList.toggle("is-stale", Boolean(extent) && ofCell(extent, now) !== "live");
      LSO.dom.show(part(panel, "empty"), !gate || !gate.lat);
      if (!gate || !gate.lat) return;
      const anew = map.fit(bounds(gate));
      if (!map.ready()) return;
      const line = extent && extent.v > 0 ? gate.extent_line : null;
      const error = LSO.tailError(gate, now);
      const key = JSON.stringify([gate.id, line, priority, error && Math.round(error / 50), holder.clientWidth, LSO.page.lang]);
      if (!anew && key === drawn) return;
      drawn = key;
      map.clear();
      const u = LSO.dom.unit();
      const wanted = [];
      if (line && line.length > 1) {
        const [sure, off] = LSO.splitTail(line, extent.v, error || 0);
        const queue = (points, more) => points.length > 1 && map.add("path", { d: map.path({ type: "LineString", coordinates: points }), class: "m-queue", ...(priority ? { "data-priority": priority } : {}), ...more });
        queue(off, { "data-off": "" });
        queue(sure, {});
        const end = map.point(...line[line.length - 1]);
        wanted.push({ key: "tail", text: LSO.t("map.tail", { distance: LSO.tailWords(gate, now) }), point: end, gap: 16 * u, priority, plain: true });
      }
      const { x, y } = map.point(gate.lon, gate.lat);
      const r = 11 * u;
      map.add("path", { d: priority === "critical" ? `M${x} ${y - 1.3 * r}l${1.3 * r} ${1.3 * r}l${-1.3 * r} ${1.3 * r}l${-1.3 * r} ${-1.3 * r}Z` : priority === "high" ? `M${x} ${y - 1.1 * r}l${r} ${1.9 * r}h${-2 * r}Z` : `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}Z`, class: "m-gate", ...(priority ? { "data-priority": priority } : {}) });
      wanted.unshift({ key: "gate", text: LSO.name(gate), details: has(gate.other_side) ? [LSO.otherSide.words(gate.other_side)] : [], point: { x, y }, gap: 18 * u, priority, plain: true });
      map.labels(wanted, [{ x: x - r, y: y - r, w: 2 * r, h: 2 * r }]);
    };
  };
})(typeof window === "undefined" ? globalThis : window);
