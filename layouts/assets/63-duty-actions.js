/**
 * Acknowledging, taking it back, noting: asked of the server, and true on the screen only after its answer.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, part, make } = LSO.dom;
  /** An answer that takes longer is none: the sentence says so, and trying again does no harm. */
  const PATIENCE_MS = 10000;
  const LONGEST_NOTE = 2000;
  /** Statuses that have a sentence of their own in the catalogue. */
  const KNOWN = new Set([401, 403, 404, 409, 503]);

  /** Which actions an alert allows. */
  const ALLOWED = {
    UNACK: ["ack", "note"], RTNUN: ["ack", "note"], ACKED: ["unack", "note"],
  };

  /**
   * @param {HTMLElement} main
   * @param {{answer: function(*): void, closed: function(): void}} told answer: the alert as the server holds it now;
   *   closed: the form is gone and the keys are the table's again
   */
  LSO.dutyActions = function (main, told) {
    const panel = main.querySelector(".detail");
    const form = part(panel, "form");
    const nothing = { show() {}, begin() {}, close() {} };
    if (!form) return nothing; // Not for this role: the page has no buttons either.
    const area = part(form, "form-area").appendChild(make("textarea", "note-area"));
    area.id = "duty-note-text";
    area.rows = 2;
    area.maxLength = LONGEST_NOTE;
    let alert = null;
    let doing = null;
    let busy = false;

    function showAlert(current) {
      if (alert && (!current || current.id !== alert.id)) close();
      alert = current;
      if (!alert) return;
      const allowed = ALLOWED[alert.state] || [];
      for (const button of panel.querySelectorAll("[data-action]")) {
        const name = button.dataset.action;
        show(button, allowed.includes(name) && !doing && !(LSO.frozenCode && LSO.frozenCode()));
        button.classList.toggle("is-main", name === "ack");
      }
      // Somebody else was faster: what was begun has no object any more.
      if (doing && !allowed.includes(doing) && !busy) close();
    }

    function begin(name) {
      // A frozen view is a picture of then; what is done, is done on the alert of now.
      if (LSO.frozenCode && LSO.frozenCode()) return;
      if (!alert || busy || !(ALLOWED[alert.state] || []).includes(name)) return;
      doing = name;
      area.value = "";
      area.required = name === "note";
      fail(null);
      text(part(form, "form-label"), LSO.t(name === "note" ? "duty.note_label" : "duty.note_optional"));
      const send = part(form, "form-send");
      text(send, LSO.t("duty.action." + name));
      const key = make("kbd", "key", "Enter");
      key.setAttribute("aria-hidden", "true");
      send.appendChild(key);
      show(form, true);
      showAlert(alert);
      area.focus();
    }

    function close() {
      if (busy) return;
      const open = doing !== null;
      doing = null;
      show(form, false);
      fail(null);
      if (alert) showAlert(alert);
      if (open) told.closed();
    }

    function fail(sentence) {
      text(part(panel, "error"), sentence);
    }

    async function send(event) {
      if (event) event.preventDefault();
      if (!doing || busy || !alert) return;
      const note = area.value.trim();
      if (doing === "note" && !note) return fail(LSO.t("duty.note_missing"));
      busy = true;
      form.toggleAttribute("inert", true);
      fail(null);
      const outcome = await post(alert.id, doing, note);
      busy = false;
      form.toggleAttribute("inert", false);
      if (!outcome.alert) return fail(outcome.sentence);
      told.answer(outcome.alert);
      close();
    }

    panel.addEventListener("click", (event) => {
      const button = event.target.closest("[data-action]");
      if (button) begin(button.dataset.action);
    });
    part(form, "form-cancel").addEventListener("click", close);
    form.addEventListener("submit", send);
    area.addEventListener("keydown", (event) => {
      // Enter sends, as the button's key says; a note of several lines is written with Shift. An input method that is
      // putting a Vietnamese word together keeps its Enter.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
    });
    return { show: showAlert, begin, close };
  };

  /** @returns {Promise<{alert?: *, sentence?: string}>} never rejects */
  async function post(id, name, note) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(`/api/v1/alerts/${encodeURIComponent(id)}/${name}`, {
        method: "POST", credentials: "same-origin", signal: limit.signal,
        headers: { "Content-Type": "application/json" }, body: JSON.stringify(note ? { note } : {}),
      });
      const body = await answer.json().catch(() => ({}));
      if (answer.ok) return { alert: body };
      const said = (body.error && body.error.message) || String(answer.status);
      return { sentence: KNOWN.has(answer.status) ? LSO.t("duty.error." + answer.status) : LSO.t("duty.error.other", { message: said }) };
    } catch (error) {
      return { sentence: LSO.t("duty.error.away") };
    } finally {
      clearTimeout(timer);
    }
  }
})(typeof window === "undefined" ? globalThis : window);
