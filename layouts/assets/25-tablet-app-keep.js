/**
 * What the tablet keeps of the figures on the device: the last snapshot of each topic, and whose it is.
 *
 * In the Cache, which browsers give to secure pages only (HTTPS, or this machine): elsewhere nothing is kept and the app
 * works with the network alone. What is kept goes with the session (the server clears it at sign-out), with another
 * person's sign-in, and after KEPT_MS.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const CACHE = "lso-kept";
  const ABOUT = "/tablet-kept/about";
  const address = (topic) => "/tablet-kept/" + topic;
  /** Equals KEPT_MS of dashboard/pwa/worker.js: a weekend and the Monday after it. */
  const KEPT_MS = 3 * 86400000;
  /** The fewest milliseconds between two writings: a flash memory is worn by each. */
  const EVERY_MS = 5000;
  /** How soon the first figures of a start are kept: an app may be left within seconds, and then nothing waits for us. */
  const LOOK_MS = 500;

  const possible = () => Boolean(root.caches && root.isSecureContext);

  async function json(cache, key) {
    const found = await cache.match(key);
    return found ? found.json() : null;
  }

  /** Everything kept, whoever's it is; null where nothing is. Nobody is shown it before `read` has looked whose it is. */
  async function held() {
    if (!(await root.caches.has(CACHE))) return null;
    const cache = await root.caches.open(CACHE);
    const about = await json(cache, ABOUT);
    if (!about) return { about: null, topics: {} };
    const topics = {};
    await Promise.all(about.topics.map(async (topic) => {
      const kept = await json(cache, address(topic));
      if (kept) topics[topic] = kept;
    }));
    return { about, topics };
  }

  /** Asked for while Dash still draws the page, so that the first picture has the figures in it; used once. */
  let early = possible() ? held() : null;
  if (early) early.catch(() => {});

  /**
   * What is kept of somebody's figures; what belongs to somebody else or is too old is cleared away.
   * @param {string} owner
   * @returns {Promise<?{keptAt: number, offset: number, topics: Object<string, {at: number, data: *}>}>} never rejects
   */
  async function read(owner) {
    if (!possible()) return null;
    try {
      const found = await (early || held());
      early = null;
      if (!found) return null;
      const { about, topics } = found;
      if (!about || about.owner !== owner || Math.abs(Date.now() - about.kept_at) > KEPT_MS) {
        await forget();
        return null;
      }
      return { keptAt: about.kept_at, offset: about.offset, topics };
    } catch (error) {
      early = null;
      return null; // A device whose storage fails works with the network alone.
    }
  }

  /** Drop everything this app keeps: the figures, and by the worker's hand the page. */
  async function forget() {
    if (!possible()) return;
    for (const name of await root.caches.keys()) if (name.startsWith("lso-")) await root.caches.delete(name);
  }

  /**
   * Keep a store's topics as they come, until stopped.
   * @param {{store: *, topics: string[], owner: string, fit: function(): boolean, offset: function(): number}} told
   *   fit: whether what the store holds came from the server; offset: the server's clock minus this device's, in ms
   * @returns {function(): void} stops it
   */
  function keep(told) {
    if (!possible()) return () => {};
    const changed = new Set();
    let writing = false;
    let stopped = false;
    let written = -Infinity;
    const off = told.store.on((topic) => changed.add(topic));

    async function write() {
      if (writing || stopped || !told.fit()) return;
      writing = true;
      written = Date.now();
      let topics = [];
      try {
        const cache = await root.caches.open(CACHE);
        // Cleared since (it held another person's figures, or their page did): all of it anew, not only what changes.
        const lost = !(await cache.match(ABOUT));
        topics = told.topics.filter((topic) => (lost ? told.store.has(topic) : changed.has(topic)));
        changed.clear();
        if (topics.length) {
          const about = { owner: told.owner, kept_at: Date.now(), offset: told.offset(), topics: told.topics.filter(told.store.has) };
          const put = (key, value) => cache.put(key, new Response(JSON.stringify(value), { headers: { "Content-Type": "application/json" } }));
          await Promise.all(topics.map((topic) => put(address(topic), { at: told.store.about(topic).at, data: told.store.get(topic) })));
          await put(ABOUT, about);
        }
      } catch (error) {
        for (const topic of topics) changed.add(topic); // Full or refused: tried again, and shown as not kept by nothing else.
      }
      writing = false;
    }

    const timer = root.setInterval(() => Math.abs(Date.now() - written) >= EVERY_MS && write(), LOOK_MS);
    const hidden = () => root.document.visibilityState === "hidden" && write();
    root.document.addEventListener("visibilitychange", hidden);
    root.addEventListener("pagehide", write);
    return function stop() {
      stopped = true;
      off();
      root.clearInterval(timer);
      root.document.removeEventListener("visibilitychange", hidden);
      root.removeEventListener("pagehide", write);
    };
  }

  LSO.kept = { read, keep, forget, KEPT_MS, EVERY_MS };
})(typeof window === "undefined" ? globalThis : window);
