/**
 * A note to the duty desk about what the leader looks at, and what became of those sent: who has seen it, what was answered.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text, show, data } = LSO.dom;
  const F = LSO.format;
  const LONGEST = 1000;
  const SHOWN = 20;
  const SENTENCES = { 0: "note.away", 401: "note.refused", 403: "note.refused", 429: "note.too_many" };

  LSO.tabletNotes = function () {
    let parts = null;
    let about = null;
    let key = newKey();
    let off = null;
    let drawn = "";

    function build() {
      const dialog = LSO.appDialog({ name: "note", title: LSO.t("note.title"), close: LSO.t("note.close"), closed: () => off && off() });
      const form = make("form", "app-form");
      const topic = make("p", "app-note-about");
      const label = make("label", "", LSO.t("note.label"));
      const area = make("textarea", "app-note-text");
      Object.assign(area, { id: "tablet-note-text", rows: 3, maxLength: LONGEST, required: true });
      label.htmlFor = area.id;
      const urgent = make("label", "app-check");
      const box = make("input");
      box.type = "checkbox";
      urgent.append(box, make("span", "app-check-word", LSO.t("note.urgent")), make("span", "app-check-hint", LSO.t("note.urgent_hint")));
      const trouble = LSO.appLine(true);
      const said = LSO.appLine(false);
      const send = make("button", "button is-main", LSO.t("note.send"));
      send.type = "submit";
      form.noValidate = true;
      form.append(topic, label, area, urgent, send, trouble, said);
      form.addEventListener("submit", submit);
      const head = make("h3", "app-subhead", LSO.t("note.mine"));
      const none = make("p", "app-quiet", LSO.t("note.none"));
      const list = make("ul", "app-notes");
      dialog.body.append(form, head, none, list);
      parts = { dialog, form, topic, area, box, trouble, said, send, none, list };
    }

    async function submit(event) {
      event.preventDefault();
      const words = parts.area.value.trim();
      text(parts.trouble, null);
      if (!words) {
        text(parts.trouble, LSO.t("note.missing"));
        return parts.area.focus();
      }
      text(parts.said, LSO.t("note.sending"));
      parts.form.toggleAttribute("inert", true);
      const fields = { text: words, urgent: parts.box.checked, place: about.place || null, alert: about.alert || null, path: about.path || "", key };
      const answer = await LSO.appAsk("POST", "/api/v1/notes", fields);
      parts.form.toggleAttribute("inert", false);
      text(parts.said, null);
      if (answer.status !== 201) {
        const sentence = SENTENCES[answer.status] || "note.failed";
        return text(parts.trouble, LSO.t(sentence, { message: LSO.appReason(answer) }));
      }
      // The next one is another note; this one, sent again after a lost answer, would have been the same.
      key = newKey();
      parts.area.value = "";
      parts.box.checked = false;
      text(parts.said, LSO.t("note.sent_now", { time: F.clock(answer.body.at) }));
      parts.area.focus();
    }

    function draw() {
      const mine = LSO.notesOf(LSO.screen.store.get("alerts").notes, LSO.page.user_name).slice(0, SHOWN);
      const now = mine.map((note) => note.id + note.version).join();
      if (now === drawn) return;
      drawn = now;
      show(parts.none, !mine.length);
      parts.list.replaceChildren(...mine.map((note) => {
        const item = make("li", "app-note");
        data(item, "state", note.state);
        item.append(make("p", "app-note-words", note.text));
        if (note.urgent) item.firstChild.prepend(make("strong", "app-note-urgent", LSO.t("note.urgent") + " · "));
        item.append(...LSO.noteSteps(note).map((step) => make("p", "app-note-step", step)));
        return item;
      }));
    }

    return {
      /** @param {{place?: string, alert?: string, path?: string, title?: string}} context what the leader looks at */
      open(context) {
        if (!parts) build();
        about = context || {};
        text(parts.topic, about.title ? LSO.t("note.about", { what: about.title }) : null);
        text(parts.trouble, null);
        text(parts.said, null);
        drawn = "-";
        parts.dialog.open();
        draw();
        off = LSO.screen.store.on((topic) => topic === "alerts" && draw());
        parts.area.focus();
      },
    };
  };

  function newKey() {
    const digits = root.crypto.getRandomValues(new Uint8Array(12));
    return [...digits].map((one) => one.toString(16).padStart(2, "0")).join("");
  }
})(typeof window === "undefined" ? globalThis : window);
