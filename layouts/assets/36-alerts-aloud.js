/**
 * New alerts for those who listen: whoever cannot see a row appear is told in a sentence, once. The wall has its own
 * line for that; what was there when the screen was opened is on the screen and no news.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text } = LSO.dom;
  /** So many are read out; the others are counted. */
  const MOST = 3;
  const RANK = ["low", "medium", "high", "critical"];

  /** Alerts that nobody has and that are new, or more urgent than they were. */
  function news(items, known) {
    const fresh = (alert) => alert && alert.state === "UNACK" && (!known.has(alert.id) || RANK.indexOf(alert.priority) > RANK.indexOf(known.get(alert.id)));
    return LSO.alerts.ordered(items).filter(fresh);
  }

  function sentence(alerts) {
    const said = alerts.slice(0, MOST).map((alert) => LSO.t("alert.aloud", { priority: LSO.t("priority." + alert.priority), what: LSO.text(alert, "summary") }));
    if (alerts.length > MOST) said.push(LSO.t("alert.aloud_more", { count: LSO.format.number(alerts.length - MOST) }));
    return said.join(" ");
  }

  function start(main) {
    if (!LSO.screen || LSO.page.screen === "wall") return undefined;
    const { store } = LSO.screen;
    const line = (role) => {
      const made = main.appendChild(make("p", "aloud"));
      made.setAttribute("role", role);
      return made;
    };
    // What is critical may interrupt whatever is being read; the rest waits its turn.
    const lines = { critical: line("alert"), other: line("status") };
    const listed = () => new Map(Object.values(store.get("alerts").items || {}).filter(Boolean).map((alert) => [alert.id, alert.priority]));
    /** Priorities by alert, null before the first list. @type {?Map<string, string>} */
    let known = store.has("alerts") ? listed() : null;
    const off = store.on((topic) => {
      if (topic !== "alerts" || !store.has("alerts")) return;
      const found = known ? news(store.get("alerts").items || {}, known) : [];
      known = listed();
      if (found.length) text(lines[found[0].priority === "critical" ? "critical" : "other"], sentence(found));
    });
    return function stop() {
      off();
      for (const each of Object.values(lines)) each.remove();
    };
  }

  LSO.onEveryScreen(start);
})(typeof window === "undefined" ? globalThis : window);
