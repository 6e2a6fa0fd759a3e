/**
 * The briefing: takes one moment, freezes it, and shows it in slides until somebody freezes another.
 *
 * The moment is kept in the tab under its instant, which stands in the address (?at=): a reload in the middle of a
 * conference shows the same figures.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, part, make } = LSO.dom;
  const TOPICS = ["gates", "services", "network", "alerts", "feeds"];
  const KEPT = "lso-briefing";
  const F = LSO.format;

  /** @typedef {{at: number, topics: Object<string, *>}} Moment */

  function start(main) {
    const store = LSO.createStore();
    const live = LSO.connect({ topics: TOPICS, store });
    const beat = LSO.heartbeat(main, live, () => LSO.feedTrouble(store.get("feeds")));
    /** @type {?Moment} */
    let moment = recall();
    let slides = [];
    let shown = 0;
    /** What the address asked for and this tab does not have: it is said, not passed over. */
    const missed = !moment && wanted() ? wanted() : null;

    if (moment) build();
    part(main, "freeze").addEventListener("click", freeze);
    part(main, "previous").addEventListener("click", () => go(-1));
    part(main, "next").addEventListener("click", () => go(1));
    root.document.addEventListener("keydown", key);
    const off = store.on(ready);
    const second = root.setInterval(beat, 1000);
    beat();
    ready();
    LSO.screen = { store, live, freeze };

    /** The first moment freezes itself, once every topic has come. */
    function ready() {
      const all = TOPICS.every((topic) => store.has(topic));
      part(main, "freeze").disabled = !all;
      if (all && !moment) freeze();
    }

    function freeze() {
      if (!TOPICS.every((topic) => store.has(topic))) return;
      const topics = {};
      for (const topic of TOPICS) topics[topic] = store.get(topic);
      // A copy: the store goes on living.
      moment = JSON.parse(JSON.stringify({ at: Math.floor(live.serverNow()), topics }));
      keep(moment);
      build();
    }

    function build() {
      slides = LSO.briefingSlides({ at: moment.at, get: (topic) => moment.topics[topic] || {} });
      shown = Math.min(shown, slides.length - 1);
      draw();
    }

    function draw() {
      const slide = slides[shown];
      text(part(main, "headline"), slide.headline);
      data(main, "priority", slide.priority);
      text(part(main, "instant"), instant(moment.at) + (missed ? " · " + LSO.t("briefing.missed", { time: F.clock(missed) }) : ""));
      text(part(main, "title"), LSO.t("app.name") + (slide.sources ? " · " + LSO.t("briefing.source", { names: slide.sources }) : ""));
      text(part(main, "page"), `${shown + 1} / ${slides.length}`);
      part(main, "previous").disabled = shown === 0;
      part(main, "next").disabled = shown === slides.length - 1;
      LSO.markSimulated(main, LSO.simulation(moment.topics.feeds || {}, (moment.topics.gates || {}).gates), moment.topics.feeds);
      LSO.briefingDraw(part(main, "slide"), slide);
      fit(part(main, "headline"));
    }

    /** A headline too long for one line is set smaller; its width is what the simulation mark leaves. */
    function fit(headline) {
      data(headline, "long", null);
      const size = parseFloat(root.getComputedStyle(headline).fontSize);
      if (headline.clientHeight > size * 1.8) data(headline, "long", "true");
    }

    function go(by) {
      const next = Math.min(Math.max(shown + by, 0), slides.length - 1);
      if (!slides.length || next === shown) return;
      shown = next;
      draw();
    }

    function key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1, Home: -99, End: 99 }[event.key];
      if (!by) return;
      event.preventDefault();
      go(by);
    }

    return function stop() {
      off();
      root.clearInterval(second);
      root.document.removeEventListener("keydown", key);
      live.stop();
    };
  }

  /** "Chốt số liệu 14:30 ngày 22/11/2026 — giờ Hà Nội (Bắc Kinh 15:30)" */
  function instant(at) {
    const day = F.day(at).replace(/^\S+ /, "");
    return LSO.t("briefing.instant", { time: F.clock(at), day, beijing: F.clock(at, "beijing") });
  }

  function wanted() {
    const at = Date.parse(new URLSearchParams(root.location.search).get("at") || "");
    return Number.isNaN(at) ? null : at;
  }

  function keep(moment) {
    const query = new URLSearchParams(root.location.search);
    query.set("at", new Date(moment.at).toISOString());
    root.history.replaceState(root.history.state, "", root.location.pathname + "?" + query);
    try {
      root.sessionStorage.setItem(KEPT, JSON.stringify(moment));
    } catch (error) {
      // A full or forbidden store costs the moment at the next reload, nothing now.
    }
  }

  /** @returns {?Moment} the moment of the address, if this tab froze it */
  function recall() {
    try {
      const kept = JSON.parse(root.sessionStorage.getItem(KEPT) || "null");
      return kept && kept.at === wanted() ? kept : null;
    } catch (error) {
      return null;
    }
  }

  LSO.onScreen("briefing", start);

  /**
   * Draw a slide: numbered figures on the left, bars or figures or sentences on the right.
   * @param {HTMLElement} holder
   * @param {*} slide of LSO.briefingSlides
   */
  LSO.briefingDraw = function (holder, slide) {
    holder.replaceChildren();
    data(holder, "layout", slide.layout);
    if (slide.figures) holder.appendChild(figures(slide.figures));
    if (slide.bars) holder.appendChild(bars(slide.bars));
    if (slide.sentences) holder.appendChild(sentences(slide.sentences));
  };

  function figures(list) {
    const holder = make("ol", "brief-figures");
    list.forEach((figure, i) => {
      const item = holder.appendChild(make("li", "brief-figure"));
      data(item, "priority", figure.priority);
      item.appendChild(make("span", "brief-number", String(i + 1)));
      const words = item.appendChild(make("span", "brief-words"));
      words.appendChild(make("span", "brief-label", figure.label));
      if (figure.note) words.appendChild(make("span", "brief-note", figure.note));
      item.appendChild(make("span", "brief-value" + (figure.stale ? " is-stale" : ""), figure.value));
    });
    return holder;
  }

  function bars(what) {
    const holder = make("div", "brief-bars");
    holder.appendChild(make("h2", "brief-bars-title", what.title));
    const list = holder.appendChild(make("ul", ""));
    const highest = Math.max(what.from || 1, ...what.rows.map((row) => row.value));
    for (const row of what.rows) {
      const item = list.appendChild(make("li", "brief-bar"));
      data(item, "priority", row.priority);
      item.appendChild(make("span", "brief-bar-label", row.label));
      const room = item.appendChild(make("span", "brief-bar-room"));
      const bar = room.appendChild(make("span", "brief-bar-fill"));
      bar.style.setProperty("--share", (row.value / highest).toFixed(4));
      item.appendChild(make("span", "brief-bar-value" + (row.stale ? " is-stale" : ""), row.text));
    }
    return holder;
  }

  function sentences(list) {
    const holder = make("ul", "brief-sentences");
    for (const sentence of list) {
      const item = holder.appendChild(make("li", "brief-sentence"));
      data(item, "priority", sentence.priority);
      const icon = item.appendChild(make("span", "icon"));
      data(icon, "icon", sentence.icon);
      icon.setAttribute("aria-hidden", "true");
      const words = item.appendChild(make("span", "brief-words"));
      words.appendChild(make("span", "brief-label", sentence.text));
      if (sentence.detail) words.appendChild(make("span", "brief-note", sentence.detail));
    }
    return holder;
  }
})(typeof window === "undefined" ? globalThis : window);
