/**
 * The tablet's page of public services: the province, its communes in the order a leader asks for, one commune.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, data, part } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  const share = (v) => F.percent(v * 100);
  const count = (v) => F.number(v);
  const files = (v) => LSO.alerts.measure(v, "dossiers_overdue");
  const WRITE = { on_time_rate: share, online_rate: share, received: files, overdue: files, settled: files, open: files };
  const METRICS = { on_time_rate: ["on_time_rate"], online_rate: ["online_rate"], overdue: ["dossiers_overdue"] };
  /** What is worst first: many overdue, few in time. */
  const WORST_LOW = new Set(["on_time_rate", "online_rate"]);

  LSO.tabletServices = function (main) {
    const page = main.querySelector('[data-page="services"]');
    const C = LSO.tabletCommunes;
    const figures = C.figures(page, "services", WRITE, METRICS);
    const map = LSO.tabletMap(part(page, "map"), (id) => (root.location.hash = "#/services/" + id));
    const order = LSO.choiceOf(page, "order", () => LSO.tabletRedraw());
    const detail = C.detail(page, "services", { metric: "on_time_rate", title: "tablet.services.week", scale: 100, write: (v) => F.percent(v), dims: null });

    function items(communes, urgent) {
      const name = order();
      const known = Object.values(communes).filter((one) => one && has(one[name]));
      const most = Math.max(1, ...known.map((one) => one[name].v));
      const sign = WORST_LOW.has(name) ? 1 : -1;
      known.sort((a, b) => sign * (a[name].v - b[name].v) || (has(b.overdue) ? b.overdue.v : 0) - (has(a.overdue) ? a.overdue.v : 0) || (LSO.name(a) < LSO.name(b) ? -1 : 1));
      return known.map((one) => ({
        key: one.id, name: LSO.name(one), cell: one[name], path: `services/communes/${one.id}/${name}`, write: WRITE[name],
        share: WORST_LOW.has(name) ? one[name].v : one[name].v / most, priority: urgent[one.id] || null,
        note: name === "overdue" && has(one.received) ? LSO.t("tablet.services.received", { count: F.number(one.received.v) }) : has(one.overdue) ? LSO.t("tablet.strip.overdue", { count: F.number(one.overdue.v) }) : "",
      }));
    }

    function rows(one, province) {
      const found = [];
      for (const name of ["overdue", "on_time_rate", "online_rate", "received", "settled", "open"]) {
        if (!one || !has(one[name])) continue;
        const compared = WORST_LOW.has(name) && has(province[name]) ? LSO.t("tablet.services.against", { share: WRITE[name](province[name].v) }) : "";
        found.push({ key: name, label: LSO.t("services." + name), words: WRITE[name](one[name].v), cell: one[name], path: `services/communes/${one.id}/${name}`, note: compared });
      }
      return found;
    }

    return function draw(id, store, now) {
      const topic = store.get("services");
      const communes = topic.communes || {};
      const urgent = C.urgentOf(store, "services");
      figures(store, now);
      const listed = items(communes, urgent);
      C.list(part(page, "communes"), "services", listed, id, now);
      text(part(page, "communes-none"), listed.length ? null : LSO.t("panel.empty"));
      const worst = LSO.freshness.worst(listed.map((one) => one.cell), now);
      const late = worst && worst.state !== "live";
      data(part(page, "list-note-icon"), "icon", late ? worst.state : null);
      text(part(page, "list-note"), late ? LSO.stateWords(worst.state, worst.cell, now) : listed.length ? LSO.t("tablet.communes_count", { count: count(listed.length) }) : null);
      const values = {};
      // Shaded by a share wherever there is one: a count follows the number of people and says little on a map.
      const shaded = WORST_LOW.has(order()) ? order() : "on_time_rate";
      for (const one of Object.values(communes)) if (one && has(one[shaded]) && ofCell(one[shaded], now) === "live") values[one.id] = 1 - one[shaded].v;
      const known = Object.values(values);
      map({ values, urgent, chosen: id, label: LSO.t("tablet.map.services", { name: LSO.t("services." + shaded) }) });
      text(part(page, "legend"), known.length ? LSO.t("tablet.map.legend", { name: LSO.t("services." + shaded), from: share(1 - Math.min(...known)), to: share(1 - Math.max(...known)) }) : null);
      const one = communes[id] || null;
      detail(one ? id : null, rows(one, topic.province || {}), [], store, now);
    };
  };
})(typeof window === "undefined" ? globalThis : window);
