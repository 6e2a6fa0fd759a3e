/**
 * A frozen moment instead of the live line: LSO.connectFrozen has the interface of LSO.connect, and time stands still.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const FIRST_WAIT_MS = 400;
  const LONGEST_WAIT_MS = 5000;

  /** @returns {string} the code in the address (?frozen=CODE), "" for none */
  LSO.frozenCode = () => new URLSearchParams(root.location ? root.location.search : "").get("frozen") || "";

  /**
   * Fetch a moment and hand its topics to the store. A lost network is waited out; a code that nobody knows is not.
   * @param {{id: string, store: *, fetch?: *, setTimeout?: *, clearTimeout?: *}} options id: its id or code
   *   The last three exist for the tests.
   * @returns the interface of LSO.connect; `moment()` gives what is known of the moment, null before it came;
   *   status.state: "connecting", "frozen", "lost" while the server cannot be reached, "missing" when nobody knows it
   */
  LSO.connectFrozen = function (options) {
    const { id, store } = options;
    const ask = options.fetch || root.fetch.bind(root);
    const later = options.setTimeout || root.setTimeout.bind(root);
    const cancel = options.clearTimeout || root.clearTimeout.bind(root);
    const listeners = new Set();
    const status = { state: "connecting", since: Date.now(), lastFrame: 0, frames: 0, resyncs: 0, connects: 0 };
    let moment = null;
    let timer = null;
    let stopped = false;

    function become(state) {
      if (status.state === state) return;
      status.state = state;
      status.since = Date.now();
      for (const listener of listeners) listener(status);
    }

    async function open() {
      timer = null;
      status.connects += 1;
      try {
        const answer = await ask("/api/v1/frozen/" + encodeURIComponent(id), { credentials: "same-origin" });
        if (stopped) return;
        if (answer.ok) return take(await answer.json());
        if (answer.status === 404) return become("missing");
        become(answer.status === 401 || answer.status === 403 ? "refused" : "lost");
      } catch (error) {
        if (!stopped) become("lost");
      }
      if (!stopped) timer = later(open, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(status.connects, 6)));
    }

    function take(found) {
      if (stopped) return;
      moment = found;
      status.lastFrame = Date.now();
      for (const [topic, data] of Object.entries(found.topics)) {
        status.frames += 1;
        store.take({ type: "snapshot", epoch: "frozen:" + found.id, topic, seq: 0, at: found.at, data });
      }
      become("frozen");
    }

    open();

    return {
      status,
      moment: () => moment,
      send() {},
      /** The moment's own time: ages are those of then. The present until the moment is known. */
      serverNow: () => (moment ? moment.at : Date.now()),
      clockOffset: () => null,
      on(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      stop() {
        stopped = true;
        if (timer !== null) cancel(timer);
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
