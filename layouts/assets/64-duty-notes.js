/**
 * Notes from leaders on the duty screen: said to be received, answered, and gone from here once answered.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text, show, data, part } = LSO.dom;
  const F = LSO.format;
  const LONGEST = 1000;
  const SHOWN = 20;
  const PATIENCE_MS = 10000;

  /** Urgent ones first, of these the oldest: who has waited longest comes first. */
  const order = (a, b) => Number(b.urgent) - Number(a.urgent) || a.at - b.at;

  /**
   * @param {HTMLElement} main
   * @param {function(string): void} choose told the id of the alert a note is about
   */
  LSO.dutyNotes = function (main, choose) {
    const panel = part(main, "notes");
    const list = part(panel, "notes-list");
    const may = LSO.page.can_acknowledge && !(LSO.frozenCode && LSO.frozenCode());
    /** Answers of the server that the stream has not brought yet. @type {Map<string, *>} */
    const answered = new Map();
    /** Rows by the note's id: a row that somebody writes in is never built anew. @type {Map<string, *>} */
    const rows = new Map();

    function update(store, now) {
      const items = store.get("alerts").notes || {};
      const waiting = Object.values(items).filter(Boolean).map(newest).filter((note) => note.state !== "answered").sort(order);
      show(panel, waiting.length > 0);
      text(part(panel, "notes-count"), waiting.length ? LSO.t("note.desk.waiting", { count: F.number(waiting.length) }) : null);
      const shown = waiting.slice(0, SHOWN);
      for (const [id, row] of rows) {
        if (shown.some((note) => note.id === id)) continue;
        row.item.remove();
        rows.delete(id);
      }
      shown.forEach((note, i) => {
        if (!rows.has(note.id)) rows.set(note.id, build(note));
        const row = rows.get(note.id);
        if (list.children[i] !== row.item) list.insertBefore(row.item, list.children[i] || null);
        row.fill(note, store, now);
      });
    }

    function newest(note) {
      const held = answered.get(note.id);
      if (!held) return note;
      if (note.version < held.version) return held;
      answered.delete(note.id);
      return note;
    }

    function build(first) {
      let note = first;
      const item = make("li", "note");
      const icon = make("span", "icon");
      icon.setAttribute("aria-hidden", "true");
      const words = make("p", "note-words");
      const from = make("p", "note-from");
      const steps = make("p", "note-steps");
      const buttons = make("div", "note-buttons");
      const seen = button("note.desk.seen", () => send("seen"));
      const reply = button("note.desk.answer", () => write(true));
      const alert = button("note.desk.to_alert", () => note.alert && choose(note.alert));
      const form = make("form", "note-form");
      const area = make("textarea", "note-area");
      Object.assign(area, { rows: 2, maxLength: LONGEST });
      const go = make("button", "button is-main", LSO.t("note.desk.send"));
      go.type = "submit";
      form.append(area, go, button("note.desk.cancel", () => write(false)));
      form.hidden = true;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (area.value.trim()) send("answer", { text: area.value.trim() });
        else area.focus();
      });
      area.addEventListener("keydown", (event) => {
        if (event.key === "Escape") write(false);
        // An input method that is putting a Vietnamese word together keeps its Enter.
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
          event.preventDefault();
          form.requestSubmit();
        }
      });
      buttons.append(...(may ? [seen, reply] : []), alert);
      item.append(icon, words, from, steps, buttons, form);

      function write(open) {
        show(form, open);
        show(reply, !open);
        if (open) area.focus();
        else reply.focus();
      }

      async function send(what, fields) {
        item.toggleAttribute("inert", true);
        text(part(panel, "notes-error"), null);
        const said = await post(note.id, what, fields);
        item.toggleAttribute("inert", false);
        if (said.sentence) return text(part(panel, "notes-error"), said.sentence);
        answered.set(note.id, said.note);
        if (LSO.screen) update(LSO.screen.store, LSO.screen.live.serverNow());
      }

      function fill(current, store, now) {
        note = current;
        data(item, "urgent", note.urgent ? "true" : null);
        data(icon, "icon", note.urgent ? "high" : "low");
        const place = note.place && place_(store, note.place);
        text(words, (note.urgent ? LSO.t("note.urgent") + " · " : "") + note.text);
        text(from, [LSO.t("note.desk.from", { who: note.by, time: F.clock(note.at), ago: F.ago(Math.max(0, now - note.at) / 1000) }), place].filter(Boolean).join(" · "));
        text(steps, note.steps.length ? LSO.noteSteps(note).join(" · ") : null);
        area.setAttribute("aria-label", LSO.t("note.desk.answer_label", { who: note.by }));
        show(seen, !note.steps.some((step) => step.what === "seen" && step.by === LSO.page.user_name));
        show(alert, Boolean(note.alert && (store.get("alerts").items || {})[note.alert]));
      }

      return { item, fill };
    }

    function place_(store, id) {
      const known = (store.get("gates").gates || {})[id] || (store.get("services").communes || {})[id];
      return known ? LSO.name(known) : null;
    }

    function button(key, act) {
      const made = make("button", "button", LSO.t(key));
      made.type = "button";
      made.addEventListener("click", act);
      return made;
    }

    return {
      update,
      /** Go to the first note by key. */
      focus() {
        const first = list.querySelector("button:not([hidden])");
        if (first) first.focus();
      },
    };
  };

  /** @returns {Promise<{note?: *, sentence?: string}>} never rejects */
  async function post(id, what, fields) {
    try {
      const answer = await root.fetch(`/api/v1/notes/${id}/${what}`, {
        method: "POST", credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS),
        headers: { "Content-Type": "application/json" }, body: JSON.stringify(fields || {}),
      });
      const body = await answer.json().catch(() => ({}));
      if (answer.ok) return { note: body };
      return { sentence: LSO.t("note.desk.failed", { message: (body.error && body.error.message) || String(answer.status) }) };
    } catch (error) {
      return { sentence: LSO.t("note.desk.away") };
    }
  }
})(typeof window === "undefined" ? globalThis : window);
