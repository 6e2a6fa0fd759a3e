/**
 * The live map: queues along the roads, gates with their number, silent sites, and their labels.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** Silent sites of one commune from this many on are circled and counted in words. */
  const CLUSTER_FROM = 3;
  /** And no more circles than these, the largest first: beyond, the panel's figure says it better. */
  const CLUSTERS_SHOWN = 3;
  /** An ordinary day has at most 13; more are an outage. */
  const MANY_SILENT = 20;
  /** An urgent gate's mark has the shape of its priority, the same as everywhere. */
  const SHAPES = { critical: "diamond", high: "triangle" };
  /** Half the width of a gate's mark in design pixels: without a queue, and what is added at SIZE_AT vehicles. Its area
      grows with the queue, up to what still lets its neighbours be seen. */
  const SIZE_FROM = 6;
  const SIZE_MORE = 13;
  const SIZE_AT = 2000;
  const inside = (bounds, lat, lon) =>
    lat >= bounds[0][0] && lat <= bounds[1][0] && lon >= bounds[0][1] && lon <= bounds[1][1];

  /**
   * Start a map in its frame once dash-leaflet has made it.
   * @param {HTMLElement} frame .map-frame
   * @param {{padding?: *, obstacles?: function(): Element[], insetFrame?: boolean, elsewhere?: boolean, shaded?: boolean}} options
   *   elsewhere: a tail beyond this map is told beside it;
   *   padding: design pixels kept free at each side; obstacles: elements that labels keep away from.
   */
  LSO.liveMap = function (frame, options) {
    const inset = frame.dataset.map === "inset";
    const bounds = inset ? LSO.page.inset_bounds : LSO.page.province_bounds;
    const labels = LSO.mapLabels(LSO.dom.part(frame, "labels"));
    let map = null;
    let renderers = null;
    let layers = null;
    let live = null;
    let lost = null;
    let lostDrawn = "";
    let shadesDrawn = "";
    let unit = 0;
    let drawn = "";

    function begin() {
      const container = frame.querySelector(".leaflet-container");
      map = LSO.mapOf(container);
      if (!map) return false;
      renderers = LSO.mapPanes(map);
      live = root.L.layerGroup().addTo(map);
      return true;
    }

    /** Fit the bounds into the frame; all widths on canvas follow the size of the screen. */
    function fit() {
      unit = LSO.dom.unit();
      const pad = options.padding || { top: 14, right: 14, bottom: 14, left: 14 };
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(bounds, {
        animate: false,
        paddingTopLeft: [pad.left * unit, pad.top * unit],
        paddingBottomRight: [pad.right * unit, pad.bottom * unit],
      });
      if (layers) layers.remove();
      layers = LSO.drawMapLayers(map, renderers, { inset, unit, shaded: Boolean(options.shaded) });
      drawn = lostDrawn = shadesDrawn = "";
    }

    /** The lost area changes seldom and lies beneath everything live: it is drawn anew only when it is another one. */
    function lostArea(told, old) {
      const key = told ? [old, told.grid.join(), told.cells.join()].join(";") : "";
      if (key === lostDrawn) return;
      lostDrawn = key;
      if (lost) lost.remove();
      lost = LSO.mapLost(map, renderers.roads, told, unit, coverageColour(old));
      if (lost) lost.addTo(map);
    }

    /** Communes in quiet greys, coloured only where an alert stands: painted anew when one of them changed. */
    function shade(shades) {
      const communes = layers && layers.lsoCommunes;
      if (!shades || !communes) return;
      const key = JSON.stringify(shades);
      if (key === shadesDrawn) return;
      shadesDrawn = key;
      const c = LSO.page.colours;
      const grey = { 0: c.land, 1: c.cover, 2: c["cover-strong"], none: c.panel };
      for (const { id, level, priority } of shades)
        if (communes.has(id)) communes.get(id).setStyle(priority ? { fillColor: c[priority], fillOpacity: 0.55 } : { fillColor: grey[level], fillOpacity: 1 });
    }

    const colourOf = (priority, state) => {
      const c = LSO.page.colours;
      if (state && state !== "live") return c["text-4"];
      return priority === "critical" || priority === "high" ? c[priority] : c.data;
    };
    /** What lost its signal asks for somebody, while it is known to be so now. */
    const coverageColour = (old) => LSO.page.colours[old ? "text-4" : "high"];
    const coverageLabel = (old) => ({ priority: old ? null : "high", state: old ? "late" : "live" });
    const at = (lat, lon) => map.latLngToContainerPoint([lat, lon]);

    /**
     * Show the state of things. Cheap when nothing changed.
     * @param {{gates: Array<*>, silent: Array<*>, lost: ?*, old?: boolean}} state lost: as in the topic network; old: silent
     *   and lost were so then, and are not known to be so now; gates: id, lat, lon, name, queue, queueText, priority,
     *   state, line, tail, size (vehicles), other and otherState (the other side in words, and as of LSO.otherSide), metres and error of the tail; communes: as LSO.communes.shades
     */
    function show(state) {
      if (!map && !begin()) return;
      if (!frame.clientWidth) return;
      if (unit !== LSO.dom.unit() || size !== frame.clientWidth + "x" + frame.clientHeight) {
        size = frame.clientWidth + "x" + frame.clientHeight;
        fit();
      }
      lostArea(state.lost, Boolean(state.old));
      shade(state.communes);
      const key = JSON.stringify({ ...state, communes: null, lost: state.lost && [state.lost.population, state.lost.cells.length] });
      if (key === drawn) return;
      drawn = key;
      live.clearLayers();
      const taken = obstacleBoxes();
      const wanted = [];
      if (options.insetFrame) frameBox();
      for (const gate of [...state.gates].reverse()) queueLine(gate, taken);
      const groups = inset ? [] : silentSites(state.silent, state.old);
      for (const gate of state.gates) if (isHere(gate)) wanted.push(gateMark(gate, taken));
      // Tails after all gates: a gate without its name is worse than a tail without its distance.
      for (const gate of state.gates) if (isHere(gate) && tailPoint(gate)) wanted.push(tailMark(gate));
      for (const group of groups) wanted.push(clusterMark(group, taken, state.old));
      const people = !inset && lost && state.lost.population > 0 ? state.lost.population : 0;
      if (people) wanted.push({ key: "lost", text: LSO.t("map.lost", { people: LSO.format.number(people) }), point: at(...lost.lsoAnchor), gap: 10 * unit, ...coverageLabel(state.old), plain: true });
      labels(wanted, taken);
    }
    let size = "";

    const isHere = (gate) => gate.lat && (inset ? inside(bounds, gate.lat, gate.lon) : !options.insetFrame || !inside(LSO.page.inset_bounds, gate.lat, gate.lon));

    function frameBox() {
      root.L.rectangle(LSO.page.inset_bounds, {
        renderer: renderers.gates, pane: "lso-gates", fill: false, color: LSO.page.colours["text-3"], weight: 1.6 * unit, interactive: false,
      }).addTo(live);
    }

    function queueLine(gate, taken) {
      if (!gate.line || gate.line.length < 2) return;
      const [sure, off] = gate.error ? LSO.splitTail(gate.line, gate.metres, gate.error) : [gate.line, []];
      stretch(gate, off, 0.45);
      const path = stretch(gate, sure, 1);
      taken.push(...LSO.mapLabels.along(path.map(([lat, lon]) => at(lat, lon)), (inset ? 7 : 5) * unit));
    }

    /** A part of a queue's line: the last of it is pale, for it may or may not be there. */
    function stretch(gate, line, opacity) {
      const path = line.map(([lon, lat]) => [lat, lon]);
      if (path.length > 1)
        root.L.polyline(path, {
          renderer: renderers.queues, pane: "lso-queues", color: colourOf(gate.priority, gate.state), weight: (inset ? 11 : 7) * unit, opacity,
          lineCap: "round", lineJoin: "round", interactive: false, dashArray: gate.state && gate.state !== "live" ? [2 * unit, 16 * unit] : null,
        }).addTo(live);
      return path;
    }

    const abnormal = (gate) => gate.otherState === "strict" || gate.otherState === "closed";

    function gateMark(gate, taken) {
      const colour = colourOf(gate.priority, gate.state);
      const radius = (SIZE_FROM + SIZE_MORE * Math.sqrt(Math.min(gate.size || 0, SIZE_AT) / SIZE_AT)) * unit;
      const urgent = gate.state === "live" && gate.priority;
      LSO.mapMark([gate.lat, gate.lon], SHAPES[urgent] || "square", {
        renderer: renderers.gates, pane: "lso-gates", radius, color: colour, weight: 3 * unit, fillColor: urgent ? colour : LSO.page.colours.base,
        fillOpacity: 1, interactive: false,
      }).addTo(live);
      // What the other side does is seen at the gate itself, whether or not there is room for the words.
      if (abnormal(gate))
        root.L.circleMarker([gate.lat, gate.lon], {
          renderer: renderers.gates, pane: "lso-gates", radius: radius * 1.3 + 5 * unit, fill: false, color: LSO.page.colours["text-2"], weight: 3 * unit,
          dashArray: gate.otherState === "strict" ? [5 * unit, 5 * unit] : null, interactive: false,
        }).addTo(live);
      const point = at(gate.lat, gate.lon);
      taken.push({ x: point.x - radius, y: point.y - radius, w: 2 * radius, h: 2 * radius });
      const gap = (abnormal(gate) ? radius * 1.3 + 5 * unit : radius) + 8 * unit;
      // Roads are shared further down: a distance whose tail is not on the map stands with its gate and nowhere else.
      const tail = !options.elsewhere && gate.tail && gate.line && !tailPoint(gate) ? gate.tail.replace("\n", " ") : "";
      const short = tail || (abnormal(gate) ? gate.other : "");
      return {
        key: "gate-" + gate.id, text: gate.queueText ? gate.name + "\u00a0" + gate.queueText : gate.name, details: [[tail, gate.other].filter(Boolean).join("\n"), short], point, gap,
        priority: gate.state === "live" || !gate.state ? gate.priority : null, state: gate.state, quiet: !gate.priority && inset, plain: true,
      };
    }

    /** The end of a queue's line on this map; null where the map does not reach so far. */
    function tailPoint(gate) {
      if (!gate.tail || !gate.line || !gate.line.length) return null;
      const [lon, lat] = gate.line[gate.line.length - 1];
      const end = at(lat, lon);
      return end.x > 0 && end.y > 0 && end.x < frame.clientWidth && end.y < frame.clientHeight ? end : null;
    }

    const tailMark = (gate) => ({
      key: "tail-" + gate.id, text: gate.tail, point: tailPoint(gate), gap: 24 * unit, priority: gate.priority, state: gate.state,
      quiet: true, plain: true,
    });

    function silentSites(silent, old) {
      const byCommune = new Map();
      // Many are small, so that the area they leave without signal is seen beneath them.
      const radius = (silent.length > MANY_SILENT ? 3 : 6) * unit;
      for (const site of silent) {
        LSO.mapMark([site.lat, site.lon], "triangle", {
          renderer: renderers.queues, pane: "lso-queues", radius, stroke: false, fillColor: coverageColour(old), fillOpacity: 1, interactive: false,
        }).addTo(live);
        if (!byCommune.has(site.commune)) byCommune.set(site.commune, []);
        byCommune.get(site.commune).push(site);
      }
      return [...byCommune.values()].filter((sites) => sites.length >= CLUSTER_FROM).sort((a, b) => b.length - a.length).slice(0, CLUSTERS_SHOWN);
    }

    function clusterMark(sites, taken, old) {
      const points = sites.map((site) => at(site.lat, site.lon));
      const x = points.reduce((sum, p) => sum + p.x, 0) / points.length;
      const y = points.reduce((sum, p) => sum + p.y, 0) / points.length;
      const radius = Math.max(20 * unit, ...points.map((p) => Math.hypot(p.x - x, p.y - y) + 11 * unit));
      root.L.circleMarker(map.containerPointToLatLng([x, y]), {
        renderer: renderers.gates, pane: "lso-gates", radius, color: coverageColour(old), weight: 2 * unit, dashArray: [4 * unit, 4 * unit],
        fillColor: coverageColour(old), fillOpacity: 0.14, interactive: false,
      }).addTo(live);
      taken.push({ x: x - radius, y: y - radius, w: 2 * radius, h: 2 * radius });
      return { key: "silent-" + sites[0].commune, text: LSO.t("map.silent", { count: sites.length }), point: { x, y }, gap: radius + 8 * unit, ...coverageLabel(old) };
    }

    function obstacleBoxes() {
      const origin = frame.getBoundingClientRect();
      const boxes = (options.obstacles ? options.obstacles() : []).filter((element) => element && !element.hidden).map((element) => {
        const box = element.getBoundingClientRect();
        return { x: box.left - origin.left, y: box.top - origin.top, w: box.width, h: box.height };
      });
      if (options.insetFrame) {
        const [[south, west], [north, east]] = LSO.page.inset_bounds;
        const a = at(north, west);
        const b = at(south, east);
        boxes.push({ x: a.x, y: a.y, w: b.x - a.x, h: b.y - a.y });
      }
      return boxes;
    }

    return { show };
  };
})(typeof window === "undefined" ? globalThis : window);
