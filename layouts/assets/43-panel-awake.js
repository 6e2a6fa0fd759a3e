/**
 * Keeping a display awake: the browser's lock on the screen, asked for again whenever it was taken back.
 *
 * A browser gives the lock only to a page it trusts (https, or this very machine). Where it does not, the machine's own
 * settings must keep the display on; the self-test says which it is.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const AGAIN_MS = 30000;

  /**
   * Ask for the lock and keep asking.
   * @param {function(): void} onLost called when the machine took the lock back while the page was visible
   * @returns {{state: function(): ("held"|"asked"|"refused"|"unsupported"), stop: function(): void}}
   */
  LSO.keepAwake = function (onLost) {
    const supported = Boolean(root.navigator && root.navigator.wakeLock);
    let state = supported ? "asked" : "unsupported";
    let lock = null;
    let stopped = false;

    async function ask() {
      if (stopped || lock || !supported || document.visibilityState !== "visible") return;
      try {
        const mine = await root.navigator.wakeLock.request("screen");
        if (stopped) return void mine.release();
        lock = mine;
        state = "held";
        mine.addEventListener("release", () => {
          if (lock !== mine) return;
          lock = null;
          state = "asked";
          if (!stopped && document.visibilityState === "visible") onLost();
        });
      } catch (error) {
        state = "refused"; // Low battery, or a page that is not trusted; the next attempt may succeed.
      }
    }

    const timer = root.setInterval(ask, AGAIN_MS);
    document.addEventListener("visibilitychange", ask);
    ask();
    return {
      state: () => state,
      stop() {
        stopped = true;
        root.clearInterval(timer);
        document.removeEventListener("visibilitychange", ask);
        if (lock) lock.release();
        lock = null;
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
