/**
 * The duty screen, put together: the list and its counts, the alert looked at, keys and actions.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part } = LSO.dom;
  const TOPICS = ["alerts", "feeds", "gates", "services", "network"];

  function start(main) {
    const table = LSO.dutyTable(main, choose);
    const detail = LSO.dutyDetail(main);
    const notes = LSO.dutyNotes(main, choose);
    const actions = LSO.dutyActions(main, { answer, closed: () => table.focus(chosen) });
    /** Answers of the server that the stream has not brought yet, by alert. @type {Map<string, *>} */
    const answered = new Map();
    let chosen = null;
    let list = [];
    const screen = LSO.liveScreen(main, TOPICS, draw);

    function draw(store, now) {
      const items = current(store.get("alerts").items || {});
      const before = list.findIndex((alert) => alert.id === chosen);
      list = LSO.alerts.ordered(items);
      // The one looked at went away: look at what stands in its place now.
      if (!list.some((alert) => alert.id === chosen))
        chosen = list.length ? list[Math.min(Math.max(before, 0), list.length - 1)].id : null;
      const alert = list.find((each) => each.id === chosen) || null;
      data(main, "line", screenIsLost() ? "lost" : null);
      counts(list, store.has("alerts"));
      table.show(list, chosen, store, now);
      empty(store, now);
      detail.show(alert, store, now);
      actions.show(alert);
      notes.update(store, now);
    }

    const screenIsLost = () => LSO.screen.live.status.state !== "open";

    /** The topic's items, each in its newest version: the server's answer stands until the stream has caught up. */
    function current(items) {
      const found = { ...items };
      for (const [id, alert] of answered) {
        const streamed = items[id];
        if (streamed && streamed.version >= alert.version) answered.delete(id);
        else if (alert.state === "NORM" || !streamed) {
          delete found[id];
          if (!streamed) answered.delete(id);
        } else found[id] = alert;
      }
      return found;
    }

    function answer(alert) {
      answered.set(alert.id, alert);
      screen.soon();
    }

    function choose(id) {
      chosen = id;
      actions.close();
      screen.soon();
    }

    /** Counted from the list shown, so that the two never disagree. */
    function counts(alerts, known) {
      for (const item of main.querySelectorAll(".count")) {
        const mine = alerts.filter((alert) => alert.priority === item.dataset.priority);
        const unack = mine.filter((alert) => alert.state !== "ACKED").length;
        part(item, "count").textContent = known ? LSO.format.number(mine.length) : "–";
        text(part(item, "unack"), unack ? LSO.t("duty.unack", { count: LSO.format.number(unack) }) : null);
        data(item, "some", mine.length ? "true" : null);
      }
    }

    function empty(store, now) {
      const none = list.length === 0;
      show(part(main, "empty"), none);
      if (!none) return;
      const known = store.has("alerts");
      const calm = LSO.alerts.calm(store.get, now, !screenIsLost());
      data(part(main, "empty-icon"), "icon", known ? (calm.sure ? "ok" : "late") : null);
      text(part(main, "empty-title"), LSO.t(known ? "alert.none" : "alert.waiting"));
      const checked = LSO.screen.live.status.lastFrame + (LSO.screen.live.clockOffset() || 0);
      const time = LSO.format.clock(checked, "hanoi", true);
      text(part(main, "empty-detail"), known ? LSO.t("duty.checked", { time }) + " · " + calm.words : null);
    }

    function move(by) {
      const at = list.findIndex((alert) => alert.id === chosen);
      const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
      if (!next || next.id === chosen) return;
      choose(next.id);
      table.focus(next.id);
    }

    const KEYS = {
      j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
      Home: () => move(-list.length), End: () => move(list.length),
      a: () => actions.begin("ack"), u: () => actions.begin("unack"), n: () => actions.begin("note"), l: () => notes.focus(),
    };

    function key(event) {
      if (event.key === "Escape") return actions.close();
      // Keys of the browser and letters that somebody is writing are not ours.
      if (event.ctrlKey || event.metaKey || event.altKey || /^(TEXTAREA|INPUT|SELECT)$/.test(event.target.tagName)) return;
      const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!act) return;
      event.preventDefault();
      act();
    }

    root.document.addEventListener("keydown", key);
    return function stop() {
      root.document.removeEventListener("keydown", key);
      screen.stop();
    };
  }

  LSO.openAhead(/^\/duty$/, TOPICS);
  LSO.onScreen("duty", start);
})(typeof window === "undefined" ? globalThis : window);
