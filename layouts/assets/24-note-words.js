/**
 * What is said of a note to the duty desk, on the tablet that sent it and on the desk.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const F = LSO.format;

  /** The notes one person has sent, newest first. */
  LSO.notesOf = (items, who) => Object.values(items || {}).filter((note) => note && note.by === who).sort((a, b) => b.at - a.at);

  /** What became of a note, one sentence a step: sent, seen by whom and when, answered. @returns {string[]} */
  LSO.noteSteps = function (note) {
    const said = note.steps.map((step) =>
      LSO.t("note.state." + step.what, { who: step.by, time: F.clock(step.at), text: step.text }));
    return said.length ? said : [LSO.t("note.state.sent", { time: F.clock(note.at) })];
  };
})(typeof window === "undefined" ? globalThis : window);
