/**
 * What the house would answer in each state of the gallery: history, explanation, search, export, what is sent. Nothing
 * is sent anywhere; an address that is not known here is asked for as ever.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const GATE = "tan-thanh";
  const MANY = 8;
  const DELAY_MS = 1400;

  const json = (body, status) => new Response(JSON.stringify(body), { status: status || 200, headers: { "content-type": "application/json" } });
  const refusal = (status) => json({ error: { field: "", message: "sample" } }, status);
  const gateOf = (topics) => ((topics.gates || {}).gates || {})[GATE];

  /** A figure of the day as the house explains one. */
  function explained(facts, state) {
    const gate = gateOf(facts.topics[state]);
    if (!gate || gate.queue.v === null) return refusal(404);
    const { v, at, cad, q, src } = gate.queue;
    const metric = "queue_length_vehicles";
    return json({
      metric, name: LSO.name(LSO.page.facts.metrics[metric]), unit: LSO.t("unit.vehicles"), decimals: 0, formula: "", value: v, at, cadence_s: cad, quality: q,
      simulated: true, entered_by: "", until: null, methods: ["count"], inputs: [], inputs_more: 0, received_at: at + DELAY_MS, as_of: facts.at,
      sources: [{ id: src, ...facts.topics[state].feeds.sources[src] }],
    });
  }

  /** What search finds: the gate with its queue, and the gates by name. */
  function found(facts, state, query) {
    const gate = gateOf(facts.topics[state]);
    if (!gate) return json({ q: query, answers: [], finds: [], said: LSO.t("briefing.nothing") });
    const many = state === "too_much" ? MANY : 1;
    const source = facts.topics[state].feeds.sources.sample;
    const answer = {
      kind: "fact", sentence: `${LSO.name(gate)}: ${LSO.format.number(gate.queue.v)}\u00a0${LSO.t("unit.vehicles", { count: gate.queue.v })}`, priority: gate.priority, simulated: true,
      note: `${LSO.format.clock(gate.queue.at)} · ${LSO.name(source)}`, freshness: "live", url: "#",
    };
    const finds = Object.values(facts.topics[state].gates.gates).map((one) => ({ kind: "gate", id: one.id, name: LSO.name(one), detail: one.markers || "", url: "#" }));
    return json({ q: query, answers: Array(many).fill(answer), finds, said: "" });
  }

  function exported(state, options) {
    const begun = Boolean(options && options.method);
    if (state === "missing") return refusal(404);
    // The second question ends what the first one began: nothing goes on behind the next specimen.
    if (!begun) return json({ id: "sample", state: "failed", done: 0, total: 0 });
    const job = { loading: { state: "working", done: 5, total: 12 }, too_much: { state: "waiting", done: 0, total: 0, ahead: 9 } }[state];
    return json({ id: "sample", name: "lang-son.pdf", url: "#", ...job });
  }

  /** @returns {function(string, *=): Promise<Response>} in place of fetch, answering as the state `stateOf()` would */
  LSO.galleryAnswers = function (facts, stateOf) {
    const ask = root.fetch.bind(root);
    return async function (address, options) {
      const [path, query] = String(address).split("?");
      const what = (path.match(/^\/api\/v1\/(history|explain|alerts|ask|exports|notes|views|manual|mapping)\b/) || [])[1];
      if (!what) return ask(address, options);
      const state = stateOf();
      if (state === "lost" && ["notes", "views", "exports"].includes(what)) throw new TypeError("sample");
      if (state === "error" || state === "lost") return refusal(503);
      if (what === "exports") return exported(state, options);
      if (what === "manual") return json({ entries: [] });
      if (what === "mapping") return json({ mappings: [] });
      if (what === "views") return state === "loading" ? new Promise(() => {}) : refusal(404);
      if (state === "loading") return new Promise(() => {});
      if (what === "explain") return explained(facts, state);
      if (what === "ask") return found(facts, state, new URLSearchParams(query).get("q"));
      if (what === "history" && state !== "missing" && state !== "empty") return json(LSO.gallerySample.history(facts.at));
      return json({ series: [], alerts: [] });
    };
  };
})(window);
