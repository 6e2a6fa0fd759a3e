/**
 * Opening by code: three letters from the foot of a wall's panel show that very picture, live; six characters open a
 * frozen view.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text } = LSO.dom;
  const OF_VIEW = /^[A-Z]{3}$/;
  const OF_MOMENT = /^[A-Z0-9]{6}$/;
  /** The picture a wall is drawn for; shown at that size and made smaller, so that it is the same picture. */
  const WALL = { width: 1920, height: 1080 };

  LSO.tabletCodes = function () {
    let form = null;
    let field = null;
    let trouble = null;
    let said = null;
    let dialog = null;
    let viewer = null;

    function build() {
      dialog = LSO.appDialog({ name: "code", title: LSO.t("code.title"), close: LSO.t("code.close") });
      form = make("form", "app-form");
      const label = make("label", "", LSO.t("code.label"));
      field = make("input", "app-code-field");
      field.id = "tablet-code-field";
      Object.assign(field, { type: "text", autocomplete: "off", spellcheck: false, maxLength: 8, enterKeyHint: "go" });
      field.setAttribute("autocapitalize", "characters");
      field.setAttribute("aria-describedby", "tablet-code-trouble");
      label.htmlFor = field.id;
      trouble = LSO.appLine(true);
      trouble.id = "tablet-code-trouble";
      said = LSO.appLine(false);
      const send = make("button", "button is-main", LSO.t("code.open"));
      send.type = "submit";
      form.append(label, field, send, trouble, said);
      form.addEventListener("submit", submit);
      dialog.body.append(form);
    }

    async function submit(event) {
      event.preventDefault();
      const code = field.value.toUpperCase().replace(/[^A-Z0-9]/g, "");
      text(trouble, null);
      if (!OF_VIEW.test(code) && !OF_MOMENT.test(code)) return fail(LSO.t("code.shape"));
      text(said, LSO.t("code.busy"));
      form.toggleAttribute("inert", true);
      const answer = await LSO.appAsk("GET", (OF_VIEW.test(code) ? "/api/v1/views/" : "/api/v1/frozen/") + code);
      form.toggleAttribute("inert", false);
      text(said, null);
      if (answer.status === 0) return fail(LSO.t("code.away"));
      if (answer.status === 404) return fail(LSO.t("code.unknown", { code }));
      if (answer.status !== 200) return fail(LSO.t("code.failed", { message: LSO.appReason(answer) }));
      if (OF_MOMENT.test(code)) return root.location.assign(answer.body.url);
      dialog.close();
      show(answer.body);
    }

    function fail(sentence) {
      text(trouble, sentence);
      field.focus();
      field.select();
    }

    /** The panel's view, live, as large as the tablet allows. */
    function show(view) {
      if (viewer) viewer.remove();
      const shown = LSO.appDialog({ name: "view", title: LSO.t("code.view", { panel: view.panel, code: view.code }), close: LSO.t("code.close"), closed: () => viewer && viewer.remove() });
      const stage = make("div", "app-view-stage");
      const frame = make("iframe", "app-view-frame");
      frame.title = LSO.t("code.view", { panel: view.panel, code: view.code });
      frame.width = String(WALL.width);
      frame.height = String(WALL.height);
      frame.src = view.url + (view.url.includes("?") ? "&" : "?") + "lang=" + LSO.page.lang;
      stage.append(frame);
      shown.body.append(stage);
      const fit = () => {
        const scale = Math.min(stage.clientWidth / WALL.width, stage.clientHeight / WALL.height);
        if (scale > 0) frame.style.transform = `scale(${scale})`;
      };
      const watch = new ResizeObserver(fit);
      watch.observe(stage);
      viewer = { remove() {
        watch.disconnect();
        viewer = null;
        // The picture's own line to the server ends with it.
        stage.closest("dialog").remove();
      } };
      shown.open();
      fit();
    }

    return {
      open() {
        if (!dialog) build();
        text(trouble, null);
        dialog.open();
        field.focus();
        field.select();
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
