/**
 * What fingers do beyond touching: a swipe goes to the gate beside, a pull at the top asks for everything anew. Both
 * have a key or a button too: arrows for the gates, the age of the data for the refresh.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, part, data, style } = LSO.dom;
  const SWIPE_PX = 60;
  const PULL_PX = 80;
  /** No answer within this is an answer: the line is dead though it looks open. */
  const ANSWER_MS = 8000;
  const SAID_MS = 4000;

  /**
   * @param {HTMLElement} main
   * @param {function(number): void} beside told -1 or 1 for a swipe or an arrow
   * @param {function(): boolean} swipes whether the page on show is one that is swiped
   * @param {function(): void} refresh
   */
  LSO.tabletGestures = function (main, beside, swipes, refresh) {
    const holder = part(main, "pages");
    const band = part(main, "pull");
    let from = null;

    function start(event) {
      from = null;
      if (event.touches.length !== 1 || main.querySelector("dialog[open]")) return;
      // A map and a row that runs sideways are moved by the same finger.
      const own = event.target.closest(".map-frame, .picker, .choice");
      const touch = event.touches[0];
      from = { x: touch.clientX, y: touch.clientY, top: holder.scrollTop <= 0 && !event.target.closest(".map-frame"), own: Boolean(own), pulled: 0 };
    }

    function move(event) {
      if (!from) return;
      const touch = event.touches[0];
      const [dx, dy] = [touch.clientX - from.x, touch.clientY - from.y];
      if (!from.top || dy <= 0 || Math.abs(dx) > dy || scrolledInside(event.target)) return;
      from.pulled = dy;
      data(band, "state", dy > PULL_PX ? "ready" : "pulling");
      style(band, "--pulled", Math.min(dy, PULL_PX * 1.4) + "px");
      text(band, LSO.t(dy > PULL_PX ? "tablet.pull.release" : "tablet.pull.more"));
    }

    /** A list that is itself scrolled down is being scrolled up, not pulled. */
    function scrolledInside(target) {
      for (let node = target; node && node !== holder; node = node.parentElement) if (node.scrollTop > 0) return true;
      return false;
    }

    function end(event) {
      if (!from) return;
      const touch = event.changedTouches[0];
      const [dx, dy] = [touch.clientX - from.x, touch.clientY - from.y];
      const was = from;
      from = null;
      if (was.pulled > PULL_PX) return refresh();
      if (was.pulled > 0) LSO.dom.show(band, false);
      if (!was.own && swipes() && Math.abs(dx) > SWIPE_PX && Math.abs(dx) > 2 * Math.abs(dy)) beside(dx < 0 ? 1 : -1);
    }

    function cancel() {
      if (from && from.pulled) LSO.dom.show(band, false);
      from = null;
    }

    function key(event) {
      const typing = event.target.closest && event.target.closest("input, textarea, select, dialog, .leaflet-container");
      if (typing || event.altKey || event.ctrlKey || event.metaKey || !swipes()) return;
      if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
        event.preventDefault();
        beside(event.key === "ArrowRight" ? 1 : -1);
      }
    }

    const touches = [["touchstart", start], ["touchmove", move], ["touchend", end], ["touchcancel", cancel]];
    for (const [name, listener] of touches) holder.addEventListener(name, listener, { passive: true });
    root.addEventListener("keydown", key);
    return function stop() {
      for (const [name, listener] of touches) holder.removeEventListener(name, listener);
      root.removeEventListener("keydown", key);
    };
  };

  /**
   * Ask for every topic anew and say how it went.
   * @param {HTMLElement} main
   * @param {string[]} topics
   * @param {function(): *} screen the live screen
   * @param {function(): void} also what else is forgotten, so that it is asked for again
   */
  LSO.tabletRefresh = function (main, topics, screen, also) {
    const band = part(main, "pull");
    let waiting = null;
    let timer = null;

    function say(key, state, values) {
      data(band, "state", state);
      style(band, "--pulled", "44px");
      text(band, LSO.t(key, values));
      root.clearTimeout(timer);
      if (state !== "asking") timer = root.setTimeout(() => LSO.dom.show(band, false), SAID_MS);
    }

    function heard(topic, paths) {
      if (!waiting || paths !== null) return;
      waiting.delete(topic);
      if (waiting.size) return;
      waiting = null;
      say("tablet.pull.done", "done", { time: LSO.format.clock(screen().live.serverNow(), "hanoi", true) });
    }

    return {
      heard,
      refresh() {
        also();
        if (screen().live.status.state !== "open") return say("tablet.pull.away", "failed");
        waiting = new Set(topics);
        say("tablet.pull.asking", "asking");
        for (const topic of topics) screen().live.send({ type: "resync", topic });
        timer = root.setTimeout(() => {
          if (!waiting) return;
          waiting = null;
          say("tablet.pull.failed", "failed");
        }, ANSWER_MS);
      },
      stop: () => root.clearTimeout(timer),
    };
  };
})(typeof window === "undefined" ? globalThis : window);
