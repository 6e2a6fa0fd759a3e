/**
 * Asking the server from a desk page, and asking the person: one way to send, one dialogue that says why it failed.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text } = LSO.dom;
  /** An answer that takes longer is none. A re-drive of a full batch takes a few seconds. */
  const PATIENCE_MS = 30000;
  /** Statuses whose sentence is in the catalogue; of others the server's own sentence is shown. */
  const KNOWN = new Set([401, 403, 503]);

  const desk = (LSO.desk = LSO.desk || {});

  /**
   * @param {string} method
   * @param {string} url
   * @param {*=} body sent as JSON; a Blob or string is sent as it is
   * @returns {Promise<{ok: boolean, status: number, body: *, sentence: string, field: string}>} never rejects
   */
  desk.ask = async function (method, url, body) {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), PATIENCE_MS);
    try {
      const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
      const answer = await fetch(url, { method, credentials: "same-origin", signal: limit.signal, ...sent });
      const said = await answer.json().catch(() => ({}));
      const error = said.error || {};
      const sentence = answer.ok ? "" : KNOWN.has(answer.status) ? LSO.t("desk.error." + answer.status) : LSO.t("desk.error.other", { message: error.message || answer.status });
      return { ok: answer.ok, status: answer.status, body: said, sentence, field: error.field || "" };
    } catch (error) {
      return { ok: false, status: 0, body: {}, sentence: LSO.t("desk.error.away"), field: "" };
    } finally {
      clearTimeout(timer);
    }
  };

  /** Whether the visitor answers for the feeds. */
  desk.may = () => LSO.page.can_judge === true;

  /** A button of ours. */
  desk.button = function (words, act, className) {
    const button = make("button", "button" + (className ? " " + className : ""), words);
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  };

  /**
   * Ask in a dialogue, and send what was answered; it stays open with the sentence when sending failed.
   * @param {HTMLElement} main
   * @param {{title: string, text?: string, action: string, fields: Array<{name: string, label: string, type?: string,
   *   value?: string, required?: boolean, options?: Array<[string, string]>}>}} asked
   * @param {function(Object<string, string>): Promise<?string>} send returns the sentence of what went wrong, or null
   */
  desk.dialogue = function (main, asked, send) {
    const dialog = make("dialog", "desk-dialog");
    const form = dialog.appendChild(make("form", "desk-form"));
    const title = form.appendChild(make("h2", "desk-detail-title", asked.title));
    title.id = "desk-dialog-title";
    dialog.setAttribute("aria-labelledby", title.id);
    if (asked.text) form.appendChild(make("p", "desk-hint", asked.text));
    const controls = asked.fields.map((field) => {
      const holder = form.appendChild(make("div", "desk-field"));
      const control = desk.control(field);
      control.id = "desk-dialog-" + field.name;
      const label = holder.appendChild(make("label", "form-label", field.label));
      label.htmlFor = control.id;
      holder.appendChild(control);
      return control;
    });
    const error = form.appendChild(make("p", "desk-error"));
    error.setAttribute("role", "alert");
    error.hidden = true;
    const row = form.appendChild(make("div", "desk-actions"));
    const go = row.appendChild(make("button", "button is-main", asked.action));
    go.type = "submit";
    row.appendChild(desk.button(LSO.t("desk.cancel"), () => dialog.close()));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      form.toggleAttribute("inert", true);
      const values = Object.fromEntries(asked.fields.map((field, i) => [field.name, controls[i].value.trim()]));
      const wrong = await send(values);
      form.toggleAttribute("inert", false);
      if (wrong) text(error, wrong);
      else dialog.close();
    });
    const before = document.activeElement;
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before && before.isConnected) before.focus();
    });
    main.appendChild(dialog);
    dialog.showModal();
    if (controls.length) controls[0].focus();
  };

  /** A control for one field: text, area, select, datetime-local, number. */
  desk.control = function (field) {
    const tag = field.type === "select" ? "select" : field.type === "area" ? "textarea" : "input";
    const control = make(tag, tag === "select" ? "form-select" : "form-control");
    if (tag === "input") control.type = field.type || "text";
    for (const [value, words] of field.options || []) {
      const option = control.appendChild(make("option", "", words));
      option.value = value;
    }
    control.value = field.value || "";
    control.required = Boolean(field.required);
    control.name = field.name;
    if (tag === "textarea") control.rows = 3;
    if (tag !== "select") control.maxLength = field.longest || 500;
    return control;
  };
})(typeof window === "undefined" ? globalThis : window);
