/**
 * The gallery: each component in each state, the real one, with an invented day in place of the live line.
 *
 * A specimen stands in a shadow tree of its own with the style sheets of its screen only, as on that screen: screens
 * share names of classes and would style each other here. How each component is drawn is
 * 29-gallery-draw.js and 29-gallery-open.js; what the house would answer is 29-gallery-answers.js.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  /** The widest specimen shown beside others; a wider one is shrunk, all of it alike. */
  const BESIDE_PX = 900;
  /** Figures are drawn anew when their history has come: so often and no more. */
  const MOST_AGAIN = 6;
  /** Frames that Plotly is waited for; without it the cards stand without a trend. */
  const PATIENCE = 300;
  /** Frames that a screen gets to draw itself before its clock is stopped. */
  const FRAMES = 3;

  /** A page has one main part: a specimen stands in an element of another name, which its sheets are told. */
  const STAND_IN = "lso-main";
  const MAIN = /(^|[\s,(>+~}])main(?=[\s[.:>,{)])/g;

  const screens = {};
  const known = LSO.onScreen;
  // What the screens register is kept, so that a whole one can be started here; registering goes on as ever.
  LSO.onScreen = function (name, start) {
    screens[name] = start;
    known(name, start);
  };

  /** Name of a file → its sheet, once for all specimens. @type {Map<string, CSSStyleSheet>} */
  const sheets = new Map();
  const FRAME = "29-gallery-specimen.css";

  /** Fetch the sheets of all screens file by file: the page itself has them as one, in which no screen's can be told. */
  async function fetchSheets(names) {
    const files = [...new Set([...Object.values(names).flat(), FRAME])];
    await Promise.all(files.map(async (file) => {
      const url = new URL(`/assets/${file}`, root.location.href).href;
      const answer = await root.fetch(url);
      if (!answer.ok) throw new Error(`${url} was answered ${answer.status}, expected the style sheet`);
      const made = new CSSStyleSheet({ baseURL: url });
      made.replaceSync((await answer.text()).replace(MAIN, "$1" + STAND_IN));
      sheets.set(file, made);
    }));
  }

  /** The sheets of a screen, in the page's order, and the gallery's own word on a specimen's frame. */
  const sheetsOf = (screen, names) => [...new Set([...(names[screen] || []), FRAME])].sort().map((file) => sheets.get(file));

  /** A line that ends at the invented day: the interface of LSO.connect, with a clock that stands. */
  function line(state, at) {
    const off = state === "lost" || state === "error";
    const connection = state === "loading" ? "connecting" : off ? "lost" : "open";
    const status = { state: connection, since: Date.now() - 125000, lastFrame: at, frames: 9, resyncs: 0, connects: 1 };
    return { status, serverNow: () => at, clockOffset: () => 0, send() {}, mode: () => "live", on: () => () => {}, stop() {} };
  }

  /** Hand the topics of a state to a store. */
  function feed(store, topics, at) {
    for (const [topic, data] of Object.entries(topics)) store.take({ type: "snapshot", epoch: "sample", topic, seq: 1, at, data: structuredClone(data) });
    return store;
  }

  function start(main) {
    const facts = LSO.page.facts;
    const wanted = new URLSearchParams(root.location.search);
    const own = { line: LSO.line, fetch: root.fetch, screen: LSO.screen, redraw: LSO.tabletRedraw };
    const again = [];
    let state = "normal";
    let stopped = false;
    let asked = 0;
    LSO.line = ({ store }) => {
      feed(store, facts.topics[state], facts.at);
      return line(state, facts.at);
    };
    root.fetch = LSO.galleryAnswers(facts, () => state);
    LSO.tabletRedraw = () => {
      if (asked++ < MOST_AGAIN * again.length) root.requestAnimationFrame(() => again.forEach((each) => each()));
    };

    function frame(name) {
      const figure = LSO.dom.make("figure", "gallery-state");
      const caption = LSO.dom.make("figcaption", "gallery-caption");
      caption.append(LSO.dom.make("span", "gallery-word", LSO.t("gallery.state." + name)), LSO.dom.make("span", "gallery-mark", LSO.t("gallery.mark")));
      const specimen = LSO.dom.make("div", "gallery-specimen");
      LSO.dom.data(specimen, "part", "specimen");
      LSO.dom.data(figure, "state", name);
      figure.append(caption, specimen);
      return figure;
    }

    /** One component in one state. */
    async function draw(section, figure) {
      const holder = LSO.dom.part(figure, "specimen");
      const { width, height, piece, of } = { ...section.dataset };
      const tree = holder.attachShadow({ mode: "open" });
      tree.adoptedStyleSheets = sheetsOf(of, facts.sheets || {});
      const inner = document.createElement(STAND_IN);
      Object.assign(inner.dataset, { screen: of, theme: main.dataset.theme, lang: LSO.page.lang, piece });
      // Our own markup, written by layouts/gallery/markup.py.
      inner.innerHTML = facts.frames[piece];
      inner.style.setProperty("width", `${width}px`);
      if (Number(height)) inner.style.setProperty("height", `${height}px`);
      tree.appendChild(inner);
      holder.style.setProperty("zoom", String(wanted.get("component") ? 1 : Math.min(1, BESIDE_PX / Number(width))));
      LSO.dom.show(holder, true);
      const name = figure.dataset.state;
      const store = feed(LSO.createStore(), facts.topics[name], facts.at);
      const context = { main: inner, store, now: facts.at, state: name, deck: facts.decks[name], screens, live: line(name, facts.at) };
      const put = () => {
        state = name;
        LSO.screen = { store, live: context.live };
        const drawn = LSO.galleryDraw[piece](context);
        if (typeof drawn === "function") again.push(() => {
          state = name;
          LSO.screen = { store, live: context.live };
          drawn();
        });
        return drawn && drawn.stop;
      };
      try {
        const stop = put();
        if (!stop) return;
        for (let frame = 0; frame < FRAMES; frame++) await new Promise(root.requestAnimationFrame);
        await stop();
      } catch (error) {
        LSO.dom.data(figure, "failed", error.message);
        console.error(`The gallery could not draw ${piece} in the state ${name}.`, error);
      }
    }

    async function all() {
      await fetchSheets(facts.sheets || {});
      for (let frame = 0; LSO.plotly && !LSO.plotly() && frame < PATIENCE; frame++) await new Promise(root.requestAnimationFrame);
      // From the last to the first: a modal dialog over a page that is full already costs a second each.
      for (const section of [...main.querySelectorAll("[data-piece][data-of]")].reverse()) {
        const shown = !wanted.get("component") || wanted.get("component") === section.dataset.piece;
        LSO.dom.show(section, shown);
        if (!shown) continue;
        const states = LSO.dom.part(section, "states");
        for (const name of Object.keys(facts.topics)) {
          if (stopped || (wanted.get("state") || name) !== name) continue;
          const figure = states.appendChild(frame(name));
          if (!section.dataset.only || section.dataset.only.split(" ").includes(name)) await draw(section, figure);
          else LSO.dom.part(figure, "specimen").replaceWith(LSO.dom.make("p", "gallery-none", LSO.t("gallery.none")));
        }
        // The page stays in hand while it fills.
        await new Promise((go) => root.setTimeout(go));
      }
      LSO.dom.data(main, "drawn", "yes");
    }

    LSO.dom.data(main, "alone", wanted.get("component") ? "yes" : null);
    all();
    return function stop() {
      stopped = true;
      Object.assign(LSO, { line: own.line, screen: own.screen, tabletRedraw: own.redraw });
      root.fetch = own.fetch;
    };
  }

  LSO.onScreen("gallery", start);
})(window);
