/**
 * Crossings that a mapping declared: a card each, its figures with their age, and how the first of them has moved since
 * the page was opened. A count that is missing says so: it is not 0.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, make } = LSO.dom;
  const F = LSO.format;
  const { ofCell, ageOf } = LSO.freshness;
  const TOPICS = ["gates", "feeds"];
  /** Figures that have a name of their own; others are called by their metric and dimensions. In this order. */
  const NAMED = {
    "queue_length_vehicles|vehicle_type=truck": "crossings.trucks",
    "queue_length_vehicles|vehicle_type=car": "crossings.cars",
    "throughput_vph|vehicle_type=car": "crossings.cars_per_hour",
  };
  const ORDER = Object.keys(NAMED);
  /** Points of a trend: a replayed day has eight; a live feed of one a minute fills four hours. */
  const TREND_POINTS = 240;

  const known = (cell) => cell && cell.v !== null && cell.v !== undefined && cell.q !== "missing" && cell.q !== "instrument";

  function label(key) {
    if (NAMED[key]) return LSO.t(NAMED[key]);
    const [metric, dims] = key.split("|");
    const facts = LSO.alerts.metric(metric);
    return (facts ? LSO.name(facts) : metric) + (dims ? " · " + dims.split(",").map((pair) => pair.split("=")[1]).join(", ") : "");
  }

  const sorted = (keys) => [...keys].sort((a, b) => (ORDER.indexOf(a) + 1 || 99) - (ORDER.indexOf(b) + 1 || 99) || (a < b ? -1 : 1));

  /** One card. */
  function card(crossing) {
    const element = make("article", "crossing");
    element.dataset.crossing = crossing.id;
    element.appendChild(make("h2", "crossing-name"));
    const list = element.appendChild(make("dl", "crossing-figures"));
    const trend = element.appendChild(make("div", "crossing-trend"));
    trend.setAttribute("role", "img");
    const foot = element.appendChild(make("p", "crossing-age"));
    const icon = foot.appendChild(make("span", "icon"));
    icon.setAttribute("aria-hidden", "true");
    const words = foot.appendChild(make("span", ""));
    /** @type {Map<string, {row: HTMLElement, value: HTMLElement}>} */
    const rows = new Map();
    /** @type {Array<[number, number]>} */
    const points = [];
    let drawn = "";

    function row(key) {
      if (!rows.has(key)) {
        const holder = make("div", "crossing-figure");
        holder.dataset.figure = key;
        holder.append(make("dt", "", label(key)), make("dd", ""));
        rows.set(key, { row: holder, value: holder.lastChild });
      }
      return rows.get(key);
    }

    function show(now, values, name) {
      text(element.firstChild, name);
      const keys = sorted(Object.keys(values).filter((key) => values[key]));
      keys.forEach((key, i) => {
        const { row: holder, value } = row(key);
        if (list.children[i] !== holder) list.insertBefore(holder, list.children[i] || null);
        const cell = values[key];
        const metric = key.split("|")[0];
        const said = known(cell) ? (LSO.alerts.metric(metric) || {}).unit === "xe" || metric === "throughput_vph" ? F.number(cell.v) : LSO.alerts.measure(cell.v, metric) : LSO.quality.instead(cell, LSO.t("crossings.missing"));
        text(value, LSO.quality.withWord(said, cell, now));
        LSO.dom.cell(value, known(cell) ? `gates/crossings/${crossing.id}/values/${key}` : null);
        value.classList.toggle("is-missing", !known(cell));
        value.classList.toggle("is-stale", known(cell) && ofCell(cell, now) !== "live");
      });
      for (const [key, { row: holder }] of rows) if (!values[key]) {
        holder.remove();
        rows.delete(key);
      }
      age(now, keys.map((key) => values[key]));
      follow(keys[0], values[keys[0]], name);
    }

    /** Age and state of the newest figure: they come together. */
    function age(now, cells) {
      const newest = cells.reduce((best, cell) => (!best || cell.at > best.at ? cell : best), null);
      if (!newest) return;
      const state = ofCell(newest, now);
      LSO.dom.data(element, "state", state);
      LSO.dom.data(icon, "icon", state === "live" ? null : state);
      const own = LSO.quality.words(newest, now);
      text(words, own ? own + " · " + F.clock(newest.at) : (state === "live" ? "" : LSO.t("state." + state) + " · ") + F.ago(ageOf(newest.at, now)) + " · " + F.clock(newest.at));
    }

    function follow(key, cell, name) {
      const last = points[points.length - 1];
      if (known(cell) && (!last || cell.at > last[0])) {
        points.push([cell.at, cell.v]);
        if (points.length > TREND_POINTS) points.shift();
      }
      const shown = points.length > 1;
      const wanted = [points.length, shown && points[points.length - 1][0], trend.clientWidth, trend.clientHeight].join();
      if (wanted === drawn) return;
      drawn = wanted;
      trend.setAttribute("aria-label", shown ? LSO.t("crossings.trend", { figure: label(key), name }) : LSO.t("crossings.no_trend"));
      if (shown) LSO.lineChart(trend, { points, from: points[0][0], to: points[points.length - 1][0] });
      else trend.replaceChildren(make("span", "crossing-trend-none", LSO.t("crossings.no_trend")));
    }

    return { element, show };
  }

  function start(main) {
    const holder = part(main, "crossings");
    /** @type {Map<string, *>} */
    const cards = new Map();
    const screen = LSO.liveScreen(main, TOPICS, draw);

    function draw(store, now) {
      const crossings = store.get("gates").crossings || {};
      const list = Object.values(crossings).filter(Boolean).sort((a, b) => (LSO.name(a) < LSO.name(b) ? -1 : 1));
      list.forEach((crossing, i) => {
        if (!cards.has(crossing.id)) cards.set(crossing.id, card(crossing));
        const { element, show: update } = cards.get(crossing.id);
        if (holder.children[i] !== element) holder.insertBefore(element, holder.children[i] || null);
        update(now, crossing.values || {}, LSO.name(crossing));
      });
      for (const [id, { element }] of cards) if (!crossings[id]) {
        element.remove();
        cards.delete(id);
      }
      const cells = list.flatMap((crossing) => Object.values(crossing.values || {})).filter(Boolean);
      none(list.length, store.has("gates"));
      origin(cells, store.get("feeds").sources || {});
      LSO.markSimulated(main, !cells.some((cell) => cell.sim) ? "none" : cells.every((cell) => cell.sim) ? "all" : "partly");
    }

    function none(count, arrived) {
      show(part(main, "none"), count === 0);
      show(part(main, "none-detail"), arrived);
      text(part(main, "none-title"), LSO.t(arrived ? "crossings.none" : "live.waiting"));
    }

    /** Where the figures come from; a recorded day that is played again is called that. */
    function origin(cells, sources) {
      const names = [...new Set(cells.flatMap((cell) => cell.src.split("+")))];
      const replayed = names.filter((name) => (sources[name] ? sources[name].kind === "replay" : name.startsWith("replay")));
      const words = names.map((name) => {
        const source = sources[name];
        if (!source) return name;
        return [LSO.name(source), source.detail, source.ended ? LSO.t("crossings.ended") : null].filter(Boolean).join(" · ");
      });
      show(part(main, "replay"), names.length > 0);
      show(main.querySelector(".replay-mark"), replayed.length > 0);
      data(part(main, "replay"), "kind", replayed.length ? "replay" : "live");
      text(part(main, "replay-words"), words.join("; "));
    }

    return screen.stop;
  }

  LSO.onScreen("crossings", start);
})(typeof window === "undefined" ? globalThis : window);
