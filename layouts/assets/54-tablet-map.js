/**
 * The communes as a quiet drawing: shaded by one figure, coloured only by alerts, touched to go into one. SVG of 65
 * shapes: no tiles, no canvas, and a finger finds the right one.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const SVG = "http://www.w3.org/2000/svg";
  /** Shades from the least to the most; more cannot be told apart on a tablet in daylight. */
  const SHADES = 5;
  let shapes = null;

  /** The communes' outlines, fetched once a page. @returns {Promise<Array<{id: string, name_vi: string, name_en: string, rings: Array<Array<[number, number]>>}>>} */
  function outlines() {
    if (shapes) return shapes;
    const url = LSO.page.layers["communes-overview"] || LSO.page.layers.communes;
    shapes = !url
      ? Promise.resolve([])
      : fetch(url, { credentials: "same-origin" })
          .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
          .then((layer) => layer.features.map(outline))
          .catch(() => {
            shapes = null; // Asked for again when the page is drawn next.
            return [];
          });
    return shapes;
  }

  function outline(feature) {
    const { type, coordinates } = feature.geometry;
    const rings = type === "MultiPolygon" ? coordinates.flat() : coordinates;
    const { id, name_vi, name_en } = feature.properties;
    return { id, name_vi, name_en, rings };
  }

  const element = (parent, tag, attributes) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
    parent.appendChild(made);
    return made;
  };

  /** The five steps of a range of values: which one each belongs to. A single value is the lowest. */
  function shadeOf(value, low, high) {
    if (!(high > low)) return 0;
    return Math.min(SHADES - 1, Math.floor(((value - low) / (high - low)) * SHADES));
  }

  /**
   * @param {HTMLElement} holder
   * @param {function(string): void} picked told the commune that was touched
   */
  LSO.tabletMap = function (holder, picked) {
    let paths = null;
    let marks = null;
    let place = null;
    let asking = false;

    function build(found) {
      if (!found.length) return;
      const all = found.flatMap((one) => one.rings.flat());
      const [west, east] = [Math.min(...all.map((p) => p[0])), Math.max(...all.map((p) => p[0]))];
      const [south, north] = [Math.min(...all.map((p) => p[1])), Math.max(...all.map((p) => p[1]))];
      // A degree of longitude is shorter than one of latitude here.
      const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
      const scale = 1000 / ((east - west) * shrink);
      place = (lon, lat) => [(lon - west) * shrink * scale, (north - lat) * scale];
      const height = (north - south) * scale;
      holder.replaceChildren();
      const svg = element(holder, "svg", { viewBox: `-8 -8 1016 ${Math.ceil(height) + 16}`, "aria-hidden": "true", class: "communes" });
      paths = new Map();
      for (const one of found) {
        const d = one.rings.map((ring) => "M" + ring.map(([lon, lat]) => place(lon, lat).map((n) => n.toFixed(1)).join(" ")).join("L") + "Z").join("");
        const path = element(svg, "path", { d, class: "commune", "data-commune": one.id });
        element(path, "title", {}).textContent = LSO.name(one);
        paths.set(one.id, path);
      }
      marks = element(svg, "g", { class: "commune-marks" });
      svg.addEventListener("click", (event) => {
        const path = event.target.closest("[data-commune]");
        if (path) picked(path.dataset.commune);
      });
      LSO.tabletRedraw();
    }

    /**
     * @param {{values: Object<string, number>, range?: [number, number], urgent: Object<string, string>, chosen: ?string, label: string,
     *   sites?: Array<{lat: number, lon: number}>, old?: boolean}} what urgent: priority by commune; old: the sites were silent
     *   then, and are not known to be so now
     */
    return function draw(what) {
      holder.setAttribute("aria-label", what.label);
      if (!paths) {
        if (!asking) {
          asking = true;
          outlines().then((found) => {
            asking = false;
            build(found);
          });
        }
        return;
      }
      const known = Object.values(what.values);
      const [low, high] = what.range || [Math.min(...known), Math.max(...known)];
      for (const [id, path] of paths) {
        const value = what.values[id];
        const set = (name, wanted) => (wanted === null ? path.removeAttribute(name) : path.getAttribute(name) !== String(wanted) && path.setAttribute(name, wanted));
        set("data-shade", typeof value === "number" ? shadeOf(value, low, high) : null);
        set("data-priority", what.urgent[id] || null);
        set("data-chosen", what.chosen === id ? "yes" : null);
        if (what.chosen === id && path.nextSibling !== marks) marks.before(path);
      }
      sites(what.sites || []);
      LSO.dom.data(marks, "state", what.old ? "late" : null);
    };

    function sites(wanted) {
      const key = wanted.map((site) => site.id).join();
      if (marks.dataset.key === key) return;
      marks.dataset.key = key;
      marks.replaceChildren();
      for (const site of wanted) {
        const [x, y] = place(site.lon, site.lat);
        element(marks, "path", { d: `M${x} ${y - 14}l13 23h-26Z`, class: "commune-silent" });
      }
    }
  };
  LSO.tabletMap.shadeOf = shadeOf;
})(typeof window === "undefined" ? globalThis : window);
