/**
 * The last line of the wall, for whoever walks up: how the rotation stands, the instant that is shown, the panel, and
 * the code that opens this very view in the hand. And what keeps the frame in order: the head that makes room, the orbit
 * that spares the display, the line's outages for the journal.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, data, style, part, make } = LSO.dom;
  /** The picture moves by two design pixels each three minutes: nothing bright stays on one pixel, and nobody sees it. */
  const ORBIT_MS = 180000;
  const ORBIT = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];
  const TIGHTEST = 4;

  /**
   * @param {HTMLElement} main
   * @param {*} panel
   * @param {*} store of LSO.pacedStore
   */
  LSO.wallFoot = function (main, panel, store) {
    const foot = main.querySelector(".wall-foot");
    const dots = part(foot, "turns");
    let code = "";
    // Measured before the shipped font was there, the head would be fitted to another one.
    if (document.fonts) document.fonts.ready.then(() => (fitted = new WeakMap()));
    text(part(foot, "panel"), LSO.name(panel));

    /** @param {*} shown of LSO.wallTurn @param {number} now server time in ms */
    function draw(shown, now) {
      turns(shown, now);
      data(part(foot, "sign"), "held", shown.held ? "true" : null);
      data(part(foot, "sign-icon"), "icon", shown.held ? "critical" : null);
      text(part(foot, "sign-text"), words(shown));
      const instant = store.instant();
      text(part(foot, "instant"), instant ? LSO.t("foot.instant", { time: LSO.format.clock(instant, "hanoi", true) }) : null);
      data(foot, "instant", instant || null);
      code = codeOf(shown);
      text(part(foot, "code"), code || null);
      LSO.dom.show(part(foot, "code-box"), Boolean(code));
    }

    function words(shown) {
      if (shown.held) return LSO.t("foot.held", { count: LSO.format.number(shown.held.count) });
      if (shown.pinned) return LSO.t("foot.pinned");
      return shown.next ? LSO.t("foot.next", { scene: LSO.t("scene." + shown.next) }) : null;
    }

    function turns(shown, now) {
      const wanted = shown.turns > 1 && !shown.pinned ? shown.turns : 0;
      while (dots.childElementCount > wanted) dots.lastChild.remove();
      while (dots.childElementCount < wanted) dots.append(make("span", "turn"));
      LSO.dom.show(dots, wanted > 0);
      for (let i = 0; i < wanted; i++) {
        const on = i === shown.index && !shown.held;
        data(dots.children[i], "on", on ? "true" : null);
        if (on) style(dots.children[i], "--share", Math.min(1, (now - shown.since) / (shown.until - shown.since)).toFixed(3));
      }
    }

    /** The code of the view on show; a gate that the scene chose by itself has its own. */
    function codeOf(shown) {
      const codes = panel.codes || {};
      if (shown.scene !== "gate") return codes[shown.scene] || "";
      const asked = shown.settings.gate || "worst";
      const gate = asked === "worst" ? store.get("gates").focus : asked;
      return codes["gate:" + gate] || codes["gate:" + asked] || "";
    }

    return { draw, code: () => code };
  };

  let fitted = new WeakMap();
  /**
   * Make the head fit its line: the long name gives way to the short one, then the scene's name, then the small words.
   * @param {HTMLElement} head
   * @param {string} key what its width depends on besides the panel and the size of its type; measured only when that has changed
   */
  LSO.fitHead = function (head, key) {
    const all = [key, head.clientWidth, root.getComputedStyle(head).getPropertyValue("--far-factor")].join();
    if (fitted.get(head) === all) return;
    fitted.set(head, all);
    for (let tight = 0; tight <= TIGHTEST; tight++) {
      data(head, "tight", String(tight));
      if (head.scrollWidth <= head.clientWidth + 1) return;
    }
  };

  /** Move the whole picture a little, for ever. @returns {{stop: function(): void}} */
  LSO.wallOrbit = function (main) {
    let step = 0;
    const timer = root.setInterval(() => {
      step = (step + 1) % ORBIT.length;
      main.style.setProperty("--orbit-x", String(ORBIT[step][0]));
      main.style.setProperty("--orbit-y", String(ORBIT[step][1]));
    }, ORBIT_MS);
    return { stop: () => root.clearInterval(timer) };
  };

  /** Write outages of the line and missing frames into the journal. @returns {function(): void} how to stop */
  LSO.wallLine = function (live, journal) {
    let lostAt = null;
    let resyncs = 0;
    const off = live.on((status) => {
      if (status.state === "lost" || status.state === "refused") lostAt = lostAt === null ? Date.now() : lostAt;
      else if (status.state === "open" && lostAt !== null) {
        const lasted = Date.now() - lostAt;
        journal.note("outage", { at: live.serverNow() - lasted, for_ms: lasted, detail: status.connects + " attempts since the start" });
        lostAt = null;
      }
    });
    const timer = root.setInterval(() => {
      const more = live.status.resyncs - resyncs;
      resyncs = live.status.resyncs;
      if (more > 0) journal.note("resync", { detail: more + " snapshots asked for within a minute" });
    }, 60000);
    // A page that ends is hidden too, for its last moment: only what stays hidden is told.
    const hidden = () => root.setTimeout(() => document.visibilityState === "hidden" && journal.note("hidden"), 1000);
    document.addEventListener("visibilitychange", hidden);
    return () => {
      off();
      root.clearInterval(timer);
      document.removeEventListener("visibilitychange", hidden);
    };
  };
})(typeof window === "undefined" ? globalThis : window);
