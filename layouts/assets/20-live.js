/**
 * The live socket: subscribes, hands frames to the store, asks again after a gap, and never gives up.
 *
 * The reconnect waits 0.4 s, doubling to 3 s, each time somewhere between half and all of it, so that two hundred
 * screens do not come back in one instant. It has no last attempt: a wall has nobody to press reload.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const FIRST_WAIT_MS = 400;
  /** Low, because a screen promises to be back within 5 s of the server. */
  const LONGEST_WAIT_MS = 3000;
  /** The server pings every 5 s: two lost pings and a bit mean that the line is dead though it looks open. */
  const SILENT_MS = 12000;
  /** A snapshot asked for and not received by then is asked for again. */
  const RESYNC_MS = 5000;
  /** Frames over which the smallest delay is sought when the server's clock is estimated. */
  const CLOCK_FRAMES = 40;
  /** Close codes of a server that refuses us (no sign-in, wrong origin, session ended). */
  const REFUSED = new Set([1008, 4401, 4403]);

  /**
   * @param {{topics: string[], store: *, url?: string, WebSocket?: *, now?: function(): number,
   *   setTimeout?: *, clearTimeout?: *, random?: function(): number}} options
   *   The last five exist for the tests.
   */
  LSO.connect = function (options) {
    const { topics, store } = options;
    const Socket = options.WebSocket || root.WebSocket;
    const now = options.now || Date.now;
    const later = options.setTimeout || root.setTimeout.bind(root);
    const cancel = options.clearTimeout || root.clearTimeout.bind(root);
    const random = options.random || Math.random;
    const listeners = new Set();
    /** @type {Map<string, number>} topic → when its snapshot was asked for */
    const asked = new Map();
    let delays = [];
    let socket = null;
    let attempts = 0;
    let timer = null;
    let watch = null;
    let stopped = false;
    const status = { state: "connecting", since: now(), lastFrame: 0, frames: 0, resyncs: 0, connects: 0 };

    function become(state) {
      if (status.state === state) return;
      status.state = state;
      status.since = now();
      for (const listener of listeners) listener(status);
    }

    function open() {
      timer = null;
      if (stopped) return;
      status.connects += 1;
      status.lastFrame = now();
      const ahead = options.WebSocket ? null : LSO.takeAhead(address());
      try {
        socket = ahead ? ahead.socket : new Socket(address());
      } catch (error) {
        socket = null;
        return lose(false);
      }
      const mine = socket;
      mine.onmessage = (event) => mine === socket && receive(event.data);
      mine.onclose = (event) => mine === socket && lose(REFUSED.has(event && event.code));
      mine.onerror = () => {};
      // When whoever called has begun to listen, and before anything is drawn: a picture without figures would be
      // painted for nothing.
      if (ahead) root.queueMicrotask(() => ahead.heard.forEach((frame) => mine === socket && tryToReceive(frame)));
    }

    /** What a listener makes of one frame must not keep back those behind it. */
    function tryToReceive([text, at]) {
      try {
        receive(text, at);
      } catch (error) {
        root.reportError(error);
      }
    }

    const address = () => LSO.liveAddress(options.url || LSO.page.live_url || "/live", topics);

    /** @param {string} text @param {number=} at when it came, by this machine's clock */
    function receive(text, at) {
      let frame;
      try {
        frame = JSON.parse(text);
      } catch (error) {
        return; // Not ours to understand; the watchdog acts when nothing else comes.
      }
      status.lastFrame = now();
      if (frame.at) learn(frame.at, at || now());
      if (frame.type === "ping") send({ type: "pong" });
      if (frame.type !== "snapshot" && frame.type !== "delta") return;
      status.frames += 1;
      attempts = 0;
      become("open");
      const answer = store.take(frame);
      if (frame.type === "snapshot") asked.delete(frame.topic);
      else if (answer === "gap" && !asked.has(frame.topic)) ask(frame.topic);
    }

    function ask(topic) {
      asked.set(topic, now());
      status.resyncs += 1;
      send({ type: "resync", topic });
    }

    function send(message) {
      if (socket && socket.readyState === 1) socket.send(JSON.stringify(message));
    }

    function learn(serverMs, at) {
      // A frame is never newer than its arrival: the largest difference has the smallest delay in it.
      delays.push(serverMs - at);
      if (delays.length > CLOCK_FRAMES) delays.shift();
    }

    function lose(refused) {
      const dead = socket;
      socket = null;
      asked.clear();
      delays = delays.slice(-1);
      if (dead && dead.readyState < 2) dead.close();
      become(refused ? "refused" : "lost");
      if (stopped || timer !== null) return;
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempts, 10));
      attempts += 1;
      timer = later(open, longest * (0.5 + 0.5 * random()));
    }

    function check() {
      watch = later(check, 1000);
      if (socket && now() - status.lastFrame > SILENT_MS) return lose(false);
      for (const [topic, at] of asked) if (now() - at > RESYNC_MS) ask(topic);
    }

    function hurry() {
      if (stopped || timer === null) return;
      cancel(timer);
      attempts = 0;
      open();
    }

    if (root.addEventListener) root.addEventListener("online", hurry);
    watch = later(check, 1000);
    open();

    return {
      status,
      send,
      /** The server's time now, in ms: ages are told against it, not against this machine's clock. */
      serverNow: () => now() + (delays.length ? Math.max(...delays) : 0),
      /** How far this machine's clock is off, in ms; null before the first frame. */
      clockOffset: () => (delays.length ? Math.max(...delays) : null),
      on(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      stop() {
        stopped = true;
        if (root.removeEventListener) root.removeEventListener("online", hurry);
        if (timer !== null) cancel(timer);
        cancel(watch);
        if (socket) socket.close();
        socket = null;
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
