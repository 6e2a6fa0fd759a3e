/**
 * Which line a screen hangs on: the live one, one that survives the network (the tablet's), or a frozen moment that the
 * address names (`?frozen=CODE`), and what the head says while it is not the live one.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /**
   * @param {{topics: string[], store: *}} options
   * @returns the interface of LSO.connect; the tablet's has `drawing`, `drawn` and `says` besides
   */
  LSO.line = function (options) {
    const code = LSO.frozenCode ? LSO.frozenCode() : "";
    if (code) return LSO.connectFrozen({ id: code, store: options.store });
    const live = LSO.connect(options);
    return LSO.keepLine ? LSO.keepLine(live, options.store, options.topics) : live;
  };

  /** "14:32:05 CN 22/11/2026": an instant that stays right for whoever reads it later. */
  LSO.fullTime = (ms) => LSO.format.clock(ms, "hanoi", true) + " " + LSO.format.day(ms);

  /** What the head says instead of its title while the line is not the live one; null while it is. */
  LSO.lineWords = function (live, now) {
    if (live.says) return live.says(now);
    if (!live.moment) return null;
    const moment = live.moment();
    if (moment) return LSO.t("frozen.head", { time: LSO.fullTime(moment.at) });
    const words = { missing: "frozen.missing", lost: "frozen.lost", refused: "frozen.refused" };
    return LSO.t(words[live.status.state] || "frozen.opening", { code: LSO.frozenCode().toUpperCase() });
  };
})(typeof window === "undefined" ? globalThis : window);
