/**
 * Signs of life: the clocks, the stepping block, the pulse, and the sentence about the line to the server.
 *
 * Everything here is moved by this script once a second and by no CSS animation: an animation runs on when the page
 * behind it has frozen, and that is exactly what has to be seen.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const STEPS = 30;
  /** A screen whose clock is off by more says so; less is within what a network and a timer explain. */
  const CLOCK_OFF_MS = 5000;
  /** A lost line is announced after this: a reconnect within it is nobody's business. */
  const ANNOUNCE_MS = 2500;

  /**
   * Show the signs of life in a screen.
   * @param {HTMLElement} main
   * @param {*} live the connection of LSO.connect
   * @param {function(): ?string} trouble a sentence about the data's way to us, null when all is well
   * @param {boolean=} inStep whether the block stands where every other screen's does: the caller then ticks with the
   *   server's seconds
   * @returns {{tick: function(): void, say: function(): void}} tick: to be called once a second; say: only brings the
   *   sentence up to date, for figures that are drawn between two seconds
   */
  LSO.heartbeat = function (main, live, trouble, inStep) {
    const part = (name) => LSO.dom.part(main, name);
    const beat = main.querySelector(".beat");
    let step = 0;

    function lost() {
      const { state, since } = live.status;
      return (state === "lost" || state === "refused") && Date.now() - since > ANNOUNCE_MS;
    }

    function tick() {
      const now = live.serverNow();
      const status = live.status;
      const announced = lost();
      step = (inStep && status.state !== "frozen" ? Math.floor(now / 1000) : step + 1) % STEPS;
      LSO.dom.text(part("clock-hanoi"), LSO.format.clock(now, "hanoi", true));
      LSO.dom.text(part("clock-beijing"), LSO.format.clock(now, "beijing"));
      LSO.dom.style(part("beat"), "--step", String(step));
      LSO.dom.data(beat, "state", announced ? "lost" : "live");
      LSO.dom.data(part("pulse"), "beat", step % 2 ? "low" : "high");
      LSO.dom.data(part("pulse"), "state", announced ? "lost" : "live");
      say();
    }

    function say() {
      const said = LSO.lineWords ? LSO.lineWords(live, live.serverNow()) : null;
      notice(said || (lost() ? lineSentence(live.status) : trouble() || clockSentence(live)));
    }

    function lineSentence(status) {
      if (status.state === "refused") return LSO.t("live.refused");
      return LSO.t("live.lost", { age: LSO.format.age((Date.now() - status.since) / 1000) });
    }

    function clockSentence() {
      const offset = live.clockOffset();
      if (offset === null || Math.abs(offset) < CLOCK_OFF_MS) return null;
      return LSO.t("live.clock_off", { age: LSO.format.age(Math.abs(offset) / 1000) });
    }

    /** The notice takes the place of the title: nothing else on the screen moves or is covered. */
    function notice(sentence) {
      LSO.dom.text(part("notice-text"), sentence);
      LSO.dom.show(part("notice"), Boolean(sentence));
      LSO.dom.show(part("title"), !sentence);
    }

    return { tick, say };
  };
})(typeof window === "undefined" ? globalThis : window);
