/**
 * Getting hold of the Leaflet maps that dash-leaflet makes, and the marks Leaflet's canvas lacks.
 *
 * dash-leaflet 1.1 hands its map to nobody, but its bundle sets window.L: an init hook remembers every map at its
 * container. To be removed when dash-leaflet offers the instance.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /** From the land up. A pane has a canvas of its own, so that redrawing queues leaves the land alone. */
  const PANES = { land: 410, roads: 420, sites: 430, queues: 440, gates: 450 };

  function hook(L) {
    if (!L || !L.Map || L.Map.lsoHooked) return;
    L.Map.lsoHooked = true;
    L.Map.addInitHook(function () {
      this.getContainer().lsoMap = this;
    });
  }

  if (root.L) hook(root.L);
  else if (root.document) {
    let value;
    Object.defineProperty(root, "L", {
      configurable: true,
      enumerable: true,
      get: () => value,
      set: (L) => {
        value = L;
        // The bundle assigns before its Map class is used, but not always before it is complete.
        hook(L);
        Promise.resolve().then(() => hook(L));
      },
    });
  }

  /** The Leaflet map of an element, null until dash-leaflet has made it. */
  LSO.mapOf = (element) => (element && element.lsoMap) || null;

  /** Canvas renderers by pane name, made once per map. */
  LSO.mapPanes = function (map) {
    const renderers = {};
    for (const [name, level] of Object.entries(PANES)) {
      const pane = map.getPane("lso-" + name) || map.createPane("lso-" + name);
      pane.style.zIndex = String(level);
      pane.style.pointerEvents = "none";
      // Seen are only these bounds: no margin to paint, a wall does not pan.
      renderers[name] = root.L.canvas({ pane: "lso-" + name, padding: map.dragging.enabled() ? 0.5 : 0 });
    }
    return renderers;
  };

  /**
   * A mark of constant size on canvas: the shapes of the priorities, and a square for a gate at rest.
   * @param {[number, number]} latLng
   * @param {"diamond"|"triangle"|"square"} shape
   * @param {*} options as of L.circleMarker
   */
  LSO.mapMark = function (latLng, shape, options) {
    const mark = root.L.circleMarker(latLng, options);
    mark._updatePath = function () {
      const renderer = this._renderer;
      if (!renderer._drawing || this._empty()) return;
      const { x, y } = this._point;
      const r = this._radius;
      const context = renderer._ctx;
      context.beginPath();
      if (shape === "triangle") {
        context.moveTo(x, y - r * 1.1);
        context.lineTo(x + r, y + r * 0.8);
        context.lineTo(x - r, y + r * 0.8);
      } else if (shape === "diamond") {
        for (const [dx, dy] of [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]]) context.lineTo(x + r * dx, y + r * dy);
      } else context.rect(x - r, y - r, 2 * r, 2 * r);
      context.closePath();
      renderer._fillStroke(context, this);
    };
    return mark;
  };
})(typeof window === "undefined" ? globalThis : window);
