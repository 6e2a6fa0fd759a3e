/**
 * The payload a mapping is tried on: pasted text, or a file whose bytes go to the server as they are.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, part, make, data, show } = LSO.dom;
  const F = LSO.format;
  /** The server takes five megabytes; a text area stays quick with one. */
  const LARGEST = 5 * 1024 * 1024;
  const LONGEST = 1024 * 1024;
  /** Of a file this much is shown: enough to see its header and its first records. */
  const SHOWN = 20000;

  /**
   * @param {HTMLElement} main
   * @param {function(): void} changed
   */
  LSO.mappingPayload = function (main, changed) {
    const holder = part(main, "drop");
    const actions = part(main, "payload-actions");
    const editor = LSO.desk.editor(holder.querySelector("[data-editor]"), changed, { longest: LONGEST });
    /** @type {?{name: string, type: string, coded: string}} */
    let file = null;
    const picker = actions.appendChild(make("input", ""));
    picker.type = "file";
    picker.hidden = true;
    picker.setAttribute("aria-label", LSO.t("mapping.upload"));
    picker.addEventListener("change", () => picker.files.length && take(picker.files[0]));
    actions.append(LSO.desk.button(LSO.t("mapping.upload"), () => picker.click()));
    const drop = actions.appendChild(LSO.desk.button(LSO.t("mapping.drop_file"), () => forget()));
    show(drop, false);

    holder.addEventListener("dragover", (event) => {
      event.preventDefault();
      data(holder, "over", "true");
    });
    holder.addEventListener("dragleave", () => data(holder, "over", null));
    holder.addEventListener("drop", (event) => {
      event.preventDefault();
      data(holder, "over", null);
      if (event.dataTransfer.files.length) take(event.dataTransfer.files[0]);
    });

    async function take(chosen) {
      picker.value = "";
      if (chosen.size > LARGEST) return text(part(main, "file"), LSO.t("mapping.too_large", { name: chosen.name }));
      const [head, coded] = await Promise.all([chosen.slice(0, SHOWN).text(), encoded(chosen)]);
      file = { name: chosen.name, type: chosen.type, coded };
      editor.set(head);
      editor.area.readOnly = true;
      text(part(main, "file"), LSO.t(chosen.size > SHOWN ? "mapping.file_part" : "mapping.file", { name: chosen.name, size: F.number(chosen.size / 1024, null, 1) }));
      show(drop, true);
      changed();
    }

    function encoded(blob) {
      return new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ""));
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(blob);
      });
    }

    function forget() {
      file = null;
      editor.area.readOnly = false;
      editor.set("");
      text(part(main, "file"), null);
      show(drop, false);
      editor.area.focus();
      changed();
    }

    return {
      /** What goes to the server, null while there is nothing. */
      body() {
        if (file) return { payload_base64: file.coded, origin: file.name, content_type: file.type };
        return editor.get() ? { payload: editor.get() } : null;
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
