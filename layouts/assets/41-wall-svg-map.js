/**
 * A still map for a scene, in SVG: the province with its communes, or the surroundings of one gate. It is drawn once
 * for its box; afterwards only attributes of what changed are touched. (The live map of the overview is on canvas.)
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const SVG = "http://www.w3.org/2000/svg";

  /** Plate carrée with the scale of the middle latitude: at this size nobody can tell it from a better one. */
  function projection(bounds, width, height, pad) {
    const [[south, west], [north, east]] = bounds;
    const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
    const scale = Math.min((width - pad.left - pad.right) / ((east - west) * squeeze), (height - pad.top - pad.bottom) / (north - south));
    const left = pad.left + (width - pad.left - pad.right - (east - west) * squeeze * scale) / 2;
    const top = pad.top + (height - pad.top - pad.bottom - (north - south) * scale) / 2;
    return (lon, lat) => ({ x: left + (lon - west) * squeeze * scale, y: top + (north - lat) * scale });
  }

  /** @returns {string} path data of a GeoJSON geometry */
  function outline(geometry, at) {
    const ring = (points, close) => points.map(([lon, lat], i) => {
      const { x, y } = at(lon, lat);
      return `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }).join("") + (close ? "Z" : "");
    const c = geometry.coordinates;
    if (geometry.type === "Polygon") return c.map((points) => ring(points, true)).join("");
    if (geometry.type === "MultiPolygon") return c.flat().map((points) => ring(points, true)).join("");
    if (geometry.type === "LineString") return ring(c, false);
    if (geometry.type === "MultiLineString") return c.map((points) => ring(points, false)).join("");
    return "";
  }

  /**
   * @param {HTMLElement} holder a positioned box
   * @param {{layers: Array<{name: string, className: string, keyed?: boolean, filter?: function(*): boolean}>,
   *   padding?: {top: number, right: number, bottom: number, left: number}}} what padding in design pixels
   */
  LSO.svgMap = function (holder, what) {
    const svg = holder.appendChild(document.createElementNS(SVG, "svg"));
    svg.setAttribute("class", "svg-map");
    svg.setAttribute("aria-hidden", "true");
    const ground = svg.appendChild(document.createElementNS(SVG, "g"));
    const above = svg.appendChild(document.createElementNS(SVG, "g"));
    const overlay = holder.appendChild(LSO.dom.make("div", "map-labels"));
    const labels = LSO.mapLabels(overlay);
    /** @type {Map<string, Element>} */
    const keyed = new Map();
    let fitted = "";
    let at = null;
    let wanted = 0;

    function add(tag, attributes, parent) {
      const element = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
      return (parent || above).appendChild(element);
    }

    async function lay(turn) {
      for (const layer of what.layers) {
        const data = await LSO.mapLayer(layer.name);
        if (turn !== wanted) return;
        if (!data) continue;
        for (const feature of data.features) {
          if (layer.filter && !layer.filter(feature)) continue;
          const element = add("path", { d: outline(feature.geometry, at), class: layer.className }, ground);
          if (feature.properties.rail) element.setAttribute("data-rail", "");
          if (layer.keyed) keyed.set(feature.properties.id, element);
        }
      }
      if (what.ready) what.ready();
    }

    return {
      keyed,
      above,
      add,
      /** @returns {boolean} whether the map was laid anew, so that everything above it has to be drawn again */
      fit(bounds) {
        const width = holder.clientWidth;
        const height = holder.clientHeight;
        if (!width || !height) return false;
        const key = [width, height, bounds].join();
        if (key === fitted) return false;
        fitted = key;
        const u = LSO.dom.unit();
        const pad = what.padding || { top: 14, right: 14, bottom: 14, left: 14 };
        at = projection(bounds, width, height, { top: pad.top * u, right: pad.right * u, bottom: pad.bottom * u, left: pad.left * u });
        svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        ground.replaceChildren();
        keyed.clear();
        wanted += 1;
        lay(wanted);
        return true;
      },
      ready: () => at !== null,
      point: (lon, lat) => at(lon, lat),
      path: (geometry) => outline(geometry, at),
      clear: () => above.replaceChildren(),
      labels,
    };
  };
  LSO.svgMap.projection = projection;
  LSO.svgMap.outline = outline;
})(typeof window === "undefined" ? globalThis : window);
