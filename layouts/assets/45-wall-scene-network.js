/**
 * Scene "network": sites on air, where sites are silent and coverage is lost, dead stretches of the gates' roads, the
 * technologies, and the systems everything else runs on.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  const TECHNOLOGIES = ["5g", "4g", "3g", "2g"];
  /** What a technology's row says besides the share of people it reaches. */
  const DETAILS = {
    on_air: (v) => LSO.t("wall.tech.on_air", { count: F.number(v) }),
    download: (v) => LSO.t("wall.tech.download", { speed: F.number(v, undefined, 0) }),
    availability: (v) => LSO.t("wall.tech.availability", { share: F.percent(v, undefined, 2) }),
  };
  const CLUSTERS = 4;
  const CLUSTER_FROM = 3;
  const STRETCHES_SHOWN = 5;

  /** Every site as one path of dots: 2,818 elements would be 2,818 elements. */
  const dots = (points) => points.map(({ x, y }) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");

  LSO.scene("network", function (section) {
    const kit = LSO.wallKit;
    const panel = (name) => section.querySelector(`[data-panel="${name}"]`);
    const province = LSO.wallPanel(panel("network"));
    const map = LSO.svgMap(part(section, "map"), {
      layers: [
        { name: "communes", className: "m-commune" }, { name: "coverage-4g", className: "m-4g" }, { name: "coverage-5g", className: "m-5g" },
        { name: "province", className: "m-edge" }, { name: "border", className: "m-border" }, { name: "roads", className: "m-road" },
      ],
      padding: { top: 6, right: 6, bottom: 6, left: 6 },
      ready: () => (drawn = ""),
    });
    const technologies = kit.list(part(section, "table"), () =>
      kit.tree("div", "tech-row", [["span", "far tech-name", "name"], ["span", "far tech-value", "coverage"], ["span", "tech-bar", "bar"], ...Object.keys(DETAILS).map((name) => ["span", "near tech-detail", name])]));
    const stretches = kit.list(part(panel("stretches"), "list"), () =>
      kit.tree("li", "stretch-row", [["span", "far stretch-name", "name"], ["span", "near", "detail"], ["span", "near stretch-km", "km"]]));
    const systems = kit.list(part(panel("systems"), "list"), () =>
      kit.tree("li", "system-row", [["span", "icon", "icon"], ["span", "system-name", "name"], ["span", "far system-state", "state"], ["span", "near system-note", "detail"]]));
    const fits = [panel("network"), panel("technologies"), panel("stretches"), panel("systems")].map((each) => kit.shedding(each));
    LSO.communes.legend(part(section, "key"), [["site", "wall.key_site"], ["silent", "wall.key_silent"], ["1", "wall.key_4g"], ["5g", "wall.key_5g"], ["alert", "wall.key_lost"], ["dead", "wall.key_dead"]]);
    let drawn = "";
    let sites = null;
    LSO.mapLayer("sites").then((layer) => {
      sites = layer ? LSO.sitesOnAir(layer) : [];
      drawn = "";
    });

    function paint(network, old) {
      const anew = map.fit(LSO.page.province_bounds);
      if (!map.ready()) return;
      const silent = Object.values(network.silent || {});
      const lost = network.lost || null;
      const key = JSON.stringify([old, silent.map((site) => site.id), lost && [lost.at, lost.cells.length, lost.population], sites && sites.length]);
      if (!anew && key === drawn) return;
      drawn = key;
      map.clear();
      const u = LSO.dom.unit();
      const was = old ? " is-old" : "";
      const how = { priority: old ? null : "high", state: old ? "late" : "live" };
      if (lost && lost.cells.length) map.add("path", { d: LSO.lostPath(lost, map.point), class: "m-lost" + was });
      if (sites) map.add("path", { d: dots(sites.map(([lat, lon]) => map.point(lon, lat))), class: "m-site" });
      for (const line of (lost && lost.stretches) || []) if (line.line) map.add("path", { d: map.path({ type: "LineString", coordinates: line.line }), class: "m-dead" + was });
      const r = (silent.length > 20 ? 7 : 11) * u;
      const groups = new Map();
      for (const site of silent) {
        const { x, y } = map.point(site.lon, site.lat);
        map.add("path", { d: `M${x} ${y - 1.1 * r}l${r} ${1.9 * r}h${-2 * r}Z`, class: "m-silent" + was });
        if (!groups.has(site.commune)) groups.set(site.commune, []);
        groups.get(site.commune).push({ x, y });
      }
      const clusters = [...groups.entries()].filter(([, points]) => points.length >= CLUSTER_FROM).sort((a, b) => b[1].length - a[1].length).slice(0, CLUSTERS);
      const labels = clusters.map(([commune, points]) => ({
        key: "silent-" + commune, text: LSO.t("map.silent", { count: points.length }), ...how, gap: 22 * u,
        point: { x: points.reduce((sum, p) => sum + p.x, 0) / points.length, y: points.reduce((sum, p) => sum + p.y, 0) / points.length },
      }));
      if (lost && lost.population > 0) {
        const ring = LSO.lostAnchor(lost, map.point);
        if (ring) labels.unshift({ key: "lost", text: LSO.t("map.lost", { people: F.number(lost.population) }), point: ring, gap: 12 * u, ...how, plain: true });
      }
      map.labels(labels, []);
    }

    function table(network, now) {
      const told = network.technologies || {};
      const rows = TECHNOLOGIES.filter((name) => told[name] && (has(told[name].on_air) || has(told[name].coverage)));
      technologies(rows.map((name) => ({ key: name, cells: told[name] })), (element, { key, cells }) => {
        text(part(element, "name"), key.toUpperCase());
        LSO.dom.show(part(element, "bar"), has(cells.coverage));
        if (has(cells.coverage)) LSO.dom.style(part(element, "bar"), "--share", (cells.coverage.v / 100).toFixed(4));
        const put = (name, write) => kit.figure(part(element, name), cells[name], `network/technologies/${key}/${name}`, write, now);
        put("coverage", (v) => F.percent(v));
        for (const [name, write] of Object.entries(DETAILS)) put(name, write);
        data(element, "shed", key === "3g" ? "2" : key === "2g" ? "3" : null);
      });
      kit.note(panel("technologies"), rows.flatMap((name) => [told[name].on_air, told[name].coverage]), now, LSO.t("wall.tech_note"));
    }

    function dead(network, now) {
      const lost = network.lost;
      const rows = LSO.distinctStretches(lost ? lost.stretches : []);
      stretches(rows.slice(0, STRETCHES_SHOWN).map((row, i) => ({ key: `${row.road} ${row.from_km} ${row.technology}`, row, i })), (element, { row, i }) => {
        text(part(element, "name"), LSO.lostCoverage.named(row));
        text(part(element, "km"), F.distance(row.km * 1000));
        text(part(element, "detail"), row.technology ? LSO.t("wall.stretch_tech", { technology: row.technology.toUpperCase() }) : LSO.t("wall.stretch_none"));
        data(element, "shed", i > 0 ? String(i) : null);
      });
      const total = lost && (lost.area_km2 > 0 || lost.population > 0) ? LSO.t("wall.lost_total", { area: F.number(lost.area_km2), people: F.number(lost.population) }) : null;
      kit.note(panel("stretches"), lost && lost.at ? [{ v: 0, at: lost.at, cad: 300, src: lost.src || "", sim: lost.sim }] : [], now, total);
      data(part(panel("stretches"), "note"), "priority", total ? "high" : null);
      text(part(panel("stretches"), "empty"), rows.length ? null : LSO.t(lost ? "wall.no_stretches" : "panel.empty"));
    }

    function probed(network, now) {
      const told = Object.values(network.systems || {}).sort((a, b) => (a.order || 0) - (b.order || 0));
      systems(told.map((each, i) => ({ key: each.key, each, i })), (element, { each, i }) => {
        const live = has(each.up) && ofCell(each.up, now) === "live";
        const down = has(each.up) && each.up.v < 1;
        data(element, "priority", live && down ? "high" : null);
        data(part(element, "icon"), "icon", !has(each.up) ? "lost" : !live ? ofCell(each.up, now) : down ? "high" : "ok");
        text(part(element, "name"), LSO.name(each));
        const rooms = has(each.rooms_up) && each.rooms;
        if (rooms) kit.figure(part(element, "state"), each.rooms_up, `network/systems/${each.key}/rooms_up`, (v) => `${F.number(v)}/${F.number(each.rooms)}`, now);
        else kit.figure(part(element, "state"), each.up, `network/systems/${each.key}/up`, (v) => LSO.t(v >= 1 ? "wall.system_up" : "wall.system_down"), now);
        const words = [typeof each.availability_24h_pct === "number" ? LSO.t("wall.system_24h", { share: F.percent(each.availability_24h_pct) }) : null];
        text(part(element, "detail"), has(each.up) ? words.filter(Boolean).join(" · ") || null : LSO.t("panel.empty"));
        data(element, "shed", !down && i > 1 ? String(i) : null);
      });
      show(panel("systems"), told.length > 0);
      kit.note(panel("systems"), told.map((each) => each.up), now, null);
    }

    function draw(store, now) {
      const network = store.get("network");
      const items = store.get("alerts").items || {};
      const targets = store.get("programme").targets || {};
      const mixed = kit.mixed(store);
      const cells = network.province || {};
      province((name) => ({ cell: cells[name], target: LSO.targetOf(targets, name), path: `network/province/${name}` }),
        has(cells.expected) ? LSO.t("wall.of_sites", { expected: F.number(cells.expected.v) }) : null, items, now, mixed);
      paint(network, !LSO.lostCoverage.isNow(network, now));
      const count = Object.keys(network.silent || {}).length;
      kit.note(panel("network-map"), [cells.on_air], now, count ? LSO.t("wall.silent_count", { count: F.number(count) }) : LSO.t("wall.silent_none"));
      kit.simulated(panel("network-map"), [cells.on_air], mixed);
      table(network, now);
      dead(network, now);
      probed(network, now);
      const key = [...section.querySelectorAll(".stretch-row, .system-row, .tech-row, [data-row]:not([hidden])")].length;
      for (const fit of fits) fit(String(key));
    }

    return { draw, stop() {} };
  });

  /** The lost cells as one path of rectangles. */
  LSO.lostPath = function (lost, at) {
    const [west, south, step] = lost.grid;
    let out = "";
    for (let i = 0; i + 2 < lost.cells.length; i += 3) {
      const [row, column, length] = lost.cells.slice(i, i + 3);
      const a = at(west + column * step, south + (row + 1) * step);
      const b = at(west + (column + length) * step, south + row * step);
      out += `M${a.x.toFixed(1)} ${a.y.toFixed(1)}H${b.x.toFixed(1)}V${b.y.toFixed(1)}H${a.x.toFixed(1)}Z`;
    }
    return out;
  };

  /** The eastern edge of what is lost, at its middle height: where a label stands beside it. */
  LSO.lostAnchor = function (lost, at) {
    const [west, south, step] = lost.grid;
    let [right, sum, count] = [-Infinity, 0, 0];
    for (let i = 0; i + 2 < lost.cells.length; i += 3) {
      const [row, column, length] = lost.cells.slice(i, i + 3);
      right = Math.max(right, column + length);
      sum += (row + 0.5) * length;
      count += length;
    }
    return count ? at(west + right * step, south + (sum / count) * step) : null;
  };

  /** Gates share roads: a stretch is told once, whichever gates it lies before. */
  LSO.distinctStretches = function (stretches) {
    const seen = new Set();
    return stretches.filter((row) => {
      const key = [row.road, row.from_km, row.to_km, row.technology].join();
      return !seen.has(key) && seen.add(key);
    });
  };
})(typeof window === "undefined" ? globalThis : window);
