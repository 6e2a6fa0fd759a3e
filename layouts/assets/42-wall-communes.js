/**
 * The 65 communes by how they keep their dates: three quiet greys, and a colour only where an alert stands.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { has } = LSO.freshness;
  /** Shares of dossiers settled on time that part the greys. Ours (A): the province stands at 99 %, the rule at 90 %. */
  const GOOD_FROM = 0.98;
  const FAIR_FROM = 0.95;

  /** @returns {"0"|"1"|"2"|"none"} the grey of a commune; none where it tells nothing */
  const level = (cell) => (!has(cell) ? "none" : cell.v >= GOOD_FROM ? "0" : cell.v >= FAIR_FROM ? "1" : "2");

  /** The worst live urgent alert of each place. @returns {Map<string, string>} place → priority */
  function urgentPlaces(items, topic) {
    const found = new Map();
    for (const alert of Object.values(items || {})) {
      if (!LSO.urgent(alert.priority) || alert.state === "RTNUN" || (topic && !topic.includes(alert.metric))) continue;
      if (found.get(alert.place) !== "critical") found.set(alert.place, alert.priority);
    }
    return found;
  }

  const METRICS = ["on_time_rate", "online_rate", "dossiers_overdue", "dossiers_open", "dossiers_received"];

  /**
   * What a map of services paints.
   * @returns {Array<{id: string, level: string, priority: ?string}>}
   */
  function shades(communes, items) {
    const alerted = urgentPlaces(items, METRICS);
    return Object.values(communes || {}).map((each) => ({ id: each.id, level: level(each.on_time_rate), priority: alerted.get(each.id) || null }));
  }

  /** The rows of the legend: mark and wording key. */
  const KEY = [["0", "wall.key_good"], ["1", "wall.key_fair"], ["2", "wall.key_poor"], ["alert", "wall.key_alert"]];

  /** Fill a legend once. @param {HTMLElement} holder @param {Array<[string, string]>} rows */
  function legend(holder, rows) {
    holder.replaceChildren(...rows.map(([mark, key]) => {
      const row = LSO.dom.make("li", "map-key-row");
      row.appendChild(LSO.dom.make("span", "map-key-mark")).dataset.mark = mark;
      row.append(LSO.t(key));
      return row;
    }));
  }

  /** "Phường Đông Kinh" → "Đông Kinh": on a map and in a list of communes the kind is noise. */
  const short = (name) => name.replace(/^(Xã|Phường) /, "").replace(/ (Commune|Ward)$/, "");

  LSO.communes = { level, shades, urgentPlaces, legend, short, KEY };
})(typeof window === "undefined" ? globalThis : window);
