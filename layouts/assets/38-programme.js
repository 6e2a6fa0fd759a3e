/**
 * The province's programme in words and shares: what a target's value is called, where it stands, and how its bar is
 * drawn. Pure: a target of the topic `programme` and the server's clock in, texts and numbers out.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const NBSP = "\u00a0";
  const F = () => LSO.format;
  /** Urgent first: this is also the order in which a list that has no room for all leaves out. */
  const STATES = ["far_behind", "behind", "unknown", "on_path", "reached"];
  /** Shape of a state; the words beside it say the same. Only what is far behind asks for somebody. */
  const ICONS = { far_behind: "high", behind: "medium", on_path: "low", reached: "ok", unknown: null };
  const UNIT_KEYS = { hạng: "programme.unit.rank", cấp: "programme.unit.levels", trạm: "unit.sites", "hệ thống": "programme.unit.systems", "nền tảng": "programme.unit.platforms" };

  /** The unit as it stands behind a number that is written so. */
  const unitOf = (target, count) => (UNIT_KEYS[target.unit] ? LSO.t(UNIT_KEYS[target.unit], { count }) : target.unit);

  const isRank = (target) => target.unit === "hạng";

  /** A difference of two values: points of percent, places of a ranking, else the unit itself. */
  function difference(value, target, decimals) {
    if (!isRank(target) && target.unit !== "%") return amount(value, target, decimals);
    const text = F().number(value, undefined, decimals === undefined ? digits(value, target) : decimals);
    return text + NBSP + LSO.t(isRank(target) ? "programme.unit.places" : "programme.unit.points", { count: text.replace(/^[+\u2212]/, "") });
  }

  /** As many digits as the target has, none for a whole number. */
  const digits = (value, target) => (Number.isInteger(value) ? 0 : Math.max(1, target.decimals));

  /** "91,8 %", "21 hạng"; the unit apart where it is written smaller. @returns {{figure: string, unit: string}} */
  function parts(value, target, decimals) {
    const shown = decimals === undefined ? digits(value, target) : decimals;
    const figure = F().number(value, undefined, shown);
    return { figure, unit: unitOf(target, figure) };
  }

  function amount(value, target, decimals) {
    const { figure, unit } = parts(value, target, decimals);
    if (isRank(target)) return LSO.t("programme.rank", { rank: figure });
    if (!unit) return figure;
    return unit === "%" && LSO.page.lang === "en" ? figure + unit : figure + NBSP + unit;
  }

  /** What a day must bring, with two figures that count: "+0,0054 điểm %/ngày". */
  function perDay(target) {
    const needed = target.needed_per_day;
    if (!needed) return null;
    const decimals = Math.min(5, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(needed)))));
    return LSO.t("programme.per_day", { amount: (needed > 0 ? "+" : "") + difference(needed, target, decimals) });
  }

  /** "100 % năm 2030", "99,9 %"; `short` leaves the unit out. */
  function aim(target) {
    const value = amount(target.aim.value, target);
    return target.aim.year ? LSO.t("programme.aim_year", { value, year: target.aim.year }) : value;
  }

  /** The state in words: an aim without a year has no path to be behind, and one whose year is over is overdue. */
  function stateWord(target) {
    const late = target.state === "behind" || target.state === "far_behind";
    if (!late || (target.aim.year && target.days_left)) return LSO.t("programme.state." + target.state);
    return LSO.t(target.aim.year ? "programme.state.overdue" : "programme.state.short");
  }

  /** The aim of a year before the next one was not kept: "quá hạn 90 % năm 2025". Null where none was. */
  function overdue(target) {
    const missed = (target.missed || []).filter((each) => each.year !== target.aim.year).slice(-1)[0];
    return missed ? LSO.t("programme.overdue", { value: amount(missed.value, target), year: missed.year }) : null;
  }

  /** What is to be done, as one sentence: the need of a day, or why there is none. */
  function need(target) {
    if (!target.cell) return LSO.t("programme.none_enter", { owner: LSO.text(target, "owner") });
    if (target.state === "reached") return target.valid_to ? null : LSO.t("programme.kept");
    if (target.valid_to) return null;
    const each = perDay(target);
    if (each) return LSO.t("programme.need", { each });
    return target.gap === null ? null : LSO.t("programme.gap", { gap: difference(target.gap, target) });
  }

  /** Where the value comes from: a document and its year, a person and how long ago, a feed that is late. */
  function source(target, now) {
    const cell = target.cell;
    if (!cell) return LSO.t("programme.none");
    if (target.basis === "document") return LSO.t("programme.document", { date: target.known ? dateText(target.known.date) : "" });
    if (target.valid_to) return withMark(LSO.t("programme.closed", { date: dateText(target.valid_to) }), cell);
    const own = LSO.quality.words(cell, now);
    if (own) return own;
    const state = LSO.freshness.ofCell(cell, now);
    if (state !== "live") return withMark(LSO.stateWords(state, cell, now), cell);
    if (cell.q === "estimated") return withMark(LSO.t("programme.mean"), cell);
    return LSO.t(cell.sim ? "programme.simulated" : "programme.measured");
  }

  const withMark = (words, cell) => (cell.sim ? words + " · " + LSO.t("programme.simulated") : words);

  /** "2025-07-31" as 31/07/2025; a year stays one. */
  function dateText(text) {
    const [year, month, day] = String(text).split("-");
    return day ? `${day}/${month}/${year}` : year;
  }

  /** Whether the figure is too old to be trusted now; a document's is old by its nature and says its year instead. */
  function aged(target, now) {
    if (!target.cell || target.basis === "document" || target.valid_to) return null;
    const state = LSO.freshness.ofCell(target.cell, now);
    return state === "live" ? null : state;
  }

  /** Whether any of it is assumed by us: the aim, the value or its date. */
  const assumed = (target) => Boolean(target.aim.assumption || (target.basis === "document" && target.known && target.known.assumption));

  /**
   * Where values stand on the target's bar, 0 to 1, the better the further right.
   * @returns {function(number): number}
   */
  function scale(target) {
    const down = target.better === "down";
    const values = [target.aim.value, target.path_now, target.cell && target.cell.v, target.base && target.base.value].filter((v) => typeof v === "number");
    let low = target.unit === "%" ? Math.min(0, ...values) : Math.min(target.lowest, ...values);
    let high = target.highest === null || target.highest === undefined ? Math.max(...values) * 1.08 : target.highest;
    // A bar from 0 would hide what happens above 99 %.
    if (target.unit === "%" && !down && target.aim.value >= 99 && target.decimals >= 2) low = Math.floor(Math.min(...values.map((v) => v - 1)));
    if (high <= low) high = low + 1;
    return (value) => {
      const share = Math.min(1, Math.max(0, (value - low) / (high - low)));
      return down ? 1 - share : share;
    };
  }

  /** The urgent first, within a state in the order of the programme; what nobody has told yet comes last. */
  const ordered = (targets) => [...targets].sort((a, b) => Number(!a.cell) - Number(!b.cell) || STATES.indexOf(a.state) - STATES.indexOf(b.state) || a.order - b.order);

  /** How many targets are in each state; `untold` are those without any value. */
  function counts(targets) {
    const found = { reached: 0, on_path: 0, behind: 0, far_behind: 0, unknown: 0, untold: 0 };
    for (const target of targets) {
      if (target.cell) found[target.state] += 1;
      else found.untold += 1;
    }
    return found;
  }

  /** "7 đạt · 2 đúng lộ trình · 3 chậm · 15 chưa có số liệu"; what is none is left out. */
  function summary(targets) {
    const found = counts(targets);
    return ["far_behind", "behind", "on_path", "reached", "unknown", "untold"]
      .filter((name) => found[name])
      .map((name) => LSO.t("programme.count." + name, { count: found[name] }))
      .join(" · ");
  }

  /** The targets of the topic, without holes. */
  const all = (topic) => Object.values((topic && topic.targets) || {}).filter(Boolean);

  /**
   * What the map paints of a target: its values by commune, and what they are measured by.
   * @param {string} key
   * @param {*=} topic the screen's own where it is not given
   * @returns {?{values: Object<string, number>, from: number, to: number, aim: number, line: number, better: string,
   *   write: function(number): string}} `line`: what today's path asks for, the aim where there is no path
   */
  function mapValues(key, topic) {
    const target = ((topic || LSO.screen.store.get("programme")).targets || {})[key];
    if (!target || !target.communes) return null;
    const values = {};
    for (const [id, cell] of Object.entries(target.communes)) if (cell && typeof cell.v === "number") values[id] = cell.v;
    const found = Object.values(values);
    if (!found.length) return null;
    const line = target.path_now === null || target.path_now === undefined ? target.aim.value : target.path_now;
    return { values, from: Math.min(...found, line), to: Math.max(...found, target.aim.value), aim: target.aim.value, line, better: target.better, write: (value) => amount(value, target, Number.isInteger(value) ? 0 : Math.max(1, target.decimals)) };
  }

  LSO.programme = { STATES, ICONS, parts, amount, difference, isRank, perDay, aim, stateWord, overdue, need, source, dateText, aged, assumed, scale, ordered, counts, summary, all, mapValues, unitOf };
})(typeof window === "undefined" ? globalThis : window);
