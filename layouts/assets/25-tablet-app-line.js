/**
 * The tablet's line: the live one, with what the device kept standing in while it is gone, and never without its age.
 *
 * While anything shown did not come over an open line, no figure counts as live (so none has a colour of urgency), each
 * carries its age, and the head says in words since when.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const KEPT = "kept";
  /** A reconnect within this is nobody's business; equals ANNOUNCE_MS of 30-heartbeat.js. */
  const GRACE_MS = 2500;
  /** How often the server is asked whether this session still stands, while only the live line is refused. */
  const ASK_MS = 15000;
  /** A device clock behind what it kept by more than this is wrong. */
  const CLOCK_MS = 60000;

  /**
   * @param {*} live the connection of LSO.connect
   * @param {*} store
   * @param {string[]} topics
   */
  LSO.keepLine = function (live, store, topics) {
    const owner = JSON.stringify([LSO.page.user_name, LSO.page.role]);
    const ages = LSO.figureAges();
    let record = null;
    let looked = false;
    let stopped = false;
    let asked = 0;

    const isKept = (topic) => Boolean(store.about(topic)) && store.about(topic).epoch === KEPT;
    const shown = () => topics.filter(store.has);
    const shell = LSO.tabletShell(live, owner);
    let worker = false;
    const stop = LSO.kept.keep({
      store, topics, owner, offset: () => live.clockOffset() || 0,
      // Figures without a page that could show them are kept for nobody; what another left is cleared away first.
      fit: () => looked && worker && live.status.state === "open" && live.clockOffset() !== null && !shown().some(isKept),
    });
    shell.registered.then((done) => (worker = done));
    LSO.kept.read(owner).then((found) => {
      looked = true;
      if (stopped || !found) return;
      record = found;
      for (const topic of topics) {
        const kept = found.topics[topic];
        if (kept && !store.has(topic)) store.take({ type: "snapshot", epoch: KEPT, topic, seq: 0, at: kept.at, data: kept.data });
      }
    });

    /** @returns {"live"|"joining"|"offline"} joining: what is shown is kept, and the line may come any moment */
    function mode() {
      const some = shown().some(isKept);
      if (live.status.state === "open") return some ? "joining" : "live";
      if (root.navigator.onLine === false && looked) return "offline";
      if (Date.now() - live.status.since < GRACE_MS) return some ? "joining" : "live";
      return "offline";
    }

    function serverNow() {
      return record && live.clockOffset() === null ? Date.now() + record.offset : live.serverNow();
    }

    /** The instant of the newest figure shown: what a source told last, and never later than its frame. */
    function newest() {
      const frames = shown().map((topic) => store.about(topic).at);
      if (!frames.length) return null;
      const sources = Object.values(store.get("feeds").sources || {}).filter((source) => source && source.last_at && !source.ended);
      const told = sources.length ? Math.max(...sources.map((source) => source.last_at)) : Infinity;
      return Math.min(told, Math.max(...frames));
    }

    function says(now) {
      const state = mode();
      if (state === "live") return null;
      const at = newest();
      if (at === null) return state === "offline" ? LSO.t("tabletapp.offline_none") : null;
      const time = LSO.agedTime(at, now);
      if (now < at - CLOCK_MS) return LSO.t("tabletapp.offline_clock", { time: LSO.fullTime(at) });
      const ago = LSO.format.ago(LSO.freshness.ageOf(at, now));
      return LSO.t(state === "offline" ? "tabletapp.offline" : "tabletapp.joining", { time, ago });
    }

    /** Only the line is refused, or it does not come although there is a network: is the session over? */
    async function ask() {
      const state = live.status.state;
      if (state === "open" || state === "connecting" || root.navigator.onLine === false) return;
      if (Date.now() - asked < ASK_MS) return;
      asked = Date.now();
      const answer = await root.fetch("/api/v1/me", { credentials: "same-origin", headers: { accept: "application/json" } }).catch(() => null);
      if (stopped || !answer || answer.status !== 401) return;
      // Whoever holds the tablet now has no authority for what it keeps.
      stop();
      await LSO.kept.forget();
      root.location.assign("/sign-in?next=" + encodeURIComponent("/tablet" + root.location.hash));
    }

    return {
      ...live,
      status: live.status,
      serverNow,
      says,
      mode,
      newest,
      /** Before the screen draws: figures that are not live must not be drawn as if they were. */
      drawing() {
        LSO.freshness.atBest(mode() === "live" ? null : "late");
        ask();
      },
      drawn(main, now) {
        const state = mode();
        LSO.dom.data(main, "line", state === "live" ? null : state);
        ages(main, store, now, state !== "live" ? newest() : null);
      },
      stop() {
        stopped = true;
        stop();
        shell.stop();
        LSO.freshness.atBest(null);
        live.stop();
      },
    };
  };

  /** "14:32" today, with the day when it was another one. */
  LSO.agedTime = function (ms, now) {
    const time = LSO.format.clock(ms);
    return LSO.format.day(ms) === LSO.format.day(now) ? time : LSO.t("tabletapp.day_time", { time, day: LSO.format.day(ms) });
  };
})(typeof window === "undefined" ? globalThis : window);
