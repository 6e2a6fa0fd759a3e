/**
 * What the screens know: one tree of data per topic, fed by snapshots and deltas in their order.
 *
 * The store decides whether a frame fits (same epoch, next number); the socket (20-live.js) acts on the answer.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** In these maps a null removes the entry; anywhere else null is a value: "no figure". */
  const COLLECTIONS = new Set([
    "gates", "crossings", "communes", "silent", "targets", "items", "sources", "processes", "progress", "declared", "notes",
  ]);

  /** @typedef {{type: string, topic: string, epoch: *, seq: number, at: number, data: Object<string, *>}} Frame */

  function put(data, path, value) {
    const parts = path.split("/");
    let node = data;
    for (let i = 0; i < parts.length - 1; i++) {
      const next = node[parts[i]];
      if (next === null || next === undefined || typeof next !== "object") {
        if (value === null) return; // Nothing to remove below what is not there.
        node[parts[i]] = {};
      }
      node = node[parts[i]];
    }
    const last = parts[parts.length - 1];
    if (value === null && parts.length === 2 && COLLECTIONS.has(parts[0])) delete node[last];
    else node[last] = value;
  }

  LSO.createStore = function () {
    /** @type {Object<string, {epoch: *, seq: number, at: number, data: Object<string, *>}>} */
    const topics = {};
    /** @type {Set<function(string, ?string[]): void>} */
    const listeners = new Set();

    /**
     * Take a frame in.
     * @param {Frame} frame
     * @returns {"applied"|"repeated"|"gap"} gap: a snapshot of the topic has to be asked for.
     */
    function take(frame) {
      const known = topics[frame.topic];
      if (frame.type === "snapshot") {
        topics[frame.topic] = { epoch: frame.epoch, seq: frame.seq, at: frame.at, data: frame.data };
        tell(frame.topic, null);
        return "applied";
      }
      if (!known || known.epoch !== frame.epoch) return "gap";
      // A delta from before the snapshot may still arrive after it: it is in the snapshot already.
      if (frame.seq <= known.seq) return "repeated";
      if (frame.seq !== known.seq + 1) return "gap";
      const paths = Object.keys(frame.data);
      for (const path of paths) put(known.data, path, frame.data[path]);
      known.seq = frame.seq;
      known.at = frame.at;
      tell(frame.topic, paths);
      return "applied";
    }

    function tell(topic, paths) {
      for (const listener of listeners) listener(topic, paths);
    }

    return {
      take,
      /** The data of a topic, or an empty object before its first snapshot. */
      get: (topic) => (topics[topic] ? topics[topic].data : {}),
      has: (topic) => topic in topics,
      /** The epoch of a topic's data and the instant of its last frame; null before its first snapshot. */
      about: (topic) => (topics[topic] ? { epoch: topics[topic].epoch, at: topics[topic].at } : null),
      /** Hear of changes: listener(topic, paths), paths null for a snapshot. Returns how to stop. */
      on(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
