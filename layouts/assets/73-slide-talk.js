/**
 * What is shown, kept alike in the windows of one presentation (by a channel of the browser) and, once it has a code,
 * on the screens of those who follow (by the server, which has the last word after any outage).
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const FIRST_WAIT_MS = 500;
  const LONGEST_WAIT_MS = 5000;
  const wait = (tries) => Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 5)) * (0.75 + 0.5 * Math.random());

  /** @typedef {{deck: string, frozen: string, slide: string, follow: string}} Shown */

  const post = (path, body) =>
    root.fetch(path, {
      method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
    });

  /**
   * @param {{room: string, shown: Shown, heard: function(Shown, boolean): void}} options heard(shown, sent): what is
   *   shown now, and whether the followers know of it
   * @returns {{shown: function(): Shown, set: function(Object): void, begin: function(): Promise<boolean>, end: function(): void, stop: function(): void}}
   */
  LSO.slideTalk = function (options) {
    let shown = options.shown;
    let sending = false;
    let unsent = false;
    let tries = 0;
    let timer = null;
    const channel = options.room && root.BroadcastChannel ? new root.BroadcastChannel("lso-briefing-" + options.room) : null;

    function tell() {
      if (channel) channel.postMessage({ kind: "shown", shown });
    }

    if (channel) {
      channel.onmessage = (event) => {
        const said = event.data || {};
        if (said.kind === "hello") tell();
        if (said.kind !== "shown") return;
        shown = { ...shown, ...said.shown };
        options.heard(shown, !unsent);
      };
      channel.postMessage({ kind: "hello" });
    }

    /** Tell the server; while it cannot be reached the newest state waits, and no more than that. */
    async function send() {
      timer = null;
      if (sending || !shown.follow) return;
      sending = true;
      const sent = { slide: shown.slide, frozen: shown.frozen, deck: shown.deck };
      let done = false;
      try {
        const answer = await post("/api/v1/follow/" + shown.follow, sent);
        // 403, 404, 422: somebody else's, forgotten, or ended. Asking again would change nothing.
        done = answer.ok || (answer.status >= 400 && answer.status < 500);
      } catch (error) {
        done = false;
      }
      sending = false;
      const changed = ["slide", "frozen", "deck"].some((name) => sent[name] !== shown[name]);
      tries = done ? 0 : tries + 1;
      unsent = !done || changed;
      if (changed && done) return send();
      if (!done) timer = root.setTimeout(send, wait(tries));
      options.heard(shown, !unsent);
    }

    return {
      shown: () => shown,
      set(change) {
        shown = { ...shown, ...change };
        if (shown.follow) unsent = true;
        tell();
        options.heard(shown, !unsent);
        if (timer !== null) root.clearTimeout(timer);
        send();
      },
      async begin() {
        try {
          const answer = await post("/api/v1/follow", { slide: shown.slide, frozen: shown.frozen, deck: shown.deck });
          if (!answer.ok) return false;
          const begun = await answer.json();
          shown = { ...shown, follow: begun.code };
          tell();
          options.heard(shown, true);
          return true;
        } catch (error) {
          return false;
        }
      },
      end() {
        if (shown.follow) post("/api/v1/follow/" + shown.follow, { ended: true }).catch(() => {});
        shown = { ...shown, follow: "" };
        unsent = false;
        tell();
        options.heard(shown, true);
      },
      stop() {
        if (timer !== null) root.clearTimeout(timer);
        if (channel) channel.close();
      },
    };
  };

  /**
   * Follow a presentation by its code, for as long as it lasts; outages are waited out.
   * @param {string} code
   * @param {function(?*, string): void} heard heard(presentation, state): state is "open", "lost", "missing" or "ended"
   * @returns {function(): void} how to stop
   */
  LSO.followPresentation = function (code, heard) {
    let stopped = false;
    let known = null;
    let tries = 0;
    let timer = null;

    async function ask() {
      timer = null;
      let state = "lost";
      const [seen, began] = [known && known.revision, Date.now()];
      try {
        const after = known && tries === 0 ? "?after=" + known.revision : "";
        const answer = await root.fetch("/api/v1/follow/" + encodeURIComponent(code) + after, { credentials: "same-origin" });
        if (stopped) return;
        if (answer.ok) {
          known = await answer.json();
          state = known.ended ? "ended" : "open";
        } else if (answer.status === 404) state = "missing";
      } catch (error) {
        if (stopped) return;
      }
      if (stopped) return;
      tries = state === "lost" ? tries + 1 : 0;
      heard(known, state);
      if (state === "ended" || state === "missing") return;
      // A server that answers at once though nothing changed has too many waiting, or goes away.
      const hurried = state === "open" && known.revision === seen && Date.now() - began < 1000;
      timer = root.setTimeout(ask, hurried ? wait(1) : state === "open" ? 0 : wait(tries));
    }

    ask();
    return () => {
      stopped = true;
      if (timer !== null) root.clearTimeout(timer);
    };
  };
})(typeof window === "undefined" ? globalThis : window);
