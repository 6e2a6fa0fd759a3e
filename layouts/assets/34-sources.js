/**
 * What the topic `feeds` means for a screen: what is wrong, how old the data is, and whether it is simulated.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /** What is wrong between the feeds and us, as a sentence; null when nothing is. */
  LSO.feedTrouble = function (feeds) {
    if (feeds.bus === "down") return LSO.t("live.bus_down");
    if (feeds.history === "down") return LSO.t("live.history_down");
    const down = Object.entries(feeds.processes || {}).find(([, process]) => process && process.state !== "running");
    return down ? LSO.t("live.process_down", { name: down[0] }) : null;
  };

  /** "Data 2 s ago", "5/6 sources"; null before any source has spoken. Where all were ended, none of them is live. */
  LSO.feedAge = function (feeds, now) {
    const spoken = Object.values(feeds.sources || {}).filter((source) => source && source.last_at);
    if (!spoken.length) return null;
    const running = spoken.filter((source) => !source.ended);
    const counted = running.length ? running : spoken;
    const newest = Math.max(...counted.map((source) => source.last_at));
    const live = running.filter(
      (source) => LSO.freshness.stateOf(LSO.freshness.ageOf(source.last_at, now), source.cadence_s || 60) === "live"
    ).length;
    const age = LSO.t("live.data", { age: LSO.format.age(LSO.freshness.ageOf(newest, now)) });
    const all = counted.length;
    return { live, all, age, sources: running.length ? LSO.t("live.sources", { live, all }) : LSO.t("live.all_ended") };
  };

  /** Whether figures are simulated: all of them, some, or none. Any simulated figure counts, whatever the feeds say. */
  LSO.simulation = function (feeds, gates) {
    const sources = Object.values(feeds.sources || {}).filter((source) => source && source.last_at && !source.ended);
    const cells = Object.values(gates || {}).map((gate) => gate && gate.queue).filter(Boolean);
    const some = feeds.simulated === true || cells.some((cell) => cell.sim);
    if (!some) return "none";
    return sources.some((source) => !source.simulated) || cells.some((cell) => !cell.sim) ? "partly" : "all";
  };

  /** The name of the scenario beside the mark, unless it is the ordinary province. */
  LSO.markScenario = function (main, simulation, feeds) {
    const named = simulation !== "none" && feeds && feeds.scenario && feeds.scenario !== "normal";
    LSO.dom.text(LSO.dom.part(main, "sim-scenario"), named ? LSO.text(feeds, "scenario") || feeds.scenario : null);
  };
})(typeof window === "undefined" ? globalThis : window);
