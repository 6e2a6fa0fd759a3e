/**
 * The mapping page, put together: whatever changes in payload or mapping is tried a moment later.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, part, make } = LSO.dom;

  function start(main) {
    const payload = LSO.mappingPayload(main, tryOn);
    const editor = LSO.desk.editor(main.querySelector('[data-editor="mapping"]'), tryOn);
    const save = LSO.mappingSave(main, editor.get);
    LSO.desk.tabs(main, () => {});
    const screen = LSO.liveScreen(main, ["feeds"], (store, now) => save.draw(store.get("feeds"), now));
    let asked = 0;
    let shipped = [];

    const choice = part(main, "mapping-actions").appendChild(LSO.desk.control({ name: "shipped", type: "select", options: [["", LSO.t("mapping.choose")]] }));
    choice.setAttribute("aria-label", LSO.t("mapping.choose"));
    choice.addEventListener("change", () => {
      const found = shipped.find((one) => one.name === choice.value);
      if (!found) return;
      editor.set(found.text);
      text(part(main, "of"), found.file);
      tryOn();
    });

    async function load() {
      const [answer] = await Promise.all([LSO.desk.ask("GET", "/api/v1/mapping/shipped"), edit()]);
      shipped = (answer.ok && answer.body.mappings) || [];
      choice.append(...shipped.map((one) => {
        const option = make("option", "", LSO.name(one) + " (" + one.format + ")");
        option.value = one.name;
        return option;
      }));
    }

    /** /mapping?feed=NAME: the feed as it is declared now. */
    async function edit() {
      const name = new URLSearchParams(root.location.search).get("feed");
      if (!name) return;
      const answer = await LSO.desk.ask("GET", "/api/v1/feeds/" + encodeURIComponent(name) + "/settings");
      if (!answer.ok) return fail(answer.sentence);
      editor.set(answer.body.mapping_yaml);
      text(part(main, "of"), answer.body.mapping);
      save.edit(answer.body);
      tryOn();
    }

    async function tryOn() {
      const mine = ++asked;
      const body = payload.body();
      const ready = body !== null && editor.get().trim() !== "";
      show(part(main, "trial-hint"), !ready);
      if (!ready) {
        fail(null);
        return part(main, "trial").replaceChildren();
      }
      const answer = await LSO.desk.ask("POST", "/api/v1/mapping/try", { ...body, mapping: editor.get() });
      if (mine !== asked) return;
      fail(answer.ok ? null : answer.sentence, answer.field);
      if (answer.ok) LSO.desk.trial(part(main, "trial"), answer.body);
    }

    function fail(sentence, field) {
      text(part(main, "trial-error"), sentence);
      editor.mark(field === "mapping" ? sentence : null);
      // What was shown belongs to another mapping: it steps back until this one can be read.
      part(main, "trial").classList.toggle("is-muted", Boolean(sentence));
    }

    load();
    return screen.stop;
  }

  LSO.onScreen("mapping", start);
})(typeof window === "undefined" ? globalThis : window);
