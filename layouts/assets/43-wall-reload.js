/**
 * Loading the page anew: each night, and when the server has a newer one. Only a healthy wall does it: a wall that shows
 * old figures is better than one that shows the browser's own fault page.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const HANOI_MS = 7 * 3600000;
  const DAY_MS = 86400000;
  /** After the hour has passed by so much, tonight's turn is over. */
  const WINDOW_MS = 3 * 3600000;
  /** Panels of a room do not go dark in one instant. */
  const SPREAD_MS = 90000;
  const AGAIN_MS = 60000;
  /** Two servers that serve two versions must not make a wall load itself all day. */
  const VERSION_EVERY_MS = 600000;
  const VERSION_AT = "lso-wall-version-at";
  /** A page that has just come lets the others of the room come first. */
  const SETTLED_MS = 60000;
  const NIGHTLY = "nightly";

  /**
   * Whether the nightly turn has come.
   * @param {number} now server time in ms
   * @param {number} loaded when the page was loaded, server time in ms
   * @param {string} clock "03:30", Hanoi; "" for never
   */
  function nightly(now, loaded, clock) {
    const told = /^(\d\d):(\d\d)$/.exec(clock || "");
    if (!told) return false;
    const midnight = Math.floor((now + HANOI_MS) / DAY_MS) * DAY_MS - HANOI_MS;
    const due = midnight + (Number(told[1]) * 60 + Number(told[2])) * 60000;
    return loaded < due && now >= due && now < due + WINDOW_MS;
  }

  /**
   * Whether it is safe to load the page anew.
   * @param {{line: string, alerts: Object<string, *>, fetch: function(string, *): Promise<*>, page: string}} seen
   * @returns {Promise<string>} "" when it is, else why not
   */
  async function unwell(seen) {
    if (seen.line !== "open") return "the line is " + seen.line;
    const open = Object.values(seen.alerts || {}).some((alert) => alert && alert.priority === "critical" && alert.state !== "ACKED");
    if (open) return "a critical alert waits for somebody";
    const patience = { cache: "no-store", signal: AbortSignal.timeout(10000) };
    try {
      if ((await seen.fetch("/healthz", patience)).status !== 200) return "the house is not healthy";
      const page = await seen.fetch(seen.page, { ...patience, headers: { Accept: "text/html" } });
      // A sign-in form answers too, but from another address.
      if (page.status !== 200 || page.redirected || !(await page.text()).includes("_dash-config")) return "the page does not come";
    } catch (error) {
      return "the server does not answer";
    }
    return "";
  }

  /**
   * Look after the page's age.
   * @param {{live: *, store: *, clock: string, version: string, note: function(string, *=): void, fetch?: *, reload?: function(): void,
   *   spread?: number}} options version: of the page as it was loaded
   * @returns {{tick: function(number): void, told: function(string): void, reason: function(): string}}
   */
  LSO.wallReload = function (options) {
    const spread = options.spread === undefined ? Math.random() * SPREAD_MS : options.spread;
    const reload = options.reload || (() => root.location.reload());
    const ask = options.fetch || root.fetch.bind(root);
    let loaded = null;
    let served = options.version;
    let tried = -Infinity;
    let reason = "";

    async function attempt(why, now) {
      tried = now;
      const page = root.location.pathname + root.location.search;
      reason = await unwell({ line: options.live.status.state, alerts: options.store.get("alerts").items, fetch: ask, page });
      if (reason) return;
      if (why !== NIGHTLY) root.sessionStorage.setItem(VERSION_AT, String(now));
      options.note("reload", { at: now, detail: why });
      reload();
    }

    return {
      /** Once a second, with the server's time. */
      tick(now) {
        if (loaded === null) loaded = now;
        if (now - tried < AGAIN_MS) return;
        if (nightly(now - spread, loaded, options.clock)) attempt(NIGHTLY, now);
        else if (served && options.version && served !== options.version && now - loaded > SETTLED_MS + spread) {
          const last = Number(root.sessionStorage.getItem(VERSION_AT)) || 0;
          if (now - last >= VERSION_EVERY_MS) attempt("version " + served, now);
        }
      },
      /** What the server says it serves. */
      told(version) {
        if (version) served = version;
      },
      /** Why the last attempt was not made, "" when it was. */
      reason: () => reason,
    };
  };

  LSO.wallReload.nightly = nightly;
  LSO.wallReload.unwell = unwell;
})(typeof window === "undefined" ? globalThis : window);
