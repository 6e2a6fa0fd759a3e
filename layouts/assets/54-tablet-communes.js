/**
 * From the province to its communes, for services and network alike: figures of the province, the map, the list in a
 * chosen order, and one commune in depth.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, make } = LSO.dom;
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  const WEEK_MS = 7 * 86400000;
  const POINTS = 200;
  const NETWORK_METRICS = new Set(["bts_count", "bts_expected_count", "site_on_air", "population_coverage_pct", "covered_population_lost", "covered_area_lost_km2", "cell_availability_pct", "rsrp_dbm", "sinr_db", "prb_utilisation_pct", "rrc_setup_success_pct", "dl_user_throughput_mbps"]);

  /** Which of the two topics an alert about a commune belongs to. */
  const topicOf = (alert) => (NETWORK_METRICS.has(alert.metric) ? "network" : "services");

  /** Alerts about one place and topic, in the desk's order. */
  const alertsOf = (store, place, topic) => LSO.alerts.ordered(store.get("alerts").items || {}).filter((alert) => alert.place === place && topicOf(alert) === topic);

  const nameOf = (store, id) => {
    const known = (store.get("services").communes || {})[id];
    return known ? LSO.name(known) : id;
  };

  /** The urgent priority of each commune's live alerts of a topic; none while what is shown was kept on the device. */
  function urgentOf(store, topic) {
    const found = {};
    if (LSO.freshness.held()) return found;
    for (const alert of LSO.alerts.ordered(store.get("alerts").items || {}).reverse())
      if (topicOf(alert) === topic && String(alert.place).startsWith("commune.") && alert.state !== "RTNUN" && LSO.urgent(alert.priority)) found[alert.place] = alert.priority;
    return found;
  }

  /**
   * The figures of the province at the head of a page.
   * @param {Object<string, function(number): string>} write by row
   * @param {Object<string, string[]>} metrics whose alerts colour a row
   */
  function figures(page, topic, write, metrics) {
    const rows = [...page.querySelectorAll(".figures [data-row]")];
    return function update(store, now) {
      const province = store.get(topic).province || {};
      const alerts = Object.values(store.get("alerts").items || {}).filter((alert) => alert && alert.place === "lang-son" && alert.state !== "RTNUN");
      for (const row of rows) {
        const name = row.dataset.row;
        const one = province[name];
        show(row, has(one));
        if (!LSO.writeFigure(part(row, "value"), one, `${topic}/province/${name}`, write[name], now)) continue;
        const live = ofCell(one, now) === "live";
        const mine = alerts.filter((alert) => (metrics[name] || []).includes(alert.metric));
        const priority = live ? ["critical", "high"].find((each) => mine.some((alert) => alert.priority === each)) || null : null;
        data(row, "priority", priority);
        data(part(row, "icon"), "icon", live ? priority : ofCell(one, now));
        text(part(row, "state"), LSO.figureState(one, now));
      }
    };
  }

  /**
   * A list of communes. Items: {key, name, cell, path, words, note, share, priority}.
   * @param {string} topic its links lead into
   */
  function list(holder, topic, items, chosen, now) {
    LSO.keepList(
      holder,
      items,
      () => {
        const item = make("li", "");
        const link = item.appendChild(make("a", "commune-row"));
        const words = make("span", "commune-words");
        words.append(make("span", "commune-name"), make("span", "commune-note"));
        const bar = make("span", "commune-bar");
        bar.setAttribute("aria-hidden", "true");
        bar.appendChild(make("span", "commune-fill"));
        const icon = make("span", "icon");
        icon.setAttribute("aria-hidden", "true");
        link.append(words, bar, icon, make("span", "commune-value"));
        return item;
      },
      (item, one) => {
        const link = item.firstChild;
        const href = `#/${topic}/${one.key}`;
        if (link.getAttribute("href") !== href) link.setAttribute("href", href);
        if (one.key === chosen) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
        const [words, bar, icon, figure] = link.children;
        text(words.firstChild, one.name);
        text(words.lastChild, one.note || null);
        LSO.dom.style(bar.firstChild, "width", Math.round(Math.max(0, Math.min(1, one.share || 0)) * 100) + "%");
        data(item, "priority", one.priority);
        data(icon, "icon", one.priority || (has(one.cell) && ofCell(one.cell, now) !== "live" ? ofCell(one.cell, now) : null));
        if (one.words !== undefined) text(figure, one.words);
        else LSO.writeFigure(figure, one.cell, one.path, one.write, now);
      }
    );
  }

  /**
   * One commune in depth.
   * @param {{metric: string, title: string, write: function(number): string, scale?: number, dims?: ?string}} series its week
   */
  function detail(page, topic, series) {
    const holder = part(page, "detail");
    const chart = part(holder, "detail-chart");
    const asked = LSO.tabletPast();
    const scaled = (points) => points.map(([at, v]) => [at, v === null ? null : v * (series.scale || 1)]);
    let drawn = "";

    return function draw(id, rows, lines, store, now) {
      show(holder, Boolean(id));
      data(page, "detail", id ? "open" : null);
      if (!id) return;
      text(part(holder, "detail-title"), nameOf(store, id));
      LSO.factRows(part(holder, "detail-facts"), rows, now);
      LSO.keepList(part(holder, "detail-rows"), lines.map((words, i) => ({ key: i, words })), () => make("li", "row-line"), (item, one) => text(item, one.words));
      LSO.tabletNeeds.draw(part(holder, "detail-alerts"), LSO.tabletNeeds.each(alertsOf(store, id, topic), now));
      const points = scaled(asked.points({ place: id, metric: series.metric, dims: series.dims || null, span_ms: WEEK_MS, points: POINTS }, now) || []);
      const some = points.filter((point) => typeof point[1] === "number").length > 1;
      show(chart, some);
      text(part(holder, "detail-chart-title"), some ? LSO.t(series.title) : null);
      if (!some) return;
      const key = [id, points.length, points[points.length - 1].join(), chart.clientWidth].join();
      if (key === drawn) return;
      drawn = key;
      chart.setAttribute("aria-label", LSO.t(series.title));
      LSO.lineChart(chart, { points, from: now - WEEK_MS, to: now, axes: true, write: series.write });
    };
  }

  LSO.tabletCommunes = { topicOf, alertsOf, nameOf, urgentOf, figures, list, detail };
})(typeof window === "undefined" ? globalThis : window);
