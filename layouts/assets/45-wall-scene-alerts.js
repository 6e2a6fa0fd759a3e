/**
 * Scene "alerts": what is wrong, in sentences one can read aloud: where, what, how much, since when, who has it, until
 * when. What changed last is kept by the wall itself from the moment it was opened, and says so.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part } = LSO.dom;
  const F = LSO.format;
  const LIVE_SHOWN = 6;
  const CHANGES_SHOWN = 7;
  const CALM = { sure: "alert.none_detail", pending: "alert.none_pending", unsure: "alert.none_unsure" };

  /**
   * What changed between two looks at the live list.
   * @param {Object<string, *>} before
   * @param {Object<string, *>} after
   * @param {number} now
   * @returns {Array<{key: string, at: number, kind: string, alert: *}>}
   */
  function changes(before, after, now) {
    const found = [];
    for (const [id, alert] of Object.entries(after)) {
      const old = before[id];
      if (!old) found.push({ key: id + ":new", at: alert.started_at, kind: "began", alert });
      else if (old.state !== alert.state) found.push({ key: `${id}:${alert.state}:${alert.updated_at}`, at: alert.updated_at, kind: { ACKED: "taken", RTNUN: "ended", UNACK: "back" }[alert.state] || "began", alert });
      else if (old.priority !== alert.priority) found.push({ key: `${id}:${alert.priority}:${alert.updated_at}`, at: alert.updated_at, kind: "regraded", alert });
    }
    for (const [id, alert] of Object.entries(before)) if (!after[id]) found.push({ key: id + ":over", at: now, kind: "over", alert });
    return found;
  }

  /** What a list that is seen for the first time tells of its own past. */
  const past = (items) => Object.values(items).flatMap((alert) => [
    { key: alert.id + ":new", at: alert.started_at, kind: "began", alert },
    ...(alert.acked_at ? [{ key: `${alert.id}:acked`, at: alert.acked_at, kind: "taken", alert }] : []),
    ...(alert.ended_at ? [{ key: `${alert.id}:ended`, at: alert.ended_at, kind: "ended", alert }] : []),
  ]);

  LSO.scene("alerts", function (section) {
    const kit = LSO.wallKit;
    const live = kit.list(part(section, "live"), () =>
      kit.tree("li", "panel alerts-row", [["span", "icon", "icon"], ["p", "far alerts-sentence", "sentence"], ["p", "near alerts-detail", "detail"], ["p", "near alerts-response", "response"]]));
    const history = kit.list(part(section, "changes"), () =>
      kit.tree("li", "change-row", [["span", "near change-time", "time"], ["span", "icon", "icon"], ["span", "near change-words", "words"]]));
    const fits = [section.querySelector(".alerts-live"), section.querySelector('[data-panel="changes"]')].map((each) => kit.shedding(each));
    let before = null;
    let log = [];

    function remember(items, now) {
      const fresh = before === null ? past(items) : changes(before, items, now);
      if (fresh.length) {
        const known = new Set(log.map((row) => row.key));
        log = [...fresh.filter((row) => !known.has(row.key)), ...log].sort((a, b) => b.at - a.at).slice(0, 3 * CHANGES_SHOWN);
      }
      before = { ...items };
    }

    function draw(store, now) {
      const topic = store.get("alerts");
      const known = store.has("alerts");
      const items = topic.items || {};
      if (known) remember(items, now);
      const ordered = LSO.alertOrder(items);
      live(ordered.slice(0, LIVE_SHOWN).map((alert, i) => ({ key: alert.id, alert, i })), (element, { alert, i }) => {
        data(element, "priority", alert.priority);
        data(element, "returned", alert.state === "RTNUN" ? "true" : null);
        data(part(element, "icon"), "icon", alert.priority);
        text(part(element, "sentence"), LSO.text(alert, "summary"));
        text(part(element, "detail"), LSO.alertWords(alert));
        text(part(element, "response"), LSO.text(alert, "owner") ? LSO.t("wall.owner", { owner: LSO.text(alert, "owner"), response: LSO.text(alert, "response") }) : LSO.text(alert, "response"));
        data(element, "sim", kit.mixed(store) && alert.simulated ? "true" : null);
        data(element, "shed", i > 0 ? String(i) : null);
        data(part(element, "response"), "shed", String(20 + i));
      });
      fits[0](ordered.slice(0, LIVE_SHOWN).map((alert) => alert.id + alert.state + LSO.text(alert, "summary").length).join());
      const shown = section.querySelectorAll(".alerts-row:not(.is-shed)").length;
      text(part(section, "rest"), ordered.length > shown ? LSO.t("wall.alerts_rest", { count: F.number(ordered.length - shown) }) : null);
      calm(store, now, known, ordered.length);
      for (const item of section.querySelectorAll(".alerts-count")) {
        const count = (topic.counts || {})[item.dataset.priority] || { total: 0, unack: 0 };
        text(part(item, "total"), known ? F.number(count.total) : null);
        text(part(item, "unack"), known && count.total ? LSO.t(count.unack ? "wall.unacked_count" : "wall.all_acked", { count: F.number(count.unack) }) : null);
        data(item, "some", count.total > 0 ? "true" : null);
      }
      history(log.slice(0, CHANGES_SHOWN).map((row, i) => ({ ...row, i })), (element, row) => {
        text(part(element, "time"), F.clock(row.at));
        data(part(element, "icon"), "icon", row.kind === "over" || row.kind === "ended" ? "ok" : row.alert.priority);
        text(part(element, "words"), LSO.t("wall.change." + row.kind, { what: LSO.text(row.alert, "summary"), who: row.alert.acked_by || "" }));
        data(element, "shed", row.i > 0 ? String(row.i) : null);
      });
      text(part(section.querySelector('[data-panel="changes"]'), "empty"), log.length ? null : LSO.t("wall.no_changes"));
      fits[1](log.slice(0, CHANGES_SHOWN).map((row) => row.key).join());
    }

    function calm(store, now, known, count) {
      show(part(section, "calm-box"), count === 0);
      if (count) return;
      const feeds = LSO.feedAge(store.get("feeds"), now);
      const state = feeds && feeds.live === feeds.all ? LSO.calm(store.get("gates").gates || {}, now) : "unsure";
      text(part(section, "calm"), LSO.t(known ? "alert.none" : "alert.waiting"));
      text(part(section, "calm-detail"), known ? LSO.t(CALM[state]) : null);
      data(part(section, "calm-icon"), "icon", known ? (state === "sure" ? "ok" : "late") : null);
    }

    return { draw, stop() {} };
  });
  LSO.alertChanges = changes;
})(typeof window === "undefined" ? globalThis : window);
