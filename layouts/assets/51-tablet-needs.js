/**
 * What needs the leader, in an order that can be answered for: nobody has something critical; somebody has it and the
 * time to act is over; something critical is in hand; nobody has something high; a limit is passed or will soon be;
 * a source is lost; the duty desk answered. One thing per place: five alerts of one gate are one thing.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const F = LSO.format;
  const { has, ofCell, ageOf, stateOf } = LSO.freshness;
  const PRIORITIES = ["critical", "high", "medium", "low"];
  /** What comes first. Ours: nothing in the domain's facts orders these kinds. */
  const ORDER = ["unseen_critical", "overdue", "unseen_high", "taken_critical", "lost_all", "answered", "over", "taken_high", "soon", "lost", "unseen", "taken", "returned"];
  /** A limit that is reached within this time at the pace of the last hour is said beforehand. */
  const SOON_H = 2;
  /** A queue nearer to its limit than this is looked at; a pace says nothing about a far one. */
  const NEAR = 0.75;

  /** @typedef {{key: string, kind: string, priority: ?string, icon: string, sentence: string, detail: string, act: string, href: string, at: number}} Need */

  const until = (alert) => (alert.time_to_respond_s ? alert.started_at + alert.time_to_respond_s * 1000 : null);

  function kindOf(alert, now) {
    if (alert.state === "RTNUN") return "returned";
    const urgent = alert.priority === "critical" || alert.priority === "high";
    if (alert.state === "UNACK" && alert.priority === "critical") return "unseen_critical";
    if (urgent && until(alert) !== null && now > until(alert)) return "overdue";
    if (alert.state === "UNACK") return alert.priority === "high" ? "unseen_high" : "unseen";
    return urgent ? "taken_" + alert.priority : "taken";
  }

  /** "cần xử lý trước 14:17", or that the time is over and since when; "" where the rule sets no time. */
  function deadline(alert, now) {
    const end = until(alert);
    if (end === null || alert.state === "RTNUN") return "";
    if (now > end) return LSO.t("tablet.need.late", { age: F.age((now - end) / 1000) });
    return LSO.t("tablet.need.until", { time: F.clock(end) });
  }

  const ACTS = {
    unseen_critical: "tablet.act.call", unseen_high: "tablet.act.call", unseen: "tablet.act.call", overdue: "tablet.act.ask",
    taken_critical: "tablet.act.follow", taken_high: "tablet.act.follow", taken: "tablet.act.follow", returned: "tablet.act.close",
    over: "tablet.act.flow", soon: "tablet.act.flow", lost: "tablet.act.source", lost_all: "tablet.act.source", answered: "tablet.act.read",
  };

  function ofAlert(alert, now) {
    const kind = alert.state === "UNACK" && until(alert) !== null && now > until(alert) && alert.priority !== "critical" && alert.priority !== "high" ? "unseen" : kindOf(alert, now);
    return {
      key: "alert-" + alert.id, kind, priority: alert.priority, icon: alert.priority, alert: alert.id,
      sentence: LSO.text(alert, "summary"),
      detail: [LSO.t("priority." + alert.priority), LSO.alerts.holder(alert), deadline(alert, now)].filter(Boolean).join(" · "),
      // Nobody can be asked why it takes so long while nobody has it.
      act: LSO.t(alert.state === "UNACK" ? ACTS.unseen : ACTS[kind]), href: "#/alert/" + encodeURIComponent(alert.id), at: alert.started_at,
      place: alert.gate || alert.place || alert.id,
    };
  }

  /** One thing per place: the worst, which says how many more there are. */
  function byPlace(needs) {
    const kept = new Map();
    for (const need of needs) {
      const first = kept.get(need.place);
      if (first) first.more = (first.more || 0) + 1;
      else kept.set(need.place, need);
    }
    return [...kept.values()];
  }

  /** Gates over their limit without an alert yet, and gates that will be at the pace of the last hour. */
  function ofGates(gates, alerted, now) {
    const found = [];
    for (const gate of Object.values(gates)) {
      const limit = gate && gate.trend && gate.trend.threshold;
      if (!gate || alerted.has(gate.id) || !has(gate.queue) || ofCell(gate.queue, now) !== "live" || !limit) continue;
      const common = { key: "gate-" + gate.id, priority: null, icon: "medium", href: "#/gate/" + gate.id, at: gate.queue.at, place: gate.id };
      const words = { gate: LSO.name(gate), value: F.number(gate.queue.v), limit: F.number(limit) };
      if (gate.queue.v > limit)
        found.push({ ...common, kind: "over", sentence: LSO.t("tablet.need.over", words), detail: LSO.t("tablet.need.no_alert"), act: LSO.t(ACTS.over) });
      else if (gate.queue.v >= limit * NEAR) {
        const pace = netPace(gate, now);
        const hours = pace > 0 ? (limit - gate.queue.v) / pace : Infinity;
        if (hours <= SOON_H)
          found.push({
            ...common, kind: "soon", sentence: LSO.t("tablet.need.soon", { ...words, time: F.duration(hours * 3600) }),
            detail: LSO.t("tablet.need.pace", { pace: F.number(pace) }), act: LSO.t(ACTS.soon),
          });
      }
    }
    return found;
  }

  /** Vehicles an hour by which the queue grows, from live figures of both directions; 0 where they are not known. */
  function netPace(gate, now) {
    const all = [gate.arrivals, gate.throughput_export, gate.throughput_import];
    if (all.some((cell) => !has(cell) || ofCell(cell, now) !== "live")) return 0;
    return gate.arrivals.v - gate.throughput_export.v - gate.throughput_import.v;
  }

  const sourceState = (source, now) => stateOf(ageOf(source.last_at, now), source.cadence_s || 60);

  /** Sources of data that are lost: one thing, however many; derived ones follow from their own and are not named. */
  function ofSources(feeds, now) {
    const all = Object.entries(feeds.sources || {}).filter(([, one]) => one && one.last_at && !one.ended && one.kind !== "derived");
    const lost = all.filter(([, one]) => sourceState(one, now) === "lost");
    if (!lost.length) return [];
    const names = lost.map(([, one]) => LSO.name(one)).slice(0, 2).join(", ") + (lost.length > 2 ? " +" + (lost.length - 2) : "");
    const oldest = Math.min(...lost.map(([, one]) => one.last_at));
    return [{
      key: "lost", kind: lost.length === all.length ? "lost_all" : "lost", priority: null, icon: "lost", place: "feeds", at: oldest, href: "#/network",
      sentence: LSO.t("tablet.need.lost", { names }), detail: LSO.t("tablet.need.lost_since", { time: F.clock(oldest), age: F.age(ageOf(oldest, now)) }), act: LSO.t(ACTS.lost),
    }];
  }

  /** Notes of this leader that the duty desk answered and that nobody has read here yet. */
  function ofNotes(notes, user, readAt) {
    const found = [];
    for (const note of Object.values(notes || {})) {
      const answer = note && (note.steps || []).filter((step) => step.what === "answered").pop();
      if (!answer || answer.at <= readAt || (user && note.by !== user)) continue;
      found.push({
        key: "note-" + note.id, kind: "answered", priority: null, icon: "note", place: "note-" + note.id, at: answer.at, href: (note.path || "").replace(/^[^#]*/, "") || "#/now",
        sentence: LSO.t("tablet.need.answered", { text: answer.text || note.text }), detail: LSO.t("tablet.need.answered_by", { who: answer.by, time: F.clock(answer.at) }), act: LSO.t(ACTS.answered),
      });
    }
    return found;
  }

  /**
   * Everything that needs the leader, the first first.
   * @param {function(string): *} get the data of a topic
   * @param {number} now the server's clock
   * @param {{user?: string, readAt?: number}=} who whose notes, and since when answers are new
   * @returns {Array<Need>}
   */
  function rank(get, now, who) {
    const alerts = Object.values(get("alerts").items || {}).filter(Boolean);
    const sorted = (needs) =>
      needs.sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) || b.at - a.at || (a.key < b.key ? -1 : 1));
    const ofAlerts = byPlace(sorted(alerts.map((alert) => ofAlert(alert, now))));
    const alerted = new Set(alerts.map((alert) => alert.gate || alert.place));
    const asked = who || {};
    return sorted([
      ...ofAlerts,
      ...ofGates(get("gates").gates || {}, alerted, now),
      ...ofSources(get("feeds"), now),
      ...ofNotes(get("alerts").notes, asked.user, asked.readAt || 0),
    ]);
  }

  /** All alerts as rows of the same kind, in the desk's order and one by one. */
  const each = (alerts, now) => alerts.map((alert) => ofAlert(alert, now));

  /** Draw needs into a list. */
  function draw(list, needs) {
    LSO.keepList(
      list,
      needs,
      () => {
        const item = LSO.dom.make("li", "");
        const link = item.appendChild(LSO.dom.make("a", "need"));
        const icon = link.appendChild(LSO.dom.make("span", "icon"));
        icon.setAttribute("aria-hidden", "true");
        const words = link.appendChild(LSO.dom.make("span", "need-words"));
        words.appendChild(LSO.dom.make("span", "need-sentence")).dataset.part = "sentence";
        const lines = words.appendChild(LSO.dom.make("span", "need-lines"));
        for (const name of ["detail", "act"]) lines.append(LSO.dom.make("span", "need-" + name), " ");
        for (const name of ["detail", "act"]) lines.querySelector(".need-" + name).dataset.part = name;
        const arrow = link.appendChild(LSO.dom.make("span", "icon need-arrow"));
        arrow.dataset.icon = "next";
        arrow.setAttribute("aria-hidden", "true");
        return item;
      },
      (item, need) => {
        const link = item.firstChild;
        if (link.getAttribute("href") !== need.href) link.setAttribute("href", need.href);
        LSO.dom.data(item, "priority", need.kind === "returned" ? null : LSO.urgent(need.priority));
        LSO.dom.data(item, "kind", need.kind);
        LSO.dom.data(link.firstChild, "icon", need.icon);
        LSO.dom.text(LSO.dom.part(link, "sentence"), need.sentence);
        const more = need.more ? LSO.t("tablet.need.more", { count: F.number(need.more) }) : "";
        LSO.dom.text(LSO.dom.part(link, "detail"), [need.detail, more].filter(Boolean).join(" · ") + ".");
        LSO.dom.text(LSO.dom.part(link, "act"), need.act);
      }
    );
  }

  /** What an empty list of alerts means: good news, or too little known to say so. */
  function none(store, now) {
    if (!store.has("alerts")) return LSO.t("alert.waiting");
    const calm = LSO.alerts.calm(store.get, now, LSO.screen.live.status.state === "open");
    return LSO.t("alert.none") + (calm.sure ? "" : " · " + calm.words);
  }

  LSO.tabletNeeds = { rank, each, none, draw, deadline, netPace, SOON_H };
})(typeof window === "undefined" ? globalThis : window);
