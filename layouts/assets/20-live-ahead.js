/**
 * The live socket opened while Dash still draws the page, so that the first picture has the figures in it: some 400 ms
 * that a screen would otherwise wait for its first frame. LSO.connect (20-live.js) takes it over with what came.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** A socket that no screen took by then is closed: the page became another one. */
  const UNWANTED_MS = 20000;

  /** @type {?{url: string, socket: WebSocket, heard: Array<[string, number]>}} */
  let ahead = null;

  /** The socket's full address. @param {string} base path or ws(s) address @param {string[]} topics */
  LSO.liveAddress = function (base, topics) {
    const place = root.location;
    const full = /^wss?:/.test(base) ? base : (place.protocol === "https:" ? "wss://" : "ws://") + place.host + base;
    return full + "?topics=" + topics.join(",");
  };

  /**
   * Open the socket now if this page is one of those that want it; a frozen moment has none.
   * @param {RegExp} pages the paths @param {string[]} topics
   */
  LSO.openAhead = function (pages, topics) {
    if (ahead || !root.WebSocket || !pages.test(root.location.pathname)) return;
    if (new URLSearchParams(root.location.search).has("frozen")) return;
    const url = LSO.liveAddress("/live", topics);
    try {
      ahead = { url, socket: new root.WebSocket(url), heard: [] };
    } catch (error) {
      return; // The screen tries again by itself and says what is wrong.
    }
    const mine = ahead;
    mine.socket.onmessage = (event) => mine.heard.push([event.data, Date.now()]);
    root.setTimeout(() => LSO.takeAhead(mine.url) && mine.socket.close(), UNWANTED_MS);
  };

  /**
   * Hand the socket over, once.
   * @param {string} url what is wanted
   * @returns {?{socket: WebSocket, heard: Array<[string, number]>}} heard: what came, with this machine's instant in ms;
   *   null where there is none of this address that is still of use
   */
  LSO.takeAhead = function (url) {
    const found = ahead;
    if (!found || found.url !== url) return null;
    ahead = null;
    return found.socket.readyState < 2 ? found : null;
  };
})(typeof window === "undefined" ? globalThis : window);
