/**
 * The briefing: a deck, live or of one frozen moment for all its slides; the moment is chosen once and stands in the
 * address (?frozen=CODE), so that a reload, a follower and an export show the same figures.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part } = LSO.dom;
  const TOPICS = ["gates", "services", "network", "programme", "alerts", "feeds"];
  /** A live deck that was not renewed for so long is no longer live. */
  const OLD_MS = 12000;
  /** Controls leave the picture when nobody touches anything: the audience looks at figures. */
  const IDLE_MS = 4000;

  function start(main) {
    const query = new URLSearchParams(root.location.search);
    const following = (query.get("follow") || "").toUpperCase();
    const room = query.get("room") || "";
    const store = LSO.createStore();
    const frame = LSO.slideFrame(part(main, "stage"));
    let hung = null;
    let live = null;
    let beat = () => {};
    let deck = null;
    let index = 0;
    let trouble = null;
    let follow = { by: "", state: "" };
    let idle = null;

    frame.element.querySelector(".slide-sim").replaceWith(part(main, "sim"));
    frame.foot.insertBefore(part(main, "notice"), frame.foot.firstChild);
    data(frame.foot.querySelector(".slide-from"), "part", "title");
    frame.foot.insertBefore(part(main, "nav"), frame.foot.lastChild);

    const source = LSO.deckSource({
      heard(found, why) {
        trouble = why;
        if (found) deck = found;
        draw();
      },
    });
    const talk = LSO.slideTalk({
      room: following ? "" : room,
      shown: { deck: query.get("deck") || "", frozen: query.get("frozen") || "", slide: query.get("slide") || "", follow: "" },
      heard: take,
    });
    const menu = LSO.briefingMenu({ main, talk, deck: () => deck, at: () => index, go, freeze, presenter, following });

    /** What is shown has changed, here or in another window or at the presenter's. */
    function take(shown) {
      source.want({ deck: shown.deck, frozen: shown.frozen });
      hang(shown.frozen);
      remember(shown);
      draw();
      menu.changed();
    }

    /** Hang the store on the live line, or on the moment. */
    function hang(code) {
      if (hung === code) return;
      if (live) live.stop();
      hung = code;
      live = code ? LSO.connectFrozen({ id: code, store }) : LSO.connect({ topics: TOPICS, store });
      // Of a frozen moment the line under the headline speaks; a notice beside it would only take the slide's room.
      beat = code ? () => show(part(main, "notice"), false) : LSO.heartbeat(main, live, () => LSO.feedTrouble(store.get("feeds"))).tick;
      LSO.screen = { store, live, freeze, deck: () => deck, shown: talk.shown };
    }

    function remember(shown) {
      const now = new URLSearchParams(root.location.search);
      for (const name of following ? [] : ["deck", "frozen", "slide"]) {
        if (shown[name]) now.set(name, shown[name]);
        else now.delete(name);
      }
      now.delete("at"); // of older links: the instant stood for figures that only that tab had
      const search = now.toString();
      root.history.replaceState(root.history.state, "", root.location.pathname + (search ? "?" + search : ""));
    }

    function draw() {
      say();
      if (!deck) return;
      const shown = talk.shown();
      const found = deck.slides.findIndex((slide) => slide.id === shown.slide);
      index = found >= 0 ? found : Math.min(index, deck.slides.length - 1);
      const played = deck.scenario;
      LSO.markSimulated(main, deck.simulated, played ? { scenario: played, scenario_vi: played, scenario_en: played } : null);
      frame.show(deck, index, instant());
      const able = !following;
      part(main, "previous").disabled = !able || index === 0;
      part(main, "next").disabled = !able || index === deck.slides.length - 1;
      show(part(main, "freeze"), able && LSO.page.can_present && deck.live);
    }

    /** Instead of a slide where there is none: what is the matter, and what to do. */
    function say() {
      const words = { missing: "briefing.missing", refused: "live.refused", lost: "briefing.no_deck" };
      const code = talk.shown().frozen.toUpperCase();
      let said = deck ? "" : trouble ? LSO.t(words[trouble], { code }) : LSO.t("briefing.waiting");
      if (trouble === "missing") {
        said = LSO.t(code ? "briefing.missing" : "briefing.no_such_deck", { code });
        deck = null;
        frame.show(null, 0);
      }
      if (following && follow.state === "missing") said = LSO.t("briefing.follow_missing", { code: following });
      text(part(main, "message"), said);
    }

    function instant() {
      const parts = [deck.at_text];
      if (deck.live && Date.now() - source.told() > OLD_MS) parts[0] = LSO.t("briefing.live_lost", { time: LSO.format.clock(deck.at_ms, "hanoi", true) });
      if (deck.code) parts.push(LSO.t("briefing.code", { code: deck.code }));
      if (following && follow.state) parts.push(LSO.t("briefing.following." + follow.state, { who: follow.by, code: following }));
      return parts.join(" · ");
    }

    function go(to) {
      if (!deck || following) return;
      const next = Math.min(Math.max(to, 0), deck.slides.length - 1);
      if (next !== index || !talk.shown().slide) talk.set({ slide: deck.slides[next].id });
    }

    async function freeze() {
      if (following || !LSO.page.can_present) return;
      const button = part(main, "freeze");
      button.disabled = true;
      const deckName = talk.shown().deck;
      const kept = await LSO.freezeMoment("briefing", "/briefing" + (deckName ? "?deck=" + encodeURIComponent(deckName) : ""));
      button.disabled = false;
      if (kept) talk.set({ frozen: kept.code });
      else menu.failed("briefing.freeze_failed");
    }

    function presenter() {
      if (following) return;
      const name = room || Math.random().toString(36).slice(2, 10);
      const shown = talk.shown();
      const more = new URLSearchParams({ room: name, lang: LSO.page.lang });
      for (const key of ["deck", "frozen", "slide"]) if (shown[key]) more.set(key, shown[key]);
      root.open("/briefing/presenter?" + more, "lso-presenter-" + name, "popup,width=1366,height=800");
      if (room) return;
      // The room stands in the address from now on: this window is told what the other one does.
      const now = new URLSearchParams(root.location.search);
      now.set("room", name);
      root.location.search = now.toString();
    }

    function key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
      const by = { ArrowRight: 1, PageDown: 1, ArrowDown: 1, ArrowLeft: -1, PageUp: -1, ArrowUp: -1 }[event.key];
      if (by) go(index + by);
      else if (event.key === "Home") go(0);
      else if (event.key === "End") go(Infinity);
      else if (event.key === "f" || event.key === "F") freeze();
      else if (event.key === "p" || event.key === "P") presenter();
      else return;
      event.preventDefault();
    }

    function awake() {
      data(main, "idle", null);
      root.clearTimeout(idle);
      idle = root.setTimeout(() => data(main, "idle", "true"), IDLE_MS);
    }

    const listeners = [
      [root.document, "keydown", key], [root.document, "keydown", awake], [root.document, "pointermove", awake],
      [root.document, "pointerdown", awake], [root, "resize", frame.fit], [part(main, "freeze"), "click", freeze],
      [part(main, "previous"), "click", () => go(index - 1)], [part(main, "next"), "click", () => go(index + 1)],
      [part(main, "menu"), "click", () => menu.open()],
    ];
    for (const [target, name, listener] of listeners) target.addEventListener(name, listener);
    if (root.document.fonts) root.document.fonts.ready.then(frame.fit);
    const second = root.setInterval(() => {
      beat();
      if (deck) text(frame.element.querySelector(".slide-instant"), instant());
    }, 1000);
    let unfollow = () => {};
    if (following) {
      unfollow = LSO.followPresentation(following, (found, state) => {
        follow = { by: found ? found.by : "", state };
        if (found) talk.set({ deck: found.deck, frozen: found.frozen, slide: found.slide });
        else draw();
      });
      hang("");
    } else take(talk.shown());
    awake();

    return function stop() {
      for (const [target, name, listener] of listeners) target.removeEventListener(name, listener);
      root.clearInterval(second);
      root.clearTimeout(idle);
      unfollow();
      talk.stop();
      source.stop();
      if (live) live.stop();
    };
  }

  LSO.openAhead(/^\/briefing$/, TOPICS);
  LSO.onScreen("briefing", start);
})(typeof window === "undefined" ? globalThis : window);
