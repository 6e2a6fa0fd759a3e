/**
 * The page kept for the next start: registers the service worker and tells it, once the screen is live, what to keep.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const WORKER = "/sw.js";
  const SCOPE = "/tablet";
  /** After the screen is live: what it still loads is loaded by then, and the figures were first. */
  const SETTLE_MS = 3000;
  const CHOICES = ["lang", "theme"];

  /**
   * @param {*} live the connection of LSO.connect
   * @param {string} owner whose page it is
   * @returns {{registered: Promise<boolean>, stop: function(): void}} registered: whether a worker keeps the page
   */
  LSO.tabletShell = function (live, owner) {
    const workers = root.navigator.serviceWorker;
    let timer = null;
    let stopped = false;
    if (!workers || !root.isSecureContext) return { registered: Promise.resolve(false), stop() {} };
    // Without a worker the app needs the network.
    const registered = workers.register(WORKER, { scope: SCOPE, updateViaCache: "none" }).then(Boolean, () => false);
    // A new version took over: what is kept is kept anew.
    workers.addEventListener("controllerchange", soon);
    const off = live.on((status) => status.state === "open" && soon());
    if (live.status.state === "open") soon();

    function soon() {
      if (timer === null && !stopped) timer = root.setTimeout(tell, SETTLE_MS);
    }

    async function tell() {
      timer = null;
      const registration = await workers.ready;
      if (stopped || live.status.state !== "open" || !registration.active) return;
      const asked = new URLSearchParams(root.location.search);
      const chosen = new URLSearchParams(CHOICES.filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]));
      const urls = root.performance.getEntriesByType("resource").map((entry) => new URL(entry.name))
        .filter((url) => url.origin === root.location.origin).map((url) => url.pathname + url.search);
      const channel = new MessageChannel();
      channel.port1.onmessage = (event) => (LSO.tabletApp.shell = event.data);
      const search = chosen.toString() ? "?" + chosen : "";
      registration.active.postMessage({ type: "keep", search, urls: [...new Set(urls)], owner }, [channel.port2]);
    }

    return {
      registered,
      stop() {
        stopped = true;
        off();
        workers.removeEventListener("controllerchange", soon);
        if (timer !== null) root.clearTimeout(timer);
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
