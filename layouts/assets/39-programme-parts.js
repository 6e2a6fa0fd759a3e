/**
 * A target by its parts: the tiers, the communes as 65 small bars, the districts with the communes that replaced them.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text, data, cell: says } = LSO.dom;
  const TIERS = ["province", "district", "commune"];

  /** The three tiers side by side, each with its aim; a tier that ended says when. */
  function tiers(holder, target) {
    const P = LSO.programme;
    const key = JSON.stringify([target.tiers, LSO.page.lang]);
    if (holder.dataset.drawn === key) return;
    holder.dataset.drawn = key;
    holder.replaceChildren();
    for (const name of TIERS) {
      const tier = (target.tiers || {})[name];
      if (!tier) continue;
      const item = holder.appendChild(make("li", "target-tier"));
      item.appendChild(make("span", "target-tier-name", LSO.t("programme.tier." + name)));
      const value = item.appendChild(make("span", "target-tier-value", tier.cell ? P.amount(tier.cell.v, target) : "\u2013"));
      if (tier.cell) says(value, `programme/targets/${tier.key}/cell`);
      const aim = P.amount(tier.aim, target);
      item.appendChild(make("span", "target-tier-note", LSO.t("programme.aim", { aim: tier.year ? LSO.t("programme.aim_year", { value: aim, year: tier.year }) : aim })));
      if (tier.valid_to) item.appendChild(make("span", "target-tier-note", LSO.t("programme.until", { date: P.dateText(tier.valid_to) })));
    }
  }

  /** The names of communes, as the topic `services` knows them. */
  function nameOf(id) {
    const known = LSO.screen && LSO.screen.store ? (LSO.screen.store.get("services").communes || {})[id] : null;
    return known ? LSO.name(known) : id.replace("commune.", "");
  }

  /**
   * Small multiples: a bar a commune, the worst first, the aim as a line through all of them. One bar at a time can be
   * reached by keyboard, arrows move on; the one that is pointed at or has the focus is named below.
   * @param {HTMLElement} holder
   * @param {*} target
   */
  function communes(holder, target) {
    const P = LSO.programme;
    const map = P.mapValues(target.key, { targets: { [target.key]: target } });
    const rows = map ? Object.entries(map.values).sort((a, b) => (map.better === "up" ? a[1] - b[1] : b[1] - a[1]) || (a[0] < b[0] ? -1 : 1)) : [];
    const key = JSON.stringify([rows, target.aim, LSO.page.lang, rows.length && nameOf(rows[0][0])]);
    if (holder.dataset.drawn === key) return;
    const focused = holder.contains(document.activeElement) ? document.activeElement.dataset.commune : null;
    holder.dataset.drawn = key;
    holder.replaceChildren();
    if (!map) {
      holder.appendChild(make("p", "target-note", LSO.t("programme.communes_none")));
      return;
    }
    const met = rows.filter(([, v]) => (map.better === "up" ? v >= map.line : v <= map.line)).length;
    holder.appendChild(make("p", "target-note", LSO.t(map.line === map.aim ? "programme.communes_count" : "programme.communes_count_path", { met, count: rows.length, aim: map.write(map.line) })));
    const chart = holder.appendChild(make("ol", "target-communes"));
    const low = map.better === "up" && target.unit === "%" ? 0 : Math.min(map.from, map.to) * 0.98;
    const high = Math.max(map.to, target.unit === "%" ? Math.min(100, map.to * 1.02) : map.to);
    const share = (v) => Math.max(0.02, (v - low) / (high - low || 1));
    chart.style.setProperty("--aim", String(share(map.aim)));
    chart.style.setProperty("--line", String(share(map.line)));
    data(chart, "path", map.line === map.aim ? null : "true");
    const named = holder.appendChild(make("p", "target-commune-named"));
    const usual = LSO.t("programme.communes_worst", { names: rows.slice(0, 3).map(([id, v]) => `${nameOf(id)} ${map.write(v)}`).join(" · ") });
    text(named, usual);
    rows.forEach(([id, v], i) => {
      const item = chart.appendChild(make("li", "target-commune"));
      item.tabIndex = (focused ? id === focused : i === 0) ? 0 : -1;
      data(item, "commune", id);
      data(item, "met", String(map.better === "up" ? v >= map.line : v <= map.line));
      item.style.setProperty("--share", String(share(v)));
      item.appendChild(make("span", "target-unseen", `${nameOf(id)}: ${map.write(v)}`));
      says(item, `programme/targets/${target.key}/communes/${id}`);
    });
    const say = (item) => text(named, item ? item.textContent : usual);
    const of = (event) => event.target.closest(".target-commune");
    chart.addEventListener("pointerover", (event) => say(of(event)));
    chart.addEventListener("pointerleave", () => say(null));
    chart.addEventListener("focusin", (event) => say(of(event)));
    chart.addEventListener("focusout", () => say(null));
    chart.addEventListener("keydown", (event) => move(event, chart));
    if (focused) (chart.querySelector(`[data-commune="${focused}"]`) || chart.firstChild).focus();
  }

  function move(event, chart) {
    const items = [...chart.children];
    const at = items.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const to = event.key === "Home" ? 0 : event.key === "End" ? items.length - 1 : step && at >= 0 ? at + step : -1;
    if (to < 0 || to >= items.length) return;
    event.preventDefault();
    event.stopPropagation();
    if (at >= 0) items[at].tabIndex = -1;
    items[to].tabIndex = 0;
    items[to].focus();
  }

  /** The districts' last figures, and which communes took each one's place. */
  function districts(holder, target) {
    const P = LSO.programme;
    const rows = Object.entries(target.districts || {}).sort((a, b) => a[1].v - b[1].v);
    const key = JSON.stringify([rows, LSO.page.lang, rows.length && nameOf(rows[0][1].communes[0])]);
    if (holder.dataset.drawn === key) return;
    holder.dataset.drawn = key;
    holder.replaceChildren();
    if (!rows.length) {
      holder.appendChild(make("p", "target-note", LSO.t("programme.districts_none")));
      return;
    }
    holder.appendChild(make("p", "target-note", LSO.t("programme.districts_joined", { date: P.dateText(rows[0][1].to) }) + (rows.some(([, each]) => each.sim) ? " " + LSO.t("programme.simulated_note") : "")));
    const listed = holder.appendChild(make("ul", "target-districts"));
    for (const [id, each] of rows) {
      const item = listed.appendChild(make("li", "target-district"));
      item.appendChild(make("span", "target-district-name", LSO.name({ ...each, id })));
      item.appendChild(make("span", "target-district-value", P.amount(each.v, target)));
      item.appendChild(make("span", "target-district-communes", LSO.t("programme.districts_now", { names: each.communes.map((commune) => named(commune, each)).join(", ") })));
    }
  }

  /** A commune that a district fed only in part says so. */
  function named(commune, district) {
    const part = (district.shares || {})[commune];
    return nameOf(commune) + (part !== undefined && part < 0.995 ? ` (${LSO.format.percent(part * 100, undefined, 0)})` : "");
  }

  Object.assign(LSO.programme, { tiers, communes, districts });
})(typeof window === "undefined" ? globalThis : window);
