/**
 * The tablet's page of the network: sites and coverage of the province, what is silent, roads without signal, the
 * systems that stand on it, and one commune.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, make } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell, ageOf, stateOf } = LSO.freshness;
  /** How often lost coverage is computed: with every round of the sites. */
  const LOST_CADENCE_S = 300;
  const pct = (v) => F.percent(v);
  const fine = (v) => F.percent(v, undefined, 2);
  const sites = (v) => LSO.alerts.measure(v, "bts_count");
  const WRITE = { on_air: sites, availability: fine, coverage_4g: pct, coverage_5g: pct, coverage_5g_key: pct, silent: sites };
  const METRICS = {
    on_air: ["bts_count", "bts_expected_count", "site_on_air"], coverage_4g: ["population_coverage_pct", "covered_population_lost"], availability: ["cell_availability_pct"],
  };

  LSO.tabletNetwork = function (main) {
    const page = main.querySelector('[data-page="network"]');
    const C = LSO.tabletCommunes;
    const figures = C.figures(page, "network", WRITE, METRICS);
    const map = LSO.tabletMap(part(page, "map"), (id) => (root.location.hash = "#/network/" + id));
    const order = LSO.choiceOf(page, "order", () => LSO.tabletRedraw());
    const detail = C.detail(page, "network", { metric: "cell_availability_pct", title: "tablet.network.week", write: (v) => F.percent(v, undefined, 1), dims: "technology=4g" });

    /** Silent sites by commune, the most first. */
    function silentByCommune(silent) {
      const found = new Map();
      for (const site of silent) found.set(site.commune, [...(found.get(site.commune) || []), site]);
      return found;
    }

    function silentRows(silent, store, now) {
      const groups = [...silentByCommune(silent)].map(([commune, group]) => ({ key: commune, group, since: Math.min(...group.map((site) => site.since || now)) }));
      groups.sort((a, b) => b.group.length - a.group.length || a.since - b.since || (a.key < b.key ? -1 : 1));
      const province = store.get("network").province || {};
      text(part(page, "silent-count"), silent.length ? LSO.t("tablet.network.sites", { count: F.number(silent.length) }) : null);
      text(part(page, "silent-none"), silent.length ? null : noneSilent(province, now));
      LSO.keepList(part(page, "silent"), groups, linkRow, (item, one) => {
        const names = one.group.map((site) => site.id.replace("site.", "")).slice(0, 4).join(", ") + (one.group.length > 4 ? " +" + (one.group.length - 4) : "");
        row(item, "#/network/" + one.key, C.nameOf(store, one.key), LSO.t("tablet.network.silent_row", { names, age: F.age(ageOf(one.since, now)) }), F.number(one.group.length));
      });
    }

    /** Without a site that is called silent: good news only while the count is of now, and leaves none unnamed. */
    function noneSilent({ on_air: count, expected }, now) {
      if (!has(count)) return LSO.t("panel.empty");
      if (ofCell(count, now) !== "live") return then("tablet.network.none_silent", count.at);
      const unnamed = has(expected) ? expected.v - count.v : 0;
      return unnamed > 0 ? LSO.t("tablet.network.unnamed", { count: F.number(unnamed) }) : LSO.t("tablet.network.none_silent");
    }

    /** What held at an instant, and is not known to hold since. */
    const then = (key, at) => LSO.t("tablet.network.then", { time: F.clock(at), what: LSO.t(key) });

    function stretchRows(lost, now) {
      const stretches = (lost && lost.stretches) || [];
      text(part(page, "stretches-none"), stretches.length ? null : noStretch(lost, now));
      text(part(page, "stretches-count"), lost && lost.population > 0 ? LSO.t("network.lost", { people: F.number(lost.population) }) : null);
      LSO.keepList(part(page, "stretches"), stretches.map((one) => ({ ...one, key: [one.road, one.from_km, one.technology, one.gate].join("-") })), linkRow, (item, one) => {
        const gate = LSO.page.gates.find((each) => each.id === one.gate);
        const what = one.technology ? LSO.t("tablet.network.without", { technology: one.technology.toUpperCase() }) : LSO.t("tablet.network.without_any");
        row(item, gate ? "#/gate/" + gate.id : "#/network", LSO.lostCoverage.named(one), [what, gate ? LSO.name(gate) : ""].filter(Boolean).join(" · "), F.number(one.km, undefined, 1) + "\u00a0km");
      });
    }

    function noStretch(lost, now) {
      if (!lost) return LSO.t("panel.empty");
      const old = lost.at && stateOf(ageOf(lost.at, now), LOST_CADENCE_S) !== "live";
      return old ? then("tablet.network.none_stretch", lost.at) : LSO.t("tablet.network.none_stretch");
    }

    /** Systems that are down first; a system without a word of it says so. */
    function systemRows(systems, now) {
      const all = Object.entries(systems || {}).filter(([, one]) => one).map(([key, one]) => ({ key, ...one }));
      const state = (one) => (!has(one.up) ? "missing" : ofCell(one.up, now) !== "live" ? ofCell(one.up, now) : one.up.v > 0 ? "up" : "down");
      all.sort((a, b) => (state(b) === "down") - (state(a) === "down") || (a.order || 0) - (b.order || 0));
      show(page.querySelector(".rows-systems"), true);
      text(part(page, "systems-none"), all.length ? null : LSO.t("panel.empty"));
      const down = all.filter((one) => state(one) === "down").length;
      text(part(page, "systems-count"), all.length ? LSO.t(down ? "tablet.systems.down" : "tablet.systems.count", { count: F.number(down || all.length) }) : null);
      LSO.keepList(part(page, "systems"), all, plainRow, (item, one) => {
        const is = state(one);
        data(item, "priority", is === "down" ? "high" : null);
        data(item, "state", is);
        const [icon, words, figure] = item.firstChild.children;
        data(icon, "icon", is === "down" ? "high" : is === "up" ? "ok" : is === "missing" ? "low" : is);
        const rooms = has(one.rooms_up) && one.rooms ? LSO.t("tablet.systems.rooms", { up: F.number(one.rooms_up.v), all: F.number(one.rooms) }) : "";
        const latency = is === "up" && has(one.latency_ms) ? LSO.t("tablet.systems.latency", { ms: F.number(one.latency_ms.v) }) : "";
        const day = typeof one.availability_24h_pct === "number" ? LSO.t("tablet.systems.day", { share: F.percent(one.availability_24h_pct, undefined, 1) }) : "";
        text(words.firstChild, LSO.name(one));
        text(words.lastChild, [rooms, latency, day, LSO.text(one, "owner")].filter(Boolean).join(" · ") || null);
        text(figure, ["late", "stale", "lost"].includes(is) ? LSO.stateWords(is, one.up, now) : LSO.t("tablet.systems." + is + "_word"));
        LSO.dom.cell(figure, has(one.up) ? `network/systems/${one.key}/up` : null);
        figure.classList.toggle("is-stale", ["late", "stale", "lost"].includes(is));
      });
    }

    function linkRow() {
      const item = make("li", "");
      const link = item.appendChild(make("a", "row"));
      const words = make("span", "row-words");
      words.append(make("span", "row-name"), make("span", "row-note"));
      link.append(words, make("span", "row-value"));
      return item;
    }

    function plainRow() {
      const item = make("li", "");
      const holder = item.appendChild(make("div", "row"));
      const icon = make("span", "icon");
      icon.setAttribute("aria-hidden", "true");
      const words = make("span", "row-words");
      words.append(make("span", "row-name"), make("span", "row-note"));
      holder.append(icon, words, make("span", "row-value"));
      return item;
    }

    function row(item, href, name, note, value) {
      const link = item.firstChild;
      if (link.getAttribute("href") !== href) link.setAttribute("href", href);
      text(link.firstChild.firstChild, name);
      text(link.firstChild.lastChild, note);
      text(link.lastChild, value);
    }

    const silentOf = (one) => (has(one.on_air) && has(one.expected) ? Math.max(0, one.expected.v - one.on_air.v) : null);

    function items(communes, urgent, store) {
      const name = order();
      const known = Object.entries(communes).filter(([, one]) => one && (name === "silent" ? silentOf(one) !== null : has(one[name])));
      const value = (one) => (name === "silent" ? silentOf(one) : one[name].v);
      const most = Math.max(1, ...known.map(([, one]) => value(one)));
      known.sort(([a, x], [b, y]) => (name === "silent" ? value(y) - value(x) : value(x) - value(y)) || (C.nameOf(store, a) < C.nameOf(store, b) ? -1 : 1));
      return known.map(([id, one]) => ({
        key: id, name: C.nameOf(store, id), priority: urgent[id] || null, cell: name === "silent" ? one.on_air : one[name], path: `network/communes/${id}/${name === "silent" ? "on_air" : name}`,
        write: name === "silent" ? () => LSO.t("tablet.network.of", { up: F.number(one.on_air.v), all: F.number(one.expected.v) }) : WRITE[name],
        share: name === "silent" ? value(one) / most : value(one) / 100, note: name === "silent" && value(one) > 0 ? LSO.t("tablet.strip.silent", { count: F.number(value(one)) }) : "",
      }));
    }

    function rows(id, one) {
      const found = [];
      for (const name of ["on_air", "availability", "coverage_4g", "coverage_5g"]) {
        if (!one || !has(one[name])) continue;
        const note = name === "on_air" && has(one.expected) ? LSO.t("tablet.gate.of", { all: F.number(one.expected.v) }) : "";
        found.push({ key: name, label: LSO.t("network." + name), words: WRITE[name](one[name].v), cell: one[name], path: `network/communes/${id}/${name}`, note });
      }
      return found;
    }

    return function draw(id, store, now) {
      const topic = store.get("network");
      const communes = topic.communes || {};
      const silent = Object.entries(topic.silent || {}).filter(([, site]) => site).map(([key, site]) => ({ id: key, ...site }));
      const urgent = C.urgentOf(store, "network");
      figures(store, now);
      silentRows(silent, store, now);
      stretchRows(topic.lost, now);
      systemRows(topic.systems, now);
      C.list(part(page, "communes"), "network", items(communes, urgent, store), id, now);
      const shaded = order() === "silent" ? "availability" : order();
      // The worse the darker, as on the page of services.
      const values = {};
      for (const [each, one] of Object.entries(communes)) if (one && has(one[shaded]) && ofCell(one[shaded], now) === "live") values[each] = -one[shaded].v;
      const known = Object.values(values);
      map({ values, urgent, chosen: id, sites: silent, old: !LSO.lostCoverage.isNow(topic, now), label: LSO.t("tablet.map.network", { name: LSO.t("network." + shaded), silent: F.number(silent.length) }) });
      text(part(page, "legend"), known.length ? LSO.t("tablet.map.legend", { name: LSO.t("network." + shaded), from: WRITE[shaded](-Math.min(...known)), to: WRITE[shaded](-Math.max(...known)) }) + (silent.length ? " · " + LSO.t("tablet.map.silent") : "") : null);
      const one = communes[id] || null;
      const mine = silent.filter((site) => site.commune === id).map((site) => LSO.t("tablet.network.silent_site", { id: site.id.replace("site.", ""), age: F.age(ageOf(site.since || now, now)) }));
      detail(one ? id : null, rows(id, one), mine, store, now);
    };
  };
})(typeof window === "undefined" ? globalThis : window);
