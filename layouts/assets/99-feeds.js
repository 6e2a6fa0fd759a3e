/**
 * The feed desk, put together: one socket, the three tabs, keys.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, make } = LSO.dom;
  const F = LSO.format;
  const COUNTED = ["running", "late", "lost", "failing", "refused", "paused", "waiting", "ended"];

  function start(main) {
    const told = { letters: showLetters, marked: () => faults.reload() };
    const strips = LSO.feedStrips(() => screen && screen.soon());
    const table = LSO.feedsTable(main, strips, choose);
    const detail = LSO.feedsDetail(main, strips, told);
    const letters = LSO.feedsLetters(main);
    const faults = LSO.feedsFaults(main);
    let chosen = new URLSearchParams(root.location.search).get("source");
    let list = [];
    let screen = null;
    const tabs = LSO.desk.tabs(main, opened);
    screen = LSO.liveScreen(main, ["feeds", "alerts"], draw);

    function draw(store, now) {
      const feeds = store.get("feeds");
      list = LSO.feedRows(feeds, now);
      // Whom nobody asked for stays, however the list is ordered next.
      if (!chosen && list.length) chosen = list[0].key;
      data(main, "line", screen && LSO.screen.live.status.state !== "open" ? "lost" : null);
      sums(feeds);
      const row = shown();
      table.show(list, row && row.key, now);
      text(part(main, "sources-none"), list.length ? null : LSO.t(store.has("feeds") ? "feeds.none" : "live.waiting"));
      detail.show(row, now);
      faults.show(store, now);
    }

    /** The chosen row; the first while the one that was asked for (by the address, say) has not been told yet. */
    function shown() {
      return list.find((row) => row.key === chosen) || list[0] || null;
    }

    /** How many sources are in each state, and how far the recorder is behind. */
    function sums(feeds) {
      const counts = part(main, "counts");
      const found = COUNTED.map((state) => [state, list.filter((row) => row.state === state).length]).filter(([, count]) => count);
      const key = JSON.stringify(found);
      if (counts.shown !== key) {
        counts.shown = key;
        counts.replaceChildren(...found.map(([state, count]) => {
          const item = make("li", "desk-count");
          data(item, "state", state);
          const icon = item.appendChild(make("span", "icon"));
          data(icon, "icon", "feed-" + state);
          icon.setAttribute("aria-hidden", "true");
          const number = make("strong", "", F.number(count));
          item.append(number, " " + LSO.t("feeds.state." + state));
          LSO.dom.cell(number, "feeds/states/" + state);
          data(number, "label", item.textContent);
          return item;
        }));
      }
      const lag = feeds.recorder_lag;
      text(part(main, "lag"), lag === null || lag === undefined ? LSO.t("feeds.lag_unknown") : LSO.t("feeds.lag", { count: F.number(lag) }));
      data(part(main, "lag"), "some", lag > 100 ? "true" : null);
      LSO.dom.cell(part(main, "lag"), lag === null || lag === undefined ? null : "feeds/recorder_lag");
      data(part(main, "lag"), "label", part(main, "lag").textContent);
    }

    function choose(key) {
      chosen = key;
      screen.soon();
    }

    function opened(name) {
      if (name === "letters") letters.open();
      if (name === "faults") faults.reload();
      if (screen) screen.soon();
    }

    function showLetters(source, reason) {
      letters.filter(source, reason);
      tabs.open("letters");
    }

    function move(by) {
      const at = list.indexOf(shown());
      const next = list[Math.min(Math.max(at + by, 0), list.length - 1)];
      if (!next) return;
      choose(next.key);
      root.requestAnimationFrame(() => table.focus(next.key));
    }

    function key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || /^(TEXTAREA|INPUT|SELECT)$/.test(event.target.tagName)) return;
      if (main.querySelector("dialog[open]")) return;
      const at = { 1: "sources", 2: "letters", 3: "faults" }[event.key];
      if (at) return tabs.open(at);
      if (tabs.current() !== "sources") return;
      if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
    }

    root.document.addEventListener("keydown", key);
    return function stop() {
      root.document.removeEventListener("keydown", key);
      screen.stop();
    };
  }

  LSO.onScreen("feeds", start);
})(typeof window === "undefined" ? globalThis : window);
