/**
 * When this device was looked at last, and what it showed then. Two pictures are kept in the browser, for each user:
 * the one of the look before this one, against which changes are told, and the one of now. A pause makes a new look.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** Who turns away for less has not stopped looking. */
  const PAUSE_MS = 5 * 60000;
  const KEEP_EVERY_MS = 10000;
  /** An older look says nothing that a leader would call a change. */
  const OLDEST_MS = 7 * 86400000;
  const TOPICS = ["gates", "services", "network", "alerts", "feeds"];

  const place = () => "lso.tablet.seen." + (LSO.page.user_name || "");

  function read() {
    try {
      return JSON.parse(root.localStorage.getItem(place()) || "{}") || {};
    } catch (error) {
      return {};
    }
  }

  function write(kept) {
    try {
      root.localStorage.setItem(place(), JSON.stringify(kept));
    } catch (error) {
      // A full or closed storage costs the next visit its comparison, and nothing else.
    }
  }

  /**
   * @param {function(): void} changed something new is known of the time since the last look
   */
  LSO.tabletSeen = function (changed) {
    let kept = read();
    let begun = false;
    let savedAt = 0;
    let asked = "";
    let told = { recent: [], times: {} };

    /** A new visit begins: what was shown last becomes what is compared with. */
    function begin(now) {
      begun = true;
      const last = kept.current;
      if (last && now - last.at > OLDEST_MS) kept = {};
      else if (last && (now - last.at > PAUSE_MS || !kept.before)) kept = { before: last, current: null };
      told = { recent: [], times: {} };
      asked = "";
    }

    /** A kept or frozen picture is no look at the province. */
    const frozen = () => Boolean(LSO.screen && LSO.screen.live.mode) && LSO.screen.live.mode() !== "live";

    return {
      /** Called whenever the screen is drawn. @returns {?{since: number, changes: Array<*>, first: boolean}} null until all topics have come */
      look(store, now) {
        if (!TOPICS.every((topic) => store.has(topic))) return null;
        if (!begun) begin(now);
        if (!frozen() && root.document.visibilityState !== "hidden" && Math.abs(now - savedAt) > KEEP_EVERY_MS) {
          savedAt = now;
          kept.current = LSO.tabletChanges.picture(store.get, now);
          if (!kept.before) kept.before = kept.current;
          write(kept);
        }
        if (!kept.before) return null;
        this.ask(store, now);
        const first = kept.before.at === (kept.firstAt || kept.before.at) && !kept.looked;
        return { since: kept.before.at, first, changes: LSO.tabletChanges.compare(kept.before, store.get, now, told) };
      },
      /** The leader has read it: from now on only what is new is told. */
      read(store, now) {
        kept = { before: LSO.tabletChanges.picture(store.get, now), current: LSO.tabletChanges.picture(store.get, now), looked: true };
        told = { recent: [], times: {} };
        asked = "";
        write(kept);
        changed();
      },
      /** Came back to the front. */
      returned(now) {
        kept = read();
        if (kept.current && now - kept.current.at > PAUSE_MS) begin(now);
      },
      since: () => (kept.before ? kept.before.at : 0),
      /** Ask the server what is over by now, and when gates and the other side changed: once for each set of alerts. */
      ask(store, now) {
        if (frozen() || !LSO.screen || LSO.screen.live.status.state !== "open") return;
        const key = Object.keys(store.get("alerts").items || {}).sort().join();
        if (key === asked) return;
        asked = key;
        fetchRecent(kept.before.at).then((recent) => {
          if (recent) told.recent = recent;
          changed();
        });
        for (const [id, gate] of Object.entries(store.get("gates").gates || {})) {
          const was = (kept.before.gates || {})[id];
          if (!was || !gate) continue;
          if (was.other && gate.other_side && gate.other_side.v !== null && Math.abs(was.other.v - gate.other_side.v) >= LSO.tabletChanges.OTHER_SIDE)
            fetchTurn("other_side_rate_ratio", id, kept.before.at, now, LSO.tabletChanges.OTHER_SIDE / 2).then((at) => at && ((told.times["other/" + id] = at), changed()));
          if (was.status && gate.status && was.status.v !== gate.status.v)
            fetchTurn("operational_status", id, kept.before.at, now, 0.5).then((at) => at && ((told.times["status/" + id] = at), changed()));
        }
      },
    };
  };

  async function fetchRecent(since) {
    try {
      const answer = await fetch("/api/v1/alerts?since=" + Math.round(since), { headers: { accept: "application/json" } });
      return answer.ok ? (await answer.json()).alerts : null;
    } catch (error) {
      return null; // Away from the network: the times of what is over stay unknown, and are not invented.
    }
  }

  /** When a series last stepped by more than `least`, in ms; null when that is not known. */
  async function fetchTurn(metric, place, from, to, least) {
    const series = (await LSO.tabletHistory(metric, place, null, from, to, 600)) || [];
    let at = null;
    for (let i = 1; i < series.length; i++) if (Math.abs(series[i][1] - series[i - 1][1]) >= least) at = series[i][0];
    return at;
  }
})(typeof window === "undefined" ? globalThis : window);
