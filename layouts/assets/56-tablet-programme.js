/**
 * The tablet's page of the programme: all targets, and one in depth. Both are drawn by the programme's own scripts
 * (38-programme*.js); this one places them and turns a touch into an address. And the list of all alerts.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, part } = LSO.dom;

  LSO.tabletProgramme = function (main) {
    const page = main.querySelector('[data-page="programme"]');
    const targets = part(page, "targets");

    function touched(event) {
      const target = event.target.closest("[data-target]");
      if (target && !event.target.closest("a[href]")) root.location.hash = "#/programme/" + encodeURIComponent(target.dataset.target);
    }
    targets.addEventListener("click", touched);

    return function draw(id, store, now) {
      const topic = store.get("programme");
      const known = Object.keys(topic.targets || {}).length > 0;
      const one = known && topic.targets[id];
      show(part(page, "listed"), !one);
      show(part(page, "detail"), Boolean(one));
      text(part(page, "targets-none"), known ? null : LSO.t(store.has("programme") ? "panel.empty" : "live.connecting"));
      if (!known || !LSO.programme || !LSO.programme.list) return;
      if (one) LSO.programme.detail(part(page, "target"), id, { topic, now, size: "touch" });
      else LSO.programme.list(targets, { topic, now, size: "touch", href: (key) => "#/programme/" + encodeURIComponent(key) });
    };
  };

  LSO.tabletAllAlerts = function (main) {
    return function draw(store, now) {
      const alerts = LSO.alerts.ordered(store.get("alerts").items || {});
      LSO.tabletNeeds.draw(part(main, "alerts-list"), LSO.tabletNeeds.each(alerts, now));
      text(part(main, "alerts-none"), alerts.length ? null : LSO.tabletNeeds.none(store, now));
    };
  };
})(typeof window === "undefined" ? globalThis : window);
