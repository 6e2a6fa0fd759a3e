/**
 * Leaflet in the gallery: a map for each specimen, with the options that dash-leaflet gives one on a screen
 * (layouts/components/map_view.py), and Leaflet's own styles, which a shadow tree does not see.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const STILL = {
    zoom: 9, preferCanvas: true, zoomControl: false, attributionControl: false, dragging: false, touchZoom: false, scrollWheelZoom: false,
    doubleClickZoom: false, boxZoom: false, keyboard: false, zoomSnap: 0, zoomAnimation: false, fadeAnimation: false,
  };
  let sheet = null;

  /** What dash-leaflet's bundle has put into the page for Leaflet. */
  function styles() {
    if (sheet) return sheet;
    const own = [...root.document.styleSheets].find((each) => !each.href && [...each.cssRules].some((rule) => (rule.selectorText || "").includes(".leaflet-pane")));
    if (!own) throw new Error("Leaflet's styles are not in the page");
    sheet = new CSSStyleSheet();
    sheet.replaceSync([...own.cssRules].map((rule) => rule.cssText).join("\n"));
    return sheet;
  }

  /** Make the maps of a specimen. */
  LSO.galleryMaps = function (main) {
    const tree = main.getRootNode();
    // Before ours: a screen's style sheet has the last word, as in a page.
    tree.adoptedStyleSheets = [styles(), ...tree.adoptedStyleSheets];
    const [[south, west], [north, east]] = LSO.page.province_bounds;
    for (const place of main.querySelectorAll(".map-canvas")) {
      place.style.cssText = "width:100%;height:100%";
      root.L.map(place, { ...STILL, center: [(south + north) / 2, (west + east) / 2] });
    }
  };
})(window);
