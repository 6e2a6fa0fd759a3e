/**
 * Scene "services": the province against its targets, the communes on the map, the worst by name, and all of them in
 * three rows of bars, the best on the left.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  const SVG = "http://www.w3.org/2000/svg";
  const WORST_SHOWN = 8;
  /** The worst of a strip that are named below it. */
  const NAMED = 2;

  const share = (v) => F.percent(v * 100);
  const STRIPS = {
    on_time_rate: { write: share, better: "up", from: 0.8, to: 1 },
    online_rate: { write: share, better: "up", from: 0.5, to: 1 },
    overdue: { write: (v) => F.number(v), better: "down", from: 0, to: null },
  };

  /** Communes that need somebody: alerted first, then by overdue dossiers, then by what is late. Those in order are left out. */
  function worst(communes, alerted) {
    const weight = (each) => [alerted.has(each.id) ? 0 : 1, -(has(each.overdue) ? each.overdue.v : 0), has(each.on_time_rate) ? each.on_time_rate.v : 1];
    return Object.values(communes)
      .filter((each) => alerted.has(each.id) || (has(each.overdue) && each.overdue.v > 0) || (has(each.on_time_rate) && each.on_time_rate.v < 0.95))
      .sort((a, b) => {
        const [x, y] = [weight(a), weight(b)];
        const at = x.findIndex((value, i) => value !== y[i]);
        return at < 0 ? 0 : x[at] - y[at];
      });
  }

  /** An end of a strip's scale: "80 %", "5". */
  const whole = (how, value) => (how.to === null ? F.number(value) : F.percent(100 * value, undefined, 0));

  /** A strip of bars, one a commune. @returns {function(Array<*>, Map, number, ?number): void} */
  function strip(element, name) {
    const how = STRIPS[name];
    const chart = part(element, "chart");
    let drawn = "";
    return function update(communes, alerted, now, target) {
      const rows = Object.values(communes).filter((each) => has(each[name]));
      rows.sort((a, b) => (how.better === "up" ? b[name].v - a[name].v : a[name].v - b[name].v));
      const last = rows.slice(-NAMED).reverse();
      const poor = last.filter((each) => how.better === "up" || each[name].v > 0);
      text(part(element, "low"), poor.length ? LSO.t("wall.strip_worst", { names: poor.map((each) => `${LSO.communes.short(LSO.name(each))} ${how.write(each[name].v)}`).join(" · ") }) : null);
      const to = how.to === null ? Math.max(5, ...rows.map((each) => each[name].v)) : how.to;
      const from = how.to === null ? 0 : Math.min(how.from, ...rows.map((each) => each[name].v));
      text(part(element, "strip-note"), rows.length ? LSO.t("wall.strip_note", { from: whole(how, from), to: whole(how, to) }) : LSO.t("panel.empty"));
      const width = chart.clientWidth;
      const height = chart.clientHeight;
      if (!width || !height) return;
      const key = JSON.stringify([rows.map((each) => [each.id, each[name].v, ofCell(each[name], now) === "live", alerted.get(each.id)]), width, height, target]);
      if (key === drawn) return;
      drawn = key;
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.setAttribute("aria-hidden", "true");
      const add = (tag, attributes) => {
        const shape = document.createElementNS(SVG, tag);
        for (const [attribute, value] of Object.entries(attributes)) shape.setAttribute(attribute, String(value));
        svg.appendChild(shape);
      };
      const step = width / Math.max(1, rows.length);
      const y = (value) => height - Math.max(0.02, Math.min(1, (value - from) / (to - from || 1))) * (height - 4);
      rows.forEach((each, i) => {
        const priority = alerted.get(each.id);
        const live = ofCell(each[name], now) === "live";
        add("rect", { x: (i * step + step * 0.14).toFixed(1), y: y(each[name].v).toFixed(1), width: (step * 0.72).toFixed(1), height: (height - y(each[name].v)).toFixed(1), rx: Math.min(3, step / 5).toFixed(1), class: "strip-bar", ...(priority && live ? { "data-priority": priority } : {}), ...(live ? {} : { "data-late": "" }) });
      });
      if (typeof target === "number") add("line", { x1: 0, x2: width, y1: y(target).toFixed(1), y2: y(target).toFixed(1), class: "strip-target", "stroke-width": 2.5 * LSO.dom.unit() });
      chart.replaceChildren(svg);
    };
  }

  LSO.scene("services", function (section) {
    const kit = LSO.wallKit;
    const panel = (name) => section.querySelector(`[data-panel="${name}"]`);
    const province = LSO.wallPanel(panel("services"));
    const map = LSO.svgMap(part(section, "map"), {
      layers: [{ name: "communes", className: "m-commune", keyed: true }, { name: "province", className: "m-edge" }, { name: "border", className: "m-border" }],
      padding: { top: 6, right: 6, bottom: 6, left: 6 },
      ready: () => (painted = ""),
    });
    const list = kit.list(part(panel("services-worst"), "list"), () =>
      kit.tree("li", "worst-row", [["span", "icon", "icon"], ["span", "far worst-name", "name"], ["span", "far worst-value", "value"]]));
    const METRICS = { on_time_rate: ["on_time_rate"], online_rate: ["online_rate"], overdue: ["dossiers_overdue"] };
    const strips = [...section.querySelectorAll("[data-strip]")].map((element) => [element.dataset.strip, element, strip(element, element.dataset.strip)]);
    const fits = [panel("services"), panel("services-worst")].map((each) => kit.shedding(each));
    LSO.communes.legend(part(section, "key"), [...LSO.communes.KEY, ["none", "wall.key_none"]]);
    let painted = "";

    function paint(communes, items) {
      map.fit(LSO.page.province_bounds);
      if (!map.ready() || !map.keyed.size) return;
      const shades = LSO.communes.shades(communes, items);
      const key = JSON.stringify(shades) + map.keyed.size;
      if (key === painted) return;
      painted = key;
      const by = new Map(shades.map((shade) => [shade.id, shade]));
      for (const [id, element] of map.keyed) {
        const shade = by.get(id) || { level: "none", priority: null };
        element.setAttribute("data-level", shade.level);
        if (shade.priority) element.setAttribute("data-priority", shade.priority);
        else element.removeAttribute("data-priority");
      }
      LSO.mapLayer("communes").then((layer) => layer && map.labels(layer.features.filter((each) => (by.get(each.properties.id) || {}).priority).map((each) => ({
        key: each.properties.id, text: LSO.communes.short(LSO.name(each.properties)), point: map.point(...each.properties.label), gap: 8 * LSO.dom.unit(),
        priority: by.get(each.properties.id).priority, state: "live",
      })), []));
    }

    function draw(store, now) {
      const topic = store.get("services");
      const communes = topic.communes || {};
      const items = store.get("alerts").items || {};
      const targets = store.get("programme").targets || {};
      const mixed = kit.mixed(store);
      const aim = (name) => LSO.targetOf(targets, name);
      province((name) => ({ cell: (topic.province || {})[name], target: aim(name), path: `services/province/${name}` }),
        Object.keys(communes).length ? LSO.t("services.subtitle", { communes: Object.keys(communes).length }) : null, items, now, mixed);
      const alerted = LSO.communes.urgentPlaces(items, ["on_time_rate", "online_rate", "dossiers_overdue", "dossiers_open", "dossiers_received"]);
      paint(communes, items);
      const rates = Object.values(communes).map((each) => each.on_time_rate).filter(has);
      kit.note(panel("services-map"), rates, now, LSO.t("wall.key_title"));
      kit.simulated(panel("services-map"), rates, mixed);
      const rows = worst(communes, alerted);
      list(rows.slice(0, WORST_SHOWN).map((each, i) => ({ key: each.id, each, i })), (element, { each, i }) => {
        const priority = alerted.get(each.id) || null;
        data(element, "priority", priority);
        data(element, "shed", i > 1 ? String(i) : null);
        data(part(element, "icon"), "icon", priority);
        text(part(element, "name"), LSO.communes.short(LSO.name(each)));
        // What it stands here for: overdue dossiers, else what is late.
        const name = has(each.overdue) && each.overdue.v > 0 ? "overdue" : "on_time_rate";
        kit.figure(part(element, "value"), each[name], `services/communes/${each.id}/${name}`, STRIPS[name].write, now);
      });
      kit.note(panel("services-worst"), rows.map((each) => each.overdue), now, rows.length ? LSO.t("wall.services_worst_note") : null);
      const known = Object.values(communes).some((each) => has(each.overdue) || has(each.on_time_rate));
      text(part(panel("services-worst"), "empty"), rows.length ? null : LSO.t(known ? "wall.services_fine" : "panel.empty"));
      for (const [name, element, update] of strips) {
        const target = name === "overdue" ? null : aim(name);
        update(communes, LSO.communes.urgentPlaces(items, METRICS[name]), now, typeof target === "number" ? target / 100 : null);
        kit.simulated(element, Object.values(communes).map((each) => each[name]), mixed);
      }
      for (const fit of fits) fit([rows.length, ...[...section.querySelectorAll("[data-row]")].map((row) => row.hidden)].join());
    }

    return { draw, stop() {} };
  });
  LSO.worstCommunes = worst;
})(typeof window === "undefined" ? globalThis : window);
