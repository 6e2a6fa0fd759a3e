/**
 * The presenter's window: turns the slides of the audience's window (same room) and of the followers (same code).
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, part, make, data } = LSO.dom;
  const TOPICS = ["feeds"];
  const BEGAN = "lso-presenter-began";

  function start(main) {
    const query = new URLSearchParams(root.location.search);
    const room = query.get("room") || Math.random().toString(36).slice(2, 10);
    const store = LSO.createStore();
    const live = LSO.connect({ topics: TOPICS, store });
    const beat = LSO.heartbeat(main, live, () => LSO.feedTrouble(store.get("feeds"))).tick;
    const now = LSO.slideFrame(part(main, "stage"), "h2");
    const next = LSO.slideFrame(part(main, "preview"), "h3");
    let deck = null;
    let index = 0;
    let code = null;
    let began = 0;
    recall();

    const source = LSO.deckSource({
      heard(found, why) {
        if (found) deck = found;
        text(part(main, "instant"), found || deck ? null : LSO.t(why === "missing" ? "briefing.no_such_deck" : "briefing.no_deck"));
        draw();
      },
    });
    const talk = LSO.slideTalk({
      room,
      shown: { deck: query.get("deck") || "", frozen: query.get("frozen") || "", slide: query.get("slide") || "", follow: "" },
      heard: take,
    });
    LSO.screen = { store, live, shown: talk.shown, deck: () => deck };

    function take(shown, sent) {
      source.want({ deck: shown.deck, frozen: shown.frozen });
      remember(shown);
      text(part(main, "sent"), shown.follow && !sent ? LSO.t("presenter.unsent") : null);
      draw();
    }

    /** A reload comes back to the same slide of the same moment, in the same room. */
    function remember(shown) {
      const kept = new URLSearchParams(root.location.search);
      kept.set("room", room);
      for (const name of ["deck", "frozen", "slide"]) {
        if (shown[name]) kept.set(name, shown[name]);
        else kept.delete(name);
      }
      root.history.replaceState(root.history.state, "", root.location.pathname + "?" + kept);
    }

    function draw() {
      followers();
      if (!deck) return;
      const shown = talk.shown();
      const found = deck.slides.findIndex((slide) => slide.id === shown.slide);
      index = found >= 0 ? found : Math.min(index, deck.slides.length - 1);
      now.show(deck, index);
      next.show(deck, index + 1);
      const last = index === deck.slides.length - 1;
      show(part(main, "preview"), !last);
      text(part(main, "last"), last ? LSO.t("presenter.last") : null);
      text(part(main, "page"), LSO.t("presenter.page", { page: index + 1, pages: deck.slides.length }));
      text(part(main, "instant"), deck.at_text + (deck.code ? " · " + LSO.t("briefing.code", { code: deck.code }) : ""));
      notes(deck.slides[index].notes);
      part(main, "previous").disabled = index === 0;
      part(main, "next").disabled = last;
      const may = LSO.page.can_present;
      show(part(main, "freeze"), may);
      text(part(main, "freeze"), may ? LSO.t(shown.frozen ? "briefing.freeze" : "briefing.freeze_first") : null);
      show(part(main, "go-live"), Boolean(shown.frozen));
    }

    function notes(words) {
      const holder = part(main, "notes");
      const lines = (words || LSO.t("presenter.no_notes")).split("\n");
      if (holder.dataset.words === lines.join("\n")) return;
      data(holder, "words", lines.join("\n"));
      holder.replaceChildren(...lines.map((line) => make("p", "", line)));
      holder.scrollTop = 0;
    }

    function followers() {
      const holder = part(main, "follow");
      const wanted = LSO.page.can_present ? talk.shown().follow : null;
      if (wanted === code) return;
      code = wanted;
      const action = make("button", "brief-action");
      action.type = "button";
      if (code === null) holder.replaceChildren(make("p", "", LSO.t("presenter.may_not")));
      else if (code) {
        action.textContent = LSO.t("briefing.end");
        action.addEventListener("click", () => talk.end());
        holder.replaceChildren(...LSO.followWords(code), action);
      } else {
        action.textContent = LSO.t("briefing.begin");
        action.addEventListener("click", async () => {
          action.disabled = true;
          if (!(await talk.begin())) text(part(main, "sent"), LSO.t("briefing.begin_failed"));
          action.disabled = false;
        });
        holder.replaceChildren(make("p", "", LSO.t("briefing.followers_what")), action);
      }
    }

    function go(to) {
      if (!deck) return;
      const wanted = Math.min(Math.max(to, 0), deck.slides.length - 1);
      if (wanted !== index || !talk.shown().slide) talk.set({ slide: deck.slides[wanted].id });
    }

    async function freeze() {
      if (!LSO.page.can_present) return;
      part(main, "freeze").disabled = true;
      const name = talk.shown().deck;
      const kept = await LSO.freezeMoment("briefing", "/briefing" + (name ? "?deck=" + encodeURIComponent(name) : ""));
      part(main, "freeze").disabled = false;
      if (kept) talk.set({ frozen: kept.code });
      else text(part(main, "sent"), LSO.t("briefing.freeze_failed"));
    }

    function audience() {
      const shown = talk.shown();
      const more = new URLSearchParams({ room, lang: LSO.page.lang });
      for (const name of ["deck", "frozen", "slide"]) if (shown[name]) more.set(name, shown[name]);
      root.open("/briefing?" + more, "lso-audience-" + room);
    }

    function recall() {
      try {
        began = Number(root.sessionStorage.getItem(BEGAN)) || 0;
      } catch (error) {
        // A forbidden store costs the elapsed time at the next reload, nothing now.
      }
      if (!began) restart();
    }

    function restart() {
      began = Date.now();
      try {
        root.sessionStorage.setItem(BEGAN, String(began));
      } catch (error) {
        // As above.
      }
    }

    function tick() {
      beat();
      const seconds = Math.max(0, Math.floor((Date.now() - began) / 1000));
      const two = (value) => String(value).padStart(2, "0");
      text(part(main, "elapsed"), `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`);
    }

    function key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, dialog")) return;
      const inNotes = event.target.closest('[data-part="notes"]');
      const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, ArrowDown: inNotes ? 0 : 1, ArrowUp: inNotes ? 0 : -1 }[event.key];
      if (by) go(index + by);
      else if (event.key === "Home" && !inNotes) go(0);
      else if (event.key === "End" && !inNotes) go(Infinity);
      else if (event.key === "f" || event.key === "F") freeze();
      else return;
      event.preventDefault();
    }

    const fit = () => {
      now.fit();
      next.fit();
    };
    const listeners = [
      [root.document, "keydown", key], [root, "resize", fit], [part(main, "previous"), "click", () => go(index - 1)],
      [part(main, "next"), "click", () => go(index + 1)], [part(main, "freeze"), "click", freeze],
      [part(main, "go-live"), "click", () => talk.set({ frozen: "" })], [part(main, "audience"), "click", audience],
      [part(main, "restart"), "click", () => { restart(); tick(); }],
    ];
    for (const [target, name, listener] of listeners) target.addEventListener(name, listener);
    if (root.document.fonts) root.document.fonts.ready.then(fit);
    const second = root.setInterval(tick, 1000);
    tick();
    take(talk.shown(), true);

    return function stop() {
      for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
      root.clearInterval(second);
      talk.stop();
      source.stop();
      live.stop();
    };
  }

  LSO.onScreen("presenter", start);
})(typeof window === "undefined" ? globalThis : window);
