/**
 * What does not change on the map: land, coverage, communes, border, roads, sites. Fetched once, drawn on canvas.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** @type {Map<string, Promise<*>>} one fetch per layer and page, shared by the province and the inset */
  const fetched = new Map();

  /** A layer's JSON; null when the page names no such layer. A failed fetch is tried again after a while, for ever. */
  function layerData(name) {
    const url = LSO.page.layers[name];
    if (!url) return Promise.resolve(null);
    if (!fetched.has(url)) fetched.set(url, fetchPatiently(url));
    return fetched.get(url);
  }

  async function fetchPatiently(url) {
    for (let waitMs = 1000; ; waitMs = Math.min(waitMs * 2, 30000)) {
      try {
        const answer = await fetch(url, { credentials: "same-origin" });
        if (answer.ok) return await answer.json();
      } catch (error) {
        // The server is away: the heartbeat says so; the map comes when it is back.
      }
      await new Promise((done) => setTimeout(done, waitMs));
    }
  }

  /** A layer for whoever draws it otherwise: fetched once for the page. @type {function(string): Promise<*>} */
  LSO.mapLayer = layerData;

  /** Sites come as rows under named columns, or as GeoJSON points. @returns {Array<[number, number, *]>} lat, lon, row */
  function sitePoints(data) {
    if (data.features)
      return data.features.map((f) => [f.geometry.coordinates[1], f.geometry.coordinates[0], f.properties]);
    const lon = data.columns.indexOf("lon");
    const lat = data.columns.indexOf("lat");
    return data.rows.map((row) => [row[lat], row[lon], row]);
  }

  /** Whether a site of the compact form is on air in any technology on a day (yyyymmdd). */
  function onAir(row, columns, today) {
    return ["2g", "3g", "4g", "5g"].some((tech) => {
      const from = row[columns.indexOf("on_" + tech)];
      const to = row[columns.indexOf("off_" + tech)];
      return from && from <= today && (!to || to > today);
    });
  }

  /** The sites on air today in any technology. @returns {Array<[number, number]>} lat, lon */
  LSO.sitesOnAir = function (data) {
    const day = Number(new Date().toISOString().slice(0, 10).replace(/-/g, ""));
    return sitePoints(data).filter(([, , row]) => !data.columns || onAir(row, data.columns, day)).map(([lat, lon]) => [lat, lon]);
  };

  /**
   * Draw the static layers; each appears as soon as it has arrived.
   * @param {*} map Leaflet map
   * @param {*} renderers of LSO.mapPanes
   * @param {{inset: boolean, unit: number, shaded: boolean}} how shaded: communes are filled, later by what they are
   * @returns {*} the group of all; its lsoCommunes are the communes by id once they are there
   */
  LSO.drawMapLayers = function (map, renderers, how) {
    const L = root.L;
    const c = LSO.page.colours;
    const u = how.unit;
    const drawn = L.layerGroup().addTo(map);
    const shapes = (name, renderer, style) =>
      layerData(name).then((data) => {
        if (!data || !map._loaded) return null;
        return L.geoJSON(data, { style: typeof style === "function" ? style : () => style, renderer, interactive: false, pane: renderer.options.pane }).addTo(drawn);
      });
    const land = renderers.land;
    const quiet = { smoothFactor: how.inset ? 0.5 : 1 };

    // Imported boundaries come by zoom: the corridor at its finest, the province at a look; a map one can zoom takes all.
    const zoomed = (name) => {
      const finer = name + (how.inset ? "-corridor" : "-overview");
      return LSO.page.layers[finer] && !map.options.scrollWheelZoom ? finer : name;
    };
    const [province, communes] = [zoomed("province"), zoomed("communes")];

    // All are asked for at once and drawn in turn.
    [province, "coverage-4g", "coverage-5g", communes, "border", "roads", "approaches", "sites"].forEach(layerData);

    // One chain, because on one canvas the order of adding is the order of painting.
    (async () => {
      await shapes(province, land, { ...quiet, stroke: false, fillColor: c.land, fillOpacity: 1 });
      const filled = how.shaded && (await shapes(communes, land, { ...quiet, stroke: false, fillColor: c.land, fillOpacity: 1 }));
      if (filled) drawn.lsoCommunes = new Map(filled.getLayers().map((layer) => [layer.feature.properties.id, layer]));
      // The inset is about queues: coverage would only be blots there.
      if (!how.inset) {
        await shapes("coverage-4g", land, { ...quiet, stroke: false, fillColor: c.cover, fillOpacity: 0.4 });
        // Where greys tell of the communes, 5G is a line around its area.
        const fifth = how.shaded ? { fill: false, color: c["text-4"], weight: 1.2 * u, opacity: 0.8 } : { stroke: false, fillColor: c["cover-strong"], fillOpacity: 0.4 };
        await shapes("coverage-5g", land, { ...quiet, ...fifth });
      }
      await shapes(communes, land, { ...quiet, fill: false, color: c["land-edge"], weight: 1.2 * u });
      await shapes(province, land, { ...quiet, fill: false, color: c["province-edge"], weight: 2 * u });
      await shapes("border", land, { ...quiet, fill: false, color: c.border, weight: (how.inset ? 3 : 2.4) * u, dashArray: [9 * u, 6 * u] });
    })();
    (async () => {
      await shapes("roads", renderers.roads, (feature) => ({
        fill: false, color: feature.properties.rail ? c.rail : c.road, weight: (how.inset ? 6 : 3.2) * u,
        dashArray: feature.properties.rail ? [3 * u, 5 * u] : null, opacity: 0.9,
      }));
      if (how.inset) await shapes("approaches", renderers.roads, { fill: false, color: c.road, weight: 5 * u, opacity: 0.9 });
    })();
    layerData("sites").then((data) => {
      if (!data || how.inset || !map._loaded) return;
      for (const [lat, lon] of LSO.sitesOnAir(data)) {
        L.circleMarker([lat, lon], {
          renderer: renderers.sites, pane: "lso-sites", radius: 1.25 * u, stroke: false, fillColor: c.site,
          fillOpacity: 0.6, interactive: false,
        }).addTo(drawn);
      }
    });
    return drawn;
  };
})(typeof window === "undefined" ? globalThis : window);
