/**
 * What is said of a gate and of an alert in few words.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const F = LSO.format;
  const { has, ofCell } = LSO.freshness;
  const { state: sideState, words: sideWords } = LSO.otherSide;

  /** "MỞ 07–20". */
  function hours(gate) {
    if (!gate.opens) return "";
    return gate.open
      ? LSO.t("gate.open", { opens: gate.opens.replace(":00", ""), closes: (gate.closes || "24:00").replace(":00", "") })
      : LSO.t("gate.closed", { opens: gate.opens });
  }

  /**
   * What stands in the corner of a gate's card: first whether the figure can be believed, then the alert, then what the
   * other side does when it is not as usual, then the hours.
   * @returns {{icon: ?string, words: string}}
   */
  LSO.gateStatus = function (gate, now) {
    const queue = gate && has(gate.queue) ? gate.queue : null;
    const state = queue ? ofCell(queue, now) : null;
    const priority = gate ? LSO.urgent(gate.priority) : null;
    if (queue && state !== "live") return { icon: state, words: LSO.stateWords(state, queue, now) };
    if (LSO.quality.isManual(queue, now)) return { icon: priority, words: LSO.quality.words(queue, now) };
    if (gate && priority) return { icon: priority, words: LSO.text(gate, "alert_short") || LSO.t("priority." + priority) };
    if (gate && has(gate.other_side) && ofCell(gate.other_side, now) === "live" && sideState(gate.other_side.v) !== "open")
      return { icon: null, words: sideWords(gate.other_side) };
    return { icon: null, words: gate ? hours(gate) : "" };
  };

  /** "Từ 13:48 · Trực ban đã nhận lúc 13:52 · hạn xử lý 14:03": since when, who has it, until when. */
  LSO.alertWords = function (alert) {
    const words = [LSO.t("alert.since", { time: F.clock(alert.started_at) })];
    if (alert.state === "RTNUN") words.push(LSO.t("alert.returned"));
    else if (alert.acked_by) words.push(LSO.t("alert.acked", { who: alert.acked_by, time: F.clock(alert.acked_at || alert.updated_at) }));
    else words.push(LSO.t("alert.unacked"));
    if (alert.time_to_respond_s > 0 && alert.state !== "RTNUN")
      words.push(LSO.t("wall.due", { time: F.clock(alert.started_at + alert.time_to_respond_s * 1000) }));
    return words.join(" · ");
  };
})(typeof window === "undefined" ? globalThis : window);
