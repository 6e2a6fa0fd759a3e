/**
 * Where a deck comes from: asked of the server once for a frozen moment, again and again while the figures are live.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** How often live figures are asked for: a slide is read, not watched. */
  const LIVE_MS = 3000;
  const FIRST_WAIT_MS = 500;
  const LONGEST_WAIT_MS = 5000;

  /**
   * @param {{heard: function(*, ?string): void}} options heard(deck, trouble): a new deck, or what keeps it away:
   *   "missing" (nobody knows the deck or the code), "refused" (no sign-in), "lost"
   * @returns {{want: function({deck: string, frozen: string}): void, told: function(): number, stop: function(): void}}
   *   told() is when the last answer came, in this machine's ms
   */
  LSO.deckSource = function (options) {
    let asked = null;
    let turn = 0;
    let tries = 0;
    let timer = null;
    let told = 0;

    async function ask() {
      timer = null;
      const mine = ++turn;
      const query = new URLSearchParams({ lang: LSO.page.lang });
      if (asked.deck) query.set("deck", asked.deck);
      if (asked.frozen) query.set("frozen", asked.frozen);
      let deck = null;
      let trouble = "lost";
      try {
        const answer = await root.fetch("/api/v1/deck?" + query, { credentials: "same-origin" });
        if (answer.ok) deck = await answer.json();
        else trouble = answer.status === 404 ? "missing" : answer.status === 401 || answer.status === 403 ? "refused" : "lost";
      } catch (error) {
        // The network: asked again below.
      }
      if (mine !== turn) return; // Something else was wanted meanwhile.
      if (deck) {
        tries = 0;
        told = Date.now();
      } else tries += 1;
      options.heard(deck, deck ? null : trouble);
      if (mine === turn) next(deck, trouble);
    }

    function next(deck, trouble) {
      if (deck && asked.frozen) return;
      if (!deck && trouble === "missing") return;
      const wait = deck ? LIVE_MS : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 5));
      timer = root.setTimeout(ask, wait * (0.85 + 0.3 * Math.random()));
    }

    return {
      want(wanted) {
        if (asked && asked.deck === wanted.deck && asked.frozen === wanted.frozen) return;
        asked = { ...wanted };
        root.clearTimeout(timer);
        ask();
      },
      told: () => told,
      stop() {
        turn += 1;
        root.clearTimeout(timer);
      },
    };
  };

  /**
   * Freeze this moment on the server.
   * @returns {Promise<?{code: string}>} null when that was not possible
   */
  LSO.freezeMoment = async function (screen, path) {
    try {
      const answer = await root.fetch("/api/v1/frozen", {
        method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ screen, path, note: "" }),
      });
      return answer.ok ? await answer.json() : null;
    } catch (error) {
      return null;
    }
  };
})(typeof window === "undefined" ? globalThis : window);
