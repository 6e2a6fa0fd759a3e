/**
 * The briefing's menu: which deck and which slide, live or frozen, followers and their code, a code from elsewhere.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, part } = LSO.dom;

  const button = (words, action) => {
    const made = make("button", "brief-action", words);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  };

  /**
   * @param {{main: HTMLElement, talk: *, deck: function(): ?*, at: function(): number, go: function(number): void,
   *   freeze: function(): void, presenter: function(): void, following: string}} briefing
   */
  LSO.briefingMenu = function (briefing) {
    const dialog = LSO.sideDialog("briefing", "briefing.menu");
    let body = null;
    let decks = null;

    function open() {
      body = dialog.open(null, part(briefing.main, "menu"));
      fill();
      if (!decks) fetchDecks();
    }

    async function fetchDecks() {
      try {
        const answer = await root.fetch("/api/v1/decks", { credentials: "same-origin" });
        if (answer.ok) decks = await answer.json();
      } catch (error) {
        decks = null; // The choice of decks is left out until the menu is opened again.
      }
      if (body) fill();
    }

    function section(title, ...children) {
      const made = make("section", "brief-section");
      made.append(make("h3", "brief-section-title", LSO.t(title)), ...children.filter(Boolean));
      return made;
    }

    function fill() {
      const focused = body.contains(root.document.activeElement) ? root.document.activeElement.dataset.key : null;
      body.replaceChildren(...(briefing.following ? [codes(), keys()] : [figures(), slides(), followers(), codes(), exports(), keys()]).filter(Boolean));
      const again = focused && body.querySelector(`[data-key="${focused}"]`);
      if (again) again.focus();
    }

    function figures() {
      const deck = briefing.deck();
      const frozen = briefing.talk.shown().frozen;
      const may = LSO.page.can_present;
      const actions = [
        may && !frozen && button(LSO.t("briefing.freeze_first"), briefing.freeze),
        may && frozen && button(LSO.t("briefing.freeze"), briefing.freeze),
        frozen && button(LSO.t("briefing.go_live"), () => briefing.talk.set({ frozen: "" })),
      ].filter(Boolean);
      return section("briefing.figures", make("p", "", deck ? deck.at_text : LSO.t("briefing.waiting")), frozen && make("p", "brief-code", frozen), ...actions);
    }

    function slides() {
      const deck = briefing.deck();
      const list = make("ol", "brief-list");
      (deck ? deck.slides : []).forEach((slide, i) => {
        const item = list.appendChild(make("li", "")).appendChild(button(`${i + 1}. ${slide.headline}`, () => briefing.go(i)));
        if (i === briefing.at()) item.setAttribute("aria-current", "true");
        item.dataset.key = "slide-" + slide.id;
      });
      return section("briefing.slides", choice(), list);
    }

    function choice() {
      if (!decks || decks.decks.length < 2) return null;
      const label = make("label", "brief-field", LSO.t("briefing.deck"));
      const select = label.appendChild(make("select", ""));
      for (const deck of decks.decks) {
        const option = select.appendChild(make("option", "", deck.title[LSO.page.lang] || deck.title.vi));
        option.value = deck.name;
      }
      select.dataset.key = "deck";
      select.value = briefing.talk.shown().deck || decks.default;
      select.addEventListener("change", () => briefing.talk.set({ deck: select.value, slide: "" }));
      return label;
    }

    function followers() {
      if (!LSO.page.can_present) return null;
      const code = briefing.talk.shown().follow;
      const open = button(LSO.t("briefing.presenter"), briefing.presenter);
      if (!code) return section("briefing.followers", make("p", "", LSO.t("briefing.followers_what")), button(LSO.t("briefing.begin"), begin), open);
      return section("briefing.followers", ...LSO.followWords(code), button(LSO.t("briefing.end"), briefing.talk.end), open);
    }

    async function begin() {
      if (!(await briefing.talk.begin())) failed("briefing.begin_failed");
    }

    /** One field for both kinds of code: it is tried as a presentation first, then as a frozen moment. */
    function codes() {
      const form = make("form", "brief-form");
      const label = form.appendChild(make("label", "brief-field", LSO.t("briefing.any_code")));
      const input = label.appendChild(make("input", ""));
      input.name = "code";
      input.autocomplete = "off";
      input.maxLength = 8;
      input.dataset.key = "code";
      const send = form.appendChild(make("button", "brief-action", LSO.t("briefing.open")));
      const said = form.appendChild(make("p", "brief-said"));
      said.setAttribute("role", "status");
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const code = input.value.replace(/[\s-]/g, "").toUpperCase();
        if (!code) return;
        send.disabled = true;
        const found = await LSO.findCode(code);
        send.disabled = false;
        if (found) root.location.assign(found);
        else said.textContent = LSO.t("briefing.code_unknown", { code });
      });
      return section("briefing.join", form);
    }

    function exports() {
      if (!LSO.page.can_present) return null;
      // 39-export.js answers every button of this part.
      const made = make("button", "brief-action", LSO.t("briefing.export_what"));
      const shown = briefing.talk.shown();
      made.type = "button";
      LSO.dom.data(made, "part", "export");
      LSO.dom.data(made, "deck", shown.deck);
      LSO.dom.data(made, "frozen", shown.frozen);
      return section("briefing.export", made);
    }

    const keys = () => section("briefing.keys", make("p", "", LSO.t("briefing.keys_what")));

    function failed(key) {
      if (!body || !body.isConnected || !body.closest("dialog[open]")) open();
      const said = body.querySelector(".brief-failed") || body.insertBefore(make("p", "brief-failed"), body.firstChild);
      said.setAttribute("role", "alert");
      said.textContent = LSO.t(key);
    }

    return {
      open,
      failed,
      changed() {
        if (body && body.closest("dialog[open]")) fill();
      },
    };
  };
})(typeof window === "undefined" ? globalThis : window);
