/**
 * What is on show now: a pinned scene, what a critical alert holds, or the turn of the rotation; and the stage follows.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});

  /**
   * @typedef {{scene: string, settings: Object<string, *>, since: number, until: ?number, index: number, turns: number,
   *   next: ?string, held: ?{count: number, alert: string}, pinned: boolean}} Shown
   */

  /**
   * @param {*} stage of LSO.wallStage
   * @param {*} panel of config/screens.yaml
   * @param {URLSearchParams} address ?scene= pins a scene, ?gate= its gate; ?hold=1 stays with the first one
   * @returns {{at: function(number, *): Shown, now: function(): ?Shown}}
   */
  LSO.wallTurn = function (stage, panel, address) {
    const declared = (panel.scenes || []).filter((turn) => stage.has(turn.scene));
    const turns = declared.length ? declared : [{ scene: "overview", dwell_s: 60, settings: {} }];
    const pinned = pin();
    let anchor = null;
    /** @type {?Shown} */
    let shown = null;

    function pin() {
      const scene = address.get("scene");
      if (scene && stage.has(scene)) {
        const own = turns.find((turn) => turn.scene === scene);
        const gate = scene === "gate" && address.get("gate");
        return { scene, settings: gate ? { gate } : own ? own.settings : scene === "gate" ? { gate: "worst" } : {} };
      }
      return address.get("hold") === "1" ? turns[0] : null;
    }

    /** Decide and show. @param {number} now server time in ms @param {*} items of the topic alerts */
    function at(now, items) {
      // A panel alone begins with its first scene; the panels of a wall go by the server's clock.
      if (anchor === null) anchor = panel.together ? 0 : now;
      shown = decide(now, items);
      stage.show(shown.scene, shown.settings);
      return shown;
    }

    function decide(now, items) {
      if (pinned) return { ...pinned, since: anchor, until: null, index: 0, turns: turns.length, next: null, held: null, pinned: true };
      const found = LSO.wallRotation.turnAt(turns, now, anchor);
      const held = panel.hold === false ? null : LSO.wallRotation.heldBy(items, now, stage.has);
      const next = turns.length > 1 ? turns[(found.index + 1) % turns.length].scene : null;
      const turn = held || turns[found.index];
      return {
        scene: turn.scene, settings: turn.settings || {}, since: found.since, until: found.until, index: found.index,
        turns: turns.length, next, held: held && { count: held.count, alert: held.alert }, pinned: false,
      };
    }

    return { at, now: () => shown };
  };
})(typeof window === "undefined" ? globalThis : window);
