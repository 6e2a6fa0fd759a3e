/**
 * Sending entries and taking them back: asked of the server, true on the screen only after its answer.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const PATIENCE_MS = 10000;
  const URL = "/api/v1/manual";
  /** Statuses that have a sentence of their own in the catalogue. */
  const KNOWN = new Set([401, 403, 404, 503]);

  /** @returns {Promise<{body: ?*, sentence: ?string}>} never rejects; a sentence says what went wrong */
  async function ask(method, url, body) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), PATIENCE_MS);
    try {
      const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
      const answer = await fetch(url, { method, credentials: "same-origin", signal: limit.signal, ...sent });
      const said = await answer.json().catch(() => ({}));
      if (answer.ok) return { body: said, sentence: null };
      return { body: null, sentence: KNOWN.has(answer.status) ? LSO.t("entry.error." + answer.status) : unfit(answer.status, said.error || {}) };
    } catch (error) {
      return { body: null, sentence: LSO.t("entry.offline") };
    } finally {
      clearTimeout(timer);
    }
  }

  /** What the server found unfit, by the field it names. @param {number} status @param {{field?: string, message?: string}} error */
  function unfit(status, { field, message }) {
    const key = "entry.error.field." + String(field || "").split(".")[0];
    return LSO.page.words[key] ? LSO.t(key) : LSO.t("entry.error.other", { message: message || status });
  }

  /**
   * Send entries one after the other, up to the first that fails.
   * @returns {Promise<{done: Array<*>, sentence: ?string}>}
   */
  async function send(items) {
    const done = [];
    for (const item of items) {
      const { body, sentence } = await ask("POST", URL, item);
      if (sentence) return { done, sentence };
      done.push(body);
    }
    return { done, sentence: null };
  }

  /** Take entries back, the newest first. @returns {Promise<?string>} the sentence of what went wrong */
  async function withdraw(ids) {
    for (const id of [...ids].reverse()) {
      const { sentence } = await ask("DELETE", URL + "/" + id);
      if (sentence) return sentence;
    }
    return null;
  }

  /** Entries that are valid now; null when they cannot be had. */
  const valid = async () => ((await ask("GET", URL + "?valid=1&limit=100")).body || {}).entries || null;

  LSO.entrySend = { send, withdraw, valid };
})(typeof window === "undefined" ? globalThis : window);
