/**
 * Lost coverage in words: the worst dead stretch of the approach roads, and how many people are without signal.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const F = LSO.format;

  /** "QL1 km 12,3–14,1", kept on one line. @param {{road_name: string, from_km: number, to_km: number}} stretch */
  const named = (stretch) =>
    `${stretch.road_name}\u00a0km\u00a0${F.number(stretch.from_km, undefined, 1)}\u2060–\u2060${F.number(stretch.to_km, undefined, 1)}`;

  /** The stretch that matters most: none of any signal before none of 4G, then the longest. Gates share roads. */
  function worst(lost) {
    const stretches = (lost && lost.stretches) || [];
    return stretches.find((stretch) => !stretch.technology) || stretches[0] || null;
  }

  /** What the head of a panel says of lost coverage, in few words; null when nothing is lost. */
  function note(lost) {
    const stretch = worst(lost);
    if (stretch) return named(stretch);
    return lost && lost.population > 0 ? LSO.t("network.lost", { people: F.number(lost.population) }) : null;
  }

  /** What an alert's detail says beside its texts: the area, and every stretch of its gate. [] for other alerts. */
  function details(lost, alert) {
    if (!lost || !alert || (alert.labels || {}).topic !== "network") return [];
    const lines = lost.area_km2 > 0 ? [LSO.t("network.lost_area", { area: F.number(lost.area_km2), people: F.number(lost.population) })] : [];
    const mine = lost.stretches.filter((stretch) => alert.metric !== "road_dead_stretch_km" || stretch.gate === alert.place);
    const words = mine.map((stretch) => named(stretch) + (stretch.technology ? ` (${stretch.technology.toUpperCase()})` : ""));
    if (words.length) lines.push(LSO.t("network.stretches", { stretches: [...new Set(words)].slice(0, 4).join("; ") }));
    return lines;
  }

  /** Whether which sites are silent, and what they leave without signal, is known of now: not when the count is old. */
  const isNow = (network, now) => {
    const count = (network.province || {}).on_air;
    return !LSO.freshness.held() && (!LSO.freshness.has(count) || LSO.freshness.ofCell(count, now) === "live");
  };

  LSO.lostCoverage = { named, worst, note, details, isNow };
})(typeof window === "undefined" ? globalThis : window);
