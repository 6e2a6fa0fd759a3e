/**
 * Watching over the wall itself: does the page still run, and does it still draw?
 *
 * The file has two lives. In the page it measures: ticks that came late, drawing that was asked for and did not happen,
 * frames longer than a quarter of a second. As a Worker it listens for the page's ticks and, when they stop, tells the
 * server at once: a page that stands still cannot.
 */
(function (root) {
  "use strict";
  /** A picture that has not moved for so long has stopped. */
  const STILL_MS = 5000;
  /** A frame longer than this is seen as a jerk. */
  const LONG_MS = 250;
  const EVERY_MS = 60000;
  /** What the start costs is no fault. */
  const GRACE_MS = 15000;

  if (typeof document === "undefined" && typeof root.postMessage === "function") return asWorker();
  const LSO = (root.LSO = root.LSO || {});
  const address = root.document && document.currentScript ? document.currentScript.src : "";

  /**
   * Watch.
   * @param {{note: function(string, *=): void, panel: string, browser: string, now: function(): number, worker?: boolean}} options
   * @returns {{tick: function(): void, asked: function(): void, drawn: function(): void, failed: function(*): void,
   *   stillMs: function(): number, stop: function(): void}}
   *   tick: once a second; asked and drawn: around each drawing; stillMs: for how long nothing has been drawn, 0 when all is well
   */
  LSO.wallWatch = function (options) {
    const begun = performance.now();
    let ticked = begun;
    let waitingSince = null;
    let drawnAt = begun;
    let still = 0;
    let slow = { count: 0, worst: 0, since: begun };
    const faults = new Map();
    const observer = observe();
    const worker = options.worker === false ? null : hire();

    function observe() {
      if (!root.PerformanceObserver || !(PerformanceObserver.supportedEntryTypes || []).includes("longtask")) return null;
      const one = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          if (entry.duration < LONG_MS || entry.startTime < begun + GRACE_MS) continue;
          slow.count += 1;
          slow.worst = Math.max(slow.worst, entry.duration);
        }
      });
      one.observe({ type: "longtask" });
      return one;
    }

    function hire() {
      if (!address || !root.Worker || LSO.mirrored()) return null;
      try {
        const one = new Worker(address);
        one.postMessage({ panel: options.panel, browser: options.browser });
        return one;
      } catch (error) {
        return null; // The page's own clock still tells of a standstill, after it.
      }
    }

    function tick() {
      const now = performance.now();
      const gap = now - ticked;
      const visible = document.visibilityState === "visible";
      ticked = now;
      if (worker) worker.postMessage({ alive: true, visible, at: options.now() });
      if (!visible) {
        waitingSince = null;
        drawnAt = now;
        return;
      }
      if (gap > STILL_MS) options.note("frozen", { at: options.now() - gap, for_ms: gap, detail: "the page did not run" });
      const stood = waitingSince === null ? 0 : now - Math.max(waitingSince, drawnAt);
      if (stood > STILL_MS) still = stood;
      else if (still) {
        options.note("frozen", { at: options.now() - still, for_ms: still, detail: "nothing was drawn" });
        still = 0;
      }
      if (now - slow.since < EVERY_MS) return;
      if (slow.count) options.note("slow", { for_ms: slow.worst, detail: slow.count + " frames over " + LONG_MS + " ms within a minute" });
      slow = { count: 0, worst: 0, since: now };
    }

    /** A fault in drawing: the same one is told once a minute. */
    function failed(error) {
      const words = String((error && error.message) || error);
      const last = faults.get(words);
      const now = performance.now();
      if (last !== undefined && now - last < EVERY_MS) return;
      if (faults.size > 20) faults.clear();
      faults.set(words, now);
      options.note("error", { detail: words });
      console.error("The wall could not be drawn.", error);
    }

    return {
      tick,
      asked() {
        if (waitingSince === null) waitingSince = performance.now();
      },
      drawn() {
        waitingSince = null;
        drawnAt = performance.now();
      },
      failed,
      stillMs: () => still,
      stop() {
        if (observer) observer.disconnect();
        if (worker) worker.terminate();
      },
    };
  };

  function asWorker() {
    let about = null;
    let heard = 0;
    let told = false;
    let visible = true;
    let offset = 0;
    root.onmessage = (event) => {
      if (event.data.panel) about = event.data;
      if (!event.data.alive) return;
      heard = performance.now();
      visible = event.data.visible;
      offset = event.data.at - heard;
      told = false;
    };
    root.setInterval(() => {
      const gap = performance.now() - heard;
      if (!about || !heard || !visible || told || gap < STILL_MS) return;
      told = true;
      const at = Math.max(0, Math.round(heard + offset));
      const entry = { kind: "frozen", at, for_ms: Math.round(gap), detail: "the page stands still; seen from beside it" };
      const body = JSON.stringify({ screen: "wall", panel: about.panel, browser: about.browser, entries: [entry] });
      root.fetch("/api/v1/screens/journal", { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => {});
    }, 1000);
  }
})(typeof window === "undefined" ? globalThis : window);
