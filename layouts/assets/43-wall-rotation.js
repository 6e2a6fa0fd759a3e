/**
 * Which scene a panel shows at an instant: its turn in the rotation, or what an unacknowledged critical alert asks for.
 *
 * Pure: everything follows from the server's time and the alerts, so that the panels of one wall turn together and a
 * panel that was loaded anew finds the others where they are.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** Several critical alerts that need different scenes take turns, each for so long, the newest first. */
  const EACH_HELD_MS = 30000;
  /** States in which nobody has acknowledged an alert yet. Source: ISA-18.2 states. */
  const UNSEEN = new Set(["UNACK", "RTNUN"]);

  /** @typedef {{scene: string, dwell_s: number, settings: Object<string, *>}} Turn */

  /**
   * The turn at an instant.
   * @param {Turn[]} turns at least one
   * @param {number} now server time in ms
   * @param {number} anchor server time at which the first turn began; 0 where the panels of a wall go by the clock alone
   * @returns {{index: number, since: number, until: ?number}} until: null where there is one turn only
   */
  function turnAt(turns, now, anchor) {
    if (turns.length < 2) return { index: 0, since: anchor, until: null };
    const total = turns.reduce((sum, turn) => sum + turn.dwell_s * 1000, 0);
    let begin = anchor + Math.floor((now - anchor) / total) * total;
    for (let index = 0; index < turns.length; index++) {
      const end = begin + turns[index].dwell_s * 1000;
      if (now < end) return { index, since: begin, until: end };
      begin = end;
    }
    return { index: 0, since: begin, until: begin + turns[0].dwell_s * 1000 };
  }

  /**
   * What unacknowledged critical alerts ask for: the gate they are about, else the list of alerts.
   * @param {Object<string, *>} items of the topic alerts
   * @param {number} now server time in ms
   * @param {function(string): boolean} has whether a scene can be shown
   * @returns {?{scene: string, settings: Object<string, *>, alert: string, count: number}} null: nothing holds the panel
   */
  function heldBy(items, now, has) {
    const open = Object.values(items || {}).filter((alert) => alert && alert.priority === "critical" && UNSEEN.has(alert.state));
    if (!open.length) return null;
    // What still lasts before what went away unseen; then the newest, by which the panel jumps to a new one at once.
    open.sort((a, b) => (a.state === "UNACK" ? 0 : 1) - (b.state === "UNACK" ? 0 : 1) || b.started_at - a.started_at || (a.id < b.id ? -1 : 1));
    const wanted = new Map();
    for (const alert of open) {
      const found = target(alert, has);
      if (found && !wanted.has(found.key)) wanted.set(found.key, { ...found, alert: alert.id });
    }
    if (!wanted.size) return null;
    const all = [...wanted.values()];
    const since = Math.max(...open.map((alert) => alert.started_at));
    const { scene, settings, alert } = all[Math.floor(Math.max(0, now - since) / EACH_HELD_MS) % all.length];
    return { scene, settings, alert, count: open.length };
  }

  function target(alert, has) {
    const gate = alert.gate || null;
    if (gate && has("gate")) return { key: "gate:" + gate, scene: "gate", settings: { gate } };
    return has("alerts") ? { key: "alerts", scene: "alerts", settings: {} } : null;
  }

  LSO.wallRotation = { turnAt, heldBy };
})(typeof window === "undefined" ? globalThis : window);
