/**
 * Where a number comes from: click or hold any element with data-cell, or choose it in the help, and its metric,
 * formula, source, method, age and quality are told. The server knows them (GET /api/v1/explain); without it the
 * Cell itself says what the screen knows.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** A finger that rests this long asks; shorter is a touch. */
  const HOLD_MS = 500;
  /** A finger that moves further scrolls. */
  const STILL_PX = 10;
  /** What the house counts itself, however often, is judged as if every ten seconds: the way of an answer is no lateness. */
  const COUNTED_S = 10;
  const INTERACTIVE = "a[href], button, input, select, textarea, label, summary, [role=button], [role=tab], [role=option], [role=row]";
  const F = LSO.format;
  const make = LSO.dom.make;

  /** The Cell at `topic/path/in/it`, or null. */
  function cellAt(address) {
    const store = LSO.screen && LSO.screen.store;
    if (!store) return null;
    const [topic, ...path] = address.split("/");
    let node = store.get(topic);
    for (const part of path) {
      if (node === null || node === undefined || typeof node !== "object") return null;
      node = node[part];
    }
    return node && typeof node === "object" && "src" in node && "at" in node ? node : null;
  }

  const serverNow = () => (LSO.screen && LSO.screen.live ? LSO.screen.live.serverNow() : Date.now());

  function sourceWords(source) {
    const name = LSO.name(source) || source.id;
    return source.derived ? `${name} (${LSO.t("why.derived")})` : name;
  }

  function valueWords(told) {
    if (told.value === null || told.value === undefined) return null;
    const facts = { decimals: told.decimals, unit: told.unit };
    const ofFeeds = !told.metric || told.metric.startsWith("feed_");
    if (told.unit === "giây" && ofFeeds) return secondsWords(told.value);
    if (told.metric && told.metric.endsWith("_s") && !ofFeeds) return F.duration(told.value);
    if (told.metric && /_vnd/.test(told.metric)) return F.money(told.value);
    const share = !told.unit && /(_rate|_ratio|utilisation)$/.test(told.metric || "");
    if (share) return F.percent(told.value * 100, undefined, 1);
    const text = F.number(told.value, undefined, Number.isInteger(told.value) ? 0 : facts.decimals);
    return facts.unit ? `${text}\u00a0${LSO.alerts.unitWords(facts.unit, text)}` : text;
  }

  /** Ages and delays of feeds, as the feed desk shows them: seconds count there. */
  function secondsWords(value) {
    return value < 10 && !Number.isInteger(value) ? F.number(value, undefined, 1) + "\u00a0" + LSO.page.words["format.second"] : F.age(value);
  }

  /** What the Cell alone says, in the form of the server's answer. */
  function fromCell(cell) {
    const known = ((LSO.screen && LSO.screen.store.get("feeds").sources) || {});
    return {
      metric: null, name: "", unit: "", decimals: 1, formula: "", value: cell.v, at: cell.at, cadence_s: cell.cad,
      quality: cell.q, simulated: cell.sim, entered_by: cell.by || "", until: cell.until || null, methods: [], inputs: [],
      inputs_more: 0, received_at: null,
      sources: String(cell.src).split("+").map((id) => ({ id, ...(known[id] || {}), derived: id.includes(":") })),
    };
  }

  function clockWords(ms) {
    return `${F.clock(ms, "hanoi", true)} ${F.day(ms)} (${LSO.t("zone.beijing")} ${F.clock(ms, "beijing")})`;
  }

  /** Rows of term and words; what is not known is left out. */
  function rows(told) {
    const found = [];
    const add = (key, words) => words && found.push([LSO.t("why." + key), words]);
    add("metric", told.metric ? `${told.name} · ${told.metric}` : told.name);
    add("value", valueWords(told));
    add("formula", told.formula);
    add("source", told.sources.map(sourceWords).join(", "));
    add("rule", told.rule);
    add("threshold", told.threshold === null || told.threshold === undefined ? "" : valueWords({ ...told, value: told.threshold }));
    add("method", told.methods.map((method) => LSO.t("why.method." + method)).join(", "));
    add("entered", told.entered_by);
    add("until", told.until ? clockWords(told.until) : "");
    add("since", told.since ? clockWords(told.since) : "");
    add("observed", clockWords(told.at));
    add("received", told.received_at ? clockWords(told.received_at) : "");
    add("quality", told.quality ? LSO.t("why.quality." + told.quality) : "");
    return found;
  }

  function inputs(told) {
    // A cell of one reading is that reading; a count tells even its only part.
    if (told.inputs.length < (told.counted_every_s ? 1 : 2)) return null;
    const list = make("ul", "why-inputs");
    for (const one of told.inputs) {
      const dims = Object.entries(one.dims).map(([key, value]) => dimWords(key, value)).join(", ");
      const value = one.value === null ? LSO.t("why.quality.missing") : valueWords({ ...told, metric: one.metric, unit: one.unit === undefined ? told.unit : one.unit, value: one.value });
      list.appendChild(make("li", "", [LSO.name(one) + (dims ? `, ${dims}` : ""), value, F.clock(one.at)].join(" · ")));
    }
    if (told.inputs_more) list.appendChild(make("li", "", LSO.t("why.inputs_more", { count: told.inputs_more })));
    return list;
  }

  function dimWords(key, value) {
    for (const word of [`${key}.${value}`, `${key === "queue" ? "queue" : key}.${value}`]) if (LSO.page.words[word]) return LSO.t(word);
    return value;
  }

  const dialog = LSO.sideDialog("why", "why.title");

  /** Age and freshness go on while the dialog stands. */
  function ageLine(element, told) {
    const every_s = told.cadence_s || told.counted_every_s;
    // A count is made anew behind the dialog: it is late only where it was late when it was asked about.
    const asked = told.cadence_s ? null : told.as_of || serverNow();
    const cell = { v: told.value, at: told.at, cad: told.cadence_s || Math.max(every_s, COUNTED_S), until: told.until || undefined };
    return function tick() {
      // In a frozen moment time stands still.
      const now = told.as_of || serverNow();
      const state = every_s ? LSO.freshness.ofCell(cell, asked || now) : null;
      const cadence = every_s ? LSO.t(told.cadence_s ? "why.cadence" : "why.counted", { cadence: F.age(every_s) }) : "";
      const parts = [F.ago(LSO.freshness.ageOf(told.at, now)), state && state !== "live" ? LSO.t("state." + state) : "", cadence];
      LSO.dom.text(element, parts.filter(Boolean).join(" · "));
    };
  }

  function fill(body, told, note) {
    body.replaceChildren();
    if (note) body.appendChild(make("p", "why-note", note));
    if (told.simulated) body.appendChild(make("p", "why-sim", LSO.t("why.simulated")));
    const list = make("dl", "why-rows");
    for (const [term, words] of rows(told)) list.append(make("dt", "", term), make("dd", "", words));
    const age = make("dd", "");
    list.append(make("dt", "", LSO.t("why.age")), age);
    body.appendChild(list);
    const parts = inputs(told);
    if (parts) body.append(make("h3", "why-head", LSO.t("why.inputs")), parts);
    const tick = ageLine(age, told);
    tick();
    return tick;
  }

  /**
   * Tell where the figure of an element comes from.
   * @param {HTMLElement} element with data-cell, perhaps data-metric
   * @param {?HTMLElement=} back gets the focus when the dialog closes
   */
  async function explain(element, back) {
    const address = element.dataset.cell;
    const cell = cellAt(address);
    let tick = null;
    const body = dialog.open(element, back, () => tick && tick());
    const query = new URLSearchParams({ cell: address, lang: LSO.page.lang });
    if (element.dataset.metric) query.set("metric", element.dataset.metric);
    const frozen = element.dataset.frozen || LSO.frozenCode();
    if (frozen) query.set("frozen", frozen);
    if (cell) tick = fill(body, fromCell(cell), LSO.t("why.loading"));
    else body.replaceChildren(make("p", "why-note", LSO.t("why.loading")));
    try {
      const answer = await fetch("/api/v1/explain?" + query, { headers: { accept: "application/json" } });
      if (answer.status === 404) body.replaceChildren(make("p", "why-note", LSO.t("why.none")));
      else if (!answer.ok) throw new Error(String(answer.status));
      else tick = fill(body, await answer.json(), "");
    } catch (error) {
      if (cell) tick = fill(body, fromCell(cell), LSO.t("why.offline"));
      else body.replaceChildren(make("p", "why-note", LSO.t("why.offline_shown")), make("p", "", LSO.help.labelOf(element)));
    }
  }

  /** The marked element an event is about; inside of something that acts by itself only a hold asks. */
  function asked(event, held) {
    const element = event.target instanceof Element ? event.target.closest("[data-cell]") : null;
    if (!element) return null;
    return held || !element.closest(INTERACTIVE) ? element : null;
  }

  function start(main) {
    let timer = null;
    let from = null;
    let swallow = false;
    const drop = () => {
      root.clearTimeout(timer);
      timer = null;
    };
    function down(event) {
      swallow = false;
      const element = asked(event, true);
      if (!element || event.button > 0) return;
      from = [event.clientX, event.clientY];
      timer = root.setTimeout(() => {
        swallow = true;
        explain(element);
      }, HOLD_MS);
    }
    const move = (event) => timer && Math.hypot(event.clientX - from[0], event.clientY - from[1]) > STILL_PX && drop();
    function click(event) {
      if (swallow) {
        // The finger that asked is lifted: that is no touch of what lies under it.
        swallow = false;
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      const element = asked(event, false);
      if (element) explain(element);
    }
    const menu = (event) => asked(event, true) && event.preventDefault();
    const listeners = [["pointerdown", down], ["pointermove", move], ["pointerup", drop], ["pointercancel", drop], ["click", click, true], ["contextmenu", menu]];
    for (const [name, listener, capture] of listeners) main.addEventListener(name, listener, Boolean(capture));
    return function stop() {
      drop();
      dialog.close();
      for (const [name, listener, capture] of listeners) main.removeEventListener(name, listener, Boolean(capture));
    };
  }

  LSO.explain = explain;
  LSO.onEveryScreen(start);
})(window);
