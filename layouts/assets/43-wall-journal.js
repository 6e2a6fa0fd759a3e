/**
 * The wall's own journal: what went wrong with the line, the drawing or the machine, kept in the browser while the
 * server cannot be reached and handed over with each sign of life.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const KEY = "lso-wall-journal-";
  /** Lines kept at most while nobody takes them: a bad week; the oldest go, and the next line says how many went. */
  const MOST_KEPT = 400;
  const MOST_SENT = 50;
  const BEAT_MS = 5000;
  const PATIENCE_MS = 4000;

  /** Whether this is the picture of a panel in a frame on somebody's tablet: it is no panel and reports nothing. */
  LSO.mirrored = () => Boolean(root.top) && root.top !== root.self;

  function read(panel) {
    try {
      const kept = JSON.parse(root.localStorage.getItem(KEY + panel) || "{}");
      return { browser: String(kept.browser || ""), n: Number(kept.n) || 0, lines: Array.isArray(kept.lines) ? kept.lines : [] };
    } catch (error) {
      return { browser: "", n: 0, lines: [] };
    }
  }

  function write(panel, kept) {
    try {
      root.localStorage.setItem(KEY + panel, JSON.stringify(kept));
    } catch (error) {
      // A browser without storage still sends what it has in memory; it only forgets it when it is closed.
    }
  }

  /**
   * Start the journal of a panel.
   * @param {{panel: string, now: function(): number, beat: function(): Object<string, *>, onAnswer: function(*): void,
   *   fetch?: *}} options now: server time; beat: what the panel shows; onAnswer: {status, version} of each answer,
   *   status 0 where none came
   */
  LSO.wallJournal = function (options) {
    const ask = options.fetch || root.fetch.bind(root);
    const kept = read(options.panel);
    if (!kept.browser) kept.browser = "b" + Math.random().toString(36).slice(2, 12);
    let dropped = 0;
    let sending = false;

    /**
     * Write a line.
     * @param {string} kind as in docs/wall.md
     * @param {{at?: number, for_ms?: number, detail?: string}=} more
     */
    function note(kind, more) {
      if (LSO.mirrored()) return;
      const line = { kind, at: Math.round(options.now()), for_ms: 0, detail: "", ...more };
      line.at = Math.max(0, Math.round(line.at));
      line.for_ms = Math.max(0, Math.round(line.for_ms));
      line.detail = String(line.detail).slice(0, 300);
      kept.lines.push({ ...line, n: (kept.n += 1) });
      while (kept.lines.length > MOST_KEPT) {
        kept.lines.shift();
        dropped += 1;
      }
      write(options.panel, kept);
    }

    /** Hand over what there is, with a sign of life. */
    async function beat() {
      if (sending || LSO.mirrored()) return;
      sending = true;
      if (dropped) {
        const detail = dropped + " lines did not fit";
        dropped = 0;
        note("dropped", { detail });
      }
      const lines = kept.lines.slice(0, MOST_SENT);
      const body = { screen: "wall", panel: options.panel, browser: kept.browser, entries: lines, beat: options.beat() };
      try {
        const answer = await ask("/api/v1/screens/journal", {
          method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS),
        });
        const told = answer.ok ? await answer.json() : {};
        // What the server cannot use, it will not be able to use later either.
        if (lines.length && (answer.ok || answer.status === 422)) {
          const last = lines[lines.length - 1].n;
          kept.lines = kept.lines.filter((line) => line.n > last);
          write(options.panel, kept);
        }
        options.onAnswer({ status: answer.status, version: told.version || "" });
      } catch (error) {
        options.onAnswer({ status: 0, version: "" });
      } finally {
        sending = false;
      }
    }

    const timer = root.setInterval(beat, BEAT_MS);
    return { note, beat, waiting: () => kept.lines.length, browser: kept.browser, stop: () => root.clearInterval(timer) };
  };
})(typeof window === "undefined" ? globalThis : window);
