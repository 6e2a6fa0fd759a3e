/**
 * The tablet's live map: the province with the corridor of the border in its corner, on the two Leaflet maps of a card.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /** @returns {function(*, number): void} draw(store, now) */
  LSO.tabletLiveMap = function (main) {
    const box = (selector) => main.querySelector(selector);
    const province = LSO.liveMap(box('[data-map="province"]'), {
      padding: { top: 10, right: 250, bottom: 40, left: 10 }, obstacles: () => [box(".tablet-inset"), box(".map-credit")], insetFrame: true,
    });
    const inset = LSO.liveMap(box('[data-map="inset"]'), { padding: { top: 10, right: 190, bottom: 10, left: 10 } });

    return function draw(store, now) {
      const network = store.get("network");
      // On a map of this size a gate has its name and its queue; the rest stands on its page.
      const gates = LSO.mapGates(store.get("gates").gates || {}, now).map((gate) => ({ ...gate, other: "" }));
      const state = { gates, silent: Object.values(network.silent || {}), lost: network.lost || null, old: !LSO.lostCoverage.isNow(network, now) };
      province.show(state);
      inset.show({ ...state, gates: gates.map((gate) => ({ ...gate, tail: "" })) });
    };
  };
})(typeof window === "undefined" ? globalThis : window);
