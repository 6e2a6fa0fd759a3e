/**
 * The page of manual entry, put together: forms that follow the live figures, what was sent with a way back, and what
 * is valid now.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { make, text, show, part } = LSO.dom;
  const F = LSO.format;
  const TOPICS = ["gates", "services", "programme", "feeds"];
  const LIST_EVERY_MS = 15000;
  /** How long the way back stands at the top of the page; afterwards it is in the list. */
  const UNDO_MS = 60000;

  const placeName = (id, store) => {
    const gate = LSO.page.gates.find((each) => each.id === id) || (store.get("gates").gates || {})[id] || (store.get("services").communes || {})[id];
    return gate ? LSO.name(gate) : id === "lang-son" ? LSO.t("entry.province") : id;
  };

  /** "Số xe chờ · Tân Thanh: 120" */
  function line(entry, store) {
    const target = (store.get("programme").targets || {})[entry.dims.target];
    const metric = LSO.page.facts.metrics[entry.metric];
    const figure = target ? LSO.name(target) : metric ? LSO.name(metric) : entry.metric;
    const direction = entry.dims.direction ? " · " + LSO.t("direction." + entry.dims.direction) : "";
    const said = entry.metric === "operational_status" ? LSO.t(entry.value > 0 ? "entry.open" : "entry.closed") : target ? LSO.programme.amount(entry.value, target) : LSO.alerts.measure(entry.value, entry.metric);
    return LSO.t("entry.line", { figure: figure + direction, place: placeName(entry.place, store), value: said });
  }

  function start(main) {
    const told = part(main, "told");
    const tiles = part(main, "tiles");
    let undoTimer = 0;
    let entries = [];

    async function send(items) {
      const { done, sentence } = await LSO.entrySend.send(items);
      if (done.length) {
        tell(LSO.t("entry.sent", { what: done.map((each) => line(each, screen.store)).join("; ") }), done.map((each) => each.id));
        list();
      }
      return sentence;
    }

    /** Say what was done, with the way back. */
    function tell(sentence, ids) {
      root.clearTimeout(undoTimer);
      told.replaceChildren(make("span", "", sentence));
      if (ids.length) {
        told.appendChild(LSO.entryFields.button(LSO.t("entry.undo"), (event) => takeBack(ids, event.currentTarget)));
        undoTimer = root.setTimeout(() => show(told, false), UNDO_MS);
      }
      show(told, true);
    }

    async function takeBack(ids, pressed) {
      pressed.disabled = true;
      const sentence = await LSO.entrySend.withdraw(ids);
      pressed.disabled = false;
      if (sentence) told.replaceChildren(make("span", "entry-error", sentence), ...(pressed.isConnected && told.contains(pressed) ? [pressed] : []));
      else tell(LSO.t("entry.undone"), []);
      show(told, true);
      list();
    }

    const gates = LSO.page.gates.map((card) => LSO.entryForms.gateForm(card, send));
    const dossiers = LSO.entryForms.dossierForm(send);
    const targets = LSO.entryTargets.targetTiles(part(main, "targets"), send);
    tiles.append(...gates.map((each) => each.element));
    part(main, "forms").append(dossiers.element);
    let ordered = "";

    /** Dead feeds first; nothing moves under a finger: a tile that is being worked on keeps its place. */
    function order() {
      const wanted = [...gates].sort((a, b) => a.rank() - b.rank());
      const names = wanted.map((each) => each.element.dataset.gate).join();
      if (names === ordered || main.querySelector(".is-changed") || tiles.contains(root.document.activeElement)) return;
      ordered = names;
      tiles.append(...wanted.map((each) => each.element));
    }

    function draw(store, now) {
      const sources = store.get("feeds").sources || {};
      for (const form of gates) form.show((store.get("gates").gates || {})[form.element.dataset.gate], now, sources);
      if (store.has("gates")) order();
      dossiers.show(store.get("services"), now, sources);
      targets.show(store.get("programme"), store.get("services"), now, sources);
      drawList(store, now);
    }

    async function list() {
      const found = await LSO.entrySend.valid();
      if (found) entries = found;
      screen.soon();
    }

    const rows = new Map();
    function drawList(store, now) {
      const holder = part(main, "valid");
      const standing = entries.filter((each) => now < Date.parse(each.until));
      show(part(main, "valid-none"), standing.length === 0);
      standing.forEach((entry, i) => {
        if (!rows.has(entry.id)) {
          const item = make("li", "entry-item");
          const words = item.appendChild(make("span", "entry-item-what"));
          const who = item.appendChild(make("span", "entry-about"));
          item.appendChild(LSO.entryFields.button(LSO.t("entry.withdraw"), (event) => takeBack([entry.id], event.currentTarget)));
          rows.set(entry.id, { item, words, who });
        }
        const { item, words, who } = rows.get(entry.id);
        text(words, line(entry, store));
        const until = Date.parse(entry.until);
        const day = until - now > 72000000 ? F.day(until) + " " : "";
        text(who, LSO.t("entry.by", { who: entry.who, age: F.age(LSO.freshness.ageOf(Date.parse(entry.observed_at), now)), until: day + F.clock(until) }) + (entry.note ? " · " + entry.note : ""));
        if (holder.children[i] !== item) holder.insertBefore(item, holder.children[i] || null);
      });
      for (const [id, { item }] of rows) if (!standing.some((each) => each.id === id)) {
        item.remove();
        rows.delete(id);
      }
    }

    const screen = LSO.liveScreen(main, TOPICS, draw);
    const timer = root.setInterval(list, LIST_EVERY_MS);
    list();
    return function stop() {
      root.clearInterval(timer);
      root.clearTimeout(undoTimer);
      screen.stop();
    };
  }

  LSO.onScreen("entry", start);
})(typeof window === "undefined" ? globalThis : window);
