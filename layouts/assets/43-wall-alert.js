/**
 * The wall's foot: the first alert as a sentence, and how many there are of each priority.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part } = LSO.dom;
  const F = LSO.format;
  const PRIORITIES = ["critical", "high", "medium", "low"];

  /** The alerts in the order they deserve: worst first, nobody's before somebody's, returned ones last, then oldest. */
  LSO.alertOrder = function (items) {
    const weight = (alert) => [alert.state === "RTNUN" ? 1 : 0, PRIORITIES.indexOf(alert.priority), alert.state === "UNACK" ? 0 : 1, alert.started_at];
    return Object.values(items).sort((a, b) => {
      const [x, y] = [weight(a), weight(b)];
      const at = x.findIndex((value, i) => value !== y[i]);
      return at < 0 ? 0 : x[at] - y[at];
    });
  };

  const CALM = { sure: "alert.none_detail", pending: "alert.none_pending", unsure: "alert.none_unsure" };

  function detail(alert) {
    const parts = [LSO.t("alert.since", { time: F.clock(alert.started_at) })];
    if (alert.state === "RTNUN") parts.push(LSO.t("alert.returned"));
    else if (alert.acked_by) parts.push(LSO.t("alert.acked", { who: alert.acked_by, time: F.clock(alert.acked_at || alert.updated_at) }));
    else parts.push(LSO.t("alert.unacked"));
    return parts.join(" · ");
  }

  LSO.wallAlert = function (main) {
    const line = main.querySelector('[data-panel="alert"]');
    const sentence = part(line, "sentence");
    /** calm: what having no alert means, as LSO.calm tells. */
    return function update(known, topic, calm) {
      const first = LSO.alertOrder(topic.items || {})[0];
      show(part(line, "counts"), known);
      data(line, "priority", first ? first.priority : null);
      data(part(line, "icon"), "icon", first ? first.priority : known ? (calm === "sure" ? "ok" : "late") : null);
      text(part(line, "word"), first ? LSO.t("priority." + first.priority) : null);
      text(sentence, first ? LSO.text(first, "summary") : LSO.t(known ? "alert.none" : "alert.waiting"));
      text(part(line, "detail"), first ? detail(first) : known ? LSO.t(CALM[calm]) : null);
      // A sentence too long for one line takes the second one too, rather than lose its end.
      data(line, "long", null);
      if (sentence.scrollWidth > sentence.clientWidth + 1) data(line, "long", "true");
      for (const item of line.querySelectorAll(".alert-count")) {
        const total = ((topic.counts || {})[item.dataset.priority] || { total: 0 }).total;
        text(part(item, "count"), F.number(total));
        data(item, "some", total > 0 ? "true" : null);
      }
    };
  };
})(typeof window === "undefined" ? globalThis : window);
