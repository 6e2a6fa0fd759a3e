/**
 * The forms of manual entry: one a gate, one for dossiers. A form knows its fields, sends what was
 * changed in it, and keeps it when sending failed.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text, show, data } = LSO.dom;
  const { button, numberField, choiceField, control } = LSO.entryFields;
  const { ofCell, ageOf } = LSO.freshness;
  const PROVINCE = "lang-son";
  const MOST = 1000000;
  /** Validities offered, in seconds; those beyond a metric's bound are left out. */
  const VALID_S = [1800, 3600, 7200, 14400, 28800, 86400, 604800, 2592000, 7776000];
  /** What the other side is entered as: shares of its usual rate. Source: domain facts, simulator defaults. */
  const OTHER = [["entry.normal", 1], ["entry.slow", 0.3], ["entry.closed", 0]];

  /** Where a live figure comes from and how old it is. */
  function about(cell, now, sources) {
    if (!cell) return LSO.t("entry.no_feed");
    const own = LSO.quality.words(cell, now);
    if (own) return own;
    const source = cell.src.split("+").map((name) => (sources[name] ? LSO.name(sources[name]) : name) || name).join(" + ");
    const age = LSO.format.age(ageOf(cell.at, now));
    const state = ofCell(cell, now);
    if (state === "live") return LSO.t("entry.feed", { source, age });
    return LSO.t("entry.feed_lost", { state: LSO.t("state." + state), source, age });
  }

  function validity(metrics) {
    const longest = Math.min(...metrics.map((name) => LSO.page.facts.enterable[name].longest_s));
    const words = (s) => s < 3600 ? LSO.t("entry.valid_minutes", { count: s / 60 }) : s < 86400 ? LSO.t("entry.valid_hours", { count: s / 3600 }) : LSO.t("entry.valid_days", { count: s / 86400 });
    const usual = [...new Set(metrics.map((name) => LSO.page.facts.enterable[name].usual_s))];
    const first = LSO.t("entry.valid_usual") + (usual.length === 1 && usual[0] ? " (" + words(usual[0]) + ")" : "");
    return [["", first], ...VALID_S.filter((s) => s <= longest).map((s) => [String(s), words(s)])];
  }

  /**
   * A form with its button. `items()` gives what to send, without note and validity.
   * @param {{title: string, metrics: string[], fields: Array<*>, extra?: HTMLElement[], items: function(): Array<*>}} wanted
   * @param {function(Array<*>, function(): void): Promise<boolean>} send sends; true when all was taken
   */
  function form(wanted, send) {
    const element = make("form", "entry-form");
    const head = element.appendChild(make("div", "entry-form-head"));
    head.appendChild(make("h3", "entry-form-title", wanted.title));
    const status = head.appendChild(make("span", "entry-form-status"));
    for (const field of wanted.fields) element.appendChild(field.element);
    const more = element.appendChild(make("details", "entry-more"));
    more.appendChild(make("summary", "entry-summary", LSO.t("entry.more")));
    const note = control(LSO.t("entry.note"), "input");
    note.control.value = LSO.t("entry.note_usual");
    const until = control(LSO.t("entry.valid_for"), "select", validity(wanted.metrics));
    more.append(note.element, until.element, ...(wanted.extra || []));
    const foot = element.appendChild(make("div", "entry-form-foot"));
    const error = foot.appendChild(make("p", "entry-error"));
    error.setAttribute("role", "alert");
    error.hidden = true;
    const go = foot.appendChild(make("button", "entry-button is-main", LSO.t("entry.send")));
    go.type = "submit";
    go.disabled = true;
    let busy = false;

    function changed() {
      const count = wanted.items().length;
      go.disabled = busy || count === 0 || wanted.fields.some((field) => field.wrong());
      text(go, busy ? LSO.t("entry.sending") : count > 1 ? LSO.t("entry.send_count", { count }) : LSO.t("entry.send"));
    }

    element.addEventListener("submit", async (event) => {
      event.preventDefault();
      const items = wanted.items().map((item) => ({ ...item, note: note.control.value.trim(), ...(until.control.value ? { valid_for_s: Number(until.control.value) } : {}) }));
      if (busy || !items.length || wanted.fields.some((field) => field.wrong())) return;
      busy = true;
      changed();
      text(error, null);
      const wrong = await send(items);
      busy = false;
      if (wrong) text(error, wrong);
      else for (const field of wanted.fields) field.clear();
      changed();
    });
    return { element, status, changed };
  }

  /** One gate. @returns {{element: HTMLElement, show: function(?*, number, *): void, dead: function(): number}} */
  function gateForm(card, send) {
    let made = null;
    const changed = () => made && made.changed();
    const queue = numberField({ label: LSO.t("entry.queue"), steps: [-50, -10, 10, 50], highest: MOST, changed });
    const lanes = numberField({ label: LSO.t("entry.lanes"), steps: [-1, 1], highest: 200, changed });
    const near = (live, value) => (live > 0) === (value > 0);
    const status = choiceField({ label: LSO.t("entry.status"), choices: [[LSO.t("entry.open"), 1], [LSO.t("entry.closed"), 0]], near, changed });
    const closest = (live, value) => OTHER.every(([, other]) => Math.abs(live - value) <= Math.abs(live - other));
    const other = choiceField({ label: LSO.t("entry.other"), choices: OTHER.map(([key, value]) => [LSO.t(key), value]), near: closest, changed });
    const direction = control(LSO.t("entry.direction"), "select", [["", LSO.t("entry.direction_both")], ["export", LSO.t("direction.export")], ["import", LSO.t("direction.import")]]);
    const fields = [[queue, "queue_length_vehicles"], [lanes, "lanes_open"], [status, "operational_status"], [other, "other_side_rate_ratio"]];

    function items() {
      const one = direction.control.value;
      return fields.filter(([field]) => field.taken() !== null).map(([field, metric]) => {
        const dims = { ...LSO.page.facts.enterable[metric].dims, ...(one && metric === "queue_length_vehicles" ? { direction: one } : {}) };
        return { metric, place: card.id, dims, value: field.taken() };
      });
    }

    let rank = 0;
    made = form({ title: LSO.name(card), metrics: fields.map((each) => each[1]), fields: fields.map((each) => each[0]), extra: [direction.element], items }, send);
    made.element.dataset.gate = card.id;
    return {
      element: made.element,
      rank: () => rank,
      show(gate, now, sources) {
        const given = gate || {};
        const one = direction.control.value ? "queue_" + direction.control.value : "queue";
        for (const [field, name] of [[queue, one], [lanes, "lanes_open"], [status, "status"], [other, "other_side"]]) {
          const cell = given[name] || null;
          field.follow(cell, about(cell, now, sources), `gates/gates/${card.id}/${name}`);
        }
        const state = given.queue && given.queue.q !== "instrument" ? ofCell(given.queue, now) : "lost";
        const manual = LSO.quality.isManual(given.queue, now);
        rank = manual ? 2 : { lost: 0, stale: 1, late: 3, live: 4 }[state];
        data(made.element, "state", manual ? "manual" : state);
        text(made.status, manual || state === "live" ? null : LSO.t("state." + state));
      },
    };
  }

  /** Dossiers of the province or a commune. */
  function dossierForm(send) {
    let made = null;
    const changed = () => made && made.changed();
    const names = { received: "entry.received", settled: "entry.settled", overdue: "entry.overdue", open: "entry.open_dossiers" };
    const place = control(LSO.t("entry.place"), "select", [[PROVINCE, LSO.t("entry.province")]]);
    const fields = Object.entries(names).map(([name, key]) => [numberField({ label: LSO.t(key), steps: [], highest: MOST, changed }), name]);
    const items = () => fields.filter(([field]) => field.taken() !== null).map(([field, name]) => ({ metric: "dossiers_" + name, place: place.control.value, dims: {}, value: field.taken() }));
    made = form({ title: LSO.t("entry.services"), metrics: fields.map((each) => "dossiers_" + each[1]), fields: [{ element: place.element, wrong: () => false, clear() {} }, ...fields.map((each) => each[0])], items }, send);
    let listed = 0;
    return {
      element: made.element,
      show(services, now, sources) {
        const communes = Object.values(services.communes || {}).filter(Boolean);
        if (communes.length !== listed) {
          listed = communes.length;
          const kept = place.control.value;
          const sorted = communes.sort((a, b) => LSO.name(a).localeCompare(LSO.name(b), LSO.page.lang));
          place.control.replaceChildren(...[{ id: PROVINCE, name_vi: LSO.t("entry.province"), name_en: LSO.t("entry.province") }, ...sorted].map((each) => new Option(LSO.name(each), each.id)));
          place.control.value = kept;
        }
        const whole = place.control.value === PROVINCE;
        const from = whole ? services.province || {} : (services.communes || {})[place.control.value] || {};
        const path = whole ? "services/province/" : `services/communes/${place.control.value}/`;
        for (const [field, name] of fields) field.follow(from[name], from[name] ? about(from[name], now, sources) : null, path + name);
      },
    };
  }

  LSO.entryForms = { form, about, gateForm, dossierForm, button, show };
})(typeof window === "undefined" ? globalThis : window);
