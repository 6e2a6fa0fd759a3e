/**
 * What a mapping would make of a payload: readings, passages, what is refused and why, and what was noticed.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make } = LSO.dom;
  const F = LSO.format;
  const desk = (LSO.desk = LSO.desk || {});
  const SHOWN = 50;

  function table(name, columns, rows) {
    const holder = make("div", "desk-scroll trial-" + name);
    holder.tabIndex = 0;
    const element = holder.appendChild(make("table", "table table-sm desk-table"));
    const head = element.appendChild(make("thead")).appendChild(make("tr"));
    for (const column of columns) {
      const cell = head.appendChild(make("th", "col-" + column, LSO.t("desk.trial." + column)));
      cell.scope = "col";
    }
    const body = element.appendChild(make("tbody"));
    for (const row of rows.slice(0, SHOWN)) {
      const line = body.appendChild(make("tr"));
      row.forEach((value, i) => line.appendChild(make("td", "col-" + columns[i])).append(value ?? ""));
    }
    return holder;
  }

  const dims = (reading) => Object.entries(reading.dims || {}).map(([key, value]) => key + "=" + value).join(", ");

  function metric(name) {
    const facts = (LSO.page.facts.metrics || {})[name];
    return facts ? LSO.name(facts) : name;
  }

  function value(reading) {
    if (reading.value === null || reading.value === undefined) return LSO.t("desk.trial.missing");
    const facts = (LSO.page.facts.metrics || {})[reading.metric] || {};
    return F.number(reading.value, null, facts.decimals || 0) + (facts.unit ? "\u00a0" + facts.unit : "");
  }

  const when = (text) => {
    const ms = Date.parse(text);
    return Number.isNaN(ms) ? String(text) : F.day(ms) + " " + F.clock(ms, "hanoi", true);
  };

  function quality(reading) {
    const known = LSO.page.words["desk.quality." + reading.quality];
    return known || reading.quality || "";
  }

  /**
   * @param {HTMLElement} holder
   * @param {*} trial as the server tells it: lists cut at a limit, counts never
   */
  desk.trial = function (holder, trial) {
    const readings = trial.readings || [];
    const passages = trial.passages || [];
    const refused = trial.refused || [];
    const found = [];
    const sum = make("p", "trial-sum");
    const count = (key, number, state) => {
      const item = make("span", "trial-count");
      item.append(make("strong", "", F.number(number)), " " + LSO.t("desk.trial.count." + key));
      if (state && number) item.dataset.state = state;
      sum.appendChild(item);
    };
    count("rows", trial.rows);
    count("readings", trial.accepted_readings);
    if (trial.missing) count("missing", trial.missing);
    if (trial.produced_passages) count("passages", trial.accepted_passages);
    if (trial.clock_ahead_rows) count("ahead", trial.clock_ahead_rows);
    const total = trial.refused_rows + trial.rejected;
    count("refused", total, "bad");
    found.push(sum);
    for (const note of trial.notes || []) found.push(make("p", "trial-note", LSO.t("desk.note." + note.key, note.values)));
    const places = trial.places || [];
    if (places.length) found.push(make("p", "trial-note", LSO.t("desk.trial.places", { count: F.number(places.length), names: places.slice(0, 12).map((place) => LSO.name(place)).join(", ") })));
    if (refused.length) {
      const reasons = Object.entries(trial.reasons || {}).sort((a, b) => b[1] - a[1]);
      found.push(make("p", "trial-note", reasons.map(([reason, times]) => F.number(times) + " × " + LSO.feedReasonOf(reason)).join(" · ")));
      found.push(make("h3", "desk-label", LSO.t("desk.trial.refused")));
      found.push(table("refused", ["origin", "reason", "message"], refused.map((one) => [one.origin || "", LSO.feedReasonOf(one.reason), LSO.feedRefused(one)])));
    }
    if (readings.length) {
      found.push(make("h3", "desk-label", LSO.t("desk.trial.readings")));
      found.push(table("readings", ["metric", "place", "dims", "value", "observed", "quality"],
        readings.map((one) => [metric(one.metric), one.place, dims(one), value(one), when(one.observed_at), quality(one)])));
    }
    if (passages.length) {
      found.push(make("h3", "desk-label", LSO.t("desk.trial.passages")));
      found.push(table("passages", ["vehicle", "place", "direction", "step", "phase", "observed"],
        passages.map((one) => [one.vehicle, one.place, one.direction, one.step, one.phase, when(one.at)])));
    }
    if (Math.max(trial.accepted_readings, trial.accepted_passages, total) > SHOWN) found.push(make("p", "desk-hint", LSO.t("desk.trial.first", { count: SHOWN })));
    holder.replaceChildren(...found);
  };

  /** A reason in words; mappings may state reasons of their own. */
  LSO.feedReasonOf = (reason) => LSO.page.words["desk.reason." + reason] || reason;

  /** Where a mapping looked, as its refusals name it: column 'gate'. */
  const PICK = /^(column|path) (['"])(.*)\2$/;

  function pick(field) {
    const [, kind, , name] = PICK.exec(field || "") || [null, "field", "", field || ""];
    return { name, where: LSO.t("desk.refusal." + kind, { name }) };
  }

  /** The field at fault in words: a column, a path, or a field of the contract. */
  LSO.feedField = (field) => pick(field).where;

  /**
   * What happened to a refused record and what to do about it, in the page's language.
   * @param {{reason: string, field: ?string}} one
   * @returns {string}
   */
  LSO.feedRefusal = function (one) {
    const key = "desk.refused." + one.reason;
    if (!LSO.page.words[key]) return LSO.t("desk.refusal.own", { reason: one.reason });
    const { name, where } = pick(one.field);
    return LSO.t(key, { named: name ? 1 : 0, field: name, where });
  };

  /**
   * A refusal as a table's cell or a line of a list holds it: the sentence, and beneath it what exactly was got and
   * expected, as the program that refused it says, in English on every page.
   * @param {{reason: string, field: ?string, message: string}} one
   * @param {boolean=} introduced whether nothing around it says what the second line is
   */
  LSO.feedRefused = function (one, introduced) {
    const found = make("span", "desk-refused");
    const detail = make("span", "desk-sub desk-machine");
    const said = make("span", "", one.message);
    // A mapping's own refusal is worded by who wrote the mapping, in a language only they know.
    const own = !LSO.page.words["desk.refused." + one.reason];
    if (!own) said.lang = "en";
    detail.append(...(introduced ? [LSO.t(own ? "desk.refusal.mapping" : "desk.refusal.detail")] : []), said);
    found.append(make("span", "", LSO.feedRefusal(one)), ...(one.message ? [detail] : []));
    return found;
  };
})(typeof window === "undefined" ? globalThis : window);
