/**
 * One instant for all panels of a wall: frames are taken in as they come and shown second by second of the server's
 * clock, so that two panels that say 14:02:07 show exactly the same data.
 *
 * A frame that was made just before a second may reach one panel before that second is drawn and the other after it;
 * so a second is drawn a little later than it is (LAG_MS). A panel alone has nobody to agree with and shows a frame as
 * soon as it has come.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const STEP_MS = 1000;
  /** Twice what a frame takes through a busy local network, and still less than anybody sees. */
  const LAG_MS = 250;
  /** Frames that wait for their second; more means that nobody draws (a hidden tab), and they are shown as they come. */
  const MOST_WAITING = 2000;

  /**
   * A store in front of a store.
   * @param {*} store of LSO.createStore
   * @param {boolean} together whether frames wait for their second
   */
  LSO.pacedStore = function (store, together) {
    /** @type {Map<string, {epoch: *, seq: number}>} what has come, by topic; the store behind knows what is shown */
    const come = new Map();
    let waiting = [];
    let newest = 0;
    let shown = 0;

    function take(frame) {
      const known = come.get(frame.topic);
      if (frame.type !== "snapshot") {
        if (!known || known.epoch !== frame.epoch || frame.seq > known.seq + 1) return "gap";
        if (frame.seq <= known.seq) return "repeated";
      }
      newest = Math.max(newest, frame.at || 0);
      come.set(frame.topic, { epoch: frame.epoch, seq: frame.seq });
      // The first picture waits for nothing: there is no other instant on the glass it could disagree with.
      if (!together || (frame.type === "snapshot" && !store.has(frame.topic)) || waiting.length >= MOST_WAITING) {
        for (const each of waiting.splice(0)) store.take(each);
        store.take(frame);
        if (!together) shown = newest;
      } else waiting.push(frame);
      return "applied";
    }

    /** Show everything up to an instant. @param {number} instant server time in ms */
    function advance(instant) {
      if (!together) return;
      const due = waiting.filter((frame) => (frame.at || 0) <= instant);
      waiting = waiting.filter((frame) => (frame.at || 0) > instant);
      for (const frame of due) store.take(frame);
      shown = instant;
    }

    return {
      take,
      advance,
      get: store.get,
      has: store.has,
      on: store.on,
      /** The instant that is shown: everything up to it and nothing after it; 0 before the first frame. */
      instant: () => shown,
    };
  };

  /** The second that is due to be drawn. @param {number} now server time in ms */
  LSO.pacedStore.due = (now) => Math.floor((now - LAG_MS) / STEP_MS) * STEP_MS;
  /** How long until the next second is due, in ms. */
  LSO.pacedStore.wait = (now) => STEP_MS - ((((now - LAG_MS) % STEP_MS) + STEP_MS) % STEP_MS);
})(typeof window === "undefined" ? globalThis : window);
