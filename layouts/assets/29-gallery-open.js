/**
 * What opens over a screen, in the gallery: the real dialog is opened by its own script, and as it stands then it is put
 * into the specimen. Forms and tabs are drawn as on their screens. Names are those of layouts/gallery/dialogs.py.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, part } = LSO.dom;
  const GATE = "tan-thanh";
  /** The export that was begun last: it has ended before the next specimen begins one. */
  let exported = Promise.resolve();

  /** Put a still copy of the dialog that is open into a specimen, and close the real one. */
  function take(main) {
    const real = [...root.document.querySelectorAll("dialog[open]")].pop();
    if (!real) throw new Error("no dialog was opened");
    const still = real.cloneNode(true);
    still.removeAttribute("style");
    const filled = real.querySelectorAll("input, textarea");
    still.querySelectorAll("input, textarea").forEach((field, i) => (field.value = filled[i].value));
    main.append(still);
    real.close();
    real.remove();
  }

  /** A piece whose dialog is opened by `open(context)`; `after` ends what goes on behind it. */
  const dialog = (open, after) => (context) => {
    open(context);
    return {
      stop() {
        take(context.main);
        return after && after(context);
      },
    };
  };

  /** Fill the open form and send it. */
  function send(words) {
    const form = [...root.document.querySelectorAll("dialog[open] form")].pop();
    form.querySelector("input[type=text], textarea").value = words;
    form.requestSubmit();
  }

  Object.assign(LSO.galleryDraw, {
    "ask": dialog(({ store }) => {
      const gate = (store.get("gates").gates || {})[GATE];
      LSO.ask.open(gate || !store.has("gates") ? LSO.t("ask.example.1") : GATE);
    }),
    "why": dialog(({ main, store, live }) => {
      const figure = part(main, "why");
      LSO.dom.cell(figure, `gates/gates/${GATE}/queue`);
      LSO.screen = { store, live };
      LSO.explain(figure);
    }),
    "export": dialog(({ state }) => {
      const button = make("button", "");
      button.dataset.part = "export";
      root.document.querySelector("main[data-screen]").append(button);
      button.click();
      button.remove();
      if (state === "normal") return;
      const own = LSO.makeExport;
      LSO.makeExport = (...wanted) => {
        LSO.makeExport = own;
        return (exported = own(...wanted));
      };
      root.document.querySelector("dialog[open] [data-format=pdf]").click();
    }, () => exported.catch(() => {})),
    "follow": dialog(({ state }) => {
      const body = LSO.sideDialog("briefing", "briefing.menu").open(null);
      const section = body.appendChild(make("section", "brief-section"));
      section.append(make("h3", "brief-section-title", LSO.t("briefing.followers")), ...LSO.followWords("ABC234"));
      // What the house draws of a code, and a picture that does not come: its words stand in its place.
      section.querySelector("img").src = state === "normal" ? LSO.page.facts.qr : "data:,";
    }),
    "sheet": ({ main, store, now }) => {
      const sheet = LSO.tabletSheet(main, () => {});
      sheet.show(Object.keys(store.get("alerts").items)[0]);
      sheet.draw(store, now);
      const shown = part(main, "sheet");
      shown.close();
      shown.setAttribute("open", "");
    },
    "note": dialog(({ state, store, live }) => {
      LSO.screen = { store, live };
      LSO.tabletNotes().open({ title: LSO.name(LSO.page.gates.find((gate) => gate.id === GATE)), place: GATE });
      if (state === "loading" || state === "lost" || state === "error") send(LSO.t("note.urgent_hint"));
      if (state === "empty") send("");
    }),
    "code": dialog(({ state }) => {
      LSO.tabletCodes().open();
      if (state !== "normal") send(state === "missing" ? "ABC" : "XYZ");
    }),
    "entry": ({ main, screens }) => ({ stop: screens.entry(main) }),
    "tabs": ({ main }) => {
      LSO.desk.tabs(main, () => {});
    },
    // Not started whole: its form finds its controls by their ids in the document, which a shadow tree hides.
    "mapping": ({ main }) => {
      LSO.mappingPayload(main, () => {});
      LSO.desk.editor(main.querySelector('[data-editor="mapping"]'), () => {});
      LSO.desk.tabs(main, () => {});
    },
    "feed-form": () => {},
  });
})(window);
