/**
 * Scene "overview": the gates, the map, the eight steps of the gate that needs it most, and the province's counts.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /** What is seen only when something is wrong stands above the rest: the legend then grows upwards and nothing in it moves. */
  const KEY = [["closed", "wall.key_closed"], ["strict", "wall.key_strict"], ["silent", "wall.key_silent"], ["alert", "wall.key_alert"], ["5g", "wall.key_5g"], ["0", "wall.key_good"], ["1", "wall.key_fair"], ["2", "wall.key_poor"]];

  LSO.scene("overview", function (section) {
    const gates = LSO.wallGates(section);
    const panels = LSO.wallPanels(section);
    const maps = pair(section);
    const part = (name) => LSO.dom.part(section, name);
    const fit = LSO.wallKit.shedding(section.querySelector(".wall-side"));
    LSO.communes.legend(part("key"), KEY);
    const tails = LSO.wallKit.list(part("tails"), () => LSO.wallKit.tree("li", "wall-tail", [["span", "icon", "icon"], ["span", "", "words"]]));

    function progress(feeds) {
      const task = Object.values(feeds.progress || {}).find((each) => each && each.total > 0 && each.done < each.total);
      LSO.dom.show(part("progress"), Boolean(task));
      // Both stand in the one corner without land.
      LSO.dom.show(part("key"), !task);
      if (!task) return;
      const done = task.done / task.total;
      LSO.dom.text(part("progress-text"), LSO.t("progress.label", { label: LSO.text(task, "label"), percent: LSO.format.percent(100 * done, undefined, 0) }));
      LSO.dom.style(part("progress-fill"), "--share", done.toFixed(3));
    }

    /** Explain only the marks that are on the map: the legend hides as little of the land as it can. */
    function explain({ gates: drawn, silent, communes }) {
      const seen = {
        closed: drawn.some((gate) => gate.otherState === "closed"), strict: drawn.some((gate) => gate.otherState === "strict"),
        silent: silent.length > 0, alert: communes.some((each) => each.priority),
      };
      for (const [mark, there] of Object.entries(seen)) LSO.dom.show(part("key").querySelector(`[data-mark="${mark}"]`).parentElement, there);
    }

    function draw(store, now) {
      const feeds = store.get("feeds");
      const topic = store.get("gates");
      const mixed = LSO.simulation(feeds, topic.gates) === "partly";
      gates(topic, now, mixed);
      panels(store, now, mixed);
      progress(feeds);
      const network = store.get("network");
      const items = store.get("alerts").items || {};
      const state = { communes: LSO.communes.shades(store.get("services").communes, items), gates: LSO.mapGates(topic.gates || {}, now), silent: Object.values(network.silent || {}), lost: network.lost || null, old: !LSO.lostCoverage.isNow(network, now) };
      const queues = state.gates.filter((gate) => gate.tail).map((gate) => ({ key: gate.id, gate }));
      tails(queues, (element, { gate }) => {
        LSO.dom.data(LSO.dom.part(element, "icon"), "icon", gate.state === "live" ? gate.priority : gate.state);
        LSO.dom.data(element, "priority", gate.state === "live" ? gate.priority : null);
        LSO.dom.text(LSO.dom.part(element, "words"), LSO.t("wall.tail_of", { gate: gate.name, distance: gate.distance, road: gate.road }));
        LSO.dom.cell(LSO.dom.part(element, "words"), `gates/gates/${gate.id}/extent_m`);
      });
      explain(state);
      maps.show(state);
      fit([...section.querySelectorAll(".wall-side .row")].map((row) => row.hidden).join());
    }

    return { draw, stop() {} };
  });

  /** The province and its inset. The figures come first: laying the land takes as long as writing all of them. */
  function pair(section) {
    const box = (selector) => section.querySelector(selector);
    const province = LSO.liveMap(box('[data-map="province"]'), {
      // The land keeps to the left: the inset stands where China is, and nothing of ours lies under it.
      padding: { top: 16, right: 226, bottom: 34, left: -8 },
      obstacles: () => [box(".wall-inset"), box(".map-credit"), box(".map-progress"), box(".wall-key"), box(".wall-tails")],
      insetFrame: true,
      shaded: true,
    });
    const inset = LSO.liveMap(box('[data-map="inset"]'), { elsewhere: true, padding: { top: -10, right: 122, bottom: -18, left: 44 } });
    let begun = false;

    function show(state) {
      for (const map of [province, inset])
        if (begun) map.show(state);
        else root.setTimeout(() => map.show(state));
      begun = true;
    }

    return { show };
  }
})(typeof window === "undefined" ? globalThis : window);
