/**
 * Alerts in words: what state, where, how much against which limit, who has it. Shared by duty, tablet and briefing.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const F = LSO.format;
  const PRIORITIES = ["critical", "high", "medium", "low"];
  /** Who waits for somebody first: nobody has it; it went away unseen; somebody has it. Source: ISA-18.2 states. */
  const STATES = ["UNACK", "RTNUN", "ACKED"];

  /** Units that are Vietnamese words in the catalogue, to their wording keys. */
  const UNIT_KEYS = {
    xe: "unit.vehicles", "xe/giờ": "unit.vph", "xe/giờ/làn": "unit.vphl", làn: "unit.lanes", người: "unit.people",
    tấn: "unit.tonnes", "hồ sơ": "unit.files", trạm: "unit.sites", "bản ghi": "unit.records", "/giây": "unit.per_s",
  };

  /** The desk's order: priority, then who waits for somebody, then the newest. @returns {Array<*>} */
  function ordered(items) {
    const weight = (alert) => [PRIORITIES.indexOf(alert.priority), STATES.indexOf(alert.state), -alert.started_at];
    return Object.values(items).filter(Boolean).sort((a, b) => {
      const [x, y] = [weight(a), weight(b)];
      const at = x.findIndex((value, i) => value !== y[i]);
      return at < 0 ? (a.id < b.id ? -1 : 1) : x[at] - y[at];
    });
  }

  const metric = (name) => ((LSO.page.facts || {}).metrics || {})[name] || null;

  /**
   * A value with its unit as people write it: 1.604 xe, 9g 40, 87,8 %, 640 m.
   * @param {number} value
   * @param {string} name metric
   * @param {string=} unit of the value where it is not the metric's own (a ratio of two metrics has none)
   */
  function measure(value, name, unit) {
    const facts = metric(name) || { unit: "", decimals: 2, share: false };
    const own = unit === undefined || unit === null ? facts.unit : unit;
    if (own === "giây") return F.duration(value);
    if (own === "%") return F.percent(value, undefined, facts.unit === "%" ? facts.decimals : 1);
    if (own === "m") return F.distance(value);
    if (own === "đồng") return F.money(value);
    if (own === "" && facts.share) return F.percent(value * 100, undefined, 0);
    const decimals = own === facts.unit ? facts.decimals : 2;
    const text = F.number(value, undefined, Number.isInteger(value) ? 0 : decimals);
    return own ? text + "\u00a0" + unitWords(own, text) : text;
  }

  /** A unit of the catalogue in the page's language, after a number as it is shown. */
  const unitWords = (unit, text) => (UNIT_KEYS[unit] ? LSO.t(UNIT_KEYS[unit], { count: text }) : unit);

  /** "1.604 xe, limit 1.200 xe" as two parts; limit null where the rule compares with none. */
  function against(alert) {
    const known = alert.value !== null && alert.value !== undefined;
    const limited = alert.threshold !== null && alert.threshold !== undefined;
    return {
      value: known ? measure(alert.value, alert.metric, alert.unit) : null,
      limit: limited ? measure(alert.threshold, alert.metric, alert.unit) : null,
    };
  }

  /** The name of the place an alert is about, from what the topics know. */
  function place(alert, get) {
    const sources = get("feeds").sources || {};
    const feed = alert.dims && alert.dims.feed;
    if (feed) return sources[feed] ? LSO.name(sources[feed]) : feed;
    const named = placeName(alert.place, get);
    if (named) return named;
    const gate = alert.gate && placeName(alert.gate, get);
    // A route is its gate and its markers: huu-nghi.1119-1120.
    if (gate) return gate + " " + alert.place.slice(alert.gate.length + 1).replace(/-/g, "–");
    return alert.place;
  }

  function placeName(id, get) {
    if (id === "lang-son") return LSO.t("place.province");
    const card = LSO.page.gates.find((gate) => gate.id === id);
    if (card) return LSO.name(card);
    const gates = get("gates");
    for (const known of [gates.gates, gates.crossings, get("services").communes]) if (known && known[id]) return LSO.name(known[id]);
    return null;
  }

  const stateWord = (alert) => LSO.t("alert.state." + alert.state);

  /** Who has it, as a sentence: the tablet's and the briefing's second line. */
  function holder(alert) {
    if (alert.state === "RTNUN") return LSO.t("alert.returned");
    if (alert.acked_by) return LSO.t("alert.acked", { who: alert.acked_by, time: F.clock(alert.acked_at || alert.updated_at) });
    return LSO.t("alert.unacked");
  }

  /** "Từ 14:02" today, "Từ 14:02 21/11" before: an alert may be older than a day. */
  function since(alert, now) {
    const today = F.day(alert.started_at) === F.day(now);
    return LSO.t("alert.since", { time: F.clock(alert.started_at) + (today ? "" : " " + F.day(alert.started_at)) });
  }

  /** An alert that is over, and waits only for somebody to say that they saw it. */
  const over = (alert) => alert.state === "RTNUN" && Boolean(alert.ended_at);

  /** For how long it has stood, in words; one that is over stood until it ended. */
  const lasted = (alert, now) => F.age(Math.max(0, (over(alert) ? alert.ended_at : now) - alert.started_at) / 1000);

  /** What its value is called: once it is over the desk keeps the last one that it stood for, not what is measured now. */
  const valueName = (alert) => LSO.t(over(alert) ? "duty.figure.value_then" : "duty.figure.value");

  const CALM = { sure: "alert.none_detail", pending: "alert.none_pending", unsure: "alert.none_unsure" };

  /**
   * What having no alert means at an instant: good news only while every source and every queue is live and no limit
   * is passed.
   * @param {function(string): *} get the data of a topic
   * @returns {{sure: boolean, words: string}}
   */
  function calm(get, now, connected) {
    const age = LSO.feedAge(get("feeds"), now);
    const live = connected && Boolean(age) && age.live === age.all;
    const state = live ? LSO.calm(get("gates").gates || {}, now) : "unsure";
    return { sure: state === "sure", words: LSO.t(CALM[state]) };
  }

  LSO.alerts = { ordered, measure, unitWords, against, place, stateWord, holder, since, lasted, valueName, calm, metric };
})(typeof window === "undefined" ? globalThis : window);
