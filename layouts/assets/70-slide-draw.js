/**
 * A slide: its frame is built once, its contents are put in anew for each slide of a deck (GET /api/v1/deck). All
 * texts come ready to be read; nothing here formats a number.
 */
(function (root) {
  "use strict";
  const LSO = (root.LSO = root.LSO || {});
  const { text, show, data, make } = LSO.dom;
  /** Steps by which a slide that is too full is set tighter; the last is 26 px at 720p throughout. */
  const DENSEST = 2;

  /** @typedef {{number: number, label: string, value: string, unit: string, note: string, state: string, priority: ?string}} Figure */
  /** @typedef {{id: string, kind: string, headline: string, subtitle: string, priority: ?string, figures: Figure[],
   *   chart: ?*, table: ?*, sentences: string[], map: ?*, notes: string, sources: string, simulated: boolean}} Slide */
  /** @typedef {{title: string, at_ms: number, at_text: string, live: boolean, simulated: string, code: string, slides: Slide[]}} Deck */

  /**
   * Build a slide.
   * @param {Element} holder gets the slide; its size is the slide's (16:9 within it)
   * @returns {{element: HTMLElement, foot: HTMLElement, show: function(?Deck, number, ?string=): void, fit: function(): void}}
   *   show(deck, index, instant): `instant` replaces the deck's own words about its instant
   */
  LSO.slideFrame = function (holder, heading) {
    const element = make("article", "slide");
    const head = element.appendChild(make("header", "slide-head"));
    const line = head.appendChild(make("div", "slide-line"));
    const headline = line.appendChild(make(heading || "h1", "slide-headline"));
    const sim = line.appendChild(make("p", "slide-sim"));
    const mark = sim.appendChild(make("span", ""));
    const instant = head.appendChild(make("p", "slide-instant"));
    const body = element.appendChild(make("div", "slide-body"));
    const foot = element.appendChild(make("footer", "slide-foot"));
    const from = foot.appendChild(make("p", "slide-from"));
    const page = foot.appendChild(make("p", "slide-page"));
    let shown = null;
    let fitted = 0;
    holder.appendChild(element);

    function put(deck, index, words) {
      const slide = deck && deck.slides[index];
      show(element, Boolean(slide));
      if (!slide) return;
      shown = { deck, slide };
      data(element, "kind", slide.kind);
      data(element, "priority", slide.priority);
      text(headline, slide.headline);
      text(instant, words || deck.at_text);
      show(sim, deck.simulated !== "none");
      text(mark, LSO.t("sim.mark") + (deck.simulated === "partly" ? " " + LSO.t("sim.partly") : ""));
      text(from, LSO.t("app.name") + (slide.sources ? " · " + LSO.t("briefing.source", { names: slide.sources }) : ""));
      text(page, `${index + 1} / ${deck.slides.length}`);
      fill();
    }

    function fill() {
      const { deck, slide } = shown;
      body.replaceChildren(...parts(slide, deck));
      data(body, "layout", layoutOf(slide));
      draw(slide);
      fit();
    }

    /** Charts and maps need their size first: they are drawn once they stand in the page. */
    function draw(slide) {
      const visual = body.querySelector(".slide-visual");
      if (!visual) return;
      if (slide.map) LSO.slideMap(visual, slide.map);
      else if (slide.chart && slide.chart.kind === "line") LSO.slideLine(visual.querySelector(".slide-plot"), slide.chart);
    }

    /** A headline of two lines is set smaller; a body that is too full tighter, and at last shorter, saying so. */
    function fit() {
      data(headline, "long", null);
      const size = parseFloat(root.getComputedStyle(headline).fontSize);
      if (headline.clientHeight > size * 1.8) data(headline, "long", "true");
      data(body, "dense", null);
      for (let step = 1; step <= DENSEST && full(body); step++) data(body, "dense", step);
      shorten(body);
      fitted = body.clientHeight;
    }

    // A notice at the foot takes room from the body: what was fitted into it is fitted anew.
    new root.ResizeObserver(() => {
      if (shown && body.clientHeight !== fitted) fill();
    }).observe(body);

    return { element, foot, show: put, fit: () => shown && fill() };
  };

  const full = (body) => body.scrollHeight > body.clientHeight + 1;

  function shorten(body) {
    const list = body.querySelector(".slide-sentences");
    let gone = 0;
    while (list && full(body) && list.children.length > 1 + Boolean(gone)) {
      if (gone) list.lastElementChild.remove();
      list.lastElementChild.remove();
      gone += 1;
      list.appendChild(make("li", "slide-sentence", LSO.t("briefing.more", { count: gone })));
    }
  }

  function layoutOf(slide) {
    if (slide.kind === "title") return "title";
    if (slide.map || slide.chart || (slide.table && slide.figures.length)) return "two";
    return slide.table ? "table" : slide.figures.length ? "wide" : "sentences";
  }

  function parts(slide, deck) {
    const found = [];
    if (slide.kind === "title") {
      if (slide.subtitle) found.push(make("p", "slide-subtitle", slide.subtitle));
    } else if (slide.figures.length) found.push(figures(slide.figures, deck));
    if (slide.map) found.push(visual("slide-map"));
    else if (slide.chart) found.push(slide.chart.kind === "bars" ? bars(slide.chart) : lines(slide.chart));
    else if (slide.table) found.push(table(slide.table));
    if (slide.sentences.length) found.push(sentences(slide.sentences));
    if (!found.length) found.push(make("p", "slide-empty", deck.live ? LSO.t("briefing.waiting") : LSO.t("briefing.nothing")));
    return found;
  }

  function figures(list, deck) {
    const holder = make("ol", "slide-figures");
    data(holder, "count", list.length);
    LSO.dom.style(holder, "--rows", String(list.length));
    for (const figure of list) {
      const item = holder.appendChild(make("li", "slide-figure"));
      data(item, "priority", figure.priority);
      data(item, "state", figure.state);
      item.appendChild(make("span", "slide-number", String(figure.number)));
      const words = item.appendChild(make("span", "slide-words"));
      words.appendChild(make("span", "slide-label", figure.label));
      if (figure.note) words.appendChild(make("span", "slide-note", figure.note));
      const value = item.appendChild(make("span", "slide-value" + (figure.state === "live" ? "" : " is-stale")));
      if (figure.priority) {
        const icon = value.appendChild(make("span", "icon"));
        data(icon, "icon", figure.priority);
        icon.setAttribute("aria-hidden", "true");
      }
      if (figure.value) value.appendChild(make("span", "slide-cited", figure.value));
      if (figure.unit) value.appendChild(make("span", "slide-unit", figure.unit));
      if (figure.cell) LSO.dom.cell(value, figure.cell);
      data(value, "frozen", deck.live ? null : deck.code);
    }
    return holder;
  }

  const visual = (name) => make("div", "slide-visual " + name);

  function titled(chart) {
    const holder = visual("slide-chart");
    holder.appendChild(make("h2", "slide-chart-title", chart.title));
    return holder;
  }

  function bars(chart) {
    const holder = titled(chart);
    const values = chart.series[0].values;
    const highest = Math.max(...values.map((value) => value || 0), chart.limit || 0) || 1;
    const list = holder.appendChild(make("ul", "slide-bars"));
    chart.categories.forEach((name, i) => {
      const item = list.appendChild(make("li", "slide-bar"));
      data(item, "highlight", chart.highlight === i ? "true" : null);
      item.appendChild(make("span", "slide-bar-label", name));
      item.appendChild(LSO.slideBar((values[i] || 0) / highest));
      item.appendChild(make("span", "slide-bar-value", chart.texts[i] || ""));
    });
    return holder;
  }

  function lines(chart) {
    const holder = titled(chart);
    if (chart.series.length > 1) {
      const legend = holder.appendChild(make("ul", "slide-legend"));
      for (const series of chart.series) data(legend.appendChild(make("li", "", series.name)), "role", series.role);
    }
    holder.appendChild(make("div", "slide-plot"));
    return holder;
  }

  function table(what) {
    const holder = visual("slide-table");
    const grid = holder.appendChild(make("table", ""));
    const heads = grid.appendChild(make("thead", "")).appendChild(make("tr", ""));
    for (const name of what.columns) heads.appendChild(make("th", "", name)).scope = "col";
    const rows = grid.appendChild(make("tbody", ""));
    for (const row of what.rows) {
      const line = rows.appendChild(make("tr", ""));
      for (const cell of row) line.appendChild(make("td", "", cell));
    }
    return holder;
  }

  function sentences(list) {
    const holder = make("ul", "slide-sentences");
    for (const sentence of list) holder.appendChild(make("li", "slide-sentence", sentence));
    return holder;
  }
})(typeof window === "undefined" ? globalThis : window);
