/**
 * Faults of instruments, kept apart from events of the world: what is wrong with feeds themselves, and which
 * stretches people have called faulty.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, part, make, data } = LSO.dom;
  const F = LSO.format;
  /** Alerts about these speak of instruments; all others of the world. */
  const OF_FEEDS = /^(feed_|conservation_error|system_|certificate_|response_time)/;

  LSO.feedsFaults = function (main) {
    const rows = part(main, "faults-rows");
    const marks = part(main, "marks-rows");
    const journal = part(main, "journal");
    let shown = "";

    /** Live alerts about feeds, and feeds that say themselves that they fail. */
    function showAll(store, now) {
      const items = Object.values(store.get("alerts").items || {}).filter(Boolean);
      const technical = items.filter((alert) => OF_FEEDS.test(alert.metric || ""));
      const facts = Object.values(store.get("feeds").declared || {}).filter((fact) => fact && (fact.state === "failing" || fact.state === "refused"));
      const found = [
        ...facts.map((fact) => [LSO.t("feeds.state." + fact.state), fact.name, LSO.text(fact, "error"), fact.since]),
        ...technical.map((alert) => [LSO.text(alert, "short") || LSO.text(alert, "summary"), (alert.dims || {}).feed || alert.source || "", LSO.text(alert, "summary"), alert.started_at]),
      ];
      text(part(main, "world"), LSO.t("feeds.faults.world", { count: F.number(items.length - technical.length) }));
      text(part(main, "faults-none"), found.length ? null : LSO.t("feeds.faults.none"));
      const key = JSON.stringify(found) + Math.floor(now / 60000);
      if (key === shown) return;
      shown = key;
      rows.replaceChildren(...found.map(([fault, feed, value, since]) => {
        const line = make("tr", "desk-row");
        line.append(make("td", "col-fault", fault), make("td", "col-feed", feed), make("td", "col-value", value), make("td", "col-began", since ? F.ago(Math.max(0, now - since) / 1000) : "–"));
        return line;
      }));
    }

    async function reload() {
      const [answer, acts] = await Promise.all([LSO.desk.ask("GET", "/api/v1/marks"), LSO.desk.ask("GET", "/api/v1/feeds/journal")]);
      const found = (answer.ok && answer.body.marks) || [];
      text(part(main, "marks-none"), answer.ok ? (found.length ? null : LSO.t("feeds.marks.none")) : answer.sentence);
      marks.replaceChildren(...found.map(mark));
      journal.replaceChildren(...((acts.ok && acts.body.journal) || []).map((act) => {
        const at = Date.parse(act.at);
        const line = make("li", "");
        line.append(make("span", "desk-sub", F.day(at) + " " + F.clock(at)), " ", make("strong", "", act.who), " " + (LSO.page.words["feeds.did." + act.what] || act.what) + " ", make("span", "", act.subject), act.why ? " — " + act.why : "");
        return line;
      }));
    }

    function mark(one) {
      const line = make("tr", "desk-row");
      const over = Boolean(one.ended_at);
      data(line, "state", over ? "ended" : null);
      const instant = (value) => (value ? F.day(Date.parse(value)) + " " + F.clock(Date.parse(value)) : LSO.t("feeds.mark.open"));
      const what = [one.source, one.metric, one.place, one.dims_key].filter(Boolean).join(" · ");
      const last = make("td", "col-end");
      if (over) last.append(make("span", "desk-sub", LSO.t("feeds.mark.ended", { who: one.ended_by })));
      else if (LSO.desk.may()) last.append(LSO.desk.button(LSO.t("feeds.do.unmark"), () => unmark(one)));
      line.append(make("td", "col-since", instant(one.start)), make("td", "col-until", instant(one.end)), make("td", "col-what", what), make("td", "col-why", one.why), make("td", "col-who", one.who), last);
      return line;
    }

    function unmark(one) {
      LSO.desk.dialogue(main, {
        title: LSO.t("feeds.ask.unmark"), text: LSO.t("feeds.ask.unmark_what"), action: LSO.t("feeds.do.unmark"), fields: [],
      }, async () => {
        const answer = await LSO.desk.ask("DELETE", "/api/v1/marks/" + one.id);
        if (answer.ok) reload();
        return answer.sentence || null;
      });
    }

    return { show: showAll, reload };
  };
})(typeof window === "undefined" ? globalThis : window);
