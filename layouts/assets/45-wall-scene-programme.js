/**
 * Scene "programme": every target of the province's digital-transformation programme that has room, the urgent first.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  LSO.scene("programme", function (section) {
    const kit = LSO.wallKit;
    const panel = section.querySelector('[data-panel="programme"]');
    const list = LSO.dom.part(panel, "list");
    return {
      draw(store, now) {
        const topic = store.get("programme");
        const targets = LSO.programme.all(topic);
        LSO.programme.list(list, { topic, now, size: "far" });
        // What a document or a person stated, or what was closed with its tier, is as old as its date, which its row names:
        // that is no late feed.
        kit.note(panel, targets.filter((target) => target.basis === "feed" && !target.valid_to).map((target) => target.cell), now, null);
        // The list says itself that nothing has arrived yet.
        LSO.dom.show(LSO.dom.part(panel, "empty"), false);
        kit.simulated(panel, targets.map((target) => target.cell), kit.mixed(store));
      },
      stop() {},
    };
  });
})(typeof window === "undefined" ? globalThis : window);
